#include "simulator/store/event_table.h"

#include "simulator/store/event_codec.h"
#include "simulator/store/event_text.h"
#include "simulator/store/node_registry.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <limits>

namespace daruma {

namespace {

constexpr const char *declaration =
    "CREATE TABLE event(run_id INTEGER, seq INTEGER, t_ns INTEGER, kind TEXT, node INTEGER,"
    " incarnation INTEGER, cause INTEGER, reason TEXT, value INTEGER)";

enum Column : int { RunId, Seq, Time, Kind, NodeColumn, Incarnation, Cause, Reason, Value };

/// Conditions on the first three columns choose chunks. Bit 3 * column + bound of the plan says that this
/// bound has an argument; arguments stand in the order of the bits.
enum Bound : int { Equal, Lower, Upper };
constexpr int boundedColumns = 3;
constexpr int boundsOfColumn = 3;
constexpr int bit(int column, Bound bound)
{
    return 1 << (boundsOfColumn * column + bound);
}

constexpr const char *chunksSql =
    "SELECT run_id, data, first_seq FROM event_chunk WHERE run_id BETWEEN ?1 AND ?2 AND first_seq <= ?4"
    " AND first_seq + events > ?3 AND last_t_ns >= ?5 AND first_t_ns <= ?6 ORDER BY run_id, first_seq";
constexpr const char *layoutSql =
    "SELECT layout.id, nodes FROM run JOIN layout ON layout.id = layout_id WHERE run.id = ?";

struct EventTable : sqlite3_vtab {
    sqlite::Connection *connection = nullptr;
};

class EventCursor : public sqlite3_vtab_cursor {
public:
    int filter(int plan, sqlite3_value **arguments);
    int next();
    bool isPastEnd() const { return m_isPastEnd; }
    void value(sqlite3_context *context, int column) const;
    sqlite3_int64 rowId() const
    {
        return m_run << 32 | static_cast<sqlite3_int64>(m_chunk.firstSeq + m_index);
    }

private:
    int fail(const std::string &message);
    int nextChunk();
    int readLayout();
    void nodeValue(sqlite3_context *context, NodeId node) const;

