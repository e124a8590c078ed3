#include "app/desktop/actions.h"
#include "app/desktop/export.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/command_palette.h"
#include "app/desktop/views/text_window.h"
#include "app/desktop/views/timeline_view.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QSettings>
#include <QStackedWidget>

namespace daruma {

void MainWindow::addActions()
{
    addFileActions();
    addPlayActions();
    addInjectActions();
    addScenarioActions();
    addViewActions();
    addHelpActions();
    updateActions();
}

/// What is about the run that one sees can be done where one sees one.
void MainWindow::updateActions()
{
    const bool isShown = m_document->run() && m_stack->currentWidget() == m_timeline;
    const QStringList aboutView{"fit",        "zoom-in", "zoom-out",    "earlier",  "later",
                                "show-range", "axis",    "whole-chain", "collapse", "expand"};
    for (QAction *action : m_actions->all()) {
        const QString id = action->objectName();
        const bool isAboutRun = Actions::menuOf(*action) == tr("&Run") && id != QLatin1String("run-text");
        if (isAboutRun || aboutView.contains(id))
            action->setEnabled(isShown);
    }
    (*m_actions)["clear-range"]->setEnabled(isShown && m_document->focus().range);
}

void MainWindow::addFileActions()
{
    const QString file = tr("&File");
    m_actions->add({"start",
                    file,
                    tr("&Start screen"),
                    {Qt::CTRL | Qt::Key_Home},
                    "home",
                    tr("The incidents and the recent files")},
                   [this] { showStart(); });
    m_actions->add({"new",
                    file,
                    tr("&New scenario"),
                    {QKeySequence::New},
                    "new",
                    tr("Begins one with a small tree and an outage, to be changed")},
                   [this] { newScenario(); });
    m_actions->add({"open",
                    file,
                    tr("&Open…"),
                    {QKeySequence::Open},
                    "open",
                    tr("Opens a scenario, a database or a .repro file")},
                   [this] { chooseFile(); });
    m_actions->add({"reload",
                    file,
                    tr("Read the &database again"),
                    {QKeySequence::Refresh},
                    "database",
                    tr("Shows what others have recorded into it since")},
                   [this] { m_document->archive().refresh(); });
    addSaveActions();
    m_actions->add({"save-picture",
                    file,
                    tr("Save the view as a &picture…"),
                    {},
                    "camera",
                    tr("Writes the view that has the focus as PNG or SVG"),
                    false,
                    true},
                   [this] { savePicture(); });
    m_actions->add({"save-table",
                    file,
                    tr("Save the view as a &table…"),
                    {},
                    {},
                    tr("Writes what the view that has the focus shows as CSV")},
                   [this] { saveTable(); });
    m_actions->add({"quit", file, tr("&Quit"), {QKeySequence::Quit}, {}, {}, false, true},
                   [this] { close(); });
    const QString edit = tr("&Edit");
    QAction *undo = m_actions->add({"undo",
                                    edit,
                                    tr("&Undo"),
                                    {QKeySequence::Undo},
                                    "undo",
                                    tr("Takes the last change of the scenario back")},
                                   [this] { m_document->undoStack().undo(); });
    QAction *redo = m_actions->add({"redo", edit, tr("&Redo"), {QKeySequence::Redo}, "redo", {}},
                                   [this] { m_document->undoStack().redo(); });
    undo->setEnabled(false);
    redo->setEnabled(false);
    connect(&m_document->undoStack(), &QUndoStack::canUndoChanged, undo, &QAction::setEnabled);
    connect(&m_document->undoStack(), &QUndoStack::canRedoChanged, redo, &QAction::setEnabled);
}

void MainWindow::addViewActions()
{
    const QString menu = tr("&View");
    m_actions->add({"fit", menu, tr("&Fit the whole run"), {Qt::Key_F}, "fit", {}},
                   [this] { m_timeline->fit(); });
    m_actions->add({"zoom-in", menu, tr("Zoom &in"), {QKeySequence::ZoomIn, Qt::Key_W}, "zoom-in", {}},
                   [this] { m_timeline->zoom(1.5); });
    m_actions->add({"zoom-out", menu, tr("Zoom &out"), {QKeySequence::ZoomOut, Qt::Key_S}, "zoom-out", {}},
                   [this] { m_timeline->zoom(1 / 1.5); });
    m_actions->add({"show-range", menu, tr("Zoom to the &marked range"), {Qt::Key_M}, {}, {}},
                   [this] { m_timeline->showRange(); });
    m_actions->add({"clear-range",
                    menu,
                    tr("F&orget the marked range"),
                    {Qt::Key_Escape},
                    {},
                    tr("Takes the mark of the range away that was marked by dragging")},
                   [this] { m_document->setRange({}); });
    connect(m_document, &Document::rangeChanged, this, &MainWindow::updateActions);
    m_actions->add({"earlier", menu, tr("Look &earlier"), {Qt::Key_A}, {}, tr("Pans the timeline back")},
                   [this] { m_timeline->panEighths(-1); });
    m_actions->add({"later", menu, tr("Look la&ter"), {Qt::Key_D}, {}, tr("Pans the timeline on")},
                   [this] { m_timeline->panEighths(1); });
    m_actions->add(
        {"axis",
         menu,
         tr("Axis by &event"),
         {Qt::Key_E},
         {},
         tr("Gives each event the same room: what happens in one instant is seen apart"),
         true},
        [this] { m_timeline->setAxis(m_timeline->axis() == Axis::Time ? Axis::Event : Axis::Time); });
    m_actions->add({"whole-chain",
                    menu,
                    tr("Arrows of the &whole chain"),
                    {Qt::Key_C},
                    {},
                    tr("From the event at the cursor back to its first cause"),
                    true},
                   [this] { m_timeline->setWholeChain((*m_actions)["whole-chain"]->isChecked()); });
    m_actions->add({"collapse", menu, tr("&Collapse all"), {Qt::CTRL | Qt::Key_Up}, {}, {}},
                   [this] { m_timeline->collapseAll(true); });
    m_actions->add({"expand", menu, tr("E&xpand all"), {Qt::CTRL | Qt::Key_Down}, {}, {}},
                   [this] { m_timeline->collapseAll(false); });
    auto *themes = new QActionGroup(this);
    const std::pair<const char *, ThemeChoice> choices[] = {{"theme-system", ThemeChoice::System},
                                                            {"theme-light", ThemeChoice::Light},
                                                            {"theme-dark", ThemeChoice::Dark}};
    const QString texts[] = {tr("&System theme"), tr("&Light theme"), tr("&Dark theme")};
    for (std::size_t i = 0; i < 3; ++i) {
        const ThemeChoice choice = choices[i].second;
        QAction *action = m_actions->add(
            {QLatin1String(choices[i].first), menu, texts[i], {}, {}, {}, true, i == 0}, [this, choice] {
                applyTheme(choice);
                QSettings().setValue(QStringLiteral("theme"), int(choice));
                if (m_document->run())
                    emit m_document->runChanged();
            });
        action->setChecked(choice == currentTheme());
        themes->addAction(action);
    }
    const std::pair<QString, QString> layouts[] = {{"analysis", tr("Layout: &analysis")},
                                                   {"events", tr("Layout: &tree and events")},
                                                   {"forks", tr("Layout: &settings and forks")},
                                                   {"runs", tr("Layout: &runs and statistics")},
                                                   {"timeline", tr("Layout: timeline a&lone")}};
    for (const auto &[name, text] : layouts)
        m_actions->add({"layout-" + name, menu, text, {}, {}, {}, false, name == layouts[0].first},
                       [this, name = name] { applyLayout(name); });
    m_actions->add({"reset-layout", menu, tr("&Reset the layout"), {}, {}, {}},
                   [this] { applyLayout(QStringLiteral("analysis")); });
    for (QDockWidget *dock : m_docks) {
        const QString name = dock->objectName();
        m_actions->add({"view-" + name, tr("&Views"), dock->windowTitle(), {}, {}, {}},
                       [this, name] { showView(name); });
    }
}

void MainWindow::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open"), {},
        tr("Scenarios, databases and runs (*.toml *.db *.repro *.seeds);;All files (*)"));
    if (!path.isEmpty())
        openFile(path);
}

