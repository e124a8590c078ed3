#include "app/desktop/main_window.h"

#include "app/desktop/actions.h"
#include "app/desktop/file_drops.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/loader.h"
#include "app/desktop/models/player.h"
#include "app/desktop/models/text.h"
#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/start_screen.h"
#include "app/desktop/views/timeline_view.h"
#include "app/desktop/views/verdict_color.h"
#include "app/desktop/views/view.h"
#include "simulator/analysis/wording.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

#include <map>
#include <utility>

namespace daruma {

namespace {

/// Of saved states of windows: what older versions have saved is not taken.
constexpr int layoutVersion = 1;

/// Of the height of the window, for what stands below the timeline: beside a run, and where there is none.
constexpr double usualHeight = 0.3;
constexpr double mostForRuns = 0.62;

}

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent)
    , m_document(new Document(this))
    , m_actions(new Actions(this))
    , m_stack(new QStackedWidget)
    , m_start(new StartScreen)
    , m_timeline(new TimelineView(*m_document))
    , m_player(new Player(*m_document, this))
    , m_verdict(new QLabel)
    , m_position(new QLabel)
    , m_message(new QLabel)
    , m_busy(new QLabel)
    , m_speed(new QLabel)
{
    setWindowTitle(QStringLiteral("Daruma"));
    setDockNestingEnabled(true);
    resize(1280, 800);
    m_stack->addWidget(m_start);
    m_stack->addWidget(m_timeline);
    setCentralWidget(m_stack);
    new OwnKeys(this);
    addDocks();
    connect(new FileDrops(this), &FileDrops::dropped, this, &MainWindow::openFirst);
    addActions();
    m_actions->fill(*menuBar());
    addRecentMenu();
    addTools();
    addStatusBar();
    connect(m_document, &Document::runChanged, this, &MainWindow::showRun);
    connect(m_document, &Document::cursorChanged, this, &MainWindow::showStatus);
    connect(m_document, &Document::busyChanged, this,
            [this](bool isBusy) { m_busy->setText(isBusy ? tr("running…") : QString()); });
    connect(m_document, &Document::problemsChanged, this, [this](const std::vector<Problem> &problems) {
        if (problems.empty() || m_document->run())
            return showMessage({});
        const QString first = qt(toText(problems.front(), m_document->source().file));
        showError(problems.size() == 1
                      ? first
                      : tr("%1 (and %n more)", nullptr, int(problems.size()) - 1).arg(first));
    });
    connect(m_start, &StartScreen::shippedChosen, this, &MainWindow::openShipped);
    connect(m_start, &StartScreen::fileChosen, this, [this](const QString &path) { openFile(path); });
    connectArchive();
    connect(m_start, &StartScreen::openWanted, this, &MainWindow::chooseFile);
    connect(m_start, &StartScreen::newWanted, this, &MainWindow::newScenario);
    const QSettings settings;
    showRecentFiles();
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    applyLayout(QStringLiteral("analysis"));
    m_isArranged = restoreState(settings.value(QStringLiteral("layout")).toByteArray(), layoutVersion);
    showStart();
}

MainWindow::~MainWindow() = default;

void MainWindow::addDocks()
{
    for (const ViewRow &row : viewTable()) {
        auto *dock = new QDockWidget(tr(row.title), this);
        dock->setObjectName(QLatin1String(row.name));
        View *view = row.make(*m_document);
        dock->setWidget(view);
        connect(view, &View::noticed, this, &MainWindow::showMessage);
        // Beside each other they would make the window as wide as all of them.
        QDockWidget *before = nullptr;
        for (QDockWidget *other : m_docks)
            if (dockWidgetArea(other) == row.area)
                before = other;
        addDockWidget(row.area, dock);
        if (before)
            tabifyDockWidget(before, dock);
        m_docks.append(dock);
    }
}

View *MainWindow::view(const QString &name) const
{
    for (QDockWidget *dock : m_docks)
        if (dock->objectName() == name)
            return qobject_cast<View *>(dock->widget());
    return nullptr;
}

