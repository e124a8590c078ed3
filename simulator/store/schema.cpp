#include "simulator/store/schema.h"

#include "simulator/store/event_table.h"

#include <fmt/format.h>

#include <array>

namespace daruma {

namespace {

/// Version 1: CONTRACT section 4. Rows of runs are only ever appended in the order of run and seq, so their
/// tables are clustered by that key and need no second index; all other questions about restarts (of one
/// node, of one reason) are scans, because a live index would slow recording several times.
constexpr const char *version1 = R"(
CREATE TABLE scenario(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE node(
    id INTEGER PRIMARY KEY,
    scenario_id INTEGER NOT NULL REFERENCES scenario(id),
    path TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('supervisor', 'worker')),
    parent_id INTEGER REFERENCES node(id),
    UNIQUE (scenario_id, path)
) STRICT;

CREATE TABLE layout(
    id INTEGER PRIMARY KEY,
    scenario_id INTEGER NOT NULL REFERENCES scenario(id),
    nodes TEXT NOT NULL,
    UNIQUE (scenario_id, nodes)
) STRICT;

CREATE TABLE campaign(
    id INTEGER PRIMARY KEY,
    scenario_id INTEGER NOT NULL REFERENCES scenario(id),
    first_seed INTEGER NOT NULL,
    last_seed INTEGER NOT NULL,
    options TEXT NOT NULL,
    rules_version INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    host TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_by_scenario ON campaign(scenario_id);

CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign(id),
    scenario_id INTEGER NOT NULL REFERENCES scenario(id),
    seed INTEGER NOT NULL,
    dialect TEXT NOT NULL,
    overrides TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'gave_up', 'failed', 'truncated')),
    end_ns INTEGER NOT NULL,
    events INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    wall_ns INTEGER NOT NULL,
    layout_id INTEGER NOT NULL REFERENCES layout(id)
) STRICT;
CREATE INDEX run_by_campaign ON run(campaign_id);
CREATE INDEX run_not_passed ON run(outcome) WHERE outcome <> 'passed';

