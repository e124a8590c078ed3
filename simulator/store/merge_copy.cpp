#include "simulator/store/merge_copy.h"

#include "simulator/store/node_registry.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <set>

namespace daruma {

namespace {

/// Runs between two commits: so that what waits to be written stays small.
constexpr std::int64_t runsPerCommit = 10'000;

struct Column {
    enum class Kind { Value, Run, Node, RestartKind };
    std::string name;
    Kind kind = Kind::Value;
};

StoreError damaged(const std::string &path, const std::string &what)
{
    return {StoreErrorCode::Damaged, fmt::format("{} is damaged: {}", path, what), ""};
}

/// The columns of a table, and what those with a reference refer to.
StoreResult<std::vector<Column>> columnsOf(sqlite::Connection &connection, const std::string &table)
{
    std::vector<Column> columns;
    auto info =
        connection.prepare(fmt::format("SELECT name FROM pragma_table_info('{}') ORDER BY cid", table));
    auto keys = connection.prepare(
        fmt::format("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{}')", table));
    if (!info || !keys)
        return tl::unexpected(info ? keys.error() : info.error());
    auto row = info->step();
    for (; row && *row; row = info->step())
        columns.push_back({std::string(info->text(0))});
    if (!row)
        return tl::unexpected(row.error());
    for (row = keys->step(); row && *row; row = keys->step()) {
        const auto column = std::find_if(columns.begin(), columns.end(),
                                         [&](const Column &one) { return one.name == keys->text(0); });
        const std::string_view target = keys->text(1);
        if (target == "run")
            column->kind = Column::Kind::Run;
        else if (target == "node")
            column->kind = Column::Kind::Node;
        else if (target == "restart_kind")
            column->kind = Column::Kind::RestartKind;
    }
    if (!row)
        return tl::unexpected(row.error());
    return columns;
}

std::string marks(std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += i == 0 ? "?" : ", ?";
    return text;
}

std::string insertInto(const std::string &table, const std::vector<Column> &columns)
{
    std::string names;
    for (const Column &column : columns)
        names += (names.empty() ? "" : ", ") + column.name;
    return fmt::format("INSERT INTO {}({}) VALUES({})", table, names, marks(columns.size()));
}

void bindValue(sqlite::Statement &to, int parameter, const sqlite::Statement &from, int column)
{
    sqlite3_bind_value(to.handle(), parameter, sqlite3_column_value(from.handle(), column));
}

}

/// A table whose rows belong to runs.
struct CampaignCopier::Table {
    std::string name;
    std::vector<Column> columns;
    sqlite::Statement insert;
    std::vector<sqlite::Statement> selects;  ///< by source
};

CampaignCopier::CampaignCopier(sqlite::Connection &target, std::vector<MergeSource> &sources)
    : m_target(target)
    , m_sources(sources)
    , m_known(sources.size())
{}

CampaignCopier::~CampaignCopier() = default;

StoreResult<std::unique_ptr<CampaignCopier>> CampaignCopier::create(sqlite::Connection &target,
                                                                    std::vector<MergeSource> &sources)
{
    std::unique_ptr<CampaignCopier> copier(new CampaignCopier(target, sources));
    if (auto prepared = copier->prepare(); !prepared)
        return tl::unexpected(std::move(prepared.error()));
    return copier;
}

StoreResult<void> CampaignCopier::prepare()
{
    // Whatever a later version adds to runs is copied too.
    auto tables = m_target.prepare("SELECT name FROM sqlite_schema AS s WHERE type = 'table' AND EXISTS"
                                   " (SELECT 1 FROM pragma_foreign_key_list(s.name) WHERE \"table\" = 'run')"
                                   " ORDER BY s.rowid");
    if (!tables)
        return tl::unexpected(tables.error());
    auto row = tables->step();
    for (; row && *row; row = tables->step()) {
        auto table = std::make_unique<Table>();
        table->name = tables->text(0);
        auto columns = columnsOf(m_target, table->name);
        if (!columns)
            return tl::unexpected(columns.error());
        table->columns = std::move(*columns);
        auto insert = m_target.prepare(insertInto(table->name, table->columns));
        if (!insert)
            return tl::unexpected(insert.error());
        table->insert = std::move(*insert);
        std::string names;
        for (const Column &column : table->columns)
            names += (names.empty() ? "" : ", ") + column.name;
        for (MergeSource &source : m_sources) {
            auto select = source.connection.prepare(
                fmt::format("SELECT {} FROM {} WHERE run_id = ?", names, table->name));
            if (!select)
                return tl::unexpected(select.error());
            table->selects.push_back(std::move(*select));
        }
        m_tables.push_back(std::move(table));
    }
    return row ? StoreResult<void>() : tl::unexpected(row.error());
}

StoreResult<void> CampaignCopier::commit()
{
    return m_target.inTransaction() ? m_target.execute("COMMIT") : StoreResult<void>();
}

StoreResult<void> CampaignCopier::copy(const PlannedCampaign &campaign)
{
    if (!m_target.inTransaction()) {
        if (auto begun = m_target.execute("BEGIN IMMEDIATE"); !begun)
            return begun;
    }
    const auto scenario = scenarioOf(campaign.parts.front());
    if (!scenario)
        return tl::unexpected(scenario.error());
    StoreResult<void> copied =
        insertCampaign(campaign, *scenario).and_then([&] { return copyDialects(campaign.parts.front()); });
    for (std::size_t i = 0; copied && i < campaign.parts.size(); ++i)
        copied = copyRuns(campaign.parts[i], *scenario);
    return copied;
}

StoreResult<std::int64_t> CampaignCopier::scenarioOf(const SourceCampaign &campaign)
{
    if (const auto known = m_scenarios.find(campaign.fingerprint); known != m_scenarios.end())
        return known->second;
    sqlite::Connection &source = m_sources[campaign.source].connection;
    auto find = source.prepare("SELECT name, fingerprint, text FROM scenario WHERE id = ?");
    auto insert = m_target.prepare("INSERT INTO scenario(name, fingerprint, text) VALUES(?, ?, ?)");
    if (!find || !insert)
        return tl::unexpected(find ? insert.error() : find.error());
    find->bind(1, campaign.row.scenarioId);
    const auto found = find->step();
    if (!found || !*found)
        return tl::unexpected(found ? damaged(source.path(), "a scenario is missing") : found.error());
    for (int i = 0; i < 3; ++i)
        bindValue(*insert, i + 1, *find, i);
    return insert->run().map([&] { return m_scenarios[campaign.fingerprint] = m_target.lastRowId(); });
}

StoreResult<void> CampaignCopier::insertCampaign(const PlannedCampaign &campaign, std::int64_t scenario)
{
    const SourceCampaign &first = campaign.parts.front();
    auto columns = columnsOf(m_target, "campaign");
    if (!columns)
        return tl::unexpected(columns.error());
    auto insert = m_target.prepare(insertInto("campaign", *columns));
    std::string names;
    for (const Column &column : *columns)
        names += (names.empty() ? "" : ", ") + column.name;
    auto select = m_sources[first.source].connection.prepare(
        fmt::format("SELECT {} FROM campaign WHERE id = ?", names));
    if (!insert || !select)
        return tl::unexpected(insert ? select.error() : insert.error());
    select->bind(1, first.row.id);
    if (const auto row = select->step(); !row)
        return tl::unexpected(row.error());
    // Of the whole: from when its first part began to when its last was done, and wherever that was.
    std::string begun = first.row.startedAt;
    std::optional<std::string> finished = first.row.finishedAt;
    std::set<std::string> hostNames;
    std::set<std::string> records;
    for (const SourceCampaign &part : campaign.parts) {
        begun = std::min(begun, part.row.startedAt);
        if (finished && part.row.finishedAt)
            finished = std::max(*finished, *part.row.finishedAt);
        hostNames.insert(part.row.host);
        records.insert(part.row.record.value_or(""));
    }
    std::string hosts;
    for (const std::string &host : hostNames)
        hosts += (hosts.empty() ? "" : ", ") + host;
    for (int i = 0; i < static_cast<int>(columns->size()); ++i) {
        const std::string &name = (*columns)[static_cast<std::size_t>(i)].name;
        if (name == "id")
            insert->bind(i + 1, m_campaign + 1);
        else if (name == "scenario_id")
            insert->bind(i + 1, scenario);
        else if (name == "first_seed")
            insert->bind(i + 1, campaign.firstSeed);
        else if (name == "last_seed")
            insert->bind(i + 1, campaign.lastSeed);
        else if (name == "options")
            insert->bind(i + 1, std::string_view(campaign.options));
        else if (name == "started_at")
            insert->bind(i + 1, std::string_view(begun));
        else if (name == "finished_at" && finished)
            insert->bind(i + 1, std::string_view(*finished));
        else if (name == "host")
            insert->bind(i + 1, std::string_view(hosts));
        else if (name == "writer" || (name == "record" && records.size() > 1))
            insert->bindNull(i + 1);
        else
            bindValue(*insert, i + 1, *select, i);
    }
    ++m_campaign;
    return insert->run();
}

StoreResult<void> CampaignCopier::copyDialects(const SourceCampaign &part)
{
    auto select = m_sources[part.source].connection.prepare(
        "SELECT name, path, fingerprint, text FROM campaign_dialect JOIN dialect ON dialect.id = dialect_id"
        " WHERE campaign_id = ? ORDER BY name");
    auto text = m_target.prepare("INSERT INTO dialect(fingerprint, text) VALUES(?, ?)"
                                 " ON CONFLICT (fingerprint) DO NOTHING");
    auto name = m_target.prepare("INSERT INTO campaign_dialect(campaign_id, name, path, dialect_id)"
                                 " SELECT ?, ?, ?, id FROM dialect WHERE fingerprint = ?");
    for (const auto *statement : {&select, &text, &name}) {
        if (!*statement)
            return tl::unexpected(statement->error());
    }
    select->bind(1, part.row.id);
    auto row = select->step();
    for (; row && *row; row = select->step()) {
        bindValue(*text, 1, *select, 2);
        bindValue(*text, 2, *select, 3);
        name->bind(1, m_campaign);
        bindValue(*name, 2, *select, 0);
        bindValue(*name, 3, *select, 1);
        bindValue(*name, 4, *select, 2);
        if (auto inserted = text->run().and_then([&] { return name->run(); }); !inserted)
            return inserted;
    }
    return row ? StoreResult<void>() : tl::unexpected(row.error());
}

StoreResult<void> CampaignCopier::copyRuns(const SourceCampaign &part, std::int64_t scenario)
{
    MergeSource &source = m_sources[part.source];
    if (auto read = readNodes(part.source, part.row.scenarioId); !read)
        return read;
    const auto columns = columnsOf(m_target, "run");
    if (!columns)
        return tl::unexpected(columns.error());
    std::string names;
    for (const Column &column : *columns)
        names += (names.empty() ? "" : ", ") + column.name;
    auto select = source.connection.prepare(
        fmt::format("SELECT {}, id, layout_id FROM run WHERE campaign_id = ? ORDER BY id", names));
    auto insert = m_target.prepare(insertInto("run", *columns));
    if (!select || !insert)
        return tl::unexpected(select ? insert.error() : select.error());
    select->bind(1, part.row.id);
    const int count = static_cast<int>(columns->size());
    auto row = select->step();
    for (; row && *row; row = select->step()) {
        const std::int64_t run = select->integer(count);
        const auto layout = layoutOf(part.source, select->integer(count + 1), scenario);
        if (!layout)
            return tl::unexpected(layout.error());
        ++m_run;
        for (int i = 0; i < count; ++i) {
            const std::string &name = (*columns)[static_cast<std::size_t>(i)].name;
            if (name == "id")
                insert->bind(i + 1, m_run);
            else if (name == "campaign_id")
                insert->bind(i + 1, m_campaign);
            else if (name == "scenario_id")
                insert->bind(i + 1, scenario);
            else if (name == "layout_id")
                insert->bind(i + 1, *layout);
            else
                bindValue(*insert, i + 1, *select, i);
        }
        if (auto inserted = insert->run(); !inserted)
            return inserted;
        for (const auto &table : m_tables) {
            if (auto copied = copyRows(*table, part.source, run, scenario); !copied)
                return copied;
        }
        if (m_run % runsPerCommit == 0) {
            if (auto committed = m_target.execute("COMMIT; BEGIN IMMEDIATE"); !committed)
                return committed;
        }
    }
    return row ? StoreResult<void>() : tl::unexpected(row.error());
}

StoreResult<void> CampaignCopier::copyRows(Table &table, std::size_t source, std::int64_t run,
                                           std::int64_t scenario)
{
    sqlite::Statement &select = table.selects[source];
    select.bind(1, run);
    auto row = select.step();
    for (; row && *row; row = select.step()) {
        for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
            const Column::Kind kind = table.columns[static_cast<std::size_t>(i)].kind;
            if (kind == Column::Kind::Run) {
                table.insert.bind(i + 1, m_run);
                continue;
            }
            if (kind == Column::Kind::Value || select.isNull(i)) {
                bindValue(table.insert, i + 1, select, i);
                continue;
            }
            const auto id = kind == Column::Kind::Node ? nodeOf(source, select.integer(i), scenario)
                                                       : kindOf(source, select.integer(i), scenario);
            if (!id)
                return tl::unexpected(id.error());
            table.insert.bind(i + 1, *id);
        }
        if (auto inserted = table.insert.run(); !inserted)
            return inserted;
    }
    select.reset();
    return row ? StoreResult<void>() : tl::unexpected(row.error());
}

