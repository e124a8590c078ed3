#include "app/desktop/actions.h"
#include "app/desktop/export.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/views/command_palette.h"
#include "app/desktop/views/text_window.h"
#include "app/desktop/views/timeline_view.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QSettings>
#include <QStackedWidget>

#include <functional>

namespace daruma {

void MainWindow::addActions()
{
    addFileActions();
    addEditActions();
    addPlayActions();
    addStepActions();
    addJumpActions();
    addInjectActions();
    addScenarioActions();
    addTimelineActions();
    addRangeActions();
    addThemeActions();
    addWindowActions();
    addHelpActions();
    updateActions();
}

/// What is about the run that one sees can be done where one sees one.
void MainWindow::updateActions()
{
    const bool isShown = m_document->run() && m_stack->currentWidget() == m_timeline;
    for (QAction *action : m_actions->all())
        if (Actions::isAboutRun(*action))
            action->setEnabled(isShown);
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
}

void MainWindow::addEditActions()
{
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

void MainWindow::addTimelineActions()
{
    const auto add = [this](ActionSpec spec, std::function<void()> act) {
        spec.menu = tr("&View");
        spec.isAboutRun = true;
        m_actions->add(spec, std::move(act));
    };
    add({.id = "fit", .text = tr("&Fit the whole run"), .keys = {Qt::Key_F}, .icon = "fit"},
        [this] { m_timeline->fit(); });
    add({.id = "zoom-in",
         .text = tr("Zoom &in"),
         .keys = {QKeySequence::ZoomIn, Qt::Key_W},
         .icon = "zoom-in"},
        [this] { m_timeline->zoom(1.5); });
    add({.id = "zoom-out",
         .text = tr("Zoom &out"),
         .keys = {QKeySequence::ZoomOut, Qt::Key_S},
         .icon = "zoom-out"},
        [this] { m_timeline->zoom(1 / 1.5); });
    add({.id = "earlier",
         .text = tr("Look &earlier"),
         .keys = {Qt::Key_A},
         .help = tr("Pans the timeline back")},
        [this] { m_timeline->panEighths(-1); });
    add({.id = "later", .text = tr("Look la&ter"), .keys = {Qt::Key_D}, .help = tr("Pans the timeline on")},
        [this] { m_timeline->panEighths(1); });
    add({.id = "axis",
         .text = tr("Axis by e&vent"),
         .keys = {Qt::Key_E},
         .help = tr("Gives each event the same room: what happens in one instant is seen apart"),
         .isCheckable = true},
        [this] { m_timeline->setAxis(m_timeline->axis() == Axis::Time ? Axis::Event : Axis::Time); });
    add({.id = "whole-chain",
         .text = tr("Arrows of the &whole chain"),
         .keys = {Qt::Key_C},
         .help = tr("From the event at the cursor back to its first cause"),
         .isCheckable = true},
        [this] { m_timeline->setWholeChain((*m_actions)["whole-chain"]->isChecked()); });
    add({.id = "collapse", .text = tr("&Collapse all"), .keys = {Qt::CTRL | Qt::Key_Up}},
        [this] { m_document->foldAll(true); });
    add({.id = "expand", .text = tr("E&xpand all"), .keys = {Qt::CTRL | Qt::Key_Down}},
        [this] { m_document->foldAll(false); });
}

/// The marked range, for those who do not drag it.
void MainWindow::addRangeActions()
{
    const auto add = [this](ActionSpec spec, std::function<void()> act) {
        spec.menu = tr("&View");
        spec.isAboutRun = true;
        m_actions->add(spec, std::move(act));
    };
    const auto end = [this] { return m_document->run()->timeAt(m_document->run()->lastEvent()); };
    add({.id = "range-from",
         .text = tr("Mark a range &from here"),
         .keys = {Qt::Key_I},
         .help = tr("To where the marked range ends, or to the end of the run"),
         .startsGroup = true},
        [this, end] {
            const auto range = m_document->focus().range;
            const std::int64_t now = m_document->now();
            m_document->setRange(std::pair{now, range && range->second > now ? range->second : end()});
        });
    add({.id = "range-until",
         .text = tr("Mark a range unti&l here"),
         .keys = {Qt::Key_O},
         .help = tr("From where the marked range begins, or from the beginning of the run")},
        [this] {
            const auto range = m_document->focus().range;
            const std::int64_t now = m_document->now();
            m_document->setRange(std::pair{range && range->first < now ? range->first : 0, now});
        });
    add({.id = "show-range", .text = tr("Zoom to the &marked range"), .keys = {Qt::Key_M}},
        [this] { m_timeline->showRange(); });
    add({.id = "clear-range",
         .text = tr("Fo&rget the marked range"),
         .keys = {Qt::Key_Escape},
         .help = tr("Takes the mark of the range away")},
        [this] { m_document->setRange({}); });
    connect(m_document, &Document::rangeChanged, this, &MainWindow::updateActions);
}

void MainWindow::addThemeActions()
{
    struct Row {
        const char *id;
        QString text;
        ThemeChoice choice;
    };
    const Row rows[] = {{"theme-system", tr("&System theme"), ThemeChoice::System},
                        {"theme-light", tr("Li&ght theme"), ThemeChoice::Light},
                        {"theme-dark", tr("&Dark theme"), ThemeChoice::Dark}};
    auto *themes = new QActionGroup(this);
    for (const Row &row : rows) {
        const ThemeChoice choice = row.choice;
        QAction *action = m_actions->add({.id = QLatin1String(row.id),
                                          .menu = tr("&View"),
                                          .text = row.text,
                                          .isCheckable = true,
                                          .startsGroup = choice == ThemeChoice::System},
                                         [this, choice] { chooseTheme(choice); });
        action->setChecked(choice == currentTheme());
        themes->addAction(action);
    }
}

void MainWindow::chooseTheme(ThemeChoice choice)
{
    applyTheme(choice);
    QSettings().setValue(QStringLiteral("theme"), int(choice));
    if (m_document->run())
        emit m_document->runChanged();
}

/// Which views there are, and how they are arranged.
void MainWindow::addWindowActions()
{
    const QString menu = tr("&Window");
    for (const QDockWidget *dock : m_docks) {
        const QString name = dock->objectName();
        m_actions->add({.id = "view-" + name, .menu = menu, .text = dock->windowTitle()},
                       [this, name] { showView(name); });
    }
    const std::pair<QString, QString> layouts[] = {{"analysis", tr("Layout: &analysis")},
                                                   {"events", tr("Layout: &tree and events")},
                                                   {"forks", tr("Layout: &settings and forks")},
                                                   {"runs", tr("Layout: &runs and statistics")},
                                                   {"timeline", tr("Layout: timeline a&lone")}};
    for (const auto &[name, text] : layouts)
        m_actions->add(
            {.id = "layout-" + name, .menu = menu, .text = text, .startsGroup = name == layouts[0].first},
            [this, name = name] { applyLayout(name); });
    m_actions->add({.id = "reset-layout", .menu = menu, .text = tr("R&eset the layout")},
                   [this] { applyLayout(QStringLiteral("analysis")); });
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
