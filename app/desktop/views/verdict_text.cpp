#include "app/desktop/views/verdict_text.h"

#include "app/desktop/theme.h"
#include "simulator/analysis/wording.h"

namespace daruma {

namespace {

QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

}

QString verdictName(const Run &run)
{
    return qt(toText(run.result().outcome)).replace(u'_', u' ');
}

QString verdictSentence(const Run &run)
{
    const RunResult &result = run.result();
    return QStringLiteral("%1, over at %2")
        .arg(qt(counted(result.restarts, "restart")), qt(momentText((result.end - Instant::start()).ns())));
}

QColor verdictColor(const Run &run)
{
    return run.result().outcome == Outcome::Passed ? colors().good : colors().bad;
}

}