CREATE TABLE restart(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL,
    supervisor INTEGER NOT NULL REFERENCES node(id),
    child INTEGER NOT NULL REFERENCES node(id),
    incarnation INTEGER NOT NULL,
    strategy TEXT NOT NULL,
    reason TEXT NOT NULL,
    in_window INTEGER NOT NULL,
    allowed INTEGER,
    delay_ns INTEGER NOT NULL,
    cause INTEGER,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE escalation(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL,
    supervisor INTEGER NOT NULL REFERENCES node(id),
    incarnation INTEGER NOT NULL,
    child INTEGER REFERENCES node(id),
    reason TEXT,
    in_window INTEGER NOT NULL,
    allowed INTEGER,
    cause INTEGER,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE node_run(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    node INTEGER NOT NULL REFERENCES node(id),
    starts INTEGER NOT NULL,
    outages INTEGER NOT NULL,
    up_ns INTEGER NOT NULL,
    down_ns INTEGER NOT NULL,
    longest_outage_ns INTEGER NOT NULL,
    PRIMARY KEY (run_id, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_chunk(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    first_seq INTEGER NOT NULL,
    events INTEGER NOT NULL,
    first_t_ns INTEGER NOT NULL,
    last_t_ns INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (run_id, first_seq)
) STRICT;

CREATE TABLE violation(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    expectation TEXT NOT NULL,
    seq INTEGER,
    t_ns INTEGER NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX violation_by_run ON violation(run_id);

CREATE TABLE report(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    node INTEGER NOT NULL REFERENCES node(id),
    state TEXT NOT NULL,
    phase TEXT,
    reason TEXT,
    recoverable INTEGER,
    panic INTEGER,
    started_at_ns INTEGER,
    last_observed_at_ns INTEGER,
    completed_at_ns INTEGER,
    requested_by TEXT,
    shutdown_reason TEXT,
    PRIMARY KEY (run_id, node)
) STRICT, WITHOUT ROWID;

CREATE VIEW restarts AS
SELECT r.run_id AS run, run.seed, r.seq, r.t_ns / 1e9 AS seconds, s.path AS supervisor, c.path AS child,
    r.incarnation, r.strategy, r.reason, r.in_window, r.allowed, r.delay_ns / 1e9 AS delay_seconds
FROM restart AS r
JOIN run ON run.id = r.run_id
JOIN node AS s ON s.id = r.supervisor
JOIN node AS c ON c.id = r.child;

CREATE VIEW escalations AS
SELECT e.run_id AS run, run.seed, e.seq, e.t_ns / 1e9 AS seconds, s.path AS supervisor, e.incarnation,
    c.path AS child, e.reason, e.in_window, e.allowed
FROM escalation AS e
JOIN run ON run.id = e.run_id
JOIN node AS s ON s.id = e.supervisor
LEFT JOIN node AS c ON c.id = e.child;

CREATE VIEW downtime AS
SELECT d.run_id AS run, run.seed, n.path AS node, d.starts, d.outages, d.up_ns / 1e9 AS up_seconds,
    d.down_ns / 1e9 AS down_seconds, d.longest_outage_ns / 1e9 AS longest_outage_seconds,
    round(d.up_ns * 1.0 / nullif(d.up_ns + d.down_ns, 0), 6) AS availability
FROM node_run AS d
JOIN run ON run.id = d.run_id
JOIN node AS n ON n.id = d.node;
)";

/// Version 2: which process writes a campaign (null where none does), so that one that was broken off can be
/// told from one that goes on.
constexpr const char *version2 = R"(
ALTER TABLE campaign ADD COLUMN writer TEXT;
)";

/// Version 3: a restart takes half the bytes. What restarts have in common stands once in `restart_kind`, and
/// `restart` is a view with the columns that the table had.
constexpr const char *version3 = R"(
CREATE TABLE restart_kind(
    id INTEGER PRIMARY KEY,
    supervisor INTEGER NOT NULL REFERENCES node(id),
    strategy TEXT NOT NULL,
    reason TEXT NOT NULL,
    allowed INTEGER
) STRICT;
CREATE INDEX restart_kind_by_reason ON restart_kind(supervisor, reason);

CREATE TABLE restart_row(
    run_id INTEGER NOT NULL REFERENCES run(id) DEFERRABLE INITIALLY DEFERRED,
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL,
    child INTEGER NOT NULL REFERENCES node(id),
    incarnation INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES restart_kind(id),
    in_window INTEGER NOT NULL,
    delay_ns INTEGER NOT NULL,
    cause_before INTEGER,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO restart_kind(supervisor, strategy, reason, allowed)
SELECT DISTINCT supervisor, strategy, reason, allowed FROM restart;
INSERT INTO restart_row
SELECT r.run_id, r.seq, r.t_ns, r.child, r.incarnation, k.id, r.in_window, r.delay_ns, r.seq - r.cause
FROM restart AS r
JOIN restart_kind AS k ON k.supervisor = r.supervisor AND k.reason = r.reason AND k.strategy = r.strategy
    AND k.allowed IS r.allowed
ORDER BY r.run_id, r.seq;
DROP TABLE restart;

CREATE VIEW restart AS
SELECT r.run_id, r.seq, r.t_ns, k.supervisor, r.child, r.incarnation, k.strategy, k.reason, r.in_window,
    k.allowed, r.delay_ns, r.seq - r.cause_before AS cause
FROM restart_row AS r
CROSS JOIN restart_kind AS k ON k.id = r.kind;
)";

/// Version 4: the files of dialects that do not ship, as they were when a campaign was made.
constexpr const char *version4 = R"(
CREATE TABLE dialect(
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE campaign_dialect(
    campaign_id INTEGER NOT NULL REFERENCES campaign(id),
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    dialect_id INTEGER NOT NULL REFERENCES dialect(id),
    PRIMARY KEY (campaign_id, name)
) STRICT, WITHOUT ROWID;
)";

/// Version 5: what of its runs a campaign records, so that nobody goes on with it in another way. Null in
/// campaigns from before.
constexpr const char *version5 = R"(
ALTER TABLE campaign ADD COLUMN record TEXT;
)";

/// migrations[n] turns a database of version n into one of version n + 1. Entries are only ever appended.
constexpr std::array migrations{version1, version2, version3, version4, version5};

/// Settings of a file, made before its first table.
StoreResult<void> prepareFile(sqlite::Connection &connection)
{
    // Larger pages suit compressed chunks; larger still make small databases large.
    return connection.execute("PRAGMA page_size = 8192").and_then([&] {
        return connection.execute("PRAGMA journal_mode = WAL");
    });
}

StoreResult<void> configureWriter(sqlite::Connection &connection)
{
    // In WAL mode NORMAL survives the death of the process at any moment; a power cut may take the last runs,
    // never the file. References are right by construction and declared for readers: checking each on the way
    // in would cost more than the insert.
    return connection.execute(
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536;"
        "PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 33554432; PRAGMA temp_store = MEMORY");
}

StoreResult<std::int64_t> migrate(sqlite::Connection &connection, std::int64_t from)
{
    for (auto version = from; version < schemaVersion(); ++version) {
        const auto done = connection.execute(migrations[static_cast<std::size_t>(version)]);
        if (!done)
            return tl::unexpected(done.error());
    }
    return connection
        .execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", applicationId,
                             schemaVersion()))
        .map([] { return schemaVersion(); });
}

