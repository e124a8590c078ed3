#pragma once

#include "simulator/store/sqlite.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace daruma {

/// Inserts many rows with one statement: `INSERT INTO table SELECT * FROM` a virtual table that reads a
/// buffer. This takes half the time of binding and stepping each row, and there is no remainder to treat
/// apart.
class BulkInsert {
public:
    /// Rows that are collected before they are written.
    static constexpr std::size_t rowsPerStatement = 1024;

    static StoreResult<BulkInsert> create(sqlite::Connection &connection, std::string_view table,
                                          int columns);

    /// A row is as many values as the table has columns, in their order. Texts are not copied: they must live
    /// until the next `flush`.
    void integer(std::int64_t value) { m_rows->cells.push_back({nullptr, value}); }
    void text(std::string_view text)
    {
        m_rows->cells.push_back({text.empty() ? "" : text.data(), static_cast<std::int64_t>(text.size())});
    }
    void null() { m_rows->cells.push_back({&nullTag, 0}); }
    /// The text is copied.
    void ownText(std::string_view text);

    bool isFull() const { return m_rows->cells.size() >= m_rows->columns * rowsPerStatement; }
    StoreResult<void> flush();
    void clear();

    /// A value: an integer where `text` is null, NULL where it is the tag, else a text of length `number`.
    struct Cell {
        const char *text;
        std::int64_t number;
    };
    struct Rows {
        std::size_t columns = 0;
        std::vector<Cell> cells;
        std::vector<std::unique_ptr<char[]>> texts;
    };
    static const char nullTag;

private:
    std::unique_ptr<Rows> m_rows;  ///< at an address that the virtual table knows
    sqlite::Statement m_statement;
};

}
