#include "simulator/analysis/failure.h"

#include "simulator/analysis/explain.h"
#include "simulator/kernel/invariant_checker.h"
#include "simulator/kernel/world.h"

#include <algorithm>
#include <set>

namespace daruma {

namespace {

using Kind = FailureSignature::Kind;

bool isFailureOfSupervisor(const Event &event, const NodeTable &nodes)
{
    if (!event.node.isValid() || !nodes[event.node].isSupervisor)
        return false;
    return (event.kind == EventKind::GaveUp && event.detail == 0) || event.kind == EventKind::InitFailed;
}

/// What the causes of an event lead back to, up to the start of the process that it began with.
std::vector<std::string> giveUpPath(const Model &model, const Recording &run, EventId event)
{
    std::vector<std::string> path;
    for (EventId step = event; step.isValid();) {
        const Event one = run.events[step.value];
        if (one.kind == EventKind::Start || one.kind == EventKind::Started)
            break;
        if (isFailureOfSupervisor(one, run.nodes)) {
            const std::string table(model.texts[model.supervisor(run.nodes[one.node]).table]);
            if (path.empty() || path.back() != table)
                path.push_back(table);
        }
        step = one.cause;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

/// The end of the root; invalid where it did not end before the event `limit`.
EventId endOfRoot(const Recording &run, EventId limit = {})
{
    EventId end;
    for (std::uint32_t i = 0; i < run.events.size() && i < limit.value; ++i) {
        const Event event = run.events[i];
        if (event.node == NodeId{0} && (event.kind == EventKind::Exit || event.kind == EventKind::InitFailed))
            end = EventId{i};
    }
    return end;
}

bool hasRootFailed(const RunResult &result)
{
    return result.root.report() && result.root.report()->state == LifecycleState::Failed;
}

bool isJudgedByState(ExpectationForm form)
{
    return form == ExpectationForm::Always || form == ExpectationForm::Never;
}

FailureSignature signatureOfViolation(const Model &model, const Recording &run, EventId violation)
{
    const Event event = run.events[violation.value];
    FailureSignature signature;
    if (event.a & violationOfInvariant) {
        signature.kind = Kind::Invariant;
        const auto known =
            std::find_if(run.result.invariants.begin(), run.result.invariants.end(),
                         [violation](const InvariantViolation &one) { return one.event == violation; });
        signature.name = known == run.result.invariants.end() ? std::string() : known->name;
        return signature;
    }
    const Expectation &expectation = model.expectations[event.a];
    signature.name = expectation.name;
    // What is judged by the clock names whatever happened last, which need not have to do with it.
    signature.path =
        giveUpPath(model, run, isJudgedByState(expectation.form) ? violation : endOfRoot(run, violation));
    return signature;
}

FailureSignature signatureOfEnd(const Model &model, const Recording &run, EventId end)
{
    const bool hasStarted = run.events[end.value].kind != EventKind::InitFailed;
    return {hasStarted ? Kind::RootEnded : Kind::RootNotStarted, {}, giveUpPath(model, run, end)};
}

EventId firstViolation(const Recording &run)
{
    for (std::uint32_t i = 0; i < run.events.size(); ++i)
        if (run.events[i].kind == EventKind::Violation)
            return EventId{i};
    return {};
}

}

FailureSignature signatureAt(const Model &model, const Recording &run, EventId event)
{
    return run.events[event.value].kind == EventKind::Violation ? signatureOfViolation(model, run, event)
                                                                : signatureOfEnd(model, run, event);
}

std::vector<RunFailure> failuresOf(const Model &model, const Recording &run)
{
    std::vector<RunFailure> failures;
    if (run.result.outcome == Outcome::Truncated)
        return failures;
    const EventId violation = firstViolation(run);
    if (violation.isValid())
        failures.push_back({signatureAt(model, run, violation), violation});
    const EventId end = hasRootFailed(run.result) ? endOfRoot(run) : EventId{};
    const auto followsFromEnd = [&] {
        EventId step = violation;
        while (step.isValid() && step != end)
            step = run.events[step.value].cause;
        return step == end;
    };
    if (end.isValid() && (!violation.isValid() || !followsFromEnd()))
        failures.push_back({signatureAt(model, run, end), end});
    return failures;
}

class FailureTrials::Impl final : public EventSink {
public:
    Impl(const Model &model, std::uint64_t seed, FailureSignature wanted, Budget budget)
        : m_model(model)
        , m_seed(seed)
        , m_wanted(std::move(wanted))
        , m_budget(budget)
        , m_world(model)
    {
        const auto &all = model.expectations;
        const auto known = std::find_if(all.begin(), all.end(), [this](const Expectation &expectation) {
            return expectation.name == m_wanted.name;
        });
        m_expectation = static_cast<std::size_t>(known - all.begin());
    }

    void consume(std::span<const Event> block, const Names &names) override
    {
        m_run.events.append(block, names);
    }

    bool fails(const std::vector<Cause> *kept)
    {
        if (m_runs >= m_budget.runs || m_events >= m_budget.events) {
            m_isSpent = true;
            return false;
        }
        ++m_runs;
        m_run.events = EventLog();
        m_occurred.clear();
        m_world.begin(m_seed, this, {kept, &m_occurred});
        const std::uint64_t most = m_budget.events - m_events;
        while (!isKnown() && m_world.eventCount() < most && m_world.step()) {}
        const bool isCut = m_world.eventCount() >= most && !isKnown();
        m_run.result = m_world.finish();
        m_events += m_run.result.events;
        if (isCut) {
            m_isSpent = true;
            return false;
        }
        m_run.nodes = m_world.nodes();
        m_event = failure();
        return m_event.isValid();
    }

    const std::vector<OccurredCause> &occurred()
    {
        std::erase_if(m_occurred, [this](const OccurredCause &one) { return m_event < one.event; });
        return m_occurred;
    }

    std::vector<Cause> traced()
    {
        std::set<EventId> seen;
        std::vector<EventId> open{m_event};
        while (!open.empty()) {
            const EventId step = open.back();
            open.pop_back();
            if (!step.isValid() || !seen.insert(step).second)
                continue;
            const Event event = m_run.events[step.value];
            open.push_back(event.cause);
            if (event.kind == EventKind::GaveUp && event.detail == 0)
                for (const EventId restart : budgetAt(m_model, m_run, step).restarts)
                    open.push_back(restart);
        }
        std::vector<Cause> causes;
        for (const OccurredCause &one : occurred())
            if (seen.count(one.event) != 0)
                causes.push_back(one.cause);
        std::sort(causes.begin(), causes.end());
        return causes;
    }

    EventId m_event;
    Recording m_run;
    std::uint64_t m_runs = 0;
    bool m_isSpent = false;

    std::uint64_t runsLeft() const
    {
        return m_isSpent || m_events >= m_budget.events ? 0 : m_budget.runs - m_runs;
    }

private:
    /// Nothing that is still to come changes whether the run fails in the wanted way.
    bool isKnown() const
    {
        if (m_wanted.isAboutRoot())
            return m_world.hasRootEnded();
        if (m_wanted.kind == Kind::Invariant || m_expectation >= m_model.expectations.size())
            return false;
        return m_world.expectations()[m_expectation].event.isValid();
    }

    /// The event that tells of the wanted failure; invalid where there is none.
    EventId failure() const
    {
        if (m_run.result.outcome == Outcome::Truncated)
            return {};
        if (m_wanted.isAboutRoot()) {
            const EventId end = hasRootFailed(m_run.result) ? endOfRoot(m_run) : EventId{};
            return end.isValid() && signatureAt(m_model, m_run, end) == m_wanted ? end : EventId{};
        }
        EventId violation;
        if (m_wanted.kind == Kind::Expectation && m_expectation < m_run.result.expectations.size())
            violation = m_run.result.expectations[m_expectation].event;
        for (const InvariantViolation &one : m_run.result.invariants)
            if (m_wanted.kind == Kind::Invariant && one.name == m_wanted.name && !violation.isValid())
                violation = one.event;
        const bool isSame = violation.isValid() && signatureAt(m_model, m_run, violation) == m_wanted;
        return isSame ? violation : EventId{};
    }

    const Model &m_model;
    std::uint64_t m_seed;
    FailureSignature m_wanted;
    Budget m_budget;
    World m_world;
    std::size_t m_expectation = 0;
    std::vector<OccurredCause> m_occurred;
    std::uint64_t m_events = 0;
};

FailureTrials::FailureTrials(const Model &model, std::uint64_t seed, FailureSignature wanted, Budget budget)
    : m_impl(std::make_unique<Impl>(model, seed, std::move(wanted), budget))
{}

FailureTrials::~FailureTrials() = default;

bool FailureTrials::fails(const std::vector<Cause> *kept)
{
    return m_impl->fails(kept);
}

const std::vector<OccurredCause> &FailureTrials::occurred() const
{
    return m_impl->occurred();
}

std::vector<Cause> FailureTrials::traced()
{
    return m_impl->traced();
}

Instant FailureTrials::failedAt() const
{
    return Instant::fromNs(m_impl->m_run.events[m_impl->m_event.value].t);
}

std::uint64_t FailureTrials::eventsBefore() const
{
    return m_impl->m_event.value;
}

std::uint64_t FailureTrials::runs() const
{
    return m_impl->m_runs;
}

std::uint64_t FailureTrials::runsLeft() const
{
    return m_impl->runsLeft();
}

bool FailureTrials::isSpent() const
{
    return m_impl->m_isSpent;
}

}
