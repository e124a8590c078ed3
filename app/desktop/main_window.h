#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/theme.h"
#include "simulator/kernel/model.h"
#endif

#include <QMainWindow>
#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <vector>

class QDockWidget;
class QLabel;
class QMenu;
class QStackedWidget;

namespace daruma {

class Actions;
class Document;
class Player;
class StartScreen;
class TimelineView;
class ScenarioView;
class View;
struct Injection;
struct Problem;

/// The window: the start screen, or the timeline with the other views in docks around it.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    Document &document() const { return *m_document; }
    Actions &actions() const { return *m_actions; }
    TimelineView &timeline() const { return *m_timeline; }
    /// A view by the name of its dock (`tree`, `why`, `events`); null where there is none.
    View *view(const QString &name) const;

    void openShipped(const QString &name);
    /// A scenario, a database, a `.repro` or a `.seeds` file; of a database that run, where it is said which.
    /// What is wrong with it is said in the window.
    bool openFile(const QString &path, std::optional<std::int64_t> run = {});
    /// What is said in the window's last line.
    QString message() const;
    void showStart();
    /// Brings a view to the front.
    void showView(const QString &name);
    /// Writes the scenario with all that was changed as a file, and goes on with that; says in the window
    /// where that fails.
    bool saveScenario(const QString &path);
    /// Until everything that was begun is done; for tests and pictures.
    void wait();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void addActions();
    void addFileActions();
    void addEditActions();
    void addPlayActions();
    void addStepActions();
    void addJumpActions();
    void addTimelineActions();
    void addRangeActions();
    void addThemeActions();
    void chooseTheme(ThemeChoice choice);
    void addWindowActions();
    void addHelpActions();
    void addInjectActions();
    void addSaveActions();
    void addScenarioActions();
    void addDocks();
    void addTools();
    void addStatusBar();
    void applyLayout(const QString &name);
    void giveRoomBelow(double share);
    void giveRoomBeside();
    void showRun();
    void showWork();
    void connectArchive();
    void openFirst(const QStringList &files);
    tl::expected<void, QString> openDocument(const QString &path);
    ScenarioView *scenarioView();
    void saveText();
    void chooseScenarioFile();
    void newScenario();
    bool mayClose();
    void showVerdict();
    void showStatus();
    void showMessage(const QString &text);
    void showError(const QString &text);
    void showProblems(const std::vector<Problem> &problems);
    void showTitle();
    void showSpeed();
    void updateActions();
    void noteRecent(const QString &path);
    void addRecentMenu();
    /// On the start screen and in the menu.
    void showRecentFiles();
    void chooseFile();
    QWidget *focusedView() const;
    void savePicture();
    void saveTable();
    void showInjectionMenu(const QPoint &global);
    std::optional<Injection> proposedInjection(FaultKind kind);
    void inject(FaultKind kind);
    void inject(const Injection &injection);
    void askForInjection(FaultKind kind);

    Document *m_document;
    Actions *m_actions;
    QStackedWidget *m_stack;
    StartScreen *m_start;
    TimelineView *m_timeline;
    Player *m_player;
    QList<QDockWidget *> m_docks;
    bool m_hasRun = false;
    bool m_isArranged = false;  ///< the docks have the widths that they should begin with
    int m_newScenarios = 0;
    QLabel *m_verdict;
    QLabel *m_position;
    QLabel *m_message;
    QLabel *m_busy;
    QLabel *m_speed;
    QMenu *m_recentMenu = nullptr;
};

}