    sqlite::Statement m_chunks;
    sqlite::Statement m_layoutOfRun;
    EventDecoder m_decoder;
    DecodedChunk m_chunk;
    std::size_t m_index = 0;
    sqlite3_int64 m_run = 0;
    sqlite3_int64 m_layoutId = 0;
    std::vector<std::int64_t> m_layout;
    bool m_isPastEnd = true;
};

int EventCursor::fail(const std::string &message)
{
    sqlite3_free(pVtab->zErrMsg);
    pVtab->zErrMsg = sqlite3_mprintf("%s", message.c_str());
    return SQLITE_CORRUPT;
}

int EventCursor::filter(int plan, sqlite3_value **arguments)
{
    sqlite::Connection &connection = *static_cast<EventTable *>(pVtab)->connection;
    if (!m_chunks.handle()) {
        auto chunks = connection.prepare(chunksSql);
        auto layout = connection.prepare(layoutSql);
        if (!chunks || !layout)
            return SQLITE_ERROR;
        m_chunks = std::move(*chunks);
        m_layoutOfRun = std::move(*layout);
    }
    m_chunks.reset();
    for (int column = 0; column < boundedColumns; ++column) {
        const auto bound = [&](Bound kind, std::int64_t otherwise) {
            if (!(plan & bit(column, kind)))
                return otherwise;
            sqlite3_value *given = *arguments++;
            // What is no integer is left to SQLite, which checks every row once more anyway.
            return sqlite3_value_numeric_type(given) == SQLITE_INTEGER
                       ? std::int64_t{sqlite3_value_int64(given)}
                       : otherwise;
        };
        constexpr auto least = std::numeric_limits<std::int64_t>::min();
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        if (plan & bit(column, Equal)) {
            const std::int64_t lower = bound(Equal, least);
            m_chunks.bind(2 * column + 1, lower);
            m_chunks.bind(2 * column + 2, lower == least ? most : lower);
        } else {
            m_chunks.bind(2 * column + 1, bound(Lower, least));
            m_chunks.bind(2 * column + 2, bound(Upper, most));
        }
    }
    m_isPastEnd = false;
    m_run = 0;
    m_chunk.events.clear();
    m_index = 0;
    return nextChunk();
}

int EventCursor::next()
{
    ++m_index;
    return m_index < m_chunk.events.size() ? SQLITE_OK : nextChunk();
}

int EventCursor::nextChunk()
{
    const auto row = m_chunks.step();
    if (!row)
        return fail(row.error().message);
    m_isPastEnd = !*row;
    if (m_isPastEnd)
        return SQLITE_OK;
    const bool isOtherRun = m_chunks.integer(0) != m_run;
    m_run = m_chunks.integer(0);
    m_index = 0;
    if (const auto decoded = m_decoder.decode(m_chunks.blob(1), m_chunk); !decoded)
        return fail(fmt::format("run {}: {}", m_run, decoded.error()));
    if (m_chunk.firstSeq != static_cast<std::uint64_t>(m_chunks.integer(2)))
        return fail(fmt::format("run {}: a block of events is in the wrong place", m_run));
    return isOtherRun ? readLayout() : SQLITE_OK;
}

int EventCursor::readLayout()
{
    m_layoutOfRun.reset();
    m_layoutOfRun.bind(1, std::int64_t{m_run});
    const auto row = m_layoutOfRun.step();
    if (!row || !*row)
        return fail(fmt::format("run {} has events but no row in `run`", m_run));
    if (m_layoutOfRun.integer(0) == m_layoutId)
        return SQLITE_OK;
    auto layout = layoutFromText(m_layoutOfRun.text(1));
    if (!layout)
        return fail(fmt::format("run {} has a damaged layout", m_run));
    m_layout = std::move(*layout);
    m_layoutId = m_layoutOfRun.integer(0);
    return SQLITE_OK;
}

void EventCursor::nodeValue(sqlite3_context *context, NodeId node) const
{
    if (node.isValid() && node.value < m_layout.size())
        sqlite3_result_int64(context, m_layout[node.value]);
}

void EventCursor::value(sqlite3_context *context, int column) const
{
    const Event &event = m_chunk.events[m_index];
    switch (column) {
    case RunId:
        sqlite3_result_int64(context, m_run);
        break;
    case Seq:
        sqlite3_result_int64(context, static_cast<sqlite3_int64>(m_chunk.firstSeq) + m_index);
        break;
    case Time:
        sqlite3_result_int64(context, event.t);
        break;
    case Kind:
        sqlite3_result_text(context, toText(event.kind).data(), static_cast<int>(toText(event.kind).size()),
                            SQLITE_STATIC);
        break;
    case NodeColumn:
        nodeValue(context, event.node);
        break;
    case Incarnation:
        if (event.node.isValid())
            sqlite3_result_int64(context, event.incarnation);
        break;
    case Cause:
        if (event.cause.isValid())
            sqlite3_result_int64(context, event.cause.value);
        break;
    case Reason:
        if (const auto reason = reasonColumn(event, m_chunk.text(event.text)))
            sqlite3_result_text64(context, reason->data(), reason->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case Value:
        if (const auto value = valueColumn(event))
            sqlite3_result_int64(context, *value);
        break;
    default:
        break;
    }
}

int connectEvents(sqlite3 *handle, void *context, int, const char *const *, sqlite3_vtab **table, char **)
{
    if (const int result = sqlite3_declare_vtab(handle, declaration); result != SQLITE_OK)
        return result;
    auto made = std::make_unique<EventTable>();
    made->connection = static_cast<sqlite::Connection *>(context);
    *table = made.release();
    return SQLITE_OK;
}

int disconnectEvents(sqlite3_vtab *table)
{
    delete static_cast<EventTable *>(table);
    return SQLITE_OK;
}

/// The bit of a condition, 0 where it chooses nothing.
int bitOf(const sqlite3_index_info::sqlite3_index_constraint &condition)
{
    if (!condition.usable || condition.iColumn < RunId || condition.iColumn >= boundedColumns)
        return 0;
    switch (condition.op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return bit(condition.iColumn, Equal);
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE:
        return bit(condition.iColumn, Lower);
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE:
        return bit(condition.iColumn, Upper);
    default:
        return 0;
    }
}

/// Rows come ordered by run and seq.
bool isNaturalOrder(const sqlite3_index_info &info, bool isOneRun)
{
    const auto *terms = info.aOrderBy;
    if (std::any_of(terms, terms + info.nOrderBy, [](const auto &term) { return term.desc; }))
        return false;
    if (info.nOrderBy == 1)
        return terms[0].iColumn == RunId || (isOneRun && terms[0].iColumn == Seq);
    return info.nOrderBy == 2 && terms[0].iColumn == RunId && terms[1].iColumn == Seq;
}

int planEvents(sqlite3_vtab *, sqlite3_index_info *info)
{
    std::array<int, std::size_t{boundedColumns} * boundsOfColumn> conditions{};
    conditions.fill(-1);
    for (int i = 0; i < info->nConstraint; ++i) {
        const int which = bitOf(info->aConstraint[i]);
        for (std::size_t n = 0; n < conditions.size(); ++n) {
            if (which == 1 << n && conditions[n] < 0)
                conditions[n] = i;
        }
    }
    int plan = 0;
    int arguments = 0;
    for (std::size_t n = 0; n < conditions.size(); ++n) {
        const bool hasEqual = conditions[n / boundsOfColumn * boundsOfColumn] >= 0;
        if (conditions[n] < 0 || (hasEqual && n % boundsOfColumn != Equal))
            continue;
        plan |= 1 << n;
        info->aConstraintUsage[conditions[n]].argvIndex = ++arguments;
    }
    const bool isOneRun = plan & bit(RunId, Equal);
    const bool isPart = plan & ~(bit(RunId, Equal) | bit(RunId, Lower) | bit(RunId, Upper));
    info->idxNum = plan;
    info->estimatedCost = (isOneRun ? 1e5 : 1e9) / (isPart ? 20 : 1);
    info->estimatedRows = static_cast<sqlite3_int64>(info->estimatedCost);
    info->orderByConsumed = isNaturalOrder(*info, isOneRun);
    return SQLITE_OK;
}

int openEvents(sqlite3_vtab *, sqlite3_vtab_cursor **cursor)
{
    *cursor = new EventCursor;
    return SQLITE_OK;
}

int closeEvents(sqlite3_vtab_cursor *cursor)
{
    delete static_cast<EventCursor *>(cursor);
    return SQLITE_OK;
}

int filterEvents(sqlite3_vtab_cursor *cursor, int plan, const char *, int, sqlite3_value **arguments)
{
    return static_cast<EventCursor *>(cursor)->filter(plan, arguments);
}

int nextEvent(sqlite3_vtab_cursor *cursor)
{
    return static_cast<EventCursor *>(cursor)->next();
}

int pastEvents(sqlite3_vtab_cursor *cursor)
{
    return static_cast<EventCursor *>(cursor)->isPastEnd();
}

int valueOfEvent(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    static_cast<EventCursor *>(cursor)->value(context, column);
    return SQLITE_OK;
}

int rowIdOfEvent(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
    *id = static_cast<EventCursor *>(cursor)->rowId();
    return SQLITE_OK;
}

/// No xCreate: the table is there by itself and cannot be made.
const sqlite3_module eventModule = [] {
    sqlite3_module module{};
    module.xConnect = connectEvents;
    module.xDisconnect = disconnectEvents;
    module.xBestIndex = planEvents;
    module.xOpen = openEvents;
    module.xClose = closeEvents;
    module.xFilter = filterEvents;
    module.xNext = nextEvent;
    module.xEof = pastEvents;
    module.xColumn = valueOfEvent;
    module.xRowid = rowIdOfEvent;
    return module;
}();

}

StoreResult<void> registerEventTable(sqlite::Connection &connection, const char *name)
{
    if (sqlite3_create_module(connection.handle(), name, &eventModule, &connection) != SQLITE_OK)
        return tl::unexpected(connection.error());
    return {};
}

}
