#include "app/cli/parting.h"

#include "simulator/analysis/wording.h"

#include <fmt/format.h>

namespace daruma {

Parting partingAt(const Recording &left, const Recording &right, std::uint64_t seq)
{
    const auto has = [seq](const Recording &run) { return seq < run.events.size(); };
    const auto t = [seq](const Recording &run) { return run.events[seq].t; };
    const bool takesRight = !has(left) || (has(right) && t(right) < t(left));
    const Recording &run = takesRight ? right : left;
    const Event &event = run.events[seq];
    return {event.t, event.node.isValid() ? run.path(event.node) : "no place"};
}

std::string eventText(const Model &model, const Recording &run, std::uint64_t seq)
{
    if (seq >= run.events.size())
        return "nothing: the run was over";
    const Event &event = run.events[seq];
    const Wording wording(model, run);
    std::string text = fmt::format("at {} {}", momentText(event.t), wording.clause(event));
    const std::string budget = event.b == RestartLimitSpec::unlimited
                                   ? std::to_string(event.a)
                                   : fmt::format("{} of {}", event.a, event.b);
    if (event.kind == EventKind::Restart)
        text += fmt::format(" ({}, {})", toText(static_cast<Strategy>(event.detail)), budget);
    else if (event.kind == EventKind::GaveUp)
        text += fmt::format(" ({})", budget);
    return text;
}

}
