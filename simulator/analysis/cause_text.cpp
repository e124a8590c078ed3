#include "simulator/analysis/cause_text.h"

#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace daruma {

namespace {

/// From so many causes on, what repeats is told once.
constexpr std::size_t manyCauses = 9;

/// What happened, without its time.
std::string clauseOf(const Model &model, const Recording &run, const Wording &wording,
                     const OccurredCause &cause)
{
    const Event event = run.events[cause.event.value];
    switch (cause.cause.kind) {
    case CauseKind::Delay:
        return fmt::format("{} delayed {}", wording.faultName(event), model.faults[event.a].into.text);
    case CauseKind::Exit:
        return fmt::format("{} ended by itself{}", wording.name(event.node), wording.inBrackets(event));
    case CauseKind::StartFailure:
        if (event.kind == EventKind::Start)
            return fmt::format("the start of {} hung", wording.name(event.node));
        return wording.clause(event);
    case CauseKind::Strike:
    case CauseKind::Command:
        return wording.clause(event);
    }
    return {};
}

std::string lengthText(const Model &model, const Event &event)
{
    const std::string length = human(Duration::nanoseconds(std::max<std::int64_t>(event.value, 0)));
    const bool isOutage = event.kind == EventKind::Fault && model.faults[event.a].kind == FaultKind::Outage;
    if (event.kind == EventKind::Exit)
        return fmt::format(", after it had run for {}", length);
    if (isOutage)
        return event.value < 0 ? ", for good" : fmt::format(", for {}", length);
    return {};
}

}

std::string causeClause(const Model &model, const Recording &run, const Wording &wording,
                        const OccurredCause &cause)
{
    const Event event = run.events[cause.event.value];
    return fmt::format("{} {} {}{}", clauseOf(model, run, wording, cause),
                       cause.cause.kind == CauseKind::Delay ? "from" : "at", momentText(event.t),
                       lengthText(model, event));
}

std::vector<std::string> causeClauses(const Model &model, const Recording &run, const Wording &wording,
                                      const std::vector<OccurredCause> &causes)
{
    std::vector<std::string> clauses;
    if (causes.size() < manyCauses) {
        for (const OccurredCause &cause : causes)
            clauses.push_back(causeClause(model, run, wording, cause));
        return clauses;
    }
    const auto place = [](const OccurredCause &one) {
        return std::tuple{one.cause.kind, one.cause.index, one.cause.path};
    };
    std::vector<std::vector<OccurredCause>> groups;
    for (const OccurredCause &cause : causes) {
        const auto known = std::find_if(groups.begin(), groups.end(), [&](const auto &group) {
            return place(group.front()) == place(cause);
        });
        (known == groups.end() ? groups.emplace_back() : *known).push_back(cause);
    }
    for (const std::vector<OccurredCause> &group : groups) {
        if (group.size() == 1)
            clauses.push_back(causeClause(model, run, wording, group.front()));
        else
            clauses.push_back(fmt::format("{}, {} times from {} to {}",
                                          clauseOf(model, run, wording, group.front()), grouped(group.size()),
                                          momentText(run.events[group.front().event.value].t),
                                          momentText(run.events[group.back().event.value].t)));
    }
    return clauses;
}

std::string failureClause(const Recording &run, const RunFailure &failure)
{
    const FailureSignature &signature = failure.signature;
    std::string path;
    for (std::size_t i = 0; i < signature.path.size(); ++i)
        path += (i == 0 ? "" : i + 1 == signature.path.size() ? " and " : ", ") + signature.path[i];
    const std::string because =
        path.empty() ? "" : fmt::format(", as {} {} up", path, signature.path.size() == 1 ? "gives" : "give");
    switch (signature.kind) {
    case FailureSignature::Kind::Expectation:
        return fmt::format("the expectation \"{}\" fails{}", signature.name, because);
    case FailureSignature::Kind::Invariant:
        return fmt::format("the invariant {} is broken", signature.name);
    case FailureSignature::Kind::RootEnded:
        return fmt::format("{} ends{}", run.nodes.name(NodeId{0}, run.texts), because);
    case FailureSignature::Kind::RootNotStarted:
        return fmt::format("{} does not start{}", run.nodes.name(NodeId{0}, run.texts), because);
    }
    return {};
}

}
