#include "app/cli/proof.h"

#include "app/cli/report.h"
#include "simulator/analysis/cause_text.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t mostLines = 20;
constexpr std::size_t mostRestartsShown = 5;

std::string heading(const Output &out, std::string_view text)
{
    return "\n" + styled(out, Style::Bold, text) + "\n";
}

std::string lines(const Output &out, std::vector<std::string> sentences)
{
    if (sentences.size() > mostLines) {
        const std::size_t left = sentences.size() - mostLines + 1;
        sentences.resize(mostLines - 1);
        sentences.push_back(fmt::format("… and {} more, which --format json tells", grouped(left)));
    }
    std::vector<Link> links;
    links.reserve(sentences.size());
    for (std::string &sentence : sentences)
        links.push_back({{}, std::move(sentence), 0});
    return chainText(out, links);
}

std::string sentence(const std::string &text)
{
    return text + ".";
}

/// Whether an event is the end of a process by itself, one of the causes.
bool isEnd(const Recording &run, const OccurredCause &cause)
{
    return run.events[cause.event.value].kind == EventKind::Exit;
}

/// From an event back to the first cause on the way: what lies behind that is only why it was there.
std::vector<EventId> wayToCause(const Explainer &explainer, const CauseProof &proof, EventId from)
{
    std::vector<EventId> way;
    for (const EventId step : explainer.steps(from)) {
        way.push_back(step);
        if (std::any_of(proof.causes.begin(), proof.causes.end(),
                        [step](const OccurredCause &cause) { return cause.event == step; }))
            break;
    }
    return way;
}

/// All that had to happen before an event could, windows that were full included.
std::vector<EventId> allBehind(const Model &model, const Recording &run, const Explainer &explainer,
                               EventId from)
{
    std::vector<EventId> behind = explainer.steps(from);
    for (const EventId step : std::vector<EventId>(behind)) {
        if (run.events[step.value].kind != EventKind::GaveUp)
            continue;
        for (const EventId restart : budgetAt(model, run, step).restarts)
            behind.push_back(run.events[restart.value].cause);
    }
    return behind;
}

EventId startOf(const Recording &run, EventId end)
{
    const Event ended = run.events[end.value];
    const auto isStart = [&](const Event &event) {
        return event.kind == EventKind::Start && event.node == ended.node
               && event.incarnation == ended.incarnation;
    };
    std::uint32_t start = end.value;
    while (start > 0 && !isStart(run.events[start]))
        --start;
    return EventId{start};
}

/// Of each cause whether it plays no part in the failure itself, and is needed as it set when a life began
/// whose end is another cause.
std::vector<bool> setsTheTimes(const Model &model, const Recording &run, const Explainer &explainer,
                               const CauseProof &proof)
{
    std::vector<EventId> direct = wayToCause(explainer, proof, proof.failure.event);
    for (const EventId step : std::vector<EventId>(direct)) {
        if (run.events[step.value].kind != EventKind::GaveUp)
            continue;
        for (const EventId restart : budgetAt(model, run, step).restarts) {
            const std::vector<EventId> way = wayToCause(explainer, proof, restart);
            direct.insert(direct.end(), way.begin(), way.end());
        }
    }
    const auto holds = [](const std::vector<EventId> &events, EventId one) {
        return std::find(events.begin(), events.end(), one) != events.end();
    };
    std::vector<bool> marks(proof.causes.size(), false);
    for (const OccurredCause &later : proof.causes) {
        if (!isEnd(run, later))
            continue;
        const std::vector<EventId> behind = allBehind(model, run, explainer, startOf(run, later.event));
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const OccurredCause &one = proof.causes[i];
            marks[i] = marks[i] || (isEnd(run, one) && holds(behind, one.event) && !holds(direct, one.event));
        }
    }
    return marks;
}

/// The causes, those apart that only set when others come.
std::string listText(const Output &out, const Model &model, const Recording &run, const Explainer &explainer,
                     const CauseProof &proof)
{
    const Wording &wording = explainer.wording();
    const std::vector<bool> marks = setsTheTimes(model, run, explainer, proof);
    std::vector<OccurredCause> direct;
    std::vector<OccurredCause> times;
    for (std::size_t i = 0; i < marks.size(); ++i)
        (marks[i] ? times : direct).push_back(proof.causes[i]);
    std::string text = lines(out, causeClauses(model, run, wording, direct));
    if (!times.empty())
        text += lines(out, {"And these, which set when the lives began that end there:"})
                + lines(out, causeClauses(model, run, wording, times));
    return text;
}

