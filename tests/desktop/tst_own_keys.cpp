#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>
#include <QTreeView>
#include <QWindow>

using namespace daruma;

/// Keys that widgets need themselves, and those who have no mouse.
class TestOwnKeys : public QObject, protected ShownWindow {
    Q_OBJECT

    template <typename Wanted> Wanted *in(const char *view)
    {
        m_window->showView(view);
        auto *found = m_window->view(view)->findChild<Wanted *>();
        found->setFocus();
        return found;
    }
    bool isPlaying() { return m_window->actions()["play"]->text() == "&Pause"; }
    std::uint32_t cursor() { return document().focus().cursor.value; }

    QMenu *openMenu()
    {
        QApplication::processEvents();
        return qobject_cast<QMenu *>(QApplication::activePopupWidget());
    }
    /// As the key for it does, wherever the mouse is.
    void pressMenuKey()
    {
        QContextMenuEvent wanted(QContextMenuEvent::Keyboard, QPoint(3, 3), QPoint(3, 3));
        QApplication::sendEvent(m_window->windowHandle(), &wanted);
    }

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void spaceTogglesAFocusedButtonAndPlaysElsewhere()
    {
        open("db-outage-30s");
        auto *toggle = in<QToolButton>("events");
        QVERIFY(toggle->isCheckable());
        QTest::keyClick(toggle, Qt::Key_Space);
        QVERIFY(toggle->isChecked());
        QVERIFY(!isPlaying());
        press(Qt::Key_Space);
        QVERIFY(isPlaying());
    }

