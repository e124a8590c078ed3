#include "app/desktop/views/scenario_view.h"

#include "app/desktop/models/loader.h"
#include "app/desktop/models/scenario_edit.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/scenario_editor.h"

#include <QAbstractButton>
#include <QCoreApplication>
#include <QEvent>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

namespace daruma {

namespace {

/// After so long without a key what was typed is read.
constexpr int pauseMs = 200;
/// In a view this wide the problems stand beside the text, in a narrower one below it.
constexpr int leastWidthBeside = 800;

struct Checked {
    std::vector<Problem> problems;
    bool areErrors = false;
};

Checked checkedText(const RunSource &source)
{
    ReadOptions options;
    options.limits = source.limits;
    options.dialectFiles = source.dialectFiles;
    const auto scenario = readScenario(source.text, source.file, source.overrides, source.dialect, options);
    return scenario ? Checked{scenario->warnings, false} : Checked{scenario.error(), true};
}

QString lineOf(const Problem &problem)
{
    QString text = qt(problem.message);
    if (!problem.hint.empty())
        text += QStringLiteral(" – ") + qt(problem.hint);
    if (!problem.source.empty())
        return QStringLiteral("%1: %2").arg(qt(problem.source), text);
    if (!problem.file.empty())
        return QStringLiteral("%1:%2: %3").arg(qt(problem.file)).arg(problem.line).arg(text);
    return problem.line > 0 ? QStringLiteral("%1:%2  %3").arg(problem.line).arg(problem.column).arg(text)
                            : text;
}

}

struct ScenarioView::Job {
    QFutureWatcher<Checked> watcher;
};

ScenarioView::ScenarioView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_job(std::make_unique<Job>())
    , m_editor(new ScenarioEditor)
    , m_problems(new QListWidget)
    , m_split(new QSplitter(Qt::Vertical))
    , m_state(new QLabel)
    , m_run(new QToolButton)
    , m_take(new QToolButton)
    , m_write(new QToolButton)
{
    m_problems->setAccessibleName(tr("Problems of the scenario"));
    m_problems->setWordWrap(true);
    m_problems->hide();
    m_state->setAccessibleName(tr("State of the text"));
    m_state->setTextFormat(Qt::PlainText);
    m_run->setText(tr("Run"));
    m_run->setIcon(icon(QStringLiteral("run")));
    m_run->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_run->setToolTip(tr("Makes a run of this text (Ctrl+Return)"));
    m_take->setText(tr("Take the other text"));
    m_take->setToolTip(tr("What was typed here is given up for what was changed elsewhere"));
    m_write->setText(tr("Write the settings into it"));
    m_write->setToolTip(tr("Puts what Settings changed into the text, and takes it back there"));
    auto *head = new QHBoxLayout;
    head->addWidget(m_run);
    head->addWidget(m_state, 1);
    head->addWidget(m_write);
    head->addWidget(m_take);
    m_split->addWidget(m_editor);
    m_split->addWidget(m_problems);
    m_split->setStretchFactor(0, 3);
    m_split->setStretchFactor(1, 1);
    m_split->setCollapsible(0, false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addLayout(head);
    layout->addWidget(m_split, 1);
    setFocusProxy(m_editor);
    m_later.setSingleShot(true);
    m_later.setInterval(pauseMs);
    connect(&m_later, &QTimer::timeout, this, &ScenarioView::check);
    m_written.setSingleShot(true);
    m_written.setInterval(pauseMs);
    connect(&m_files, &QFileSystemWatcher::fileChanged, &m_written, qOverload<>(&QTimer::start));
    connect(&m_written, &QTimer::timeout, this, &ScenarioView::readAgain);
    connect(&m_job->watcher, &QFutureWatcherBase::finished, this, &ScenarioView::checked);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        m_later.start();
        showState();
    });
    connect(m_run, &QToolButton::clicked, this, &ScenarioView::runText);
    connect(m_take, &QToolButton::clicked, this, &ScenarioView::takeText);
    connect(m_write, &QToolButton::clicked, this, &ScenarioView::writeSettings);
    connect(m_problems, &QListWidget::itemClicked, this,
            [this](QListWidgetItem *item) { goToProblem(m_problems->row(item)); });
    connect(m_problems, &QListWidget::itemActivated, this,
            [this](QListWidgetItem *item) { goToProblem(m_problems->row(item)); });
    connect(&document, &Document::runChanged, this, &ScenarioView::follow);
    connect(&document, &Document::problemsChanged, this, &ScenarioView::follow);
    follow();
}