StoreResult<void> CampaignCopier::readNodes(std::size_t source, std::int64_t scenario)
{
    Known &known = m_known[source];
    if (!known.scenarios.emplace(scenario, true).second)
        return {};
    auto select = m_sources[source].connection.prepare(
        "SELECT id, path, kind, parent_id FROM node WHERE scenario_id = ?");
    if (!select)
        return tl::unexpected(select.error());
    select->bind(1, scenario);
    auto row = select->step();
    for (; row && *row; row = select->step())
        known.nodes.emplace(select->integer(0), Node{std::string(select->text(1)),
                                                     std::string(select->text(2)), select->integer(3)});
    return row ? StoreResult<void>() : tl::unexpected(row.error());
}

StoreResult<std::int64_t> CampaignCopier::nodeOf(std::size_t source, std::int64_t id, std::int64_t scenario)
{
    Known &known = m_known[source];
    if (const auto there = known.nodeIds.find(id); there != known.nodeIds.end())
        return there->second;
    const auto node = known.nodes.find(id);
    if (node == known.nodes.end())
        return tl::unexpected(damaged(m_sources[source].path, fmt::format("there is no node {}", id)));
    if (const auto there = m_nodes.find({scenario, node->second.path}); there != m_nodes.end())
        return known.nodeIds[id] = there->second;
    std::optional<std::int64_t> parent;
    if (node->second.parent != 0) {
        auto above = nodeOf(source, node->second.parent, scenario);
        if (!above)
            return above;
        parent = *above;
    }
    auto insert = m_target.prepare("INSERT INTO node(scenario_id, path, kind, parent_id) VALUES(?, ?, ?, ?)");
    if (!insert)
        return tl::unexpected(insert.error());
    insert->bind(1, scenario);
    insert->bind(2, std::string_view(node->second.path));
    insert->bind(3, std::string_view(node->second.kind));
    insert->bind(4, parent);
    return insert->run().map([&] {
        m_nodes.emplace(std::pair(scenario, node->second.path), m_target.lastRowId());
        return known.nodeIds[id] = m_target.lastRowId();
    });
}

