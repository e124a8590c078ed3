#include "app/desktop/models/verdict_text.h"

#include "app/desktop/models/text.h"
#include "simulator/analysis/wording.h"

#include <QCoreApplication>

#include <algorithm>

namespace daruma {

namespace {

class Verdict {
    Q_DECLARE_TR_FUNCTIONS(Verdict)
};

bool hasRootFailed(const Run &run)
{
    const auto &report = run.result().root.report();
    return report && report->state == LifecycleState::Failed;
}

}

QString verdictName(const Run &run)
{
    const RunResult &result = run.result();
    const QString root = qt(run.name(NodeId{0}));
    if (result.outcome == Outcome::Truncated)
        return Verdict::tr("cut short by a limit");
    if (result.endCause == EndCause::StartFailed)
        return Verdict::tr("%1 did not start").arg(root);
    if (result.endCause == EndCause::Stuck)
        return Verdict::tr("%1 is stuck").arg(root);
    if (!result.root.report())
        return Verdict::tr("%1 survives").arg(root);
    return hasRootFailed(run) ? Verdict::tr("%1 died").arg(root) : Verdict::tr("%1 ended in order").arg(root);
}

namespace {

/// Where a file states what it found, another run is no worse for being different.
QString unmetText(const Run &run, std::ptrdiff_t unmet)
{
    const QString text =
        run.scenario().finding.empty()
            ? Verdict::tr("; %1 of %2 expectations not met")
            : Verdict::tr("; otherwise than the file found it (%1 of %2 expectations not met)");
    return text.arg(unmet).arg(run.result().expectations.size());
}

}

QString verdictSentence(const Run &run)
{
    const RunResult &result = run.result();
    const auto isUnmet = [](const ExpectationResult &one) { return !one.passed; };
    const auto unmet = std::count_if(result.expectations.begin(), result.expectations.end(), isUnmet);
    QString text = Verdict::tr("%1, over at %2")
                       .arg(qt(counted(result.restarts, "restart")), qt(momentText(result.end.ns())));
    if (!result.invariants.empty())
        text += Verdict::tr("; an invariant is broken");
    if (!result.expectations.empty())
        text += unmet == 0 ? Verdict::tr("; as expected") : unmetText(run, unmet);
    return text;
}

bool isGood(const Run &run)
{
    const RunResult &result = run.result();
    return !hasRootFailed(run) && result.outcome != Outcome::Truncated && result.endCause != EndCause::Stuck
           && result.invariants.empty();
}

}