/// Puts the docks where the named layout has them; those that it does not have are closed.
void MainWindow::applyLayout(const QString &name)
{
    std::map<Qt::DockWidgetArea, QDockWidget *> last;
    const auto rows = viewTable();
    // Until they share their places they would need more room together than the window has, which would grow.
    QWidget *const focused = focusWidget();
    for (QDockWidget *dock : m_docks)
        dock->hide();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        QDockWidget *dock = m_docks[qsizetype(i)];
        dock->setFloating(false);
        addDockWidget(rows[i].area, dock);
        if (QDockWidget *&before = last[rows[i].area]; before)
            tabifyDockWidget(before, dock);
        last[rows[i].area] = dock;
        // One that is closed keeps its place, or the state of the window could not tell that it is closed.
        dock->setVisible(QString::fromLatin1(rows[i].layouts).split(u' ').contains(name));
    }
    // The first of those that share a place is the one to look at.
    for (std::size_t i = rows.size(); i-- > 0;)
        if (m_docks[qsizetype(i)]->isVisibleTo(this))
            m_docks[qsizetype(i)]->raise();
    giveRoomBelow(name == QLatin1String("runs") ? mostForRuns : usualHeight);
    giveRoomBeside();
    if (focused && focused->isVisible())
        focused->setFocus();
}

void MainWindow::giveRoomBeside()
{
    for (QDockWidget *dock : m_docks)
        if (dock->isVisibleTo(this) && dockWidgetArea(dock) == Qt::LeftDockWidgetArea)
            resizeDocks({dock}, {std::clamp(width() * 3 / 10, 404, 640)}, Qt::Horizontal);
        else if (dock->isVisibleTo(this) && dockWidgetArea(dock) == Qt::RightDockWidgetArea)
            resizeDocks({dock}, {std::clamp(width() / 5, 305, 560)}, Qt::Horizontal);
}

/// Qt gives the middle all that is won. A window that is maximised, or no longer, shares it; one whose edge
/// is dragged does not, as its steps are too small for that.
void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    constexpr int leastStep = 100;
    const int before = event->oldSize().width();
    if (before <= 0 || std::abs(before - width()) < leastStep)
        return;
    for (QDockWidget *dock : m_docks)
        if (dock->isVisible() && dockWidgetArea(dock) & (Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea))
            resizeDocks({dock}, {dock->width() * width() / before}, Qt::Horizontal);
}

/// A share of the window's height; tables need at least some rows.
void MainWindow::giveRoomBelow(double share)
{
    for (QDockWidget *dock : m_docks)
        if (dock->isVisibleTo(this) && dockWidgetArea(dock) == Qt::BottomDockWidgetArea)
            resizeDocks({dock}, {std::max(int(height() * share), 240)}, Qt::Vertical);
}

void MainWindow::showView(const QString &name)
{
    if (name == QLatin1String("timeline")) {
        m_timeline->setFocus();
        return;
    }
    for (QDockWidget *dock : m_docks)
        if (dock->objectName() == name) {
            dock->show();
            dock->raise();
            dock->widget()->setFocus();
            // Charts in a strip are cut in two.
            if (name == QLatin1String("statistics") && dock->height() < height() * mostForRuns * 0.8)
                giveRoomBelow(mostForRuns);
        }
}

void MainWindow::addTools()
{
    auto *bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    bar->setMovable(false);
    bar->setIconSize({18, 18});
    for (const char *id : {"start",
                           "open",
                           "",
                           "undo",
                           "redo",
                           "",
                           "previous-trouble",
                           "previous-restart",
                           "step-back",
                           "play",
                           "step-forward",
                           "next-restart",
                           "next-trouble",
                           "",
                           "cause",
                           "consequence",
                           "",
                           "fit",
                           "zoom-in",
                           "zoom-out"})
        if (*id)
            bar->addAction((*m_actions)[QLatin1String(id)]);
        else
            bar->addSeparator();
}

void MainWindow::addStatusBar()
{
    m_message->setTextFormat(Qt::PlainText);
    // A long one is cut, and whole beside the mouse: it must not make the window wider.
    m_message->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_verdict->setAccessibleName(tr("Verdict"));
    m_position->setAccessibleName(tr("Cursor"));
    statusBar()->addWidget(m_message, 1);
    statusBar()->addPermanentWidget(m_busy);
    m_speed->setAccessibleName(tr("Speed of playing"));
    statusBar()->addPermanentWidget(m_speed);
    statusBar()->addPermanentWidget(m_verdict);
    statusBar()->addPermanentWidget(m_position);
}

void MainWindow::openShipped(const QString &name)
{
    m_document->open(shippedSource(name));
}

bool MainWindow::openFile(const QString &path, std::optional<std::int64_t> run)
{
    if (kindOf(path) == FileKind::Database) {
        m_document->archive().open(path, run);
        return true;
    }
    if (run) {
        showError(tr("%1 is no database: it has no run %2").arg(path).arg(*run));
        return false;
    }
    if (const auto opened = openDocument(path); !opened) {
        showError(opened.error());
        return false;
    }
    noteRecent(path);
    return true;
}

/// Of those that can be opened.
void MainWindow::openFirst(const QStringList &files)
{
    for (const QString &file : files)
        if (openFile(file))
            return;
}

