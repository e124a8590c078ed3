#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>

namespace daruma {

enum class StoreErrorCode : std::uint8_t {
    NotFound,   ///< no such file, run or campaign
    NotDaruma,  ///< a file of something else, or no file
    Newer,      ///< written by a later version
    Damaged,
    Locked,  ///< somebody else writes
    ReadOnly,
    Full,   ///< of the disk, or of the size that a file may have
    Query,  ///< the user's SQL
    Other,
};

/// Why a database cannot be read or written. All of these end a command with exit code 3.
struct StoreError {
    StoreErrorCode code = StoreErrorCode::Other;
    std::string message;  ///< names the file, and what is wrong with it
    std::string hint;     ///< what to do about it; may be empty

    /// Message and hint, as a user reads them.
    std::string text() const { return hint.empty() ? message : message + "\n" + hint; }
};

template <typename T> using StoreResult = tl::expected<T, StoreError>;

}
