#pragma once

#include "engine/exit_reason.h"
#include "engine/policy/rules.h"
#include "engine/policy/strategy.h"
#include "engine/signal.h"
#include "simulator/scenario/keys.h"
#include "simulator/scenario/table_reader.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daruma {

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warn, Error };

/// What a supervisor writes a line about.
enum class LogOccasion : std::uint8_t {
    Start,        ///< a child is being started
    End,          ///< it takes up the end of a child, whatever it does about it
    Restart,      ///< … and has decided to restart
    Removed,      ///< … and forgets the child
    GaveUp,       ///< … and that was one too many
    Unmatched,    ///< … and knows no such child
    Reply,        ///< it answers a command
    LinkedStart,  ///< it answers one that waited for a start
    ShutDown,     ///< while it shuts down or gives up: one listed child is done with, be it dead before
};
inline constexpr std::size_t logOccasionCount = 9;

/// How a start ended that somebody waited for.
enum class LinkOutcome : std::uint8_t { Ok, Failed, Panicked, TimedOut };

/// What may stand in braces.
enum class LogValue : std::uint8_t {
    None,
    Supervisor,  ///< its id
    Child,       ///< the id, or the dialect's word for a nested supervisor
    Incarnation,
    Reason,  ///< the dialect's word for it
    Policy,  ///< the dialect's word for the restart type
    Text,    ///< of the reason
    Position,
    Failures,
    Backoff,
    Timeout,
    TimeoutSecs,
    Failure,  ///< the statement's own text of that name
};

/// A text with places to fill in.
struct LogText {
    struct Part {
        std::string literal;
        LogValue value = LogValue::None;
        bool isQuoted = false;  ///< `{text:?}`: in quotes, with escapes, as Rust writes it
    };
    std::vector<Part> parts;
};

/// One statement of a system's log: on what it stands, and what it writes.
struct LogStatement {
    LogOccasion on = LogOccasion::Start;
    LogLevel level = LogLevel::Debug;
    LogText message;
    LogText failure;
    std::vector<std::pair<std::string, LogText>> fields;

    /// Conditions; those that are not given hold always.
    std::optional<Strategy> strategy;
    std::optional<CommandKind> command;
    std::optional<LinkOutcome> outcome;
    std::optional<bool> ofSupervisor;
    std::optional<bool> answersOk;
    std::optional<bool> hasText;
    std::uint32_t reasons = 0xffff'ffff;  ///< bits of ReasonKind
};

/// What a system writes into its log.
struct LogBook {
    std::vector<LogStatement> statements;
    std::map<std::string, std::string, std::less<>> words;  ///< what it calls reasons and restart types

    std::string_view word(std::string_view plain) const;
};

extern const TableKind dialectLogTable;
extern const TableKind dialectLogWordsTable;

std::string_view toText(LogLevel level);

/// The log of a dialect of that shape; what the tables do not say is as in `base`. Statements, where there
/// are any, take the place of all of the base's.
std::shared_ptr<const LogBook> readLogBook(const std::vector<TableReader> &statements,
                                           const std::optional<TableReader> &words, Shape shape,
                                           const std::shared_ptr<const LogBook> &base);

}
