#include "app/desktop/views/database_view.h"

#include "app/desktop/export.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/query_model.h"
#include "app/desktop/models/table_text.h"
#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/row_table.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <array>

namespace daruma {

namespace {

struct Question {
    const char *title;
    const char *sql;  ///< %1: the run that is open
};

constexpr std::array questions{
    Question{
        QT_TRANSLATE_NOOP("daruma::DatabaseView", "How the runs ended"),
        "SELECT outcome, count(*) AS runs, round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS percent,\n"
        "    min(id) AS run\nFROM run GROUP BY outcome ORDER BY runs DESC"},
    Question{
        QT_TRANSLATE_NOOP("daruma::DatabaseView", "Settings, by how many runs passed"),
        "SELECT overrides, count(*) AS runs, round(avg(outcome = 'passed') * 100, 2) AS percent_passed,\n"
        "    avg(restarts) AS restarts\nFROM run GROUP BY overrides ORDER BY percent_passed DESC"},
    Question{QT_TRANSLATE_NOOP("daruma::DatabaseView", "Who was restarted most"),
             "SELECT child, reason, count(*) AS restarts, count(DISTINCT run) AS runs\n"
             "FROM restarts GROUP BY child, reason ORDER BY restarts DESC LIMIT 100"},
    Question{
        QT_TRANSLATE_NOOP("daruma::DatabaseView", "Who gave up, and when"),
        "SELECT supervisor, count(*) AS times, min(seconds) AS first_seconds, avg(seconds) AS mean_seconds\n"
        "FROM escalations GROUP BY supervisor ORDER BY times DESC"},
    Question{QT_TRANSLATE_NOOP("daruma::DatabaseView", "Longest outages"),
             "SELECT * FROM downtime ORDER BY longest_outage_seconds DESC LIMIT 100"},
    Question{QT_TRANSLATE_NOOP("daruma::DatabaseView", "Violated expectations"),
             "SELECT expectation, count(*) AS violations, min(run_id) AS run, min(message) AS message\n"
             "FROM violation GROUP BY expectation ORDER BY violations DESC"},
    Question{QT_TRANSLATE_NOOP("daruma::DatabaseView", "Restarts of the open run"),
             "SELECT * FROM restarts WHERE run = %1"},
    Question{QT_TRANSLATE_NOOP("daruma::DatabaseView", "Events of the open run, by kind"),
             "SELECT kind, count(*) AS events FROM event WHERE run_id = %1 GROUP BY kind"},
    Question{
        QT_TRANSLATE_NOOP("daruma::DatabaseView", "Campaigns"),
        "SELECT c.id, s.name, c.first_seed, c.last_seed, c.options, c.started_at, c.finished_at, c.host\n"
        "FROM campaign AS c JOIN scenario AS s ON s.id = c.scenario_id"},
};

/// In the SQL; elsewhere in the window one of them runs the text of the scenario.
const QList<QKeyCombination> askingKeys{Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter};

QPushButton *button(const QString &text, const QString &tip, const char *pictured)
{
    auto *made = new QPushButton(icon(QLatin1String(pictured)), text);
    made->setToolTip(tip);
    made->setAutoDefault(false);
    return made;
}

}

DatabaseView::DatabaseView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_model(new QueryModel(this))
    , m_questions(new QComboBox)
    , m_sql(new QPlainTextEdit)
    , m_ask(button(tr("&Ask"), tr("Runs the SQL (Ctrl+Enter)"), "play"))
    , m_stop(button(tr("Stop"), tr("Ends the query that is being answered"), "stop"))
    , m_save(button(tr("Save as CSV…"), tr("Writes the answer into a file"), "save"))
    , m_note(new QLabel)
    , m_table(new RowTable(tr("Rows")))
{
    m_questions->setAccessibleName(tr("Ready questions"));
    m_questions->addItem(tr("A ready question…"));
    for (const Question &question : questions)
        m_questions->addItem(tr(question.title));
    m_sql->setAccessibleName(tr("SQL"));
    m_sql->setPlaceholderText(tr("SELECT …; tables and columns: `daruma help database`"));
    m_sql->setFont(fixedFont());
    m_sql->setTabChangesFocus(true);
    m_sql->setFixedHeight(m_sql->fontMetrics().lineSpacing() * 4 + 14);
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note->setAccessibleName(tr("Answer"));
    m_table->setModel(m_model);
    // Several are copied at once.
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_questions, 1);
    for (QWidget *one :
         {static_cast<QWidget *>(m_ask), static_cast<QWidget *>(m_stop), static_cast<QWidget *>(m_save)})
        buttons->addWidget(one);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addLayout(buttons);
    layout->addWidget(m_sql);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);

    connect(m_questions, &QComboBox::activated, this, &DatabaseView::choose);
    connect(m_ask, &QPushButton::clicked, this, &DatabaseView::ask);
    connect(m_stop, &QPushButton::clicked, m_model, &QueryModel::stop);
    connect(m_save, &QPushButton::clicked, this, &DatabaseView::save);
    connect(m_model, &QueryModel::answered, this, &DatabaseView::showAnswer);
    connect(m_model, &QueryModel::failed, this, &DatabaseView::showProblem);
    connect(m_table, &RowTable::opened, this, &DatabaseView::openRunOf);
    connect(&document.archive(), &Archive::opened, this, &DatabaseView::showArchive);
    m_sql->installEventFilter(this);
    OwnKeys::set(*m_sql, askingKeys);
    auto *copying = new QShortcut(QKeySequence::Copy, m_table);
    copying->setContext(Qt::WidgetShortcut);
    connect(copying, &QShortcut::activated, this, &DatabaseView::copy);
    setFocusProxy(m_sql);
    showArchive();
}