/// Nodes get their ids here, in the order of their numbers in the first run that has them.
StoreResult<std::int64_t> CampaignCopier::layoutOf(std::size_t source, std::int64_t id, std::int64_t scenario)
{
    Known &known = m_known[source];
    if (const auto there = known.layouts.find(id); there != known.layouts.end())
        return there->second;
    auto select = m_sources[source].connection.prepare("SELECT nodes FROM layout WHERE id = ?");
    if (!select)
        return tl::unexpected(select.error());
    select->bind(1, id);
    const auto row = select->step();
    if (!row)
        return tl::unexpected(row.error());
    auto nodes = *row ? layoutFromText(select->text(0)) : std::nullopt;
    if (!nodes)
        return tl::unexpected(damaged(m_sources[source].path, "a layout cannot be read"));
    for (std::int64_t &node : *nodes) {
        auto there = nodeOf(source, node, scenario);
        if (!there)
            return there;
        node = *there;
    }
    const std::string text = layoutText(*nodes);
    if (const auto there = m_layouts.find({scenario, text}); there != m_layouts.end())
        return known.layouts[id] = there->second;
    auto insert = m_target.prepare("INSERT INTO layout(scenario_id, nodes) VALUES(?, ?)");
    if (!insert)
        return tl::unexpected(insert.error());
    insert->bind(1, scenario);
    insert->bind(2, std::string_view(text));
    return insert->run().map([&] {
        m_layouts.emplace(std::pair(scenario, text), m_target.lastRowId());
        return known.layouts[id] = m_target.lastRowId();
    });
}

