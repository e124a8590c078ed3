#ifndef Q_MOC_RUN
#include "tests/desktop/action_cases.h"
#endif

#include <QMenu>
#include <QMenuBar>
#include <QTest>
#include <QToolBar>

using namespace daruma;

/// All that the user can do, by keys, menus and tool bar.
class TestActions : public QObject, protected ActionCases {
    Q_OBJECT

    void clickInMenu(QAction &action);
    void clickTool(QAction &action);

private slots:
    void initTestCase()
    {
        prepare();
        QDir::setCurrent(m_folder.path());
    }
    void init() { show(); }
    void cleanup()
    {
        m_window.reset();
        applyTheme(ThemeChoice::Light);
    }

    void everyActionStandsInTheTable()
    {
        QStringList all;
        for (const QAction *action : m_window->actions().all())
            all << action->objectName();
        QStringList tried;
        for (const auto &[id, one] : cases())
            tried << id;
        all.sort();
        tried.sort();
        QCOMPARE(tried, all);
    }

    void withoutARunNothingIsDoneToOne()
    {
        for (QAction *action : m_window->actions().all()) {
            QCOMPARE(action->isEnabled() && Actions::isAboutRun(*action), false);
            // These wait for an answer, end the window, or make a run.
            const QString id = action->objectName();
            if (action->text().contains(u'…') || id == "quit" || id == "new")
                continue;
            action->trigger();
            m_window->wait();
            QVERIFY2(!document().run() && m_window->isVisible(), qPrintable(id));
        }
    }

    void everyActionDoesWhatItIsFor_data();
    void everyActionDoesWhatItIsFor();
};

void TestActions::clickInMenu(QAction &action)
{
    QMenuBar *bar = m_window->menuBar();
    for (QAction *top : bar->actions()) {
        QMenu *menu = top->menu();
        if (!menu->actions().contains(&action))
            continue;
        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->actionGeometry(top).center());
        QVERIFY(menu->isVisible());
        const QPoint place = menu->actionGeometry(&action).center();
        QTest::mouseMove(menu, place);
        QTest::mouseClick(menu, Qt::LeftButton, {}, place);
        return;
    }
    QFAIL("It stands in no menu");
}

void TestActions::clickTool(QAction &action)
{
    QWidget *button = m_window->findChild<QToolBar *>()->widgetForAction(&action);
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
}

/// By each of its keys, by its button in the tool bar; in the menu what has neither, and the first of each
/// menu.
void TestActions::everyActionDoesWhatItIsFor_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("way");
    show();
    const auto *tools = m_window->findChild<QToolBar *>();
    QStringList menus;
    for (QAction *action : m_window->actions().all()) {
        const QString id = action->objectName();
        QStringList ways;
        for (const QKeySequence &key : action->shortcuts())
            if (!key.isEmpty())
                ways << key.toString();
        if (tools->actions().contains(action))
            ways << "tool";
        const QString menu = Actions::menuOf(*action);
        if (ways.isEmpty() || !menus.contains(menu))
            ways << "menu";
        menus << menu;
        for (const QString &way : ways)
            QTest::addRow("%s: %s", qPrintable(id), qPrintable(way)) << id << way;
    }
    m_window.reset();
}

void TestActions::everyActionDoesWhatItIsFor()
{
    QFETCH(QString, id);
    QFETCH(QString, way);
    open("db-outage-30s");
    const Case wanted = cases()[id];
    QVERIFY(wanted.isDone);
    if (wanted.given)
        wanted.given();
    QWidget *focused = m_window->focusWidget() ? m_window->focusWidget() : &timeline();
    QApplication::processEvents();
    const Before before{focus(),          document().now(),     timeline().window(),
                        player().speed(), player().skipsIdle(), timeline().grab().toImage()};
    QVERIFY(!wanted.isDone(before));
    QVERIFY(action(id).isEnabled());
    if (way == "menu")
        clickInMenu(action(id));
    else if (way == "tool")
        clickTool(action(id));
    else
        QTest::keySequence(focused, QKeySequence(way));
    m_window->wait();
    QVERIFY(wanted.isDone(before));
}

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