QWidget *MainWindow::focusedView() const
{
    for (QWidget *widget = QApplication::focusWidget(); widget; widget = widget->parentWidget())
        if (qobject_cast<View *>(widget))
            return widget;
    return m_timeline;
}

void MainWindow::savePicture()
{
    QWidget *view = focusedView();
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save the view as a picture"), m_document->title() + ".png", tr("Pictures (*.png *.svg)"));
    if (!path.isEmpty())
        showMessage((exportPicture(*view, path) ? tr("Saved as %1") : tr("%1 cannot be written")).arg(path));
}

void MainWindow::saveTable()
{
    const auto *view = qobject_cast<View *>(focusedView());
    const QAbstractItemModel *table = view ? view->table() : nullptr;
    if (!table)
        return showMessage(tr("This view is no table: click into the events, the tree or the runs first"));
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save %1 as a table").arg(view->accessibleName()),
                                     m_document->title() + ".csv", tr("Tables (*.csv)"));
    if (!path.isEmpty())
        showMessage((exportTable(*table, path) ? tr("Saved as %1") : tr("%1 cannot be written")).arg(path));
}

void MainWindow::addHelpActions()
{
    const QString help = tr("&Help");
    m_actions->add({"help",
                    help,
                    tr("&Help topics"),
                    {QKeySequence::HelpContents},
                    {},
                    tr("The same texts as `daruma help`")},
                   [this] { (new HelpWindow(this))->show(); });
    m_actions->add({"shortcuts", help, tr("&Shortcuts"), {Qt::Key_Question}, {}, tr("All keys at a glance")},
                   [this] { (new TextWindow(tr("Shortcuts"), shortcutsHtml(*m_actions), this))->show(); });
    m_actions->add({"palette",
                    help,
                    tr("Find a &command"),
                    {Qt::CTRL | Qt::SHIFT | Qt::Key_P},
                    "search",
                    tr("All commands in one list")},
                   [this] {
                       auto *palette = new CommandPalette(*m_actions, this);
                       palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 60)));
                       palette->show();
                   });
}

}