StoreResult<std::int64_t> CampaignCopier::kindOf(std::size_t source, std::int64_t id, std::int64_t scenario)
{
    Known &known = m_known[source];
    if (const auto there = known.kinds.find(id); there != known.kinds.end())
        return there->second;
    auto select = m_sources[source].connection.prepare(
        "SELECT supervisor, strategy, reason, allowed FROM restart_kind WHERE id = ?");
    if (!select)
        return tl::unexpected(select.error());
    select->bind(1, id);
    const auto row = select->step();
    if (!row || !*row)
        return tl::unexpected(row ? damaged(m_sources[source].path, fmt::format("there is no kind {}", id))
                                  : row.error());
    auto supervisor = nodeOf(source, select->integer(0), scenario);
    if (!supervisor)
        return supervisor;
    const std::string allowed = select->isNull(3) ? "" : std::to_string(select->integer(3));
    const std::string key =
        fmt::format("{} {} {} {}", *supervisor, select->text(1), allowed, select->text(2));
    if (const auto there = m_kinds.find(key); there != m_kinds.end())
        return known.kinds[id] = there->second;
    auto insert = m_target.prepare(
        "INSERT INTO restart_kind(supervisor, strategy, reason, allowed) VALUES(?, ?, ?, ?)");
    if (!insert)
        return tl::unexpected(insert.error());
    insert->bind(1, *supervisor);
    for (int i = 1; i < 4; ++i)
        bindValue(*insert, i + 1, *select, i);
    return insert->run().map([&] {
        m_kinds.emplace(key, m_target.lastRowId());
        return known.kinds[id] = m_target.lastRowId();
    });
}

}
