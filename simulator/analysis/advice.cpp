#include "simulator/analysis/advice.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace daruma {

namespace {

constexpr std::uint64_t mostEventsOfRun = 20'000;
constexpr std::uint64_t mostEventsOfTrial = 100'000;
constexpr std::uint64_t mostEventsOfTrials = 400'000;
constexpr std::size_t mostNodes = 10'000;
constexpr std::uint32_t mostRestarts = 1'024;

/// Runs variations of a model, as long as it does not take too much.
class Trials {
public:
    Trials(const Model &model, const RunResult &before)
        : m_before(before)
        , m_model(model)
    {
        m_model.limits.eventsPerRun = mostEventsOfTrial;
    }

    Model &model() { return m_model; }
    bool rootSurvives()
    {
        if (m_spent > mostEventsOfTrials)
            return false;
        Simulation simulation(m_model);
        RunResult result = simulation.run(m_before.seed);
        m_spent += result.events;
        const bool failed = result.root.report() && result.root.report()->state == LifecycleState::Failed;
        if (failed || result.outcome == Outcome::Truncated || result.endCause == EndCause::StartFailed
            || result.endCause == EndCause::Stuck)
            return false;
        m_lastThatSurvived = std::move(result.expectations);
        return true;
    }
    /// What the last trial that the root survived did for the expectations.
    std::string checked() const;

private:
    const RunResult &m_before;
    Model m_model;
    std::vector<ExpectationResult> m_lastThatSurvived;
    std::uint64_t m_spent = 0;
};

std::string Trials::checked() const
{
    std::vector<std::string> stillFailing;
    std::vector<std::string> noLongerMet;
    for (std::size_t i = 0; i < m_lastThatSurvived.size(); ++i) {
        if (m_lastThatSurvived[i].passed)
            continue;
        (m_before.expectations[i].passed ? noLongerMet : stillFailing)
            .push_back("\"" + m_model.expectations[i].name + "\"");
    }
    std::string text = fmt::format("{} survives", m_model.nodes.name(NodeId{0}, m_model.texts));
    if (!stillFailing.empty())
        text += fmt::format("; {} still {}: {}", counted(stillFailing.size(), "expectation"),
                            stillFailing.size() == 1 ? "fails" : "fail", nameList(stillFailing));
    if (!noLongerMet.empty())
        text += fmt::format("; {} that this run met {} then: {}", counted(noLongerMet.size(), "expectation"),
                            noLongerMet.size() == 1 ? "fails" : "fail", nameList(noLongerMet));
    if (!m_lastThatSurvived.empty() && stillFailing.empty() && noLongerMet.empty())
        text += m_lastThatSurvived.size() == 1 ? ", and the expectation is met"
                                               : ", and all expectations are met";
    return text;
}

std::string tableName(std::string_view kind, std::string_view name)
{
    const bool bare =
        !name.empty()
        && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
               == std::string_view::npos;
    return bare ? fmt::format("{}.{}", kind, name) : fmt::format("{}.\"{}\"", kind, name);
}

std::optional<Advice> smallestLimit(Trials &trials, std::uint32_t definition)
{
    SupervisorDefinition &supervisor = trials.model().supervisors[definition];
    std::uint32_t &limit = supervisor.flags.limit.max;
    const std::uint32_t before = limit;
    std::uint32_t tooFew = before;
    std::uint32_t enough = 0;
    for (std::uint32_t tried = std::max(before * 2, 1U); tried <= mostRestarts && enough == 0; tried *= 2) {
        limit = tried;
        if (trials.rootSurvives())
            enough = tried;
        else
            tooFew = tried;
    }
    while (enough > tooFew + 1) {
        limit = tooFew + (enough - tooFew) / 2;
        if (trials.rootSurvives())
            enough = limit;
        else
            tooFew = limit;
    }
    limit = before;
    if (enough == 0)
        return std::nullopt;
    return Advice{tableName("supervisor", trials.model().texts[supervisor.table]),
                  "max_restarts",
                  fmt::format("{}", enough),
                  fmt::format("{}", before),
                  trials.checked(),
                  {}};
}

/// Dialects that have a backoff of their own need no remark.
std::string backoffCaveat(const Model &model)
{
    Dialects dialects;
    std::vector<Problem> problems;
    const Dialect *dialect = dialects.find(model.dialect, problems);
    if (!dialect || dialect->backoff)
        return {};
    return fmt::format("A backoff is an addition: the dialect \"{}\" restarts at once, and has none.",
                       dialect->name);
}

std::optional<Advice> smallestBackoff(Trials &trials, const Recording &run, NodeId child)
{
    const Node &node = run.nodes[child];
    if (!node.parent.isValid() || node.isSupervisor)
        return std::nullopt;
    Model &model = trials.model();
    SupervisorDefinition &supervisor = model.supervisors[run.nodes[node.parent].definition];
    const auto listed = std::find_if(supervisor.flags.children.begin(), supervisor.flags.children.end(),
                                     [&node](const ChildSpec &spec) { return spec.id == node.id; });
    if (listed == supervisor.flags.children.end() || listed->backoff != ChildSpec::noBackoff
        || supervisor.flags.backoffs.size() >= ChildSpec::noBackoff)
        return std::nullopt;
    std::optional<Advice> found;
    const auto index = static_cast<std::uint8_t>(supervisor.flags.backoffs.size());
    supervisor.flags.backoffs.emplace_back();
    for (ChildSpec &spec : supervisor.flags.children) {
        if (spec.id.text == node.id.text)
            spec.backoff = index;
    }
    for (const int milliseconds : {100, 200, 500, 1'000, 2'000, 5'000, 10'000, 30'000, 60'000}) {
        const Duration delay = Duration::milliseconds(milliseconds);
        supervisor.flags.backoffs[index].first = delay;
        if (trials.rootSurvives()) {
            found = Advice{tableName("worker", model.texts[model.workers[node.definition].table]),
                           "backoff",
                           toText(delay),
                           "",
                           trials.checked(),
                           backoffCaveat(model)};
            break;
        }
    }
    for (ChildSpec &spec : supervisor.flags.children) {
        if (spec.id.text == node.id.text)
            spec.backoff = ChildSpec::noBackoff;
    }
    supervisor.flags.backoffs.pop_back();
    return found;
}

}

