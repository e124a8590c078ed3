#include "simulator/analysis/explain.h"

#include "engine/contract.h"
#include "engine/policy/counts_until.h"
#include "engine/policy/restart_guards.h"
#include "simulator/analysis/fold.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace daruma {

namespace {

constexpr std::size_t mostBudgetEntries = 1000;

/// `at 1 s, 2 s`.
std::string timesText(const Recording &run, const std::vector<EventId> &events)
{
    const auto moment = [&run](EventId id) { return momentText(run.events[id.value].t); };
    if (events.size() > 1 && moment(events.front()) == moment(events.back()))
        return "in one moment, at " + moment(events.front());
    if (events.size() > 4)
        return fmt::format("at {}, {}, … {}", moment(events[0]), moment(events[1]), moment(events.back()));
    std::string text;
    for (const EventId event : events)
        text += (text.empty() ? "at " : ", ") + moment(event);
    return text;
}

bool isCounted(const Recording &run, const Budget &budget, const Event &event)
{
    if (budget.child.isValid() && event.node != budget.child)
        return false;
    if (!budget.countsStarts)
        return event.kind == EventKind::Restart && event.other == budget.supervisor;
    return event.kind == EventKind::Start && run.nodes[event.node].parent == budget.supervisor;
}

}

Guard guardAt(const Event &decision)
{
    // A restart that several guards have let through tells the count that the role is compared with.
    return decision.kind == EventKind::GaveUp ? static_cast<Guard>(decision.detail) : Guard::RoleLimit;
}

std::optional<Duration> windowAt(const Model &model, const Recording &run, const Event &decision)
{
    const bool denies = decision.kind == EventKind::GaveUp;
    const NodeId supervisor = denies ? decision.node : decision.other;
    const SupervisorSpec &flags = model.supervisor(run.nodes[supervisor]).flags;
    if (flags.rules.shape != Shape::Fenced)
        return flags.limit.within;
    const Guard guard = guardAt(decision);
    const bool mayBeRetry = !denies && flags.rules.deniedRestarts == DeniedRestarts::RetriedLater;
    if (guard == Guard::Quarantine || decision.a == 0 || mayBeRetry)
        return {};
    return windowOf(guard, flags.limit.within);
}

Budget budgetAt(const Model &model, const Recording &run, EventId decision)
{
    const Event &event = run.events[decision.value];
    DARUMA_ASSERT(event.kind == EventKind::Restart || event.kind == EventKind::GaveUp,
                  "only decisions about restarts have a budget");
    Budget budget;
    budget.supervisor = event.kind == EventKind::GaveUp ? event.node : event.other;
    const SupervisorSpec &flags = model.supervisor(run.nodes[budget.supervisor]).flags;
    const RestartLimitSpec &limit = flags.limit;
    if (flags.rules.limitScope == LimitScope::EachChild)
        budget.child = event.kind == EventKind::GaveUp ? event.other : event.node;
    budget.countsStarts = flags.rules.counted == Counted::Starts;
    budget.isFixed = limit.kind == WindowKind::Fixed && !limit.within.isNever();
    budget.used = event.a;
    budget.allowed = event.b;
    budget.within = windowAt(model, run, event).value_or(Duration::never());
    if (flags.rules.shape == Shape::Fenced) {
        budget.guard = guardAt(event);
        return budget;
    }
    const std::size_t wanted = std::min<std::size_t>(event.a > 0 ? event.a - 1 : 0, mostBudgetEntries);
    for (std::uint32_t i = decision.value; i > 0 && budget.restarts.size() < wanted; --i) {
        const Event &earlier = run.events[i - 1];
        if (earlier.kind == EventKind::Start && earlier.node == budget.supervisor)
            break;
        if (isCounted(run, budget, earlier))
            budget.restarts.push_back(EventId{i - 1});
    }
    std::reverse(budget.restarts.begin(), budget.restarts.end());
    if (!budget.restarts.empty() && budget.restarts.size() + 1 == event.a)
        budget.freeAt = countsUntil(Instant::fromNs(run.events[budget.restarts.front().value].t),
                                    model.clockPhase, limit);
    return budget;
}

