#include "simulator/store/bulk_insert.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>

namespace daruma {

const char BulkInsert::nullTag = 0;

namespace {

using Rows = BulkInsert::Rows;
using Cell = BulkInsert::Cell;

struct RowsTable : sqlite3_vtab {
    const Rows *rows = nullptr;
};

struct RowsCursor : sqlite3_vtab_cursor {
    const Cell *row = nullptr;
    const Cell *end = nullptr;
    std::size_t columns = 0;
};

int connectRows(sqlite3 *connection, void *context, int, const char *const *, sqlite3_vtab **table, char **)
{
    const auto *rows = static_cast<const Rows *>(context);
    std::string sql = "CREATE TABLE rows(";
    for (std::size_t i = 0; i < rows->columns; ++i)
        sql += fmt::format("{}c{}", i ? "," : "", i);
    if (const int result = sqlite3_declare_vtab(connection, (sql + ")").c_str()); result != SQLITE_OK)
        return result;
    auto made = std::make_unique<RowsTable>();
    made->rows = rows;
    *table = made.release();
    return SQLITE_OK;
}

int disconnectRows(sqlite3_vtab *table)
{
    delete static_cast<RowsTable *>(table);
    return SQLITE_OK;
}

int planRows(sqlite3_vtab *, sqlite3_index_info *)
{
    return SQLITE_OK;
}

int openRows(sqlite3_vtab *, sqlite3_vtab_cursor **cursor)
{
    *cursor = new RowsCursor{};
    return SQLITE_OK;
}

int closeRows(sqlite3_vtab_cursor *cursor)
{
    delete static_cast<RowsCursor *>(cursor);
    return SQLITE_OK;
}

int firstRow(sqlite3_vtab_cursor *cursor, int, const char *, int, sqlite3_value **)
{
    auto *at = static_cast<RowsCursor *>(cursor);
    const Rows *rows = static_cast<RowsTable *>(cursor->pVtab)->rows;
    at->row = rows->cells.data();
    at->end = at->row + rows->cells.size();
    at->columns = rows->columns;
    return SQLITE_OK;
}

int nextRow(sqlite3_vtab_cursor *cursor)
{
    auto *at = static_cast<RowsCursor *>(cursor);
    at->row += at->columns;
    return SQLITE_OK;
}

int pastRows(sqlite3_vtab_cursor *cursor)
{
    const auto *at = static_cast<RowsCursor *>(cursor);
    return at->row == at->end;
}

int valueOfRow(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const Cell &cell = static_cast<RowsCursor *>(cursor)->row[column];
    if (!cell.text)
        sqlite3_result_int64(context, cell.number);
    else if (cell.text != &BulkInsert::nullTag)
        sqlite3_result_text64(context, cell.text, static_cast<sqlite3_uint64>(cell.number), SQLITE_STATIC,
                              SQLITE_UTF8);
    return SQLITE_OK;
}

int numberOfRow(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
    *number = reinterpret_cast<std::intptr_t>(static_cast<RowsCursor *>(cursor)->row);
    return SQLITE_OK;
}

const sqlite3_module rowsModule = [] {
    sqlite3_module module{};
    module.xConnect = connectRows;
    module.xDisconnect = disconnectRows;
    module.xBestIndex = planRows;
    module.xOpen = openRows;
    module.xClose = closeRows;
    module.xFilter = firstRow;
    module.xNext = nextRow;
    module.xEof = pastRows;
    module.xColumn = valueOfRow;
    module.xRowid = numberOfRow;
    return module;
}();

}

StoreResult<BulkInsert> BulkInsert::create(sqlite::Connection &connection, std::string_view table,
                                           int columns)
{
    BulkInsert insert;
    insert.m_rows = std::make_unique<Rows>();
    insert.m_rows->columns = static_cast<std::size_t>(columns);
    const std::string source = fmt::format("rows_of_{}", table);
    if (sqlite3_create_module(connection.handle(), source.c_str(), &rowsModule, insert.m_rows.get())
        != SQLITE_OK)
        return tl::unexpected(connection.error());
    auto statement = connection.prepare(fmt::format("INSERT INTO {} SELECT * FROM {}", table, source));
    if (!statement)
        return tl::unexpected(statement.error());
    insert.m_statement = std::move(*statement);
    return insert;
}

void BulkInsert::ownText(std::string_view text)
{
    auto copy = std::make_unique<char[]>(text.size() + 1);
    std::memcpy(copy.get(), text.data(), text.size());
    m_rows->cells.push_back({copy.get(), static_cast<std::int64_t>(text.size())});
    m_rows->texts.push_back(std::move(copy));
}

StoreResult<void> BulkInsert::flush()
{
    if (m_rows->cells.empty())
        return {};
    auto result = m_statement.run();
    clear();
    return result;
}

void BulkInsert::clear()
{
    m_rows->cells.clear();
    m_rows->texts.clear();
}

}
