#include "simulator/analysis/document_edits.h"
#include "simulator/analysis/shrink_steps.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/keys.h"

#include <algorithm>
#include <array>
#include <optional>

namespace daruma {

namespace {

/// What happens around the moment of a strike in the run without it.
struct Neighbours {
    bool hasTie = false;  ///< something comes by itself in that very moment
    std::int64_t before = 0;
    std::int64_t after = 0;
};

std::optional<Neighbours> neighboursOf(const ShrinkTrials &trials, std::size_t fault, std::int64_t moment)
{
    TomlValue without = trials.document();
    removeTableAt(without, faultTable.name, fault);
    const auto scenario = trials.read(without);
    if (!scenario)
        return std::nullopt;
    const Recording run = record(scenario->model, scenario->model.seed);
    Neighbours found;
    found.after = run.result.end.ns();
    for (std::size_t i = 0; i < run.events.size(); ++i) {
        const Event event = run.events[i];
        if (event.kind == EventKind::End || event.kind == EventKind::Violation)
            continue;
        const bool isByItself = event.cause.isValid() && run.events[event.cause.value].t < event.t;
        found.hasTie = found.hasTie || (event.t == moment && isByItself);
        if (event.t < moment)
            found.before = std::max(found.before, event.t);
        else if (event.t > moment)
            found.after = std::min(found.after, event.t);
    }
    return found;
}

/// Round moments strictly between two others, those before `moment` first.
std::vector<std::int64_t> momentsBetween(const Neighbours &limits, std::int64_t moment)
{
    static constexpr std::array<std::int64_t, 8> units{
        10'000'000'000, 1'000'000'000, 500'000'000, 100'000'000, 50'000'000, 10'000'000, 1'000'000, 1'000};
    std::vector<std::int64_t> moments;
    for (const std::int64_t unit : units) {
        const std::int64_t earlier = (moment - 1) / unit * unit;
        if (earlier > limits.before)
            moments.push_back(earlier);
    }
    for (const std::int64_t unit : units) {
        const std::int64_t later = (moment / unit + 1) * unit;
        if (later < limits.after)
            moments.push_back(later);
    }
    return moments;
}

bool movesAway(ShrinkTrials &trials, std::size_t fault, const Neighbours &limits, std::int64_t moment)
{
    for (const std::int64_t other : momentsBetween(limits, moment)) {
        TomlValue candidate = trials.document();
        setKey(tableAt(candidate, faultTable.name, fault), "at",
               textValue(writtenText(Duration::nanoseconds(other))));
        if (trials.accepts(std::move(candidate)))
            return true;
    }
    return false;
}

}

std::vector<std::size_t> avoidTies(ShrinkTrials &trials)
{
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < tableCount(trials.document(), faultTable.name) && !trials.isSpent(); ++i) {
        TomlValue document = trials.document();
        const TomlEntry *at = tableAt(document, faultTable.name, i).find("at");
        const auto moment = at && at->value.isText() ? parseDuration(at->value.text)
                                                     : tl::expected<Duration, TextProblem>(Duration::zero());
        if (!at || !moment || moment->isZero())
            continue;
        const auto around = neighboursOf(trials, i, moment->ns());
        if (around && around->hasTie && !movesAway(trials, i, *around, moment->ns()))
            left.push_back(i);
    }
    return left;
}

std::string writtenText(Duration duration)
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t millisecond = 1'000'000;
    const std::int64_t rest = duration.ns() % (60 * second);
    if (duration.isNever() || rest < second || rest % second == 0 || rest % millisecond != 0)
        return toText(duration);
    std::string milliseconds = std::to_string(1'000 + rest % second / millisecond).substr(1);
    milliseconds.erase(milliseconds.find_last_not_of('0') + 1);
    const Duration minutes = Duration::nanoseconds(duration.ns() - rest);
    return (minutes.isZero() ? "" : toText(minutes)) + std::to_string(rest / second) + "." + milliseconds
           + "s";
}

}