/// What the failure is, and with which causes alone it happens.
std::string causesText(const Output &out, const Model &model, const Recording &run,
                       const Explainer &explainer, const CauseProof &proof, std::uint64_t budget)
{
    const std::string failure = failureClause(run, proof.failure);
    const std::string spent = fmt::format("the budget of {} was spent (--budget N)", counted(budget, "run"));
    if (!proof.isProven && proof.all.empty())
        return lines(out, {fmt::format("Nothing is proven: {} before {} once more.", spent, failure)});
    if (proof.causes.empty())
        return lines(out,
                     {fmt::format("Nothing: {} even if no fault strikes, no command is given, no process "
                                  "ends by itself and every start succeeds.",
                                  failure)});
    const std::string text = listText(out, model, run, explainer, proof);
    const bool isOne = proof.causes.size() == 1;
    std::string verdict =
        fmt::format("With {} alone {}", isOne ? "this" : "these " + grouped(proof.causes.size()), failure);
    if (proof.isProven)
        verdict += isOne ? ", and without it that does not happen."
                         : ", and without any one of them that does not happen.";
    else
        verdict += fmt::format("; whether each of them is needed is not known, as {}.", spent);
    if (proof.isSmallest && !isOne)
        verdict += " No smaller set of causes does it.";
    else if (proof.isProven && !proof.isSmallest)
        verdict += fmt::format(" Whether a smaller set does it is not known, as {}.", spent);
    verdict += fmt::format(" Shown by {} with the same seed, of {} that took effect.",
                           counted(proof.runs, "run"), counted(proof.all.size(), "cause"));
    return text + lines(out, {verdict});
}

/// Other sets, or what the causes mean among all the others.
std::string othersText(const Output &out, const Model &model, const Recording &run, const Wording &wording,
                       const CauseProof &proof)
{
    std::string text;
    for (const std::vector<OccurredCause> &other : proof.others)
        text += heading(out, text.empty() ? "What would have sufficed as well" : "And this")
                + lines(out, causeClauses(model, run, wording, other));
    const auto decisive = std::count(proof.isDecisive.begin(), proof.isDecisive.end(), true);
    if (!text.empty() && !proof.areOthersComplete)
        text += lines(out, {"There may be other sets: the budget was spent before all were tried."});
    if (text.empty() && decisive > 0 && static_cast<std::size_t>(decisive) == proof.causes.size()
        && proof.causes.size() < proof.all.size())
        text = lines(out, {fmt::format("Nothing else that happened makes up for {}.",
                                       proof.causes.size() == 1 ? "it" : "any of them")});
    return text;
}

std::vector<EventId> decisionsOf(const Recording &run, const Explainer &explainer, const CauseProof &proof)
{
    std::vector<EventId> decisions;
    for (const EventId step : explainer.steps(proof.failure.event)) {
        const Event event = run.events[step.value];
        if (event.kind == EventKind::GaveUp && event.detail == 0)
            decisions.push_back(step);
    }
    std::reverse(decisions.begin(), decisions.end());
    return decisions;
}

std::string budgetSentence(const Model &model, const Recording &run, const Wording &wording, EventId decision)
{
    const Event event = run.events[decision.value];
    const Budget budget = budgetAt(model, run, decision);
    std::string text = fmt::format("{} gave up at {}", wording.name(budget.supervisor), momentText(event.t));
    if (budget.allowed == 0)
        return text + ": it may restart nothing.";
    text += fmt::format(": {} {} {} used up", counted(budget.allowed, "restart"),
                        budget.within.isNever() ? "in its whole life" : "within " + human(budget.within),
                        budget.allowed == 1 ? "was" : "were");
    std::vector<std::pair<std::string, std::size_t>> counts;
    for (const EventId one : budget.restarts) {
        const Event restart = run.events[one.value];
        std::string what = fmt::format("{} at {}", wording.name(restart.node), momentText(restart.t));
        if (counts.empty() || counts.back().first != what)
            counts.emplace_back(std::move(what), 0);
        ++counts.back().second;
    }
    std::vector<std::string> restarts;
    restarts.reserve(counts.size());
    for (const auto &[what, count] : counts)
        restarts.push_back(count == 1 ? what : fmt::format("{}, {} times", what, count));
    if (!restarts.empty())
        text += fmt::format(" (restart of {})", nameList(restarts, mostRestartsShown));
    if (!budget.freeAt.isNever())
        text += fmt::format("; the next slot would have been free at {}, {} later",
                            momentText(budget.freeAt.ns()), human(budget.freeAt - Instant::fromNs(event.t)));
    return sentence(text);
}

std::string noReturnText(const Model &model, const Recording &run, const Wording &wording,
                         const CauseProof &proof)
{
    if (!proof.noReturn.isValid())
        return "The outset: it fails whatever happens.";
    const auto cause = std::find_if(proof.all.begin(), proof.all.end(),
                                    [&](const OccurredCause &one) { return one.event == proof.noReturn; });
    std::string text = causeClause(model, run, wording, *cause);
    const std::int64_t left = run.events[proof.failure.event.value].t - run.events[proof.noReturn.value].t;
    text +=
        fmt::format(". From then on the run fails in the same way even if nothing else happens by itself; "
                    "that is {} before the failure",
                    human(Duration::nanoseconds(left)));
    if (!proof.isNoReturnEarliest)
        text += ". Not every earlier moment was tried";
    return sentence(text);
}

