#pragma once

#include "engine/exit_reason.h"
#include "simulator/kernel/distribution.h"
#include "simulator/kernel/random.h"

#include <cstddef>
#include <vector>

namespace daruma {

/// A value by incarnation: the n-th takes the n-th entry, and the last one repeats. Never empty once read.
template <typename Value> class ByIncarnation {
public:
    ByIncarnation() = default;
    ByIncarnation(Value single)
        : m_first(std::move(single))
    {}
    explicit ByIncarnation(std::vector<Value> entries)
        : m_first(entries.front())
        , m_rest(entries.begin() + 1, entries.end())
    {}

    const Value &at(std::uint32_t incarnation) const
    {
        if (incarnation <= 1 || m_rest.empty())
            return m_first;
        return incarnation - 2 < m_rest.size() ? m_rest[incarnation - 2] : m_rest.back();
    }
    std::size_t size() const { return 1 + m_rest.size(); }

private:
    // The single value is by far the most common: it costs no indirection.
    Value m_first{};
    std::vector<Value> m_rest;
};

enum class InitResultKind : std::uint8_t { Ok, Error, Ignore, Panic, Hang };

/// How a start attempt ends; the text of `error:TEXT` and `panic:TEXT`.
struct InitResult {
    InitResultKind kind = InitResultKind::Ok;
    TextId text = {};

    constexpr bool operator==(const InitResult &) const = default;
};

/// One of several values by chance: `{ normal = 0.9, panic = 0.1 }`; what the weights leave goes to
/// `otherwise`. A certain value has no weights.
template <typename Value> struct Choice {
    Value otherwise{};
    std::vector<Value> values;
    WeightedChoice weights;

    Choice() = default;
    Choice(Value certain)
        : otherwise(certain)
    {}

    bool isCertain() const { return values.empty(); }
    /// The value where it is certain.
    Value first() const { return otherwise; }
    Value sample(StreamKey stream, std::uint64_t counter) const
    {
        if (isCertain())
            return otherwise;
        const std::size_t chosen = weights.pick(stream, counter);
        return chosen < values.size() ? values[chosen] : otherwise;
    }
};

/// What a worker does by itself (CONTRACT section 1, the keys of [worker.NAME]).
struct Behaviour {
    ByIncarnation<Distribution> initTime;          ///< default 0
    ByIncarnation<Choice<InitResult>> initResult;  ///< default ok
    ByIncarnation<Distribution> lifetime;          ///< default never (set by the reader)
    ByIncarnation<Choice<ExitReason>> exitReason;  ///< default panic (set by the reader)
    ByIncarnation<Distribution> stopTime;          ///< only where it traps exits
    ByIncarnation<Choice<ExitReason>> stopReason;  ///< default shutdown (set by the reader)
    ByIncarnation<Distribution> reloadTime;        ///< default 0
    ByIncarnation<Distribution> patience;          ///< default never (set by the reader)
    bool trapsExits = false;                       ///< stop_time was given
};

/// The defaults of the contract; what the reader starts from.
Behaviour defaultBehaviour();

}  // namespace daruma
