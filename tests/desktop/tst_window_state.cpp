#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/views/compare_view.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QApplication>
#include <QDockWidget>
#include <QHeaderView>
#include <QSplitter>
#include <QTableView>
#include <QTest>

using namespace daruma;

/// What the user has arranged is there again the next time.
class TestWindowState : public QObject, protected ShownWindow {
    Q_OBJECT

    QDockWidget *dock(const char *name) { return m_window->findChild<QDockWidget *>(name); }
    QTableView *table(const char *view) { return m_window->view(view)->findChild<QTableView *>(); }
    /// Closes it as a user does, and starts the program again.
    void openAgain()
    {
        m_window->close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        m_window->wait();
        open("db-outage-30s");
        QApplication::processEvents();
    }

private slots:
    void initTestCase() { prepare(); }
    void init()
    {
        show();
        open("db-outage-30s");
    }
    void cleanup() { m_window.reset(); }

    void itIsAsLargeAndWhereItWas()
    {
        m_window->setGeometry(30, 40, 730, 610);
        QApplication::processEvents();
        const QRect before = m_window->geometry();
        openAgain();
        QCOMPARE(m_window->geometry(), before);
    }

    void docksAreWhereTheyWereMoved()
    {
        m_window->addDockWidget(Qt::LeftDockWidgetArea, dock("why"));
        dock("events")->setFloating(true);
        dock("events")->setGeometry(120, 130, 610, 260);
        dock("forks")->close();
        openAgain();
        QCOMPARE(m_window->dockWidgetArea(dock("why")), Qt::LeftDockWidgetArea);
        QVERIFY(dock("events")->isFloating());
        QVERIFY(dock("events")->isVisible());
        QCOMPARE(dock("events")->size(), QSize(610, 260));
        QVERIFY(!dock("forks")->isVisible());
        m_window->actions()["reset-layout"]->trigger();
        QVERIFY(!dock("events")->isFloating());
        QVERIFY(dock("forks")->isVisible());
    }

    void docksAreAsWideAsTheyWereMade()
    {
        m_window->resizeDocks({dock("tree")}, {410}, Qt::Horizontal);
        QApplication::processEvents();
        const int before = dock("tree")->width();
        QVERIFY(std::abs(before - 410) < 5);
        openAgain();
        QCOMPARE(dock("tree")->width(), before);
    }

    void theStartScreenIsNoLayout()
    {
        dock("forks")->close();
        m_window->close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        m_window->wait();
        openAgain();
        QVERIFY(!dock("forks")->isVisible());
        QVERIFY(dock("tree")->isVisible());
    }

    void theThemeIsKept()
    {
        m_window->actions()["theme-dark"]->trigger();
        QCOMPARE(QSettings().value("theme").toInt(), int(ThemeChoice::Dark));
        openAgain();
        QVERIFY(m_window->actions()["theme-dark"]->isChecked());
        m_window->actions()["theme-light"]->trigger();
    }

    void columnsAndPartsAreAsWideAsTheyWereMade()
    {
        for (const char *view : {"events", "runs"}) {
            table(view)->setColumnWidth(2, 177);
            table(view)->setColumnWidth(3, 93);
        }
        m_window->showView("compare");
        QApplication::processEvents();
        auto *split = m_window->view("compare")->findChild<QSplitter *>();
        split->setSizes({split->width() / 2, split->width() / 2});
        emit split->splitterMoved(split->width() / 2, 1);
        const QByteArray parts = split->saveState();
        openAgain();
        for (const char *view : {"events", "runs"}) {
            QCOMPARE(table(view)->columnWidth(2), 177);
            QCOMPARE(table(view)->columnWidth(3), 93);
        }
        m_window->showView("compare");
        QApplication::processEvents();
        const QList<int> sizes = m_window->view("compare")->findChild<QSplitter *>()->sizes();
        QVERIFY(std::abs(sizes[0] - sizes[1]) <= 8);
        QVERIFY(!parts.isEmpty());
    }

    void whatWasKeptOfOtherColumnsIsNotTaken()
    {
        const int before = table("events")->columnWidth(2);
        QSettings().setValue("columns/events", QVariantList{500, 500});
        openAgain();
        QCOMPARE(table("events")->columnWidth(2), before);
    }
};

QTEST_MAIN(TestWindowState)
#include "tst_window_state.moc"
