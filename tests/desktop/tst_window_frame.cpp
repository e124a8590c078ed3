#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/player.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QDir>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QScrollBar>
#include <QSettings>
#include <QTest>
#include <QTreeView>

#include <algorithm>

using namespace daruma;

/// What stands around the views: title, tool bar, menus, status.
class TestWindowFrame : public QObject, protected ShownWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void theTitleTellsRunsOfOneNameApart()
    {
        open("db-outage-30s");
        QCOMPARE(m_window->windowTitle(), QString("db-outage-30s – Daruma"));
        const QString path = m_settings.filePath("db-outage-30s-changed.toml");
        QVERIFY(m_window->saveScenario(path));
        QVERIFY(m_window->openFile(path));
        m_window->wait();
        QCOMPARE(m_window->windowTitle(), QString("db-outage-30s – db-outage-30s-changed.toml – Daruma"));
        m_window->showStart();
        QCOMPARE(m_window->windowTitle(), QString("Daruma"));
    }

    void whatNeedsARunCanOnlyBeDoneWhereOneIsSeen()
    {
        const char *const ids[] = {"play", "step-forward", "next-trouble", "cause", "consequence",
                                   "fit",  "zoom-in",      "zoom-out",     "axis",  "inject"};
        for (const char *id : ids)
            QVERIFY2(!m_window->actions()[id]->isEnabled(), id);
        QVERIFY(m_window->actions()["open"]->isEnabled());
        open("db-outage-30s");
        for (const char *id : ids)
            QVERIFY2(m_window->actions()[id]->isEnabled(), id);
        m_window->showStart();
        for (const char *id : ids)
            QVERIFY2(!m_window->actions()[id]->isEnabled(), id);
    }

    void nothingOfARunIsLeftWhereAFileCannotBeRead()
    {
        open("db-outage-30s");
        m_window->actions()["play"]->trigger();
        RunSource source;
        source.file = "bad.toml";
        source.text = "[scenario]\nhorizn = 3\n";
        document().open(std::move(source));
        m_window->wait();
        QVERIFY(!document().run());
        QVERIFY(!m_window->actions()["play"]->isEnabled());
        QCOMPARE(m_window->windowTitle(), QString("Daruma"));
        open("db-outage-30s");
        QVERIFY(m_window->actions()["play"]->isEnabled());
    }

    void escapeForgetsTheMarkedRange()
    {
        open("db-outage-30s");
        QVERIFY(!m_window->actions()["clear-range"]->isEnabled());
        document().setRange(std::pair<std::int64_t, std::int64_t>{1'000'000'000, 2'000'000'000});
        press(Qt::Key_Escape);
        QVERIFY(!document().focus().range);
    }

    void theTimelineIsMovedFromTheTreeToo()
    {
        open("db-outage-30s");
        auto *tree = m_window->view("tree")->findChild<QTreeView *>();
        press(Qt::Key_F);
        timeline().zoom(8);
        timeline().pan(-100'000);
        const std::int64_t from = timeline().window().from();
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_D);
        QVERIFY(timeline().window().from() > from);
        QTest::keyClick(tree, Qt::Key_A);
        QCOMPARE(timeline().window().from(), from);
        const std::int64_t length = timeline().window().length();
        QTest::keyClick(tree, Qt::Key_W);
        QVERIFY(timeline().window().length() < length);
    }

    void theSpeedIsToldWhileItPlaysAndNoLonger()
    {
        open("db-outage-30s");
        const auto isTold = [&] {
            const QList<QLabel *> labels = m_window->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(),
                               [](const QLabel *label) { return label->text().contains("a second"); });
        };
        m_window->actions()["first"]->trigger();
        m_window->actions()["play"]->trigger();
        QVERIFY(isTold());
        m_window->actions()["faster"]->trigger();
        QVERIFY(isTold());
        m_window->actions()["play"]->trigger();
        QVERIFY(!isTold());
    }

    void recentFilesAreThoseThatCanStillBeOpened()
    {
        const QTemporaryDir kept(QDir::tempPath() + "/kept-XXXXXX");
        const QString first = kept.filePath("first.toml");
        const QString second = kept.filePath("second.toml");
        open("db-outage-30s");
        for (const QString &path : {first, second}) {
            QVERIFY(m_window->saveScenario(path));
            QVERIFY(m_window->openFile(path));
            m_window->wait();
        }
        // One beside the settings is in a temporary folder of this program.
        const QString temporary = m_settings.filePath("temporary.toml");
        QVERIFY(m_window->saveScenario(temporary));
        QVERIFY(m_window->openFile(temporary));
        m_window->wait();
        const QList<QMenu *> menus =
            m_window->menuBar()->findChildren<QMenu *>() + m_window->findChildren<QMenu *>();
        const auto found = std::find_if(menus.begin(), menus.end(),
                                        [](const QMenu *menu) { return menu->title() == "Re&cent"; });
        QVERIFY(found != menus.end());
        QMenu *recent = *found;
        const auto names = [&] {
            emit recent->aboutToShow();
            QStringList names;
            for (const QAction *action : recent->actions())
                names << action->text().section(' ', 0, 0);
            return names;
        };
        QCOMPARE(names(), (QStringList{"second.toml", "first.toml"}));
        QVERIFY(QFile::remove(second));
        QCOMPARE(names(), QStringList{"first.toml"});
        recent->actions().front()->trigger();
        m_window->wait();
        QVERIFY(m_window->windowTitle().contains("first.toml"));
    }

    void layoutsLeaveTheWindowWhereItIs_data()
    {
        QTest::addColumn<bool>("isMaximized");
        QTest::newRow("maximised") << true;
        QTest::newRow("of some size") << false;
    }
    void layoutsLeaveTheWindowWhereItIs()
    {
        QFETCH(bool, isMaximized);
        open("db-outage-30s");
        isMaximized ? m_window->showMaximized() : m_window->resize(1100, 700);
        QTest::qWait(100);
        const QRect before = m_window->geometry();
        for (const char *layout : {"events", "analysis", "forks", "runs", "timeline", "analysis"}) {
            m_window->actions()[QStringLiteral("layout-") + layout]->trigger();
            QTest::qWait(50);
            QCOMPARE(m_window->isMaximized(), isMaximized);
            QCOMPARE(m_window->geometry(), before);
        }
    }

    void noScrollBarStandsWhereThereIsNothingToScroll()
    {
        QVERIFY(timeline().findChild<QScrollBar *>()->isHidden());
        open("db-outage-30s");
        QVERIFY(timeline().findChild<QScrollBar *>()->isHidden());
    }

    void noViewMakesTheWindowWide()
    {
        open("db-outage-30s");
        const QString longName(400, u'x');
        document().change("supervisor.db_sup.max_restarts", "30");
        document().change("scenario.about", u'"' + longName + u'"');
        m_window->wait();
        document().compareWith(document().forks().front().run);
        m_window->wait();
        for (const ViewRow &row : viewTable()) {
            m_window->showView(row.name);
            m_window->wait();
            m_window->view(row.name)->settle();
            QVERIFY2(m_window->view(row.name)->minimumSizeHint().width() <= 680, row.name);
        }
        m_window->resize(900, 600);
        QCOMPARE(m_window->size(), QSize(900, 600));
    }
};

QTEST_MAIN(TestWindowFrame)
#include "tst_window_frame.moc"
