#pragma once

#include "engine/policy/restart_guards.h"
#include "simulator/analysis/rule_remarks.h"
#include "simulator/analysis/wording.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// One sentence of an explanation.
struct Link {
    EventId event;  ///< invalid where the link sums up a repetition
    std::string sentence;
    std::size_t repeats = 0;  ///< how often what stands above happened again
};

/// Which restarts filled the window of a supervisor at a `restart` or a `gave_up`, that one included.
struct Budget {
    NodeId supervisor;
    NodeId child;               ///< whose limit it is; invalid where it is that of the supervisor
    bool countsStarts = false;  ///< starts, the first one too, and not restarts
    bool isFixed = false;       ///< the window opened with the first of them, and does not slide
    std::uint32_t used = 0;
    std::uint32_t allowed = 0;
    Duration within;
    Guard guard = Guard::None;      ///< whose count it is, where several count
    std::vector<EventId> restarts;  ///< those before it that count, in order; at most the 1,000 latest
    /// When the oldest of them would have stopped to count; of a fixed window: when all of them.
    Instant freeAt = Instant::never();

    std::string_view unit() const { return countsStarts ? "start" : "restart"; }
};

/// Whose count the event tells, of a supervisor with several guards. REQUIRES: a `restart` or a `gave_up`.
Guard guardAt(const Event &decision);

/// The window of the count that the event tells; nothing where it tells none, or not which guard's it is.
/// REQUIRES: a `restart` or a `gave_up`.
std::optional<Duration> windowAt(const Model &model, const Recording &run, const Event &decision);

/// REQUIRES: the event is a `restart` or a `gave_up`.
Budget budgetAt(const Model &model, const Recording &run, EventId decision);

/// Answers "why": the chain of causes from an event back to its root, in sentences. What merely carries a
/// cause on (a start, the exit of a supervisor that gave up) gets no sentence of its own, and what repeats is
/// summed up.
class Explainer {
public:
    /// Both must outlive it.
    Explainer(const Model &model, const Recording &run);

    /// Never empty: an event without a cause is its own explanation.
    std::vector<Link> chain(EventId event) const;
    /// The events of the chain before anything is summed up.
    std::vector<EventId> steps(EventId event) const;
    /// What there is to explain in this run, the most telling first: the first violation, the end of the root
    /// (where that is not a link of the chain before), the last event of a run that was cut. Empty where all
    /// went well.
    std::vector<EventId> subjects() const;

    /// The `shutdown` of an operator that alone brought the event about; invalid where there is none.
    EventId shutdownBehind(EventId event) const;

    const Wording &wording() const { return m_wording; }

private:
    void observe(const Event &event, EventId id);
    Event at(EventId id) const { return m_run.events[id.value]; }
    EventId tellingCause(EventId event) const;
    bool endedByItself(const Event &exit) const;
    std::string sentence(EventId event, EventId cause) const;
    std::string exitByItself(EventId exit, EventId cause) const;
    std::string because(const Event &event, EventId cause) const;
    std::string budgetRemark(EventId decision) const;
    std::string othersText(const Budget &budget, NodeId child) const;
    std::string guardRemark(const Event &decision, const Budget &budget) const;
    std::optional<Event> outageOf(const Event &event) const;

    const Model &m_model;
    const Recording &m_run;
    Wording m_wording;
    RuleRemarks m_remarks;
    /// What a look through all events finds.
    std::vector<EventId> m_outages;  ///< faults that began one, in order
    EventId m_firstViolation;
    EventId m_failureOfRoot;  ///< the last event that may have been it
    EventId m_busy;           ///< the last one that is no violation and not the end
};

}