Explainer::Explainer(const Model &model, const Recording &run)
    : m_model(model)
    , m_run(run)
    , m_wording(model, run)
    , m_remarks(model, run)
{
    for (std::uint32_t i = 0; i < run.events.size(); ++i)
        observe(run.events[i], EventId{i});
}

void Explainer::observe(const Event &event, EventId id)
{
    m_remarks.observe(event, id);
    if (event.kind == EventKind::Fault && !event.detail && m_model.faults[event.a].kind == FaultKind::Outage)
        m_outages.push_back(id);
    if (event.kind == EventKind::Violation) {
        if (!m_firstViolation.isValid())
            m_firstViolation = id;
    } else if (event.kind != EventKind::End) {
        m_busy = id;
    }
    if (event.node == NodeId{0}) {
        const bool tells =
            (event.kind == EventKind::GaveUp && event.detail == 0) || event.kind == EventKind::InitFailed;
        const bool killed = event.kind == EventKind::Exit && !m_failureOfRoot.isValid();
        if (tells || killed)
            m_failureOfRoot = id;
    }
}

EventId Explainer::tellingCause(EventId id) const
{
    EventId cause = at(id).cause;
    while (cause.isValid()) {
        const Event &event = at(cause);
        const std::optional<Event> next =
            event.cause.isValid() ? std::optional(at(event.cause)) : std::nullopt;
        const bool handsOn = event.kind == EventKind::Started || event.kind == EventKind::Start
                             || event.kind == EventKind::Lifecycle || event.kind == EventKind::Backoff;
        const bool fallsAfterGivingUp =
            event.kind == EventKind::Exit && next && next->node == event.node
            && (next->kind == EventKind::GaveUp || next->kind == EventKind::AutoShutdown);
        const bool onlyObeys =
            (event.kind == EventKind::Stop || event.kind == EventKind::Kill) && event.node == at(id).node;
        if (!handsOn && !fallsAfterGivingUp && !onlyObeys)
            return cause;
        cause = event.cause;
    }
    return {};
}

std::vector<EventId> Explainer::steps(EventId event) const
{
    std::vector<EventId> steps;
    for (EventId step = event; step.isValid(); step = tellingCause(step))
        steps.push_back(step);
    return steps;
}

std::vector<Link> Explainer::chain(EventId event) const
{
    struct Step {
        EventId event;
        EventId cause;
    };
    RunningFold<Step> fold(std::numeric_limits<std::size_t>::max());
    for (EventId step = event; step.isValid();) {
        const Event one = at(step);
        const EventId cause = tellingCause(step);
        fold.add(std::uint64_t{one.node.value} << 16 | static_cast<unsigned>(one.kind) << 8
                     | static_cast<unsigned>(one.reason),
                 {step, cause});
        step = cause;
    }
    std::vector<Link> links;
    const auto rows = fold.rows();
    for (const auto &row : *rows) {
        if (row.period > 0)
            links.push_back(
                {{},
                 fmt::format("… and so on, {} since {}.",
                             row.repeats == 1 ? "once more" : grouped(row.repeats) + " more times",
                             momentText(at(row.item.event).t)),
                 row.repeats});
        else
            links.push_back({row.item.event, sentence(row.item.event, row.item.cause), 0});
    }
    return links;
}

bool Explainer::endedByItself(const Event &exit) const
{
    return exit.kind == EventKind::Exit && exit.cause.isValid() && at(exit.cause).kind == EventKind::Started
           && at(exit.cause).node == exit.node;
}

std::optional<Event> Explainer::outageOf(const Event &event) const
{
    for (auto id = m_outages.rbegin(); id != m_outages.rend(); ++id) {
        const Event &outage = at(*id);
        const bool isOver = outage.value >= 0 && outage.t + outage.value <= event.t;
        if (outage.node == event.node && outage.t <= event.t && !isOver)
            return outage;
    }
    return std::nullopt;
}

std::string Explainer::exitByItself(EventId id, EventId cause) const
{
    const Event &exit = at(id);
    std::string text = fmt::format("{} at {}, ", m_wording.clause(exit), momentText(exit.t));
    const std::string ran = human(Duration::nanoseconds(std::max<std::int64_t>(exit.value, 0)));
    if (cause.isValid() && at(cause).kind == EventKind::Restart)
        text += fmt::format("{} after {}", ran, m_wording.clause(at(cause), exit.node));
    else
        text += fmt::format("after it had run for {}", ran);
    if (const auto outage = outageOf(exit))
        text += fmt::format(", while {} was on", m_wording.faultName(*outage));
    return text;
}

