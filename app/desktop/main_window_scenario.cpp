#include "app/desktop/actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/loader.h"
#include "app/desktop/models/scenario_edit.h"
#include "app/desktop/views/scenario_view.h"

#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>

namespace daruma {

void MainWindow::addSaveActions()
{
    const QString file = tr("&File");
    m_actions->add({"save",
                    file,
                    tr("&Save the text"),
                    {QKeySequence::Save},
                    "save",
                    tr("Writes the text of the scenario into the file that it came from"),
                    false,
                    true},
                   [this] { saveText(); });
    m_actions->add(
        {"keep-seed",
         file,
         tr("&Keep this seed"),
         {Qt::CTRL | Qt::Key_K},
         "save",
         tr("Adds the seed of this run to the .seeds file beside the scenario, which sweeps run first")},
        [this] { showMessage(m_document->archive().keepSeed()); });
    m_actions->add(
        {"save-scenario",
         file,
         tr("Save as s&cenario…"),
         {Qt::CTRL | Qt::SHIFT | Qt::Key_S},
         "save",
         tr("Writes the scenario with all that was changed as another file, and goes on with that")},
        [this] { chooseScenarioFile(); });
}

void MainWindow::addScenarioActions()
{
    m_actions->add({"run-text",
                    tr("&Run"),
                    tr("Run the edited te&xt"),
                    {Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter},
                    "run",
                    tr("Makes a run of the text in the view Scenario")},
                   [this] { scenarioView()->runText(); });
    // Of a scenario that has warnings alone the run is there in a moment, and so this waits for it.
    connect(m_document, &Document::problemsChanged, this, &MainWindow::showProblems, Qt::QueuedConnection);
}

/// A file that cannot be read is shown with what is wrong with it, where it can be mended.
void MainWindow::showProblems(const std::vector<Problem> &problems)
{
    const RunPtr &run = m_document->run();
    if (problems.empty() || m_document->isBusy() || !m_document->isRefused())
        return;
    const QString message = QString::fromStdString(problems.front().message);
    if (run && run->source().isSameAs(m_document->source()))
        return showError(tr("Not taken: %1").arg(message));
    if (!run || run->source().file != m_document->source().file)
        return showView(QStringLiteral("scenario"));
    showError(tr("The run is the one before: %1. Undo takes the change back.").arg(message));
}

void MainWindow::saveText()
{
    if (!scenarioView()->save())
        chooseScenarioFile();
}

void MainWindow::chooseScenarioFile()
{
    const RunSource &source = m_document->source();
    if (source.file.empty())
        return showMessage(tr("Open a scenario first."));
    const QFileInfo file(QString::fromStdString(source.file));
    const QString proposed = file.dir().filePath(file.completeBaseName() + (file.isFile() ? "-changed" : ""));
    const QString path = QFileDialog::getSaveFileName(this, tr("Save as scenario"), proposed + ".toml",
                                                      tr("Scenarios (*.toml)"));
    if (!path.isEmpty())
        saveScenario(path);
}

bool MainWindow::saveScenario(const QString &path)
{
    RunSource source = m_document->source();
    source.text = scenarioView()->text().toStdString();
    const std::string text = withSettings(source);
    QSaveFile file(path);
    const QByteArray bytes = QByteArray::fromStdString(text);
    const bool isSaved =
        file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
    if (!isSaved) {
        showError(tr("%1 cannot be written: %2").arg(path, file.errorString()));
        return false;
    }
    noteRecent(path);
    // What was typed is in a file now: no draft of it is left behind.
    m_document->noteFiled(scenarioView()->text().toStdString());
    source.file = path.toStdString();
    source.text = text;
    source.overrides.clear();
    source.dialect.clear();
    source.seed.reset();
    m_document->goOnWith(source, tr("saved as %1").arg(QFileInfo(path).fileName()));
    m_document->noteFiled(text);
    showMessage(tr("Saved as %1").arg(path));
    return true;
}

void MainWindow::newScenario()
{
    m_document->open(newSource(tr("new scenario %1").arg(++m_newScenarios)));
    showView(QStringLiteral("scenario"));
}

/// Whether the window may close: who would lose something is asked first.
bool MainWindow::mayClose()
{
    QStringList unfinished;
    for (const QDockWidget *dock : m_docks)
        if (const auto *view = qobject_cast<View *>(dock->widget()))
            unfinished << view->unfinished();
    if (unfinished.isEmpty())
        return true;
    QMessageBox question(QMessageBox::Warning, tr("Close?"), unfinished.join(u'\n'), QMessageBox::Cancel,
                         this);
    const QAbstractButton *close =
        question.addButton(tr("Close &all the same"), QMessageBox::DestructiveRole);
    // What was left for another scenario has to be gone back to, to be seen before it is saved.
    const bool canSave =
        unfinished.size() == 1 && scenarioView()->isEditorUnsaved() && scenarioView()->unsaved().size() == 1;
    const QAbstractButton *save = canSave ? question.addButton(QMessageBox::Save) : nullptr;
    question.setDefaultButton(QMessageBox::Cancel);
    question.exec();
    if (save && question.clickedButton() == save) {
        saveText();
        return scenarioView()->unsaved().isEmpty();
    }
    return question.clickedButton() == close;
}

ScenarioView *MainWindow::scenarioView()
{
    return qobject_cast<ScenarioView *>(view(QStringLiteral("scenario")));
}

}