ScenarioView::~ScenarioView()
{
    m_job->watcher.waitForFinished();
}

QString ScenarioView::text() const
{
    return m_editor->toPlainText();
}

bool ScenarioView::isEdited() const
{
    return m_editor->toPlainText() != m_taken;
}

/// The document has another text, or another run of it.
void ScenarioView::follow()
{
    const RunSource &source = document().source();
    const bool isOther = source.file != m_file;
    if (isOther && !isSaved())
        m_drafts[m_file] = m_editor->toPlainText();
    if (isOther || (!isEdited() && m_taken != qt(source.text)))
        takeText();
    m_file = source.file;
    if (isOther) {
        m_isOnDisk = false;
        watch();
    }
    if (const auto draft = m_drafts.extract(m_file))
        m_editor->setPlainText(draft.mapped());
    if (run()) {
        QStringList names;
        for (const char *kind : {"supervisor", "worker"})
            if (const TomlEntry *tables = run()->document().find(kind))
                for (const TomlEntry &table : tables->value.entries)
                    names += qt(table.key);
        m_editor->setNames(names);
    }
    m_later.start();
    showState();
}

QString ScenarioView::fileText() const
{
    const RunSource *filed = document().filed(m_file);
    return filed ? qt(filed->text) : QString();
}

bool ScenarioView::isSaved() const
{
    return m_file.empty() || m_editor->toPlainText() == fileText();
}

QStringList ScenarioView::unsaved() const
{
    QStringList names;
    if (!isSaved())
        names << QFileInfo(qt(m_file)).fileName();
    for (const auto &[file, text] : m_drafts)
        names << QFileInfo(qt(file)).fileName();
    return names;
}

QStringList ScenarioView::unfinished() const
{
    const QStringList names = unsaved();
    return names.isEmpty()
               ? QStringList()
               : QStringList{tr("What was typed in %1 is in no file.").arg(names.join(tr(" and ")))};
}

void ScenarioView::watch()
{
    m_isOtherOnDisk = false;
    if (!m_files.files().isEmpty())
        m_files.removePaths(m_files.files());
    m_isGone = m_isOnDisk && !QFileInfo(qt(m_file)).isFile();
    m_isOnDisk = m_isOnDisk || QFileInfo(qt(m_file)).isFile();
    if (m_isOnDisk && !m_isGone)
        m_files.addPath(qt(m_file));
}

/// Another program wrote the file: whoever typed nothing here gets its text at once, and can undo that.
void ScenarioView::readAgain()
{
    watch();
    const auto onDisk = scenarioFile(qt(m_file));
    if (!onDisk || qt(onDisk->text) == fileText())
        return showState();
    if (isSaved()) {
        document().noteFiled(onDisk->text);
        document().replaceText(qt(onDisk->text),
                               tr("%1 as another program wrote it").arg(QFileInfo(qt(m_file)).fileName()));
        return;
    }
    m_isOtherOnDisk = true;
    showState();
}

bool ScenarioView::mayOverwrite(const QString &path)
{
    const auto onDisk = scenarioFile(path);
    const QString text = onDisk ? qt(onDisk->text) : QString();
    if (!onDisk || text == fileText() || text == m_editor->toPlainText())
        return true;
    QMessageBox question(QMessageBox::Warning, tr("Another text"),
                         tr("%1 was written by another program since it was read here.").arg(path),
                         QMessageBox::Cancel, this);
    QAbstractButton *overwrite = question.addButton(tr("&Overwrite it"), QMessageBox::DestructiveRole);
    question.setDefaultButton(QMessageBox::Cancel);
    question.exec();
    return question.clickedButton() == overwrite;
}

void ScenarioView::resizeEvent(QResizeEvent *)
{
    const bool isWide = width() >= leastWidthBeside;
    m_split->setOrientation(isWide ? Qt::Horizontal : Qt::Vertical);
    m_split->setSizes({3 * width(), width()});
}

void ScenarioView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        m_editor->recolor();
        m_later.start();
    }
    View::changeEvent(event);
}