std::string Explainer::because(const Event &event, EventId cause) const
{
    const Event &why = at(cause);
    // A restart leads to a failed start, but is not why it failed.
    const bool onlyBefore = event.kind == EventKind::InitFailed && why.kind == EventKind::Restart;
    // A violation speaks of an expectation, and stands at a node without speaking of it.
    const NodeId it = event.kind == EventKind::Violation ? NodeId{} : event.node;
    std::string text = (onlyBefore ? " after " : " because ") + m_wording.clause(why, it);
    if (why.t != event.t)
        text += fmt::format(" at {}", momentText(why.t));
    return text;
}

/// What a guard has counted, and where it stops.
std::string Explainer::guardRemark(const Event &event, const Budget &budget) const
{
    const bool isShared =
        m_model.supervisor(m_run.nodes[budget.supervisor]).flags.rules.guardCounts == GuardCounts::Shared;
    std::string whose = "of its children";
    switch (budget.guard) {
    case Guard::None:
    case Guard::Quarantine:
        return event.kind == EventKind::GaveUp ? ", and is not started again" : "";
    case Guard::RoleLimit:
    case Guard::ColdStart:
    case Guard::HotLoop:
        if (isShared)
            break;
        [[fallthrough]];
    case Guard::ChildLimit:
    case Guard::ChildMeltdown:
        whose = "of that child";
        break;
    case Guard::GroupMeltdown:
        whose = "of its group";
        break;
    case Guard::SupervisorLimit:
    case Guard::SupervisorMeltdown:
        break;
    }
    if (budget.used == 0)
        return "";
    if (budget.within.isNever())
        return fmt::format(" (failure {}; {} are let through)", budget.used, budget.allowed);
    const std::string time =
        budget.guard == Guard::ColdStart ? "in its first minute" : "within " + human(budget.within);
    if (event.kind == EventKind::Restart)
        return fmt::format(" (failure {} {} {}; {} are let through)", budget.used, whose, time,
                           budget.allowed);
    const bool tripsAt = budget.guard == Guard::HotLoop || budget.guard == Guard::ChildMeltdown
                         || budget.guard == Guard::GroupMeltdown || budget.guard == Guard::SupervisorMeltdown;
    return fmt::format(", as that was failure {} {} {}, and {} {}", budget.used, whose, time, budget.allowed,
                       tripsAt               ? "are too many"
                       : budget.allowed == 1 ? "is let through"
                                             : "are let through");
}

