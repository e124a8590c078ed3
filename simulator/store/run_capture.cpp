#include "simulator/store/run_capture.h"

#include <algorithm>
#include <array>

namespace daruma {

std::optional<RecordPolicy> recordPolicyFromText(std::string_view text)
{
    for (const auto policy :
         {RecordPolicy::All, RecordPolicy::Restarts, RecordPolicy::Failures, RecordPolicy::None}) {
        if (toText(policy) == text)
            return policy;
    }
    return std::nullopt;
}

std::size_t CapturedRun::bytes() const
{
    std::size_t bytes = (restarts.size() + escalations.size()) * sizeof(Decision);
    for (const EncodedChunk &chunk : chunks)
        bytes += chunk.data.size();
    return bytes;
}

RunCapture::RunCapture(RecordPolicy policy)
    : m_policy(policy)
{
    m_buffer.reserve(eventsPerChunk);
}

void RunCapture::begin(const Model &model, RunIdentity identity)
{
    m_run.model = &model;
    m_run.identity = std::move(identity);
    m_run.restarts.clear();
    m_run.escalations.clear();
    m_run.reasons.clear();
    m_run.chunks.clear();
    m_run.added.clear();
    m_run.sums.clear();
    m_run.recoveries.clear();
    m_run.violations.clear();
    m_run.reports.clear();
    m_buffer.clear();
    m_reasonIndex.clear();
    for (const NodeId node : m_touched)
        m_nodes[node.value] = {};
    m_touched.clear();
    m_seq = 0;
    m_bufferSeq = 0;
    m_knownNodes = static_cast<std::uint32_t>(model.nodes.size());
    if (m_nodes.size() < m_knownNodes)
        m_nodes.resize(m_knownNodes);
}

void RunCapture::consume(std::span<const Event> block, const Names &names)
{
    std::uint64_t seq = m_seq;
    for (const Event &event : block)
        observe(event, seq++, names);
    m_seq = seq;
    if (m_policy == RecordPolicy::Restarts || m_policy == RecordPolicy::None)
        return;
    while (!block.empty()) {
        const std::size_t taken = std::min(block.size(), eventsPerChunk - m_buffer.size());
        m_buffer.insert(m_buffer.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(taken));
        block = block.subspan(taken);
        // `names` knows the texts of these events now; later it may not.
        if (m_buffer.size() == eventsPerChunk)
            encodeBuffered(names);
    }
}

void RunCapture::encodeBuffered(const Names &names)
{
    if (m_buffer.empty())
        return;
    m_run.chunks.push_back(m_encoder.encode(m_buffer, m_bufferSeq, names));
    m_bufferSeq += m_buffer.size();
    m_buffer.clear();
}

void RunCapture::observe(const Event &event, std::uint64_t seq, const Names &names)
{
    if (event.node.isValid() && event.node.value >= m_knownNodes)
        addNodes(event.node.value, names);
    if (event.other.isValid() && event.other.value >= m_knownNodes)
        addNodes(event.other.value, names);
    switch (event.kind) {
    case EventKind::Start:
        if (event.node.isValid())
            ++stateOf(event.node).sums.starts;
        break;
    case EventKind::Started:
        if (event.node.isValid())
            observeStarted(stateOf(event.node), event.t);
        break;
    case EventKind::Exit:
        if (event.node.isValid())
            observeExit(stateOf(event.node), event);
        break;
    case EventKind::Restart:
        if (m_policy == RecordPolicy::None)
            break;
        m_run.restarts.push_back({event, static_cast<std::uint32_t>(seq), reasonIndex(event, names)});
        break;
    case EventKind::GaveUp:
        m_run.escalations.push_back({event, static_cast<std::uint32_t>(seq), reasonIndex(event, names)});
        break;
    default:
        break;
    }
}

void RunCapture::addNodes(std::uint32_t last, const Names &names)
{
    for (; m_knownNodes <= last; ++m_knownNodes) {
        const NodeId node{m_knownNodes};
        m_run.added.push_back({names.path(node), names.parent(node), names.isSupervisor(node)});
    }
    if (m_nodes.size() < m_knownNodes)
        m_nodes.resize(m_knownNodes);
}

RunCapture::NodeState &RunCapture::stateOf(NodeId node)
{
    NodeState &state = m_nodes[node.value];
    if (!state.isTouched) {
        state.isTouched = true;
        state.sums.node = node;
        m_touched.push_back(node);
    }
    return state;
}

void RunCapture::observeStarted(NodeState &node, std::int64_t t)
{
    if (node.isDown) {
        const std::int64_t outage = t - node.since;
        ++node.sums.outages;
        node.sums.downNs += outage;
        node.sums.longestOutageNs = std::max(node.sums.longestOutageNs, outage);
        m_run.recoveries.push_back({node.sums.node, outage});
    }
    node.isDown = false;
    node.isUp = true;
    node.since = t;
}

void RunCapture::observeExit(NodeState &node, const Event &event)
{
    // An exit while it was starting again prolongs the outage that goes on.
    if (!node.isUp)
        return;
    node.sums.upNs += event.t - node.since;
    node.isUp = false;
    node.isDown = true;
    node.endedNormally = event.reason == ReasonKind::Normal;
    node.since = event.t;
}

std::uint32_t RunCapture::reasonIndex(const Event &event, const Names &names)
{
    if (!event.hasReason || m_policy == RecordPolicy::None)
        return CapturedRun::noReason;
    const auto next = static_cast<std::uint32_t>(m_run.reasons.size());
    const auto [place, isNew] = m_reasonIndex.emplace(std::pair{event.reason, event.text}, next);
    if (isNew)
        m_run.reasons.push_back(reasonText(event.exitReason(), names));
    return place->second;
}

CapturedRun &RunCapture::end(const RunResult &result, const Names &names, std::int64_t wallNs)
{
    m_run.dropsChunks = m_policy == RecordPolicy::Failures && !result.hasFailed();
    if (m_run.dropsChunks)
        m_run.chunks.clear();
    else
        encodeBuffered(names);
    m_run.result = result;
    m_run.wallNs = wallNs;
    closeOutages(result.end.ns());
    if (m_policy == RecordPolicy::None)
        return m_run;
    keepViolations();
    m_run.reports = supervisorReports(result, names);
    return m_run;
}

void RunCapture::closeOutages(std::int64_t end)
{
    for (const NodeId touched : m_touched) {
        NodeState &node = m_nodes[touched.value];
        if (node.isUp)
            node.sums.upNs += end - node.since;
        node.sums.isUp = node.isUp;
        if (node.isDown && !node.endedNormally)
            node.sums.downSince = node.since;
        if (node.sums.downSince && end > node.since) {
            const std::int64_t outage = end - node.since;
            ++node.sums.outages;
            node.sums.downNs += outage;
            node.sums.longestOutageNs = std::max(node.sums.longestOutageNs, outage);
        }
        m_run.sums.push_back(node.sums);
    }
    std::sort(m_run.sums.begin(), m_run.sums.end(),
              [](const auto &a, const auto &b) { return a.node < b.node; });
}

void RunCapture::keepViolations()
{
    const RunResult &result = m_run.result;
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &expectation = result.expectations[i];
        if (!expectation.passed && !expectation.undecided)
            m_run.violations.push_back({m_run.model->expectations[i].name, expectation.event,
                                        expectation.at.ns(), expectation.message});
    }
    for (const InvariantViolation &invariant : result.invariants)
        m_run.violations.push_back(
            {"invariant:" + invariant.name, invariant.event, invariant.at.ns(), invariant.message});
}

}