Json causesJson(const Model &model, const Recording &run, const Wording &wording,
                const std::vector<OccurredCause> &causes)
{
    constexpr std::string_view kinds[] = {"fault", "delay", "command", "exit", "start"};
    Json list = Json::array();
    for (const OccurredCause &cause : causes) {
        const Event event = run.events[cause.event.value];
        list.push_back(Json{{"kind", kinds[static_cast<std::size_t>(cause.cause.kind)]},
                            {"seq", cause.event.value},
                            {"t_ns", event.t},
                            {"node", event.node.isValid() ? Json(run.path(event.node)) : Json()},
                            {"incarnation", event.incarnation},
                            {"sentence", causeClause(model, run, wording, cause)}});
    }
    return list;
}

Json budgetJson(const Model &model, const Recording &run, EventId decision)
{
    const Budget budget = budgetAt(model, run, decision);
    Json restarts = Json::array();
    for (const EventId restart : budget.restarts)
        restarts.push_back(restart.value);
    return {{"seq", decision.value},
            {"t_ns", run.events[decision.value].t},
            {"supervisor", run.path(budget.supervisor)},
            {"allowed", budget.allowed},
            {"within_ns", budget.within.isNever() ? Json() : Json(budget.within.ns())},
            {"restarts", std::move(restarts)},
            {"free_at_ns", budget.freeAt.isNever() ? Json() : Json(budget.freeAt.ns())}};
}

}

std::string proofText(const Output &out, const Model &model, const Recording &run, const Explainer &explainer,
                      const CauseProof &proof, std::uint64_t budget)
{
    const Wording &wording = explainer.wording();
    std::string text = heading(out, "What it takes") + causesText(out, model, run, explainer, proof, budget)
                       + othersText(out, model, run, wording, proof);
    std::vector<std::string> budgets;
    for (const EventId decision : decisionsOf(run, explainer, proof))
        budgets.push_back(budgetSentence(model, run, wording, decision));
    if (!budgets.empty())
        text += heading(out, "The budgets on the way") + lines(out, budgets);
    if (proof.isProven)
        text +=
            heading(out, "The point of no return") + lines(out, {noReturnText(model, run, wording, proof)});
    return text;
}

bool isSameProof(const CauseProof &a, const CauseProof &b)
{
    const auto isSame = [](const std::vector<OccurredCause> &x, const std::vector<OccurredCause> &y) {
        return std::equal(
            x.begin(), x.end(), y.begin(), y.end(),
            [](const OccurredCause &one, const OccurredCause &other) { return one.event == other.event; });
    };
    return a.isProven && b.isProven && isSame(a.causes, b.causes) && a.noReturn == b.noReturn
           && std::equal(a.others.begin(), a.others.end(), b.others.begin(), b.others.end(), isSame);
}

std::string sameProofText(const Output &out, const Recording &run, const CauseProof &proof,
                          const CauseProof &other)
{
    return heading(out, "What it takes")
           + lines(out, {fmt::format("The same: with the same {} alone {}. All else is as told of {}.",
                                     counted(proof.causes.size(), "cause"), failureClause(run, proof.failure),
                                     other.failure.signature.name.empty()
                                         ? "the failure before"
                                         : "\"" + other.failure.signature.name + "\"")});
}

std::string proofJson(const Model &model, const Recording &run, const Explainer &explainer,
                      const CauseProof &proof)
{
    constexpr std::string_view kinds[] = {"expectation", "invariant", "root_ended", "root_not_started"};
    const Wording &wording = explainer.wording();
    const FailureSignature &signature = proof.failure.signature;
    Json document{{"failure", kinds[static_cast<std::size_t>(signature.kind)]},
                  {"name", signature.name.empty() ? Json() : Json(signature.name)},
                  {"give_up_path", signature.path},
                  {"proven", proof.isProven},
                  {"smallest", proof.isSmallest},
                  {"causes", causesJson(model, run, wording, proof.causes)}};
    for (std::size_t i = 0; i < proof.isDecisive.size(); ++i)
        document["causes"][i]["decisive"] = static_cast<bool>(proof.isDecisive[i]);
    const std::vector<bool> times = setsTheTimes(model, run, explainer, proof);
    for (std::size_t i = 0; i < times.size(); ++i)
        document["causes"][i]["sets_times"] = static_cast<bool>(times[i]);
    document["others"] = Json::array();
    for (const std::vector<OccurredCause> &other : proof.others)
        document["others"].push_back(causesJson(model, run, wording, other));
    document["others_complete"] = proof.areOthersComplete;
    document["budgets"] = Json::array();
    for (const EventId decision : decisionsOf(run, explainer, proof))
        document["budgets"].push_back(budgetJson(model, run, decision));
    document["point_of_no_return"] =
        proof.noReturn.isValid()
            ? Json{{"seq", proof.noReturn.value}, {"t_ns", run.events[proof.noReturn.value].t}}
            : Json();
    document["earliest"] = proof.isNoReturnEarliest;
    document["causes_in_all"] = proof.all.size();
    document["runs"] = proof.runs;
    return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}
