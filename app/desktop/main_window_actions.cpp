#include "app/desktop/actions.h"
#include "app/desktop/export.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/player.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/command_palette.h"
#include "app/desktop/views/text_window.h"
#include "app/desktop/views/timeline_view.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QSettings>

namespace daruma {

namespace {

using Kinds = std::initializer_list<EventKind>;

/// Goes to the nearest event of these kinds in that direction; stays where there is none.
void goTo(Document &document, bool forward, Kinds kinds)
{
    if (!document.run())
        return;
    const EventId found = document.run()->nextOf(document.focus().cursor, forward, kinds);
    if (!found.isValid())
        return;
    document.setCursor(found);
    if (const NodeId node = document.run()->event(found).node; node.isValid())
        document.select(node);
}

void step(Document &document, int by)
{
    if (document.run())
        document.setCursor(EventId{document.focus().cursor.value + static_cast<std::uint32_t>(by)});
}

/// To the last event of the next instant, or of the one before.
void stepInstant(Document &document, bool forward)
{
    const RunPtr &run = document.run();
    if (!run)
        return;
    const std::int64_t now = document.now();
    EventId cursor = document.focus().cursor;
    if (forward) {
        while (cursor < run->lastEvent() && run->timeAt(cursor) == now)
            ++cursor.value;
        document.setCursorTime(run->timeAt(cursor));
    } else {
        while (cursor.value > 0 && run->timeAt(cursor) == now)
            --cursor.value;
        document.setCursor(cursor);
    }
}

/// To the nearest event of the selected place; stays where there is none.
void stepWithinPlace(Document &document, bool forward)
{
    const RunPtr &run = document.run();
    const NodeId node = document.focus().node;
    if (!run || !node.isValid())
        return;
    const std::uint32_t step = forward ? 1 : std::uint32_t(-1);
    // One below zero is beyond all of them.
    for (EventId event{document.focus().cursor.value + step}; event.value < run->eventCount();
         event.value += step)
        if (run->event(event).node == node)
            return document.setCursor(event);
}

void followCause(Document &document)
{
    if (!document.run() || !document.focus().cursor.isValid())
        return;
    const EventId cause = document.run()->event(document.focus().cursor).cause;
    if (!cause.isValid())
        return;
    document.setCursor(cause);
    document.select(document.run()->event(cause).node);
}

void followConsequence(Document &document)
{
    if (!document.run())
        return;
    const std::vector<EventId> found = document.run()->consequences(document.focus().cursor, 1);
    if (found.empty())
        return;
    document.setCursor(found.front());
    document.select(document.run()->event(found.front()).node);
}

}

void MainWindow::addActions()
{
    addFileActions();
    addPlayActions();
    addInjectActions();
    addScenarioActions();
    addViewActions();
    addHelpActions();
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

void MainWindow::addPlayActions()
{
    const QString menu = tr("&Run");
    Document &document = *m_document;
    QAction *play = m_actions->add(
        {"play", menu, tr("&Play"), {Qt::Key_Space}, "play", tr("Lets the cursor run through virtual time")},
        [this] { m_player->isPlaying() ? m_player->pause() : m_player->play(); });
    connect(m_player, &Player::playingChanged, play, [play](bool isPlaying) {
        play->setIcon(icon(isPlaying ? QStringLiteral("pause") : QStringLiteral("play")));
        play->setText(isPlaying ? tr("&Pause") : tr("&Play"));
    });
    const auto speed = [this](double factor) {
        const double now = m_player->speed() == Player::asFastAsItCan ? 10'000 : m_player->speed();
        m_player->setSpeed(now * factor);
        showMessage(tr("Speed: %1 virtual seconds a second").arg(m_player->speed()));
    };
    m_actions->add({"faster", menu, tr("&Faster"), {Qt::Key_Plus, Qt::Key_Equal}, {}, {}},
                   [=] { speed(10); });
    m_actions->add({"slower", menu, tr("S&lower"), {Qt::Key_Minus}, {}, {}}, [=] { speed(0.1); });
    m_actions->add({"fastest", menu, tr("As fast as it &can"), {Qt::Key_Asterisk}, {}, {}}, [this] {
        m_player->setSpeed(Player::asFastAsItCan);
        showMessage(tr("Speed: as fast as it can"));
    });
    m_actions->add({"step-forward",
                    menu,
                    tr("Next &event"),
                    {Qt::Key_Right, Qt::Key_Period},
                    "step-forward",
                    {},
                    false,
                    true},
                   [&] { step(document, 1); });
    m_actions->add({"step-back", menu, tr("Previous e&vent"), {Qt::Key_Left, Qt::Key_Comma}, "step-back", {}},
                   [&] { step(document, -1); });
    m_actions->add({"next-here",
                    menu,
                    tr("Next event of the same &place"),
                    {Qt::SHIFT | Qt::Key_Right},
                    {},
                    tr("To the next event of the selected place")},
                   [&] { stepWithinPlace(document, true); });
    m_actions->add({"previous-here",
                    menu,
                    tr("Pre&vious event of the same place"),
                    {Qt::SHIFT | Qt::Key_Left},
                    {},
                    tr("To the event before it of the selected place")},
                   [&] { stepWithinPlace(document, false); });
    m_actions->add({"next-instant",
                    menu,
                    tr("Next &instant"),
                    {Qt::Key_PageDown},
                    {},
                    tr("To the end of the next moment at which something happens")},
                   [&] { stepInstant(document, true); });
    m_actions->add({"previous-instant", menu, tr("Previous i&nstant"), {Qt::Key_PageUp}, {}, {}},
                   [&] { stepInstant(document, false); });
    m_actions->add({"next-restart", menu, tr("Next &restart"), {Qt::Key_R}, "restart-forward", {}},
                   [&] { goTo(document, true, {EventKind::Restart}); });
    m_actions->add(
        {"previous-restart", menu, tr("Previous rest&art"), {Qt::SHIFT | Qt::Key_R}, "restart-back", {}},
        [&] { goTo(document, false, {EventKind::Restart}); });
    m_actions->add({"next-trouble", menu, tr("Next fault or &give-up"), {Qt::Key_G}, "next-trouble", {}},
                   [&] {
                       goTo(document, true, {EventKind::Fault, EventKind::GaveUp, EventKind::Violation});
                   });
    m_actions->add({"previous-trouble",
                    menu,
                    tr("Previous fault or give-&up"),
                    {Qt::SHIFT | Qt::Key_G},
                    "previous-trouble",
                    {}},
                   [&] {
                       goTo(document, false, {EventKind::Fault, EventKind::GaveUp, EventKind::Violation});
                   });
    m_actions->add({"first", menu, tr("&Beginning"), {Qt::Key_Home}, {}, {}},
                   [&] { document.setCursor(EventId{0}); });
    m_actions->add({"last", menu, tr("En&d"), {Qt::Key_End}, {}, {}}, [&] {
        if (document.run())
            document.setCursor(document.run()->lastEvent());
    });
    m_actions->add({"cause",
                    menu,
                    tr("To the &cause"),
                    {Qt::CTRL | Qt::Key_Left},
                    "cause",
                    tr("To the event that brought this one about"),
                    false,
                    true},
                   [&] { followCause(document); });
    m_actions->add({"consequence",
                    menu,
                    tr("To the c&onsequence"),
                    {Qt::CTRL | Qt::Key_Right},
                    "consequence",
                    tr("To the first event that this one brought about")},
                   [&] { followConsequence(document); });
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
    if (!path.isEmpty() && !exportPicture(*view, path))
        showMessage(tr("%1 cannot be written").arg(path));
}

void MainWindow::saveTable()
{
    const auto *view = qobject_cast<View *>(focusedView());
    const QAbstractItemModel *table = view ? view->table() : nullptr;
    if (!table)
        return showMessage(tr("This view is no table: click into the events, the tree or the runs first"));
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the view as a table"),
                                                      m_document->title() + ".csv", tr("Tables (*.csv)"));
    if (!path.isEmpty() && !exportTable(*table, path))
        showMessage(tr("%1 cannot be written").arg(path));
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
