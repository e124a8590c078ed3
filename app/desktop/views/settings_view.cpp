#include "app/desktop/views/settings_view.h"

#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/setting_row.h"
#include "app/desktop/views/verdict_color.h"
#include "simulator/analysis/wording.h"

#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>

namespace daruma {

namespace {

/// Whether other places are made from the same table.
bool isOneOfSeveral(const Run &run, NodeId node)
{
    const Node &place = run.recording().nodes[node];
    for (std::uint32_t i = 0; i < run.nodeCount(); ++i) {
        const Node &other = run.recording().nodes[NodeId{i}];
        if (i != node.value && other.isSupervisor == place.isSupervisor
            && other.definition == place.definition)
            return true;
    }
    return false;
}

QLabel *wrapped(const QString &name)
{
    auto *label = new QLabel;
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAccessibleName(name);
    return label;
}

/// Of the verdict of the file, in a view of usual width.
constexpr int linesOfBefore = 2;
/// On a large screen a slider is no better for being longer.
constexpr int mostWidth = 760;

}

SettingsView::SettingsView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_verdict(wrapped(tr("Verdict")))
    , m_before(wrapped(tr("Verdict of the file")))
    , m_problems(wrapped(tr("Problems of the settings")))
    , m_place(wrapped(tr("Place")))
    , m_hint(wrapped(tr("Hint")))
    , m_rowsLayout(new QVBoxLayout)
    , m_changesTitle(wrapped(tr("Changes")))
    , m_changes(new QGridLayout)
{
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_problems->setObjectName(QStringLiteral("problems"));
    auto *content = new QWidget;
    content->setMaximumWidth(mostWidth);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(6);
    column->addWidget(m_verdict);
    column->addWidget(m_before);
    auto *line = new QFrame;
    line->setFrameShape(QFrame::HLine);
    column->addWidget(line);
    column->addWidget(m_place);
    column->addWidget(m_hint);
    column->addLayout(m_rowsLayout);
    column->addSpacing(8);
    column->addWidget(m_changesTitle);
    column->addLayout(m_changes);
    column->addStretch();
    auto *area = new QScrollArea;
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);
    layout->addWidget(m_problems);
    // What comes and goes must not move a slider away from under the mouse.
    m_before->setAlignment(Qt::AlignTop);
    m_before->setMinimumHeight(linesOfBefore * m_before->fontMetrics().lineSpacing());
    m_problems->setContentsMargins(10, 0, 10, 6);
    connect(&document, &Document::runChanged, this, &SettingsView::refresh);
    connect(&document, &Document::selectionChanged, this, &SettingsView::refresh);
    connect(&document, &Document::problemsChanged, this, &SettingsView::showProblems);
    m_problems->hide();
    refresh();
}

NodeId SettingsView::place() const
{
    const NodeId selected = document().focus().node;
    return selected.isValid() && selected.value < run()->nodeCount() ? selected : NodeId{0};
}

void SettingsView::refresh()
{
    if (!run()) {
        m_verdict->setText(tr("Open a scenario to change its settings."));
        return;
    }
    m_problems->hide();
    showVerdict();
    showPlace(place());
    showSettings(settingsOf(*run(), place()));
    showChanges();
}

void SettingsView::showVerdict()
{
    m_verdict->setText(QStringLiteral("<div style=\"font-size:22px; font-weight:600; color:%1\">%2</div>"
                                      "<div>%3</div>")
                           .arg(verdictColor(*run()).name(), verdictName(*run()).toHtmlEscaped(),
                                verdictSentence(*run()).toHtmlEscaped()));
    const RunPtr filed = document().filedRun();
    if (!filed || filed == document().run())
        return m_before->setText(tr("Whatever you change here makes the run again at once."));
    const Run &first = *filed;
    const bool isSame = first.result().outcome == run()->result().outcome;
    m_before->setText((isSame ? tr("As the file has it, too: %1, %2.") : tr("As the file has it: %1, %2."))
                          .arg(QStringLiteral("<b style=\"color:%1\">%2</b>")
                                   .arg(verdictColor(first).name(), verdictName(first).toHtmlEscaped()),
                               verdictSentence(first).toHtmlEscaped()));
}