namespace {

/// The first give-up that led to the end of the root is the last of them, and the root's own the first.
std::vector<EventId> decisionsBehindTheEnd(const Recording &run, const Explainer &explainer)
{
    std::vector<EventId> decisions;
    const std::vector<EventId> subjects = explainer.subjects();
    if (subjects.empty())
        return decisions;
    for (const EventId step : explainer.steps(subjects.back()))
        if (run.events[step.value].kind == EventKind::GaveUp)
            decisions.push_back(step);
    return decisions;
}

}

std::string adviceIntroduction()
{
    return "each alone, tried with the same seed and the same faults";
}

std::vector<AdviceGroup> inGroups(const std::vector<Advice> &advice)
{
    std::vector<AdviceGroup> groups;
    for (const Advice &one : advice) {
        const auto known = std::find_if(groups.begin(), groups.end(), [&one](const AdviceGroup &group) {
            return group.advice.front().checked == one.checked;
        });
        (known == groups.end() ? groups.emplace_back() : *known).advice.push_back(one);
    }
    for (AdviceGroup &group : groups)
        group.sentence = (group.advice.size() == 1 ? "With this, " : "With any one of these, ")
                         + group.advice.front().checked + ".";
    return groups;
}

std::string whyNoAdvice(const Model &model, const Recording &run)
{
    const RunResult &result = run.result;
    const std::string root(model.nodes.name(NodeId{0}, model.texts));
    if (result.outcome == Outcome::Passed || result.outcome == Outcome::Truncated)
        return {};
    if (result.endCause == EndCause::Stuck)
        return "Nothing was tried: a larger limit or a delay does not end a wait that has no end.";
    if (!result.root.report() || result.root.report()->state != LifecycleState::Failed)
        return fmt::format("Nothing was tried: larger limits and delays are for a root that gives up, and {} "
                           "does not.",
                           root);
    if (result.events > mostEventsOfRun || run.nodes.size() > mostNodes)
        return fmt::format("Nothing was tried: runs of more than {} are too long for it.",
                           counted(mostEventsOfRun, "event"));
    if (decisionsBehindTheEnd(run, Explainer(model, run)).empty())
        return fmt::format("Nothing was tried: {} did not end because of a limit.", root);
    return fmt::format(
        "Neither a larger `max_restarts` (up to {}) nor a `backoff` (up to 1 min) of those that "
        "gave up keeps {} alive.",
        grouped(mostRestarts), root);
}

std::vector<Advice> adviceFor(const Model &model, const Recording &run)
{
    std::vector<Advice> advice;
    const RunResult &result = run.result;
    const bool rootFailed = result.root.report() && result.root.report()->state == LifecycleState::Failed;
    if (!rootFailed || result.events > mostEventsOfRun || run.nodes.size() > mostNodes)
        return advice;
    const Explainer explainer(model, run);
    const std::vector<EventId> decisions = decisionsBehindTheEnd(run, explainer);
    if (decisions.empty())
        return advice;
    Trials trials(model, result);
    const Event &deepest = run.events[decisions.back().value];
    if (auto limit = smallestLimit(trials, run.nodes[deepest.node].definition))
        advice.push_back(*limit);
    const Event &root = run.events[decisions.front().value];
    if (root.node != deepest.node) {
        if (auto limit = smallestLimit(trials, run.nodes[root.node].definition))
            advice.push_back(*limit);
    }
    if (auto backoff = smallestBackoff(trials, run, deepest.other))
        advice.push_back(*backoff);
    return advice;
}

}