QAbstractItemModel *DatabaseView::table() const
{
    return m_model;
}

bool DatabaseView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_sql || event->type() != QEvent::KeyPress
        || !askingKeys.contains(static_cast<QKeyEvent *>(event)->keyCombination()))
        return View::eventFilter(watched, event);
    ask();
    return true;
}

void DatabaseView::settle()
{
    m_model->wait();
}

void DatabaseView::showArchive()
{
    const bool isOpen = !document().archive().path().isEmpty();
    m_ask->setEnabled(isOpen);
    m_stop->setEnabled(m_model->isAsking());
    m_save->setEnabled(m_model->rowCount() > 0);
    m_note->setStyleSheet({});
    m_table->setHint(isOpen ? tr("Choose a ready question, or write SQL and press Ctrl+Enter. "
                                 "Nothing is written.")
                            : tr("Open a database (*.db) to ask it."));
    m_note->setVisible(!m_note->text().isEmpty());
}

void DatabaseView::choose(int question)
{
    if (question == 0)
        return;
    const QString run = QString::number(std::max<qint64>(document().archive().current(), 1));
    m_sql->setPlainText(
        QString::fromLatin1(questions[std::size_t(question) - 1].sql).replace(QLatin1String("%1"), run));
    ask();
}

void DatabaseView::ask()
{
    if (document().archive().path().isEmpty())
        return;
    m_model->ask(document().archive().path(), m_sql->toPlainText());
    m_note->setStyleSheet({});
    m_note->setText(tr("asking…"));
    m_note->show();
    m_stop->setEnabled(true);
}

void DatabaseView::showAnswer()
{
    m_stop->setEnabled(false);
    m_save->setEnabled(m_model->columnCount() > 0);
    m_table->setHint(tr("The answer has no rows."));
    m_note->setText(
        m_model->isCut()
            ? tr("The first %Ln row(s), in %1 s", nullptr, m_model->rowCount())
                  .arg(m_model->seconds(), 0, 'f', 2)
            : tr("%Ln row(s) in %1 s", nullptr, m_model->rowCount()).arg(m_model->seconds(), 0, 'f', 2));
    m_table->resizeColumnsToContents();
    for (int i = 0; i < m_model->columnCount(); ++i)
        m_table->setColumnWidth(i, std::min(m_table->columnWidth(i) + 12, 420));
}

void DatabaseView::showProblem(const QString &message)
{
    m_stop->setEnabled(false);
    m_save->setEnabled(m_model->columnCount() > 0);
    m_table->setHint({});
    m_note->show();
    m_note->setStyleSheet(
        QStringLiteral("color: %1; font-family: \"%2\"").arg(colors().bad.name(), fixedFont().family()));
    m_note->setText(message);
}

void DatabaseView::copy()
{
    QGuiApplication::clipboard()->setText(selectionText(*m_table->selectionModel()));
}

void DatabaseView::save()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save as CSV"), QStringLiteral("answer.csv"),
                                                      tr("CSV (*.csv)"));
    if (!path.isEmpty())
        saveTo(path);
}

bool DatabaseView::saveTo(const QString &path)
{
    if (exportTable(*m_model, path))
        return true;
    showProblem(tr("%1 cannot be written").arg(path));
    return false;
}

void DatabaseView::openRunOf(const QModelIndex &index)
{
    const int column = std::max(m_model->columnOf("run"), m_model->columnOf("run_id"));
    const qint64 run = column < 0 ? 0 : index.siblingAtColumn(column).data().toLongLong();
    if (run > 0)
        document().archive().openRun(run);
}

}
