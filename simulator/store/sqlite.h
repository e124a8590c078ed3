#pragma once

#include "simulator/store/store_error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite with owners and with errors as values. Only for the store: other rooms see database.h and
/// recorder.h.

namespace daruma::sqlite {

/// A prepared statement. Bound texts and blobs are not copied: they must live until the next `reset`.
class Statement {
public:
    Statement() = default;

    /// Parameters count from 1.
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::uint64_t value) { bind(parameter, static_cast<std::int64_t>(value)); }
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::span<const std::byte> blob);
    void bindNull(int parameter);
    template <typename T> void bind(int parameter, const std::optional<T> &value)
    {
        if (value)
            bind(parameter, *value);
        else
            bindNull(parameter);
    }

    /// Whether there is a row.
    StoreResult<bool> step();
    /// Steps through a statement that gives no rows, and resets it.
    StoreResult<void> run();
    void reset();

    /// Columns count from 0. Views live until the next step.
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;
    std::span<const std::byte> blob(int column) const;
    bool isNull(int column) const;
    std::optional<std::int64_t> optionalInteger(int column) const;

    sqlite3_stmt *handle() const { return m_statement.get(); }

private:
    friend class Connection;
    struct Finalize {
        void operator()(sqlite3_stmt *statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

class Connection {
public:
    enum class Mode { Read, Write, Create };

    /// Opens without looking at the contents. `busyTimeoutMs`: how long a lock of somebody else is waited
    /// for.
    static StoreResult<Connection> open(const std::string &path, Mode mode, int busyTimeoutMs);

    /// Runs statements that give no rows.
    StoreResult<void> execute(const std::string &sql);
    StoreResult<Statement> prepare(std::string_view sql);
    /// The first column of the first row; 0 where there is none.
    StoreResult<std::int64_t> integer(std::string_view sql);

    /// What the last call that failed on this connection means to a user.
    StoreError error() const;
    std::int64_t lastRowId() const;
    bool inTransaction() const;

    const std::string &path() const { return m_path; }
    sqlite3 *handle() const { return m_handle.get(); }

private:
    struct Close {
        void operator()(sqlite3 *handle) const;
    };
    std::unique_ptr<sqlite3, Close> m_handle;
    std::string m_path;
};

/// What a result code of SQLite means to a user.
StoreError explain(int resultCode, const std::string &path, const std::string &detail);

}
