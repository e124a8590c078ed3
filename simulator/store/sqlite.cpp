#include "simulator/store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <unistd.h>

namespace daruma::sqlite {

namespace {

/// The path as a URI, so that it may hold any character and take options.
std::string uriOf(const std::string &path, std::string_view options)
{
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '?' || c == '#' || c == '%')
            uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        else
            uri += c;
    }
    return uri + std::string(options);
}

/// A database in WAL mode needs files beside it, which a folder that cannot be written does not allow. Where
/// no log waits to be read, the file alone is the whole database.
bool mustBeReadAlone(const std::string &path)
{
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (folder.empty())
        folder = ".";
    std::error_code ignored;
    return access(folder.c_str(), W_OK) != 0 && !std::filesystem::exists(path + "-wal", ignored);
}

StoreError unopenable(const std::string &path, Connection::Mode mode)
{
    std::error_code ignored;
    const std::filesystem::path file(path);
    if (std::filesystem::is_directory(file, ignored))
        return {StoreErrorCode::NotDaruma, path + " is a folder, not a database",
                "Name a file in it, such as " + (file / "daruma.db").string() + "."};
    if (std::filesystem::exists(file, ignored))
        return {StoreErrorCode::ReadOnly, "cannot open " + path + ": permission denied",
                "Check the permissions of the file and of its folder."};
    if (mode != Connection::Mode::Create)
        return {StoreErrorCode::NotFound, "no such database: " + path,
                "`daruma run` and `daruma sweep` make one, daruma.db where --db names no other."};
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(folder, ignored))
        return {StoreErrorCode::NotFound, "cannot create " + path + ": there is no folder " + folder.string(),
                "Create the folder, or name another file."};
    return {StoreErrorCode::ReadOnly, "cannot create " + path + ": its folder cannot be written",
            "Name a file elsewhere; `run` and `sweep` record nothing with --record none."};
}

}

StoreError explain(int resultCode, const std::string &path, const std::string &detail)
{
    switch (resultCode & 0xff) {
    case SQLITE_FULL:
        return {
            StoreErrorCode::Full, path + ": the disk is full",
            "Runs recorded so far are kept. Make room, or record less with --record restarts or failures."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {StoreErrorCode::ReadOnly, path + " or its folder cannot be written",
                "Check the permissions, or name another file."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {StoreErrorCode::Locked, path + " is locked by another program",
                "Wait until it has finished, or name another file."};
    case SQLITE_CORRUPT:
        return {StoreErrorCode::Damaged, path + " is damaged: " + detail,
                "`sqlite3 FILE .recover` may save what is left; move the file away to start a new one."};
    case SQLITE_NOTADB:
        return {StoreErrorCode::NotDaruma, path + " is not a Daruma database (not SQLite at all)",
                "Name another file."};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return {StoreErrorCode::Other, path + ": reading or writing failed: " + detail,
                "Check the disk; runs recorded so far are kept."};
    default:
        return {StoreErrorCode::Other, path + ": " + detail, ""};
    }
}

void Statement::Finalize::operator()(sqlite3_stmt *statement) const
{
    sqlite3_finalize(statement);
}

void Statement::bind(int parameter, std::int64_t value)
{
    sqlite3_bind_int64(handle(), parameter, value);
}

void Statement::bind(int parameter, std::string_view text)
{
    // A null pointer would bind NULL.
    sqlite3_bind_text64(handle(), parameter, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
}

void Statement::bind(int parameter, std::span<const std::byte> blob)
{
    if (blob.empty())
        sqlite3_bind_zeroblob(handle(), parameter, 0);
    else
        sqlite3_bind_blob64(handle(), parameter, blob.data(), blob.size(), SQLITE_STATIC);
}

void Statement::bindNull(int parameter)
{
    sqlite3_bind_null(handle(), parameter);
}

StoreResult<bool> Statement::step()
{
    const int result = sqlite3_step(handle());
    if (result == SQLITE_ROW)
        return true;
    if (result == SQLITE_DONE)
        return false;
    sqlite3 *connection = sqlite3_db_handle(handle());
    const char *file = sqlite3_db_filename(connection, "main");
    return tl::unexpected(explain(result, file ? file : "", sqlite3_errmsg(connection)));
}

StoreResult<void> Statement::run()
{
    const auto stepped = step();
    reset();
    if (!stepped)
        return tl::unexpected(stepped.error());
    return {};
}

void Statement::reset()
{
    sqlite3_reset(handle());
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(handle(), column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(handle(), column);
}

std::string_view Statement::text(int column) const
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(handle(), column));
    return {text ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))};
}

std::span<const std::byte> Statement::blob(int column) const
{
    const auto *bytes = static_cast<const std::byte *>(sqlite3_column_blob(handle(), column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))};
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(handle(), column) == SQLITE_NULL;
}

std::optional<std::int64_t> Statement::optionalInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

void Connection::Close::operator()(sqlite3 *handle) const
{
    sqlite3_close_v2(handle);
}

StoreResult<Connection> Connection::open(const std::string &path, Mode mode, int busyTimeoutMs)
{
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
    std::string_view options;
    switch (mode) {
    case Mode::Read:
        // A connection that may not write would leave the files of the log behind it. Where the file is write
        // protected, SQLite falls back to reading by itself.
        flags |= mustBeReadAlone(path) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
        options = mustBeReadAlone(path) ? "?immutable=1" : "";
        break;
    case Mode::Write:
        flags |= SQLITE_OPEN_READWRITE;
        break;
    case Mode::Create:
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        break;
    }
    Connection connection;
    connection.m_path = path;
    sqlite3 *handle = nullptr;
    const int result = sqlite3_open_v2(uriOf(path, options).c_str(), &handle, flags, nullptr);
    connection.m_handle.reset(handle);
    if (result != SQLITE_OK)
        return tl::unexpected(unopenable(path, mode));
    sqlite3_busy_timeout(handle, busyTimeoutMs);
    // A database may come from anywhere: its schema must not reach functions with side effects.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    if (mode == Mode::Read)
        sqlite3_exec(handle, "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
    return connection;
}

StoreResult<void> Connection::execute(const std::string &sql)
{
    if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::unexpected(error());
    return {};
}

StoreResult<Statement> Connection::prepare(std::string_view sql)
{
    Statement statement;
    sqlite3_stmt *prepared = nullptr;
    if (sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &prepared, nullptr)
        != SQLITE_OK)
        return tl::unexpected(error());
    statement.m_statement.reset(prepared);
    return statement;
}

StoreResult<std::int64_t> Connection::integer(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement)
        return tl::unexpected(statement.error());
    const auto row = statement->step();
    if (!row)
        return tl::unexpected(row.error());
    return *row ? statement->integer(0) : 0;
}

StoreError Connection::error() const
{
    return explain(sqlite3_extended_errcode(handle()), m_path, sqlite3_errmsg(handle()));
}

std::int64_t Connection::lastRowId() const
{
    return sqlite3_last_insert_rowid(handle());
}

bool Connection::inTransaction() const
{
    return sqlite3_get_autocommit(handle()) == 0;
}

}
