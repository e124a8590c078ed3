#pragma once

#include "simulator/store/open_options.h"
#include "simulator/store/store_error.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace daruma {

/// A value of a row: NULL, a number, a text or bytes.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::byte>>;

struct QueryResult {
    std::vector<std::string> columns;
    std::vector<std::vector<SqlValue>> rows;
};

/// Runs one statement that only reads, with the table `event` at hand (CONTRACT section 4). What would write,
/// and what is no SQL, is an error with code `Query`, which shows the place. Another thread ends it with that
/// error by setting `stop`.
StoreResult<QueryResult> query(const std::string &path, std::string_view sql, OpenOptions options = {},
                               const std::atomic<bool> *stop = nullptr);

/// The same row by row, for results of any size: `columns` is called once, then `row` for each row until it
/// returns false.
StoreResult<void> query(const std::string &path, std::string_view sql,
                        const std::function<void(std::span<const std::string>)> &columns,
                        const std::function<bool(std::span<const SqlValue>)> &row, OpenOptions options = {},
                        const std::atomic<bool> *stop = nullptr);

}
