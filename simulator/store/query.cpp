#include "simulator/store/query.h"

#include "simulator/store/schema.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <set>

namespace daruma {

using namespace std::string_view_literals;

namespace {

bool isReadingPragma(std::string_view name)
{
    constexpr std::array known{
        "application_id"sv,   "database_list"sv, "encoding"sv,    "foreign_key_check"sv,
        "foreign_key_list"sv, "index_info"sv,    "index_list"sv,  "index_xinfo"sv,
        "integrity_check"sv,  "page_count"sv,    "page_size"sv,   "quick_check"sv,
        "table_info"sv,       "table_list"sv,    "table_xinfo"sv, "user_version"sv};
    return std::find(known.begin(), known.end(), name) != known.end();
}

/// Refuses what is no reading although it changes nothing of the file; what would, is seen once it is
/// prepared.
int refuseSideEffects(void *, int action, const char *name, const char *, const char *, const char *)
{
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_DENY;
    case SQLITE_PRAGMA:
        return isReadingPragma(name) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_OK;
    }
}

StoreError doesMoreThanRead()
{
    return {StoreErrorCode::Query, "this statement does more than read",
            "`daruma query` only reads; for anything else use sqlite3 on a copy of the file."};
}

/// The message, and the line of the SQL around the place with a mark under it.
StoreError sqlError(const sqlite::Connection &connection, std::string_view sql)
{
    std::string message = sqlite3_errmsg(connection.handle());
    if ((sqlite3_errcode(connection.handle()) & 0xff) == SQLITE_AUTH)
        return doesMoreThanRead();
    const int offset = sqlite3_error_offset(connection.handle());
    if (offset < 0)
        return {StoreErrorCode::Query, "SQL: " + message, ""};
    const auto place = std::min(static_cast<std::size_t>(offset), sql.size());
    const std::size_t lineBreak = place == 0 ? std::string_view::npos : sql.rfind('\n', place - 1);
    const std::size_t start = lineBreak == std::string_view::npos ? 0 : lineBreak + 1;
    const std::string_view line = sql.substr(start, sql.find('\n', start) - start);
    const auto lineNumber =
        1 + std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(start), '\n');
    return {StoreErrorCode::Query,
            fmt::format("SQL:{}:{}: {}\n  {}\n  {}^", lineNumber, place - start + 1, message, line,
                        std::string(place - start, ' ')),
            ""};
}

bool isBlank(std::string_view sql)
{
    return sql.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

SqlValue valueOf(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
        return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
        const auto *bytes = static_cast<const std::byte *>(sqlite3_column_blob(statement, column));
        return std::vector<std::byte>(bytes, bytes + sqlite3_column_bytes(statement, column));
    }
    default:
        return std::monostate();
    }
}

/// Asked by SQLite now and then: also a statement that finds no row for long can be stopped.
int isStopped(void *stop)
{
    return *static_cast<const std::atomic<bool> *>(stop) ? 1 : 0;
}

struct Finalize {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using OwnedStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// The tables and views that a query may name.
std::string knownTables(sqlite::Connection &connection)
{
    std::set<std::string> names{"event"};
    auto rows = connection.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
                                   " AND name NOT LIKE 'sqlite_%'");
    for (auto row = rows ? rows->step() : StoreResult<bool>(false); row && *row; row = rows->step())
        names.emplace(rows->text(0));
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "There are " : ", ") + name;
    return text + ".";
}

StoreResult<OwnedStatement> prepareOne(const sqlite::Connection &connection, std::string_view sql)
{
    sqlite3_stmt *prepared = nullptr;
    const char *rest = nullptr;
    const int result =
        sqlite3_prepare_v2(connection.handle(), sql.data(), static_cast<int>(sql.size()), &prepared, &rest);
    OwnedStatement statement(prepared);
    if (result != SQLITE_OK)
        return tl::unexpected(sqlError(connection, sql));
    if (!statement)
        return tl::unexpected(StoreError{StoreErrorCode::Query, "there is no SQL statement",
                                         "Example: daruma query FILE 'select * from restarts limit 5'"});
    if (!isBlank(sql.substr(static_cast<std::size_t>(rest - sql.data()))))
        return tl::unexpected(StoreError{StoreErrorCode::Query, "there is more than one SQL statement",
                                         "Run `daruma query` once for each."});
    if (!sqlite3_stmt_readonly(statement.get()))
        return tl::unexpected(doesMoreThanRead());
    return statement;
}

}

StoreResult<void> query(const std::string &path, std::string_view sql,
                        const std::function<void(std::span<const std::string>)> &columns,
                        const std::function<bool(std::span<const SqlValue>)> &row, OpenOptions options,
                        const std::atomic<bool> *stop)
{
    constexpr int instructionsBetween = 10'000;
    const auto opened = openForQueries(path, options);
    if (!opened)
        return tl::unexpected(opened.error());
    const sqlite::Connection *connection = opened->get();
    sqlite3_set_authorizer(connection->handle(), refuseSideEffects, nullptr);
    if (stop)
        sqlite3_progress_handler(connection->handle(), instructionsBetween, isStopped,
                                 const_cast<std::atomic<bool> *>(stop));
    auto statement = prepareOne(*connection, sql);
    if (!statement) {
        StoreError error = statement.error();
        if (error.message.find("no such table") != std::string::npos)
            error.hint += (error.hint.empty() ? "" : "\n") + knownTables(**opened);
        return tl::unexpected(std::move(error));
    }

    const int count = sqlite3_column_count(statement->get());
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        names.emplace_back(sqlite3_column_name(statement->get(), i));
    columns(names);
    std::vector<SqlValue> values(names.size());
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(statement->get())) == SQLITE_ROW) {
        for (int i = 0; i < count; ++i)
            values[static_cast<std::size_t>(i)] = valueOf(statement->get(), i);
        if (!row(values))
            return {};
    }
    if (result == SQLITE_DONE)
        return {};
    if ((result & 0xff) == SQLITE_INTERRUPT)
        return tl::unexpected(StoreError{StoreErrorCode::Query, "the query was stopped", ""});
    if ((result & 0xff) == SQLITE_ERROR)
        return tl::unexpected(sqlError(*connection, sql));
    return tl::unexpected(connection->error());
}

StoreResult<QueryResult> query(const std::string &path, std::string_view sql, OpenOptions options,
                               const std::atomic<bool> *stop)
{
    QueryResult result;
    return query(
               path, sql,
               [&](std::span<const std::string> columns) {
                   result.columns.assign(columns.begin(), columns.end());
               },
               [&](std::span<const SqlValue> row) {
                   result.rows.emplace_back(row.begin(), row.end());
                   return true;
               },
               options, stop)
        .map([&] { return std::move(result); });
}

}
