#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// The scenario format as data: every table with its keys, and what each key takes. The reader looks its keys
/// up here, so none can be read that is not listed; a test holds resources/schema.json to the same lists.

namespace daruma {

enum class ValueType : std::uint8_t {
    Text,
    WholeNumber,  ///< 0 or more
    Count,        ///< a whole number from 1
    Factor,       ///< a number
    Share,        ///< a number in [0, 1]
    TrueOrFalse,
    Duration,
    Distribution,
    OneOf,                  ///< a text among `choices`
    Names,                  ///< a list of texts
    MaxRestarts,            ///< a whole number, or "unlimited" where the dialect has that
    Within,                 ///< a duration, or "lifetime" where the dialect has that
    Shutdown,               ///< a duration, "infinity" or "brutal_kill"
    Reason,                 ///< of an injected exit
    Moments,                ///< a list of two durations, in order
    Distributions,          ///< a distribution, or a list by incarnation
    Reasons,                ///< a reason, chances of reasons, or a list of these by incarnation
    InitResults,            ///< the same for the ways in which a worker's start ends
    SupervisorInitResults,  ///< the same for a supervisor's
    Backoff,                ///< a duration or a table
    Behaviour,              ///< a table of a worker's behaviours
    Options,                ///< a table of what the dialect declares
};

struct Key {
    std::string_view name;
    ValueType type = ValueType::Text;
    bool isRequired = false;
    std::span<const std::string_view> choices = {};
};

/// One kind of table.
struct TableKind {
    std::string_view name;   ///< its name in the schema: `supervisor`
    std::string_view title;  ///< for messages: `[supervisor.NAME]`
    std::span<const Key> keys;

    const Key *find(std::string_view key) const;
};

extern const TableKind scenarioTable;
extern const TableKind supervisorTable;
extern const TableKind workerTable;
extern const TableKind faultTable;
extern const TableKind commandTable;
extern const TableKind expectTable;
extern const TableKind behaviourTable;
extern const TableKind backoffTable;

/// All of them.
std::span<const TableKind *const> tableKinds();

/// The values of keys that scenarios and dialects share, in the order of their enumerations.
inline constexpr std::array<std::string_view, 4> strategyNames{"one_for_one", "one_for_all", "rest_for_one",
                                                               "simple_one_for_one"};
inline constexpr std::array<std::string_view, 3> autoShutdownNames{"never", "any_significant",
                                                                   "all_significant"};
inline constexpr std::array<std::string_view, 3> restartNames{"permanent", "transient", "temporary"};

/// The values of an InitResult, of reasons, and their spelling in chances; some take a text behind a colon.
std::span<const std::string_view> initResultNames();
std::span<const std::string_view> supervisorInitResultNames();
std::span<const std::string_view> reasonNames();
std::span<const std::string_view> exitFaultReasonNames();

/// `"a", "b" or "c"`, for messages.
std::string quotedList(std::span<const std::string_view> names);

}