StoreError newer(const std::string &path, std::int64_t version)
{
    return {StoreErrorCode::Newer,
            fmt::format("{} was written by a newer Daruma (database version {}, this one knows up to {})",
                        path, version, schemaVersion()),
            "Use that version of Daruma, or name another file."};
}

/// What the file says it is. An empty file is version 0.
StoreResult<std::int64_t> versionOf(sqlite::Connection &connection)
{
    const auto tables = connection.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables)
        return tl::unexpected(tables.error());
    const auto application = connection.integer("PRAGMA application_id");
    const auto version = connection.integer("PRAGMA user_version");
    if (!application || !version)
        return tl::unexpected(application ? version.error() : application.error());
    if (*application == applicationId) {
        if (*version > schemaVersion())
            return tl::unexpected(newer(connection.path(), *version));
        if (*version < 1 || *tables == 0)
            return tl::unexpected(
                StoreError{StoreErrorCode::Damaged,
                           connection.path() + " is damaged: it has no tables of a known version",
                           "Move the file away to start a new one."});
        return *version;
    }
    if (*application == plainApplicationId)
        return tl::unexpected(StoreError{
            StoreErrorCode::NotDaruma,
            connection.path() + " is a copy for other tools, made by `daruma export --format sqlite`",
            "`daruma query` and any SQLite tool read it; for the rest, name the database that it was made "
            "from."});
    if (*application != 0 || *version != 0 || *tables != 0)
        return tl::unexpected(StoreError{StoreErrorCode::NotDaruma,
                                         connection.path() + " is a database of another program",
                                         "Name another file."});
    return 0;
}

StoreResult<void> createOrMigrate(sqlite::Connection &connection, std::int64_t version)
{
    if (version == schemaVersion())
        return {};
    if (version == 0) {
        if (auto prepared = prepareFile(connection); !prepared)
            return prepared;
    }
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    // Somebody else may have done it while this one waited for the lock.
    const auto done =
        versionOf(connection).and_then([&](std::int64_t now) { return migrate(connection, now); });
    if (!done) {
        static_cast<void>(connection.execute("ROLLBACK"));
        return tl::unexpected(done.error());
    }
    return connection.execute("COMMIT");
}

}

std::int64_t schemaVersion()
{
    return static_cast<std::int64_t>(migrations.size());
}

StoreResult<sqlite::Connection> openForWriting(const std::string &path, OpenOptions options)
{
    auto connection = sqlite::Connection::open(path, sqlite::Connection::Mode::Create, options.busyTimeoutMs);
    if (!connection)
        return connection;
    const auto ready =
        versionOf(*connection)
            .and_then([&](std::int64_t version) { return createOrMigrate(*connection, version); })
            .and_then([&] { return configureWriter(*connection); })
            // Finds out now, and not after the first run, that nothing can be written.
            .and_then([&] { return connection->execute("BEGIN IMMEDIATE; ROLLBACK"); });
    if (!ready)
        return tl::unexpected(ready.error());
    return connection;
}

StoreResult<std::unique_ptr<sqlite::Connection>> openForQueries(const std::string &path, OpenOptions options)
{
    auto connection = sqlite::Connection::open(path, sqlite::Connection::Mode::Read, options.busyTimeoutMs);
    if (!connection)
        return tl::unexpected(connection.error());
    if (const auto id = connection->integer("PRAGMA application_id"); id && *id == plainApplicationId)
        return std::make_unique<sqlite::Connection>(std::move(*connection));
    auto ours = openForReading(path, options);
    if (!ours)
        return tl::unexpected(ours.error());
    auto kept = std::make_unique<sqlite::Connection>(std::move(*ours));
    return registerEventTable(*kept).map([&] { return std::move(kept); });
}

StoreResult<sqlite::Connection> openForReading(const std::string &path, OpenOptions options)
{
    auto connection = sqlite::Connection::open(path, sqlite::Connection::Mode::Read, options.busyTimeoutMs);
    if (!connection)
        return connection;
    auto version = versionOf(*connection);
    if (!version)
        return tl::unexpected(version.error());
    if (*version > 0 && *version < schemaVersion() && openForWriting(path, options))
        version = versionOf(*connection);
    if (*version == 0)
        return tl::unexpected(StoreError{StoreErrorCode::NotDaruma, path + " is empty: it holds no runs",
                                         "`daruma run --db FILE` records into it."});
    if (*version < schemaVersion())
        return tl::unexpected(
            StoreError{StoreErrorCode::Other,
                       fmt::format("{} was written by an older Daruma (database version {}) and cannot be "
                                   "brought up to date where it is",
                                   path, *version),
                       "Copy it to a place that may be written, and open it there: it keeps what it holds."});
    return connection;
}

}
