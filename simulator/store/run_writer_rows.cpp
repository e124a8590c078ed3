#include "simulator/store/run_writer.h"

namespace daruma {

namespace {

/// The number that stands for a limit that there is not.
constexpr std::uint32_t unlimited = 0xffff'ffff;

}

StoreResult<void> RunWriter::writePart(CapturedRun &run)
{
    // So that giving up this run takes back no other.
    if (!m_isRunOpen) {
        if (auto committed = commit(); !committed)
            return committed;
    }
    return writeCaptured(run);
}

StoreResult<void> RunWriter::writeCaptured(CapturedRun &run)
{
    return keepError(begin()
                         .and_then([&] { return openRun(run); })
                         .and_then([&] { return registerAdded(run); })
                         .and_then([&] { return writeRestarts(run); })
                         .and_then([&] { return writeEscalations(run); })
                         .and_then([&] { return writeChunks(run); }))
        .map([&] {
            run.restarts.clear();
            run.escalations.clear();
            run.chunks.clear();
        });
}

StoreResult<std::int64_t> RunWriter::write(CapturedRun &run)
{
    auto written = writeCaptured(run).and_then(
        [&] { return keepError(dropUnwantedChunks(run).and_then([&] { return writeRunRow(run); })); });
    if (!written) {
        m_isRunOpen = false;
        return tl::unexpected(written.error());
    }
    addSums(run);
    addViolations(run);
    addReports(run);
    m_isRunOpen = false;
    const std::int64_t id = m_nextRun++;
    return keepError(flushWhere(false)).and_then([&] { return commitIfDue(); }).map([&] { return id; });
}

StoreResult<void> RunWriter::openRun(const CapturedRun &run)
{
    if (m_isRunOpen)
        return {};
    if (m_nodeIdsModel != run.model) {
        const auto ids = m_nodes.idsOf(*run.model);
        if (!ids)
            return tl::unexpected(ids.error());
        m_nodeIds.assign(ids->begin(), ids->end());
        m_nodeIdsModel = run.model;
    }
    m_nodeIds.resize(run.model->nodes.size());
    m_reasons.clear();
    m_kinds.clear();
    m_isRunOpen = true;
    m_hasChunks = false;
    return {};
}

StoreResult<void> RunWriter::registerAdded(const CapturedRun &run)
{
    const std::size_t known = m_nodeIds.size() - run.model->nodes.size();
    if (known < run.added.size()) {
        std::set<std::int64_t> taken(m_nodeIds.begin(), m_nodeIds.end());
        for (std::size_t i = known; i < run.added.size(); ++i) {
            const CapturedRun::AddedNode &node = run.added[i];
            const auto id = m_nodes.idOf(node.path, node.isSupervisor,
                                         node.parent.isValid() ? idOf(node.parent) : 0, taken);
            if (!id)
                return tl::unexpected(id.error());
            m_nodeIds.push_back(*id);
            taken.insert(*id);
        }
    }
    for (std::size_t i = m_reasons.size(); i < run.reasons.size(); ++i)
        m_reasons.push_back(pooled(run.reasons[i]));
    return {};
}

std::string_view RunWriter::pooled(std::string_view text)
{
    const auto known = m_texts.find(text);
    return known != m_texts.end() ? *known : *m_texts.emplace(text).first;
}

void RunWriter::addNode(BulkInsert &insert, NodeId node)
{
    if (node.isValid())
        insert.integer(idOf(node));
    else
        insert.null();
}

void RunWriter::addCause(BulkInsert &insert, EventId cause)
{
    if (cause.isValid())
        insert.integer(cause.value);
    else
        insert.null();
}

void RunWriter::addAllowed(BulkInsert &insert, std::uint32_t allowed)
{
    if (allowed == unlimited)
        insert.null();
    else
        insert.integer(allowed);
}

StoreResult<std::int64_t> RunWriter::kindOf(const CapturedRun::Decision &decision)
{
    const Event &event = decision.event;
    const auto [known, isNew] =
        m_kinds.try_emplace({event.other.value, event.detail, decision.reason, event.b}, 0);
    if (!isNew)
        return known->second;
    const std::optional<std::int64_t> allowed =
        event.b == unlimited ? std::nullopt : std::optional(std::int64_t{event.b});
    const std::string_view reason =
        decision.reason == CapturedRun::noReason ? std::string_view() : m_reasons[decision.reason];
    const std::string_view strategy = toText(static_cast<Strategy>(event.detail));
    for (sqlite::Statement *statement : {&m_findKind, &m_insertKind}) {
        statement->bind(1, idOf(event.other));
        statement->bind(2, strategy);
        statement->bind(3, reason);
        statement->bind(4, allowed);
    }
    const auto found = m_findKind.step();
    if (found && *found)
        known->second = m_findKind.integer(0);
    m_findKind.reset();
    if (!found)
        return tl::unexpected(found.error());
    if (*found)
        return known->second;
    return m_insertKind.run().map([&, place = known] { return place->second = m_connection.lastRowId(); });
}

StoreResult<void> RunWriter::writeRestarts(const CapturedRun &run)
{
    BulkInsert &insert = m_bulk.restart;
    for (const CapturedRun::Decision &decision : run.restarts) {
        const Event &event = decision.event;
        const auto kind = kindOf(decision);
        if (!kind)
            return tl::unexpected(kind.error());
        insert.integer(m_nextRun);
        insert.integer(decision.seq);
        insert.integer(event.t);
        addNode(insert, event.node);
        insert.integer(event.incarnation);
        insert.integer(*kind);
        insert.integer(event.a);
        insert.integer(event.value);
        if (event.cause.isValid())
            insert.integer(std::int64_t{decision.seq} - event.cause.value);
        else
            insert.null();
        if (insert.isFull()) {
            if (auto flushed = insert.flush(); !flushed)
                return flushed;
        }
    }
    return {};
}

StoreResult<void> RunWriter::writeEscalations(const CapturedRun &run)
{
    BulkInsert &insert = m_bulk.escalation;
    for (const CapturedRun::Decision &decision : run.escalations) {
        const Event &event = decision.event;
        insert.integer(m_nextRun);
        insert.integer(decision.seq);
        insert.integer(event.t);
        addNode(insert, event.node);
        insert.integer(event.incarnation);
        addNode(insert, event.other);
        if (decision.reason == CapturedRun::noReason)
            insert.null();
        else
            insert.text(m_reasons[decision.reason]);
        insert.integer(event.a);
        addAllowed(insert, event.b);
        addCause(insert, event.cause);
        if (insert.isFull()) {
            if (auto flushed = insert.flush(); !flushed)
                return flushed;
        }
    }
    return {};
}

StoreResult<void> RunWriter::writeChunks(const CapturedRun &run)
{
    for (const EncodedChunk &chunk : run.chunks) {
        m_insertChunk.bind(1, m_nextRun);
        m_insertChunk.bind(2, chunk.firstSeq);
        m_insertChunk.bind(3, std::int64_t{chunk.events});
        m_insertChunk.bind(4, chunk.firstT);
        m_insertChunk.bind(5, chunk.lastT);
        m_insertChunk.bind(6, std::span<const std::byte>(chunk.data));
        if (auto inserted = m_insertChunk.run(); !inserted)
            return inserted;
        m_hasChunks = true;
    }
    return {};
}

/// Of a long run under `failures`, chunks are written before it is known whether they are wanted.
StoreResult<void> RunWriter::dropUnwantedChunks(const CapturedRun &run)
{
    if (!m_hasChunks || !run.dropsChunks)
        return {};
    return m_connection.execute("DELETE FROM event_chunk WHERE run_id = " + std::to_string(m_nextRun));
}

StoreResult<void> RunWriter::writeRunRow(const CapturedRun &run)
{
    const auto layout = m_nodes.layoutOf(m_nodeIds);
    if (!layout)
        return tl::unexpected(layout.error());
    BulkInsert &insert = m_bulk.run;
    const RunResult &result = run.result;
    insert.integer(m_nextRun);
    insert.integer(m_campaign);
    insert.integer(m_scenario);
    insert.integer(static_cast<std::int64_t>(run.identity.seed));
    insert.text(pooled(run.identity.dialect));
    insert.text(pooled(run.identity.overrides));
    insert.text(toText(result.outcome));
    insert.integer(result.end.ns());
    insert.integer(static_cast<std::int64_t>(result.events));
    insert.integer(static_cast<std::int64_t>(result.restarts));
    insert.ownText(toText(result.fingerprint));
    insert.integer(run.wallNs);
    insert.integer(*layout);
    return {};
}

void RunWriter::addSums(const CapturedRun &run)
{
    BulkInsert &insert = m_bulk.nodeRun;
    for (const CapturedRun::NodeSums &sums : run.sums) {
        if (sums.outages == 0)
            continue;
        insert.integer(m_nextRun);
        insert.integer(idOf(sums.node));
        insert.integer(static_cast<std::int64_t>(sums.starts));
        insert.integer(static_cast<std::int64_t>(sums.outages));
        insert.integer(sums.upNs);
        insert.integer(sums.downNs);
        insert.integer(sums.longestOutageNs);
    }
}

void RunWriter::addViolations(const CapturedRun &run)
{
    BulkInsert &insert = m_bulk.violation;
    for (const CapturedRun::Violation &violation : run.violations) {
        insert.integer(m_nextRun);
        insert.ownText(violation.expectation);
        addCause(insert, violation.event);
        insert.integer(violation.t);
        insert.ownText(violation.message);
    }
}

void RunWriter::addReports(const CapturedRun &run)
{
    BulkInsert &insert = m_bulk.report;
    const auto addText = [&](const std::string &text) {
        if (text.empty())
            insert.null();
        else
            insert.ownText(text);
    };
    const auto addFlag = [&](const std::optional<bool> &is) {
        if (is)
            insert.integer(std::int64_t{*is});
        else
            insert.null();
    };
    const auto addTime = [&](const std::optional<Instant> &at) {
        if (at)
            insert.integer(at->ns());
        else
            insert.null();
    };
    for (const SupervisorReport &report : run.reports) {
        insert.integer(m_nextRun);
        addNode(insert, report.node);
        insert.text(toText(report.state));
        addText(report.phase);
        addText(report.reason);
        addFlag(report.recoverable);
        addFlag(report.panic);
        addTime(report.startedAt);
        addTime(report.lastObservedAt);
        addTime(report.completedAt);
        addText(report.requestedBy);
        addText(report.shutdownReason);
    }
}

StoreResult<void> RunWriter::flushWhere(bool all)
{
    for (BulkInsert *insert : {&m_bulk.run, &m_bulk.restart, &m_bulk.escalation, &m_bulk.nodeRun,
                               &m_bulk.violation, &m_bulk.report}) {
        if (!all && !insert->isFull())
            continue;
        if (auto flushed = insert->flush(); !flushed)
            return flushed;
    }
    return {};
}

}