/// For whom a budget was spent, where that was not for `child` alone: the chain goes on with that child, and
/// says nothing of the others.
std::string Explainer::othersText(const Budget &budget, NodeId child) const
{
    std::vector<std::string> names;
    for (const EventId restart : budget.restarts)
        if (const std::string name = m_wording.name(at(restart).node);
            std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    const bool isForChildAlone =
        names.size() == 1 && child.isValid() && names.front() == m_wording.name(child);
    return names.empty() || isForChildAlone ? "" : fmt::format(" (for {})", nameList(names));
}

std::string Explainer::budgetRemark(EventId decision) const
{
    const Event &event = at(decision);
    const Budget budget = budgetAt(m_model, m_run, decision);
    if (m_model.supervisor(m_run.nodes[budget.supervisor]).flags.rules.shape == Shape::Fenced)
        return guardRemark(event, budget);
    const std::string within =
        budget.within.isNever() ? "in its whole life" : "within " + human(budget.within);
    if (budget.allowed == RestartLimitSpec::unlimited)
        return fmt::format(" ({} {})", budget.unit(), budget.used);
    if (event.kind == EventKind::Restart && budget.used > budget.allowed)
        return fmt::format(" ({} {} {}, where {} {} allowed)", budget.unit(), budget.used, within,
                           budget.allowed, budget.allowed == 1 ? "is" : "are");
    if (event.kind == EventKind::Restart)
        return fmt::format(" ({} {} of {} {})", budget.unit(), budget.used, budget.allowed, within);
    if (budget.allowed == 0)
        return ", and it may restart nothing";
    const std::string whose = budget.child.isValid() ? "the" : "its";
    const std::string of = budget.child.isValid() ? " of " + m_wording.name(budget.child) : "";
    std::string text =
        fmt::format(", and {} {}{} {} {} used up", whose, counted(budget.allowed, budget.unit()), of, within,
                    budget.allowed == 1 ? "was" : "were");
    if (!budget.restarts.empty())
        text += " " + timesText(m_run, budget.restarts) + othersText(budget, event.other);
    if (budget.freeAt.isNever())
        return text;
    if (budget.isFixed && !budget.restarts.empty())
        return text
               + fmt::format("; that window opened at {}, and the next one could open after {}",
                             momentText(at(budget.restarts.front()).t), momentText(budget.freeAt.ns()));
    return text + fmt::format("; the next one would have been free at {}", momentText(budget.freeAt.ns()));
}

std::string Explainer::sentence(EventId id, EventId cause) const
{
    const Event &event = at(id);
    if (endedByItself(event))
        return exitByItself(id, cause) + m_remarks.remark(id, m_wording) + ".";
    std::string text = m_wording.clause(event);
    text += fmt::format(" at {}", momentText(event.t));
    if (event.kind == EventKind::Restart)
        text += budgetRemark(id);
    if (event.kind == EventKind::Fault && !event.detail && event.value > 0)
        text += fmt::format(", for {}", human(Duration::nanoseconds(event.value)));
    if (event.kind == EventKind::Violation)
        text += fmt::format(" ({})", m_run.text(event.text));
    if (cause.isValid())
        text += because(event, cause);
    else if (event.kind == EventKind::Start || event.kind == EventKind::Started)
        text += event.node == NodeId{0} ? ", as the run begins with it"
                                        : fmt::format(", as {} starts its children when it is started",
                                                      m_wording.name(m_run.parent(event.node)));
    if (event.kind == EventKind::InitFailed) {
        if (const auto outage = outageOf(event))
            text += fmt::format(", while {} was on", m_wording.faultName(*outage));
    }
    if (event.kind == EventKind::GaveUp)
        text += budgetRemark(id);
    return text + m_remarks.remark(id, m_wording) + ".";
}

EventId Explainer::shutdownBehind(EventId event) const
{
    const std::vector<EventId> all = steps(event);
    const Event &root = at(all.back());
    const bool isPlanned =
        root.kind == EventKind::Command && static_cast<CommandKind>(root.detail) == CommandKind::Shutdown;
    const bool isOther = std::any_of(all.begin(), all.end(), [this](EventId step) {
        return at(step).kind == EventKind::Fault || at(step).kind == EventKind::GaveUp;
    });
    return isPlanned && !isOther ? all.back() : EventId{};
}

std::vector<EventId> Explainer::subjects() const
{
    std::vector<EventId> subjects;
    const RunResult &result = m_run.result;
    if (result.outcome == Outcome::Passed)
        return subjects;
    if (m_firstViolation.isValid())
        subjects.push_back(m_firstViolation);
    const bool rootFailed = result.root.report() && result.root.report()->state == LifecycleState::Failed;
    if (rootFailed) {
        const EventId failure = m_failureOfRoot;
        const std::vector<EventId> known =
            subjects.empty() ? std::vector<EventId>{} : steps(subjects.front());
        if (failure.isValid() && std::find(known.begin(), known.end(), failure) == known.end())
            subjects.push_back(failure);
    }
    // What the dialect lost sight of is not in a chain of causes: nothing followed from it.
    for (const EventId end : m_remarks.forgottenEnds(3))
        if (std::none_of(subjects.begin(), subjects.end(), [&](EventId subject) {
                const std::vector<EventId> known = steps(subject);
                return std::find(known.begin(), known.end(), end) != known.end();
            }))
            subjects.push_back(end);
    if (result.endCause == EndCause::Stuck)
        subjects.push_back(EventId{static_cast<std::uint32_t>(m_run.events.size() - 1)});
    if (result.outcome == Outcome::Truncated) {
        // What the run was busy with when it was cut.
        if (m_busy.isValid())
            subjects.insert(subjects.begin(), m_busy);
    }
    return subjects;
}

}