void SettingsView::showPlace(NodeId node)
{
    m_place->setText(QStringLiteral("<b>%1</b>").arg(qt(run()->path(node)).toHtmlEscaped()));
    const bool isSelected = document().focus().node.isValid();
    m_hint->setVisible(!isSelected || isOneOfSeveral(*run(), node));
    m_hint->setText(
        isSelected
            ? tr("All places that <tt>%1</tt> makes change together.")
                  .arg(qt(run()->table(node)).toHtmlEscaped())
            : tr("Nothing is selected, so this is the root. Select a place in the tree or the timeline "
                 "to change its settings."));
}

void SettingsView::showSettings(const std::vector<Setting> &settings)
{
    bool fits = settings.size() == m_rows.size();
    for (std::size_t i = 0; fits && i < settings.size(); ++i)
        fits = m_rows[i]->fits(settings[i]);
    if (fits) {
        for (std::size_t i = 0; i < settings.size(); ++i)
            m_rows[i]->show(settings[i]);
        return;
    }
    for (SettingRow *row : m_rows) {
        // What was typed into it is taken when it loses the focus.
        row->hide();
        delete row;
    }
    m_rows.clear();
    for (const Setting &setting : settings) {
        auto *row = new SettingRow(setting);
        connect(row, &SettingRow::changed, &document(), &Document::change);
        connect(row, &SettingRow::finished, &document(), &Document::finishChange);
        connect(row, &SettingRow::reset, &document(), &Document::reset);
        m_rowsLayout->addWidget(row);
        m_rows.push_back(row);
    }
}

void SettingsView::showChanges()
{
    while (QLayoutItem *item = m_changes->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    const std::vector<Override> &overrides = document().source().overrides;
    m_changesTitle->setVisible(!overrides.empty());
    m_changesTitle->setText(tr("<b>Changed against the file</b>"));
    int row = 0;
    for (const Override &one : overrides) {
        auto *text = wrapped(tr("Change"));
        text->setText(QStringLiteral("<tt>%1 = %2</tt>")
                          .arg(qt(one.key).toHtmlEscaped(), qt(one.value).toHtmlEscaped()));
        auto *reset = new QToolButton;
        reset->setIcon(icon(QStringLiteral("reset")));
        reset->setAutoRaise(true);
        reset->setToolTip(tr("As the file has it"));
        reset->setAccessibleName(tr("%1 as the file has it").arg(qt(one.key)));
        connect(reset, &QToolButton::clicked, this, [this, key = qt(one.key)] { document().reset(key); });
        m_changes->addWidget(text, row, 0);
        m_changes->addWidget(reset, row++, 1, Qt::AlignTop);
    }
    m_changes->setColumnStretch(0, 1);
    if (overrides.size() < 2)
        return;
    auto *all = new QToolButton;
    all->setText(tr("Reset all"));
    connect(all, &QToolButton::clicked, &document(), &Document::resetAll);
    m_changes->addWidget(all, row, 0);
}

void SettingsView::showProblems(const std::vector<Problem> &problems)
{
    // A text that was refused is still what the source says; a setting was taken back.
    const bool isOld = run() && !run()->source().isSameAs(document().source());
    m_problems->setVisible(run() && document().isRefused() && !problems.empty());
    QString html;
    for (const Problem &problem : problems) {
        html += QStringLiteral("<p style=\"color:%1\">%2</p>")
                    .arg(colors().bad.name(), qt(problem.message).toHtmlEscaped());
        if (!problem.hint.empty())
            html += QStringLiteral("<p>%1</p>").arg(qt(problem.hint).toHtmlEscaped());
    }
    m_problems->setText(html);
    if (isOld)
        showChanges();
}

}
