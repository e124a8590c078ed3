#include "app/cli/report.h"
#include "simulator/kernel/supervisor_report.h"

#include <fmt/format.h>

namespace daruma {

namespace {

std::string_view spoken(LifecycleState state)
{
    constexpr std::string_view words[] = {"is starting", "is alive", "is shutting down", "has completed",
                                          "has failed"};
    return words[static_cast<std::size_t>(state)];
}

std::string requestText(const SupervisorReport &report)
{
    if (report.requestedBy.empty() && report.shutdownReason.empty())
        return {};
    std::string text = "; asked for";
    if (!report.requestedBy.empty())
        text += " by " + report.requestedBy;
    if (!report.shutdownReason.empty())
        text += fmt::format(" ({})", report.shutdownReason);
    return text;
}

std::string exitText(const SupervisorReport &report, const std::string &name)
{
    std::string text =
        fmt::format("exit report of {}: written at {}", name, momentText(report.completedAt->ns()));
    if (!report.phase.empty())
        text += fmt::format(" in the phase \"{}\"", report.phase);
    text += ": " + report.reason;
    if (report.panic.value_or(false) && !report.phase.empty())
        text += ", a panic";
    text += requestText(report);
    if (report.recoverable)
        text += *report.recoverable ? "; a new supervisor can recover" : "; not recoverable";
    return text;
}

}

std::string healthText(const Recording &run)
{
    std::string text;
    for (const SupervisorReport &report : supervisorReports(run.result, run)) {
        const std::string name = run.path(report.node);
        text += fmt::format("health of {}: it {}", name, spoken(report.state));
        if (report.startedAt)
            text += ", started at " + momentText(report.startedAt->ns());
        text += ", last observed at " + momentText(report.lastObservedAt.ns());
        text += (report.completedAt ? "" : requestText(report)) + "\n";
        if (report.completedAt)
            text += exitText(report, name) + "\n";
    }
    return text;
}

}