tl::expected<void, QString> MainWindow::openDocument(const QString &path)
{
    const auto open = [this](RunSource source) { m_document->open(std::move(source)); };
    switch (kindOf(path)) {
    case FileKind::Repro:
        return reproSource(path).map(open);
    case FileKind::Seeds:
        return keptSeeds(path).map(
            [this](KeptSeeds kept) { m_document->archive().setKept(std::move(kept)); });
    default:
        return scenarioFile(path).map(open);
    }
}

void MainWindow::connectArchive()
{
    Archive &archive = m_document->archive();
    connect(&archive, &Archive::opened, this, [this, &archive] {
        showWork();
        showView(QStringLiteral("runs"));
        if (!m_document->run())
            giveRoomBelow(mostForRuns);
        if (!archive.path().isEmpty())
            noteRecent(archive.path());
        showMessage({});
    });
    connect(&archive, &Archive::failed, this, &MainWindow::showError);
    connect(&archive, &Archive::runsWanted, this, [this] { showView(QStringLiteral("runs")); });
    connect(&archive, &Archive::comparisonWanted, this, [this] { showView(QStringLiteral("compare")); });
    connect(&archive, &Archive::statisticsWanted, this, [this] { showView(QStringLiteral("statistics")); });
}

void MainWindow::showStart()
{
    m_player->pause();
    m_stack->setCurrentWidget(m_start);
    for (QDockWidget *dock : m_docks)
        dock->setProperty("wasOpen", dock->isVisibleTo(this));
    for (QDockWidget *dock : m_docks)
        dock->hide();
    showRecentFiles();
    showTitle();
    updateActions();
}

/// Leaves the start screen.
void MainWindow::showWork()
{
    if (m_stack->currentWidget() == m_timeline)
        return;
    m_stack->setCurrentWidget(m_timeline);
    for (QDockWidget *dock : m_docks)
        if (dock->property("wasOpen").toBool())
            dock->show();
    if (!std::exchange(m_isArranged, true))
        giveRoomBeside();
    m_timeline->setFocus();
    showTitle();
    updateActions();
}

void MainWindow::showRun()
{
    const bool hadRun = std::exchange(m_hasRun, m_document->run() != nullptr);
    if (m_hasRun)
        showWork();
    updateActions();
    if (!m_hasRun) {
        m_verdict->clear();
        m_position->clear();
        return showTitle();
    }
    // Runs had the room of the timeline while there was none to show.
    if (!hadRun && !m_document->archive().path().isEmpty())
        giveRoomBelow(usualHeight);
    showMessage(qt(m_document->run()->divergence()));
    showTitle();
    updateActions();
    showVerdict();
    m_verdict->setToolTip(verdictSentence(*m_document->run()));
    showStatus();
}

void MainWindow::showVerdict()
{
    m_verdict->setText(QStringLiteral("<b style=\"color:%1\">%2</b>")
                           .arg(verdictColor(*m_document->run()).name(), verdictName(*m_document->run())));
}

void MainWindow::changeEvent(QEvent *event)
{
    // Its colour is in its text.
    if (event->type() == QEvent::PaletteChange && m_hasRun)
        showVerdict();
    QMainWindow::changeEvent(event);
}

void MainWindow::showStatus()
{
    const RunPtr &run = m_document->run();
    if (!run)
        return;
    m_position->setText(tr("%1 · event %L2, the last is %L3 · seed %4")
                            .arg(qt(momentText(m_document->now())))
                            .arg(m_document->focus().cursor.value)
                            .arg(run->eventCount() - 1)
                            .arg(run->seed()));
}

void MainWindow::showMessage(const QString &text)
{
    m_message->setText(QString(text).replace(u'\n', u' '));
    m_message->setToolTip(text);
    m_message->setStyleSheet({});
}

void MainWindow::showError(const QString &text)
{
    showMessage(text);
    m_message->setStyleSheet(QStringLiteral("color: %1; font-weight: 600").arg(colors().bad.name()));
}

QString MainWindow::message() const
{
    return m_message->toolTip();
}

void MainWindow::wait()
{
    m_start->wait();
    // A database may open a run.
    m_document->archive().wait();
    m_document->wait();
    for (QDockWidget *dock : m_docks)
        if (auto *view = qobject_cast<View *>(dock->widget()))
            view->settle();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!mayClose())
        return event->ignore();
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    // The start screen has all docks closed: that is no layout.
    if (m_stack->currentWidget() == m_timeline)
        settings.setValue(QStringLiteral("layout"), saveState(layoutVersion));
    event->accept();
}

}
