#include "app/desktop/views/why_view.h"

#include "app/desktop/models/prover.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/verdict_color.h"
#include "simulator/analysis/advice.h"
#include "simulator/analysis/cause_text.h"
#include "simulator/analysis/explain.h"
#include "simulator/analysis/wording.h"

#include <QEvent>
#include <QScrollBar>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace daruma {

namespace {

QString escaped(std::string_view text)
{
    return qt(text).toHtmlEscaped();
}

/// Sentences as a list, each of which leads to its event.
QString chainHtml(const std::vector<Link> &chain)
{
    QString html = QStringLiteral("<ol>");
    for (const Link &link : chain) {
        if (!link.event.isValid()) {
            html += QStringLiteral("<li>%1</li>").arg(escaped(link.sentence));
            continue;
        }
        html += QStringLiteral("<li><a href=\"event:%1\">%2&nbsp;<span style=\"color:%3\">›</span></a></li>")
                    .arg(link.event.value)
                    .arg(escaped(link.sentence), colors().accent.name());
    }
    return html + QStringLiteral("</ol>");
}

/// What was expected, and whether it was so.
QString expectationsHtml(const Run &run)
{
    const RunResult &result = run.result();
    if (result.expectations.empty())
        return WhyView::tr("<p>Nothing was expected of this run.</p>");
    QString html;
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        const QString name = escaped(run.model().expectations[i].name);
        if (one.undecided)
            html += WhyView::tr("<p class=\"expected\">%1: undecided</p>").arg(name);
        else if (one.passed)
            html += WhyView::tr("<p class=\"expected\"><span style=\"color:%1\">✓</span> %2</p>")
                        .arg(colors().good.name(), name);
        else
            html += QStringLiteral("<p class=\"expected\"><span style=\"color:%1\">✗</span> <a "
                                   "href=\"event:%2\">%3</a>: %4</p>")
                        .arg(colors().bad.name())
                        .arg(one.event.value)
                        .arg(name, escaped(one.message));
    }
    return html;
}

QString heading(const QString &text)
{
    return QStringLiteral("<h4>%1</h4>").arg(text.toHtmlEscaped());
}

/// Each setting is a link that takes it.
QString adviceHtml(const std::vector<Advice> &advice)
{
    if (advice.empty())
        return {};
    QString html = heading(WhyView::tr("What would have helped"));
    for (const AdviceGroup &group : inGroups(advice)) {
        html += QStringLiteral("<ul>");
        for (const Advice &one : group.advice)
            html += QStringLiteral(
                        "<li><a href=\"set:%1\" style=\"color:%3; text-decoration:underline\">%2</a></li>")
                        .arg(QString::fromUtf8(QUrl::toPercentEncoding(qt(one.setting()))),
                             escaped(one.setting()), colors().accent.name());
        html += QStringLiteral("</ul><p>%1</p>").arg(escaped(group.sentence));
    }
    return html;
}

}

WhyView::WhyView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_text(new QTextBrowser)
{
    m_text->setOpenLinks(false);
    m_text->setAccessibleName(tr("Why"));
    m_text->setFrameShape(QFrame::NoFrame);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text);
    connect(m_text, &QTextBrowser::anchorClicked, this, &WhyView::follow);
    connect(&document, &Document::runChanged, this, &WhyView::tellRun);
    // A chain may be long, and who holds a key down or plays does not read it.
    m_later.setSingleShot(true);
    m_later.setInterval(60);
    connect(&m_later, &QTimer::timeout, this, &WhyView::tellCursor);
    connect(&document, &Document::cursorChanged, &m_later, qOverload<>(&QTimer::start));
    connect(&document.prover(), &Prover::proved, this, &WhyView::tellProof);
    tellRun();
}

void WhyView::settle()
{
    if (m_later.isActive()) {
        m_later.stop();
        tellCursor();
    }
}

/// The colours are in the text.
void WhyView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        tellRun();
        tellProof();
    }
    View::changeEvent(event);
}

