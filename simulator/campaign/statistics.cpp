#include "simulator/campaign/statistics.h"

#include "engine/contract.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace daruma {

namespace {

constexpr double unit = 1.0 / 4'294'967'296.0;

std::int64_t lengthOf(const CapturedRun &run)
{
    const RunResult &result = run.result;
    return result.outcome == Outcome::Truncated ? result.end.ns() : run.model->horizon.ns();
}

void addSums(NodeStatistics &node, const CapturedRun::NodeSums &sums, std::int64_t end, std::int64_t length)
{
    if (length > 0)
        node.availability.add(sums.upNs + (sums.isUp ? length - end : 0), length);
    node.restarts.add(static_cast<std::int64_t>(sums.starts - 1));
    std::int64_t longest = sums.longestOutageNs;
    if (sums.downSince)
        longest = std::max(longest, length - *sums.downSince);
    if (sums.outages > 0 || (sums.downSince && longest > 0))
        node.longestOutage.add(longest);
}

}

void ShareMoments::add(std::int64_t part, std::int64_t whole)
{
    DARUMA_ASSERT(part >= 0 && part <= whole && whole > 0, "a share lies between nothing and all");
    __extension__ using Wide = unsigned __int128;
    const auto share =
        static_cast<std::uint64_t>((static_cast<Wide>(part) << 32U) / static_cast<std::uint64_t>(whole));
    ++m_count;
    m_sum += share;
    m_squares += static_cast<Wide>(share) * share;
}

void ShareMoments::add(const ShareMoments &other)
{
    m_count += other.m_count;
    m_sum += other.m_sum;
    m_squares += other.m_squares;
}

double ShareMoments::mean() const
{
    DARUMA_ASSERT(m_count > 0, "nothing has no mean");
    return static_cast<double>(m_sum) / static_cast<double>(m_count) * unit;
}

Interval ShareMoments::interval() const
{
    if (m_count < 2)
        return {0, 1};
    DARUMA_ASSERT(m_count < (std::uint64_t{1} << 32U), "so many runs are more than their squares can hold");
    const auto n = static_cast<double>(m_count);
    // In whole numbers, so that equal values have no spread at all.
    const double spread = static_cast<double>(m_squares * m_count - m_sum * m_sum) * unit * unit;
    const double variance = spread / n / (n - 1);
    const double half = deviationsOf95Percent * std::sqrt(variance / n);
    return {std::max(0.0, mean() - half), std::min(1.0, mean() + half)};
}

void NodeStatistics::add(const NodeStatistics &other)
{
    availability.add(other.availability);
    restarts.add(other.restarts);
    longestOutage.add(other.longestOutage);
    recovery.add(other.recovery);
    giveUp.add(other.giveUp);
    survived += other.survived;
}

bool isNeverReached(const Expectation &expectation, const ExpectationStatistics &statistics)
{
    return expectation.form == ExpectationForm::Sometimes && statistics.reached == 0;
}

CampaignStatistics::CampaignStatistics(const Model &model)
    : expectations(model.expectations.size())
    , nodes(model.nodes.size())
    , m_gaveUpInRun(nodes.size())
{
    m_isSupervisor.reserve(nodes.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i)
        m_isSupervisor.push_back(model.nodes[NodeId{i}].isSupervisor);
}

void CampaignStatistics::add(const CapturedRun &run)
{
    addOutcome(run.result);
    addExpectations(run.result);
    addNodes(run);
}

void CampaignStatistics::addOutcome(const RunResult &result)
{
    if (++runs == 1)
        m_first = result.fingerprint;
    isOneRun = isOneRun && result.fingerprint == m_first;
    passed += result.outcome == Outcome::Passed;
    gaveUp += result.outcome == Outcome::GaveUp;
    failed += result.outcome == Outcome::Failed;
    truncated += result.outcome == Outcome::Truncated;
    const std::optional<FinalReport> &root = result.root.report();
    failedAndEnded += result.outcome == Outcome::Failed && root && root->state == LifecycleState::Failed;
    neverUp += result.endCause == EndCause::StartFailed;
    events += result.events;
    restarts += result.restarts;
    restartsOfRun.add(static_cast<std::int64_t>(result.restarts));
    if (result.hasFailed() && failingSeeds.size() < mostFailingSeeds)
        failingSeeds.push_back(result.seed);
}

