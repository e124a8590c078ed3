#include "simulator/kernel/supervisor_report.h"

#include <algorithm>

namespace daruma {

namespace {

SupervisorReport rootReport(const RunResult &result, const Names &names)
{
    SupervisorReport row;
    row.node = NodeId{0};
    row.state = result.root.state();
    if (!result.root.startedAt().isNever())
        row.startedAt = result.root.startedAt();
    const ShutdownRequest &request = result.root.request();
    row.requestedBy = names.text(request.by);
    row.shutdownReason = names.text(request.why);
    row.lastObservedAt = result.end;
    if (const auto &report = result.root.report()) {
        row.reason = reasonText(report->reason, names);
        row.panic = report->reason.kind == ReasonKind::Panic;
        row.completedAt = report->completedAt;
        row.lastObservedAt = report->completedAt;
    }
    return row;
}

SupervisorReport controlReport(const NodeControl &control)
{
    const ControlPlane &plane = control.plane;
    SupervisorReport row;
    row.node = control.node;
    row.state = plane.state();
    row.startedAt = plane.startedAt();
    row.lastObservedAt = plane.lastObservedAt();
    row.requestedBy = plane.shutdownRequestedBy();
    row.shutdownReason = plane.shutdownReason();
    if (const auto &report = plane.finalReport()) {
        row.phase = report->phase;
        row.reason = report->reason;
        row.recoverable = report->recoverable;
        row.panic = report->panic;
        row.completedAt = report->completedAt;
    }
    return row;
}

}  // namespace

std::vector<SupervisorReport> supervisorReports(const RunResult &result, const Names &names)
{
    std::vector<SupervisorReport> rows{rootReport(result, names)};
    for (const NodeControl &control : result.controls) {
        if (control.node == NodeId{0})
            rows.front() = controlReport(control);
        else
            rows.push_back(controlReport(control));
    }
    return rows;
}

std::string reasonText(ExitReason reason, const Names &names)
{
    std::string text(toText(reason.kind));
    if (reason.text.isValid()) {
        text += ':';
        text += names.text(reason.text);
    }
    return text;
}

}  // namespace daruma