void ScenarioView::takeText()
{
    const RunSource &source = document().source();
    m_taken = qt(source.text);
    if (source.file != m_file)
        m_editor->setPlainText(m_taken);
    else
        m_editor->take(m_taken);
    showState();
}

void ScenarioView::showState()
{
    const RunSource &source = document().source();
    const bool isOld = m_taken != qt(source.text);
    const QString file = QFileInfo(qt(source.file)).fileName();
    QString text = isEdited()  ? tr("%1, edited: Ctrl+Return runs it").arg(file)
                   : isSaved() ? file
                               : tr("%1, not saved").arg(file);
    if (m_isGone)
        text = tr("%1: the file is gone; saving writes it again").arg(file);
    if (m_isOtherOnDisk)
        text = tr("%1, edited; another program changed the file, too").arg(file);
    if (isOld && isEdited())
        text = tr("%1, edited; the scenario was changed elsewhere, too").arg(file);
    if (!source.overrides.empty())
        text += tr(" · %n setting(s) laid over it", nullptr, int(source.overrides.size()));
    m_state->setText(text);
    m_take->setVisible(isOld && isEdited());
    // What the reader refused is not written into a text that it takes.
    m_write->setVisible(run() && run()->source().isSameAs(source) && !source.overrides.empty()
                        && !isEdited());
}

void ScenarioView::runText()
{
    m_taken = m_editor->toPlainText();
    if (m_taken != qt(document().source().text))
        document().replaceText(m_taken, tr("edited text"));
    showState();
}

void ScenarioView::writeSettings()
{
    document().replaceAll(qt(withSettings(document().source())), tr("settings written into the text"));
}

bool ScenarioView::save()
{
    const QString path = qt(document().source().file);
    if (!m_isOnDisk)
        return false;
    if (mayOverwrite(path))
        saveTo(path);
    return true;
}

bool ScenarioView::saveTo(const QString &path)
{
    QSaveFile file(path);
    const QByteArray text = m_editor->toPlainText().toUtf8();
    const bool isSaved = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    if (isSaved) {
        document().noteFiled(m_editor->toPlainText().toStdString());
        m_isOtherOnDisk = false;
        watch();
    }
    m_state->setText(isSaved ? (isEdited() ? tr("Saved as %1; the run is of the text before: Ctrl+Return")
                                           : tr("Saved as %1"))
                                   .arg(path)
                             : tr("%1 cannot be written: %2").arg(path, file.errorString()));
    return isSaved;
}

void ScenarioView::check()
{
    m_isOutdated = m_job->watcher.isRunning();
    if (m_isOutdated)
        return;
    RunSource source = document().source();
    source.text = m_editor->toPlainText().toStdString();
    if (source.text.empty() && !run())
        return showProblems({}, false);
    m_job->watcher.setFuture(QtConcurrent::run([source] { return checkedText(source); }));
}

void ScenarioView::checked()
{
    if (m_isOutdated)
        return check();
    const Checked found = m_job->watcher.result();
    showProblems(found.problems, found.areErrors);
}

void ScenarioView::settle()
{
    if (m_later.isActive()) {
        m_later.stop();
        check();
    }
    while (m_job->watcher.isRunning() || m_isOutdated) {
        m_job->watcher.waitForFinished();
        QCoreApplication::processEvents();
    }
    QCoreApplication::processEvents();
}

void ScenarioView::showProblems(const std::vector<Problem> &problems, bool areErrors)
{
    m_found = problems;
    m_editor->setProblems(problems, areErrors);
    m_problems->clear();
    for (const Problem &problem : problems) {
        auto *item = new QListWidgetItem((areErrors ? tr("error  ") : tr("warning  ")) + lineOf(problem));
        item->setForeground(areErrors ? colors().bad : colors().warning);
        item->setToolTip(item->text());
        m_problems->addItem(item);
    }
    m_problems->setVisible(!problems.empty());
}

void ScenarioView::goToProblem(int row)
{
    if (row < 0 || std::size_t(row) >= m_found.size())
        return;
    const Problem &problem = m_found[std::size_t(row)];
    if (problem.line > 0 && problem.source.empty() && problem.file.empty())
        m_editor->goTo(problem.line, problem.column);
}

}
