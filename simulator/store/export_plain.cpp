#include "simulator/store/database.h"
#include "simulator/store/event_table.h"
#include "simulator/store/schema.h"

#include <fmt/format.h>

#include <filesystem>

namespace daruma {

namespace {

/// The copy is no Daruma database any more: what it lacks, `replay` would miss.
std::string unpack()
{
    return fmt::format(R"(
BEGIN;
CREATE TABLE event(
    run_id INTEGER NOT NULL REFERENCES run(id),
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    node INTEGER REFERENCES node(id),
    incarnation INTEGER,
    cause INTEGER,
    reason TEXT,
    value INTEGER,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO event SELECT * FROM unpacked_event ORDER BY run_id, seq;
DROP TABLE event_chunk;
PRAGMA application_id = {};
COMMIT;
)",
                       plainApplicationId);
}

std::string jsonString(const std::string &text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

}

StoreResult<void> exportPlain(const std::string &database, const std::string &out, OpenOptions options)
{
    std::error_code ignored;
    if (std::filesystem::exists(out, ignored))
        return tl::unexpected(StoreError{StoreErrorCode::Other, out + " exists already",
                                         "Name a new file: an export never overwrites."});
    auto source = openForReading(database, options);
    if (!source)
        return tl::unexpected(source.error());
    // SQLite counts writing another file as writing.
    auto written =
        source
            ->execute("PRAGMA query_only = OFF; VACUUM INTO "
                      + jsonString(std::filesystem::absolute(out).string()))
            .and_then([&] { return sqlite::Connection::open(out, sqlite::Connection::Mode::Write, 0); })
            .and_then([&](sqlite::Connection target) {
                return registerEventTable(target, "unpacked_event").and_then([&] {
                    return target.execute(unpack());
                });
            });
    if (!written)
        std::filesystem::remove(out, ignored);
    return written;
}

}