void WhyView::tellRun()
{
    m_later.stop();
    m_ofRun.clear();
    if (!run()) {
        m_text->setHtml(tr("<p>Open a scenario to see what becomes of it, and why.</p>"));
        return;
    }
    m_verdict = QStringLiteral("<h3 style=\"color:%1\">%2</h3><p>%3</p>")
                    .arg(verdictColor(*run()).name(), verdictName(*run()).toHtmlEscaped(),
                         verdictSentence(*run()).toHtmlEscaped());
    if (!run()->divergence().empty())
        m_verdict += QStringLiteral("<p style=\"color:%1\">%2</p>")
                         .arg(colors().warning.name(), escaped(run()->divergence()));
    if (const EventId first = run()->firstDivergent(); first.isValid())
        m_verdict +=
            tr("<p><a href=\"event:%1\">To event %L1, at %2, from which on it is another run</a></p>")
                .arg(first.value)
                .arg(qt(momentText(run()->timeAt(first))));
    m_ofRun = expectationsHtml(*run());
    const Explainer &explainer = run()->explainer();
    for (const EventId subject : explainer.subjects())
        m_ofRun += chainHtml(explainer.chain(subject));
    tellCursor();
}

/// What the failure rests on, shown by running it again; and from where on nothing helps.
void WhyView::tellProof()
{
    m_ofProof = adviceHtml(document().prover().advice());
    const auto &proof = document().prover().proof();
    if (proof && run() && proof->causes.empty()) {
        m_ofProof += heading(tr("Proven"))
                     + tr("<p>It fails in the same way without any of its faults and bad ends: they are not "
                          "what it takes.</p>");
    } else if (proof && run()) {
        const Wording wording(run()->model(), run()->recording());
        m_ofProof += heading(tr("Proven"))
                     + tr("<p>With these alone it fails in the same way, and without any one of them it does "
                          "not:</p>")
                     + QStringLiteral("<ul>");
        constexpr std::size_t mostCauses = 12;
        for (std::size_t i = 0; i < std::min(proof->causes.size(), mostCauses); ++i) {
            const OccurredCause &cause = proof->causes[i];
            m_ofProof += QStringLiteral("<li><a href=\"event:%1\">%2</a></li>")
                             .arg(cause.event.value)
                             .arg(escaped(causeClause(run()->model(), run()->recording(), wording, cause)));
        }
        if (proof->causes.size() > mostCauses)
            m_ofProof += tr("<li>and %n more</li>", nullptr, int(proof->causes.size() - mostCauses));
        m_ofProof += QStringLiteral("</ul>");
        if (proof->noReturn.isValid())
            m_ofProof +=
                tr("<p><a href=\"event:%1\">Behind event %L1, at %2, nothing saves it any more.</a></p>")
                    .arg(proof->noReturn.value)
                    .arg(qt(momentText(run()->timeAt(proof->noReturn))));
    }
    show();
}

void WhyView::tellCursor()
{
    m_ofCursor.clear();
    const EventId cursor = document().focus().cursor;
    const bool isTold = [&] {
        const std::vector<EventId> told = run() ? run()->explainer().subjects() : std::vector<EventId>();
        return std::find(told.begin(), told.end(), cursor) != told.end();
    }();
    if (run() && !isTold && cursor.isValid() && cursor.value < run()->eventCount()) {
        m_ofCursor = heading(
            tr("At the cursor: event %L1, %2").arg(cursor.value).arg(qt(momentText(run()->timeAt(cursor)))));
        m_ofCursor += chainHtml(run()->explainer().chain(cursor));
    }
    show();
}

void WhyView::show()
{
    const int scrolled = m_text->verticalScrollBar()->value();
    m_text->document()->setDefaultStyleSheet(
        QStringLiteral("a { color: %1; text-decoration: none; } li { margin-bottom: 5px; }"
                       "ol { margin-left: -18px; } ul { margin-left: -22px; } h3, h4 { margin-bottom: 4px; }"
                       ".expected { margin-top: 2px; margin-bottom: 2px; }")
            .arg(colors().text.name()));
    // What one steps through stands where it is seen.
    m_text->setHtml(m_verdict + m_ofCursor + m_ofRun + m_ofProof);
    m_text->verticalScrollBar()->setValue(scrolled);
}

void WhyView::follow(const QUrl &link)
{
    if (link.scheme() == QLatin1String("event")) {
        const EventId event{link.path().toUInt()};
        document().setCursor(event);
        document().select(run()->event(event).node);
    } else if (link.scheme() == QLatin1String("set")) {
        const QString setting = QUrl::fromPercentEncoding(link.path(QUrl::FullyEncoded).toUtf8());
        if (const auto change = parseOverride(setting.toStdString()))
            document().change(qt(change->key), qt(change->value));
    }
}

}