void CampaignStatistics::addExpectations(const RunResult &result)
{
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        ExpectationStatistics &statistics = expectations[i];
        statistics.reached += one.reached;
        if (one.undecided) {
            ++statistics.undecided;
        } else if (one.passed) {
            ++statistics.passed;
        } else {
            ++statistics.failed;
            if (!statistics.firstFailingSeed)
                statistics.firstFailingSeed = result.seed;
        }
    }
    std::set<std::string_view> broken;
    for (const InvariantViolation &violation : result.invariants) {
        if (broken.insert(violation.name).second)
            ++invariants[violation.name];
    }
}

void CampaignStatistics::addNodes(const CapturedRun &run)
{
    const std::int64_t end = run.result.end.ns();
    const std::int64_t length = lengthOf(run);
    std::size_t next = 0;
    const auto neverStarted = [&](NodeStatistics &node) {
        if (length > 0)
            node.availability.add(0, length);
        node.restarts.add(0);
    };
    for (const CapturedRun::NodeSums &sums : run.sums) {
        if (sums.node.value >= nodes.size())
            break;
        for (; next < sums.node.value; ++next)
            neverStarted(nodes[next]);
        NodeStatistics &node = nodes[next++];
        addSums(node, sums, end, length);
        node.survived += !sums.downSince;
    }
    for (; next < nodes.size(); ++next)
        neverStarted(nodes[next]);
    for (const CapturedRun::Recovery &recovery : run.recoveries) {
        if (recovery.node.value < nodes.size())
            nodes[recovery.node.value].recovery.add(recovery.ns);
    }
    addGiveUps(run);
}

void CampaignStatistics::addGiveUps(const CapturedRun &run)
{
    // Of the root whatever ends it that nobody asked for, a failed start included.
    const std::optional<FinalReport> &root = run.result.root.report();
    if (root && root->state == LifecycleState::Failed)
        addGiveUp(NodeId{0}, root->completedAt.ns());
    for (const CapturedRun::Decision &decision : run.escalations) {
        const NodeId node = decision.event.node;
        if (node != NodeId{0} && node.value < nodes.size())
            addGiveUp(node, decision.event.t);
    }
}

/// The first of a run counts.
void CampaignStatistics::addGiveUp(NodeId node, std::int64_t t)
{
    if (m_gaveUpInRun[node.value] == runs)
        return;
    m_gaveUpInRun[node.value] = runs;
    nodes[node.value].giveUp.add(t);
}

Share CampaignStatistics::survivalOf(NodeId node) const
{
    const NodeStatistics &place = nodes[node.value];
    return {m_isSupervisor[node.value] ? runs - place.giveUp.count() : place.survived, runs};
}

void CampaignStatistics::add(const CampaignStatistics &other)
{
    const bool hasSameFirst = runs == 0 || other.runs == 0 || m_first == other.m_first;
    isOneRun = isOneRun && other.isOneRun && hasSameFirst;
    if (runs == 0)
        m_first = other.m_first;
    runs += other.runs;
    passed += other.passed;
    gaveUp += other.gaveUp;
    failed += other.failed;
    truncated += other.truncated;
    failedAndEnded += other.failedAndEnded;
    neverUp += other.neverUp;
    events += other.events;
    restarts += other.restarts;
    restartsOfRun.add(other.restartsOfRun);
    const std::size_t room = mostFailingSeeds - failingSeeds.size();
    failingSeeds.insert(failingSeeds.end(), other.failingSeeds.begin(),
                        other.failingSeeds.begin()
                            + static_cast<std::ptrdiff_t>(std::min(room, other.failingSeeds.size())));
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        ExpectationStatistics &mine = expectations[i];
        const ExpectationStatistics &theirs = other.expectations[i];
        mine.passed += theirs.passed;
        mine.failed += theirs.failed;
        mine.undecided += theirs.undecided;
        mine.reached += theirs.reached;
        if (!mine.firstFailingSeed)
            mine.firstFailingSeed = theirs.firstFailingSeed;
    }
    for (const auto &[name, count] : other.invariants)
        invariants[name] += count;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        nodes[i].add(other.nodes[i]);
}

bool isSameForAllSeeds(const std::vector<CampaignStatistics> &cells)
{
    return std::all_of(cells.begin(), cells.end(), [](const auto &cell) { return cell.isOneRun; })
           && std::any_of(cells.begin(), cells.end(), [](const auto &cell) { return cell.runs > 1; });
}

}