    void arrowsFoldInTheTreeAndStepInTheEvents()
    {
        open("db-outage-30s");
        document().setCursor(EventId{20});
        const NodeId supervisor = document().run()->find("app/db_sup");
        document().select(supervisor);
        auto *tree = in<QTreeView>("tree");
        QTest::keyClick(tree, Qt::Key_Left);
        QVERIFY(document().focus().folded.contains(supervisor));
        QTest::keyClick(tree, Qt::Key_Right);
        QVERIFY(document().focus().folded.empty());
        QCOMPARE(cursor(), 20U);
        // What opens with the focus on a filter is a table as well.
        auto *events = in<QTableView>("events");
        QTest::keyClick(events, Qt::Key_Right);
        QCOMPARE(cursor(), 21U);
        QTest::keyClick(events, Qt::Key_Down);
        QCOMPARE(cursor(), 22U);
        QTest::keyClick(events, Qt::Key_Home);
        QCOMPARE(cursor(), 0U);
        QTest::keyClick(events, Qt::Key_PageDown);
        QCOMPARE(document().now(), std::int64_t{10'000'000'000});
    }

    void aTableOfOtherRowsIsPagedThrough_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<bool>("isForward");
        QTest::newRow("to the end") << int(Qt::Key_End) << true;
        QTest::newRow("a page on") << int(Qt::Key_PageDown) << true;
        QTest::newRow("to the beginning") << int(Qt::Key_Home) << false;
        QTest::newRow("a page back") << int(Qt::Key_PageUp) << false;
    }
    void aTableOfOtherRowsIsPagedThrough()
    {
        QFETCH(int, key);
        QFETCH(bool, isForward);
        open("db-outage-30s");
        for (int limit = 2; limit < 8; ++limit) {
            document().change("supervisor.db_sup.max_restarts", QString::number(limit));
            document().finishChange();
            m_window->wait();
        }
        auto *table = in<QTableView>("forks");
        QVERIFY(table->model()->rowCount() > 5);
        document().setCursor(EventId{20});
        table->setCurrentIndex(table->model()->index(isForward ? 0 : table->model()->rowCount() - 1, 0));
        const int before = table->currentIndex().row();
        QTest::keyClick(table, Qt::Key(key));
        QCOMPARE(table->currentIndex().row() > before, isForward);
        QVERIFY(table->currentIndex().row() != before);
        QCOMPARE(cursor(), 20U);
    }

    void lettersGoToListsOfChoices()
    {
        open("db-outage-30s");
        auto *kinds = in<QComboBox>("events");
        QTest::keyClick(kinds, Qt::Key_G);
        QCOMPARE(kinds->currentText(), QString("Give-ups"));
        const EventId before = document().focus().cursor;
        QTest::keyClick(kinds, Qt::Key_Home);
        QCOMPARE(kinds->currentIndex(), 0);
        QCOMPARE(document().focus().cursor.value, before.value);
    }

    void theReasonsAreScrolledWithKeys()
    {
        open("db-outage-30s");
        document().setCursor(EventId{20});
        auto *why = in<QTextBrowser>("why");
        QTest::keyClick(why, Qt::Key_PageDown);
        QCOMPARE(cursor(), 20U);
        // Who clicked a reason steps on from there.
        QTest::keyClick(why, Qt::Key_Right);
        QCOMPARE(cursor(), 21U);
    }

    void theMenuKeyKeepsCursorAndSelection_data()
    {
        QTest::addColumn<bool>("inTree");
        QTest::newRow("on the timeline") << false;
        QTest::newRow("in the tree") << true;
    }
    void theMenuKeyKeepsCursorAndSelection()
    {
        QFETCH(bool, inTree);
        open("db-outage-30s");
        // Where a menu has room on a small screen.
        if (!inTree)
            m_window->actions()["layout-timeline"]->trigger();
        press(Qt::Key_F);
        document().setCursor(EventId{4});
        document().select(document().run()->find("app/db_sup/conn"));
        QVERIFY(document().focus().node.isValid());
        const Focus before = document().focus();
        if (inTree)
            in<QTreeView>("tree");
        else
            timeline().setFocus();
        pressMenuKey();
        QVERIFY(document().focus() == before);
        QMenu *menu = openMenu();
        QVERIFY(menu);
        if (!inTree) {
            int row = 0;
            while (timeline().rows()[std::size_t(row)].node != before.node)
                ++row;
            const QRect lane = timeline().laneRect(row);
            const QPoint place = timeline().mapFromGlobal(menu->pos());
            QVERIFY(std::abs(place.x() - timeline().xOf(document().now())) <= 1);
            QVERIFY(place.y() >= lane.top() && place.y() <= lane.bottom());
        }
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        m_window->wait();
        QVERIFY(document().undoStack().undoText().contains("conn"));
    }

    void enterFoldsTheLaneOfTheSelectedPlace()
    {
        open("db-outage-30s");
        const std::size_t all = timeline().rows().size();
        const NodeId supervisor = document().run()->find("app/db_sup");
        document().select(supervisor);
        press(Qt::Key_Return);
        QVERIFY(timeline().rows().size() < all);
        QVERIFY(document().focus().folded.contains(supervisor));
        press(Qt::Key_Enter);
        QCOMPARE(timeline().rows().size(), all);
        document().select(document().run()->find("app/db_sup/conn"));
        press(Qt::Key_Return);
        QCOMPARE(timeline().rows().size(), all);
    }

    void aRangeIsMarkedWithKeys()
    {
        open("db-outage-30s");
        using Range = std::pair<std::int64_t, std::int64_t>;
        const std::int64_t end = document().run()->timeAt(document().run()->lastEvent());
        document().setCursorTime(10'100'000'000);
        const std::int64_t first = document().now();
        press(Qt::Key_I);
        QCOMPARE(document().focus().range, std::optional(Range(first, end)));
        document().setCursorTime(10'400'000'000);
        const std::int64_t second = document().now();
        QVERIFY(second > first && second < end);
        press(Qt::Key_O);
        QCOMPARE(document().focus().range, std::optional(Range(first, second)));
        // What would be empty begins anew.
        document().setCursorTime(end);
        press(Qt::Key_I);
        QCOMPARE(document().focus().range, std::optional(Range(end, end)));
        press(Qt::Key_Escape);
        document().setCursor(EventId{20});
        press(Qt::Key_O);
        QCOMPARE(document().focus().range, std::optional(Range(0, document().now())));
    }

    void recentFilesAreOpenedWithKeys_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("Enter") << int(Qt::Key_Return);
        QTest::newRow("Space") << int(Qt::Key_Space);
    }
    void recentFilesAreOpenedWithKeys()
    {
        QFETCH(int, key);
        const QTemporaryDir kept(QDir::tempPath() + "/kept-XXXXXX");
        const QString path = kept.filePath("mine.toml");
        open("db-outage-30s");
        QVERIFY(m_window->saveScenario(path));
        QVERIFY(m_window->openFile(path));
        m_window->wait();
        open("control-must-fail");
        m_window->showStart();
        QApplication::processEvents();
        m_window->setFocus();
        QPushButton *link = nullptr;
        for (int i = 0; i < 30 && !link; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            auto *button = qobject_cast<QPushButton *>(QApplication::focusWidget());
            if (button && button->text() == "mine.toml")
                link = button;
        }
        QVERIFY(link);
        QTest::keyClick(link, Qt::Key(key));
        m_window->wait();
        QVERIFY2(m_window->windowTitle().contains("mine.toml"), qPrintable(m_window->windowTitle()));
    }

    void runsOfTheWindowHaveAMenu()
    {
        open("db-outage-30s");
        document().change("supervisor.db_sup.max_restarts", "200");
        m_window->wait();
        auto *table = in<QTableView>("forks");
        table->setCurrentIndex(table->model()->index(0, 0));
        const QList<QAction *> offered = table->actions();
        QCOMPARE(offered.size(), 2);
        document().compareWith(nullptr);
        offered[0]->trigger();
        QCOMPARE(document().baseline(), document().forks()[0].run);
        offered[1]->trigger();
        m_window->wait();
        QCOMPARE(document().run(), document().forks()[0].run);
    }
};

QTEST_MAIN(TestOwnKeys)
#include "tst_own_keys.moc"
