#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/models/tree_model.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTest>
#include <QTreeView>

using namespace daruma;

namespace {

/// So many supervisors with so many workers each.
RunSource many(int supervisors, int workers)
{
    RunSource source;
    source.file = "many" + std::to_string(supervisors);
    std::string names;
    for (int i = 0; i < supervisors; ++i)
        names += (i > 0 ? ", \"" : "\"") + ("sup" + std::to_string(i)) + '"';
    source.text = "[scenario]\nhorizon = \"1s\"\n[supervisor.app]\nchildren = [" + names + "]\n";
    for (int i = 0; i < supervisors; ++i)
        source.text += "[supervisor.sup" + std::to_string(i) + "]\nchildren = [\"worker" + std::to_string(i)
                       + "\"]\n[worker.worker" + std::to_string(i) + "]\ncount = " + std::to_string(workers)
                       + "\n";
    return source;
}

}

/// What is folded, in the tree and in the timeline alike; and the tree as it is searched and walked.
class TestFolds : public QObject, protected ShownWindow {
    Q_OBJECT

    QTreeView *tree() { return m_window->view("tree")->findChild<QTreeView *>(); }
    QLineEdit *search() { return m_window->view("tree")->findChild<QLineEdit *>(); }
    const QSortFilterProxyModel &rows()
    {
        return *qobject_cast<const QSortFilterProxyModel *>(tree()->model());
    }
    QModelIndex indexOf(const char *path)
    {
        const auto *model = qobject_cast<const TreeModel *>(rows().sourceModel());
        return rows().mapFromSource(model->indexOf(document().run()->find(path)));
    }
    int shownRows()
    {
        int count = 0;
        for (QModelIndex at = tree()->model()->index(0, 0); at.isValid(); at = tree()->indexBelow(at))
            ++count;
        return count;
    }
    void openMany(int supervisors, int workers)
    {
        document().open(many(supervisors, workers), EventId{0});
        m_window->wait();
        QVERIFY(document().run());
    }

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void treeAndTimelineFoldTogether()
    {
        open("db-outage-30s");
        const int all = shownRows();
        QCOMPARE(int(timeline().rows().size()), all);
        tree()->setExpanded(indexOf("app/db_sup"), false);
        QCOMPARE(int(timeline().rows().size()), shownRows());
        QVERIFY(shownRows() < all);
        document().fold(document().run()->find("app/db_sup"), false);
        QVERIFY(tree()->isExpanded(indexOf("app/db_sup")));
        m_window->actions()["collapse"]->trigger();
        QVERIFY(!tree()->isExpanded(indexOf("app/db_sup")));
        m_window->actions()["expand"]->trigger();
        QCOMPARE(shownRows(), all);
        QCOMPARE(int(timeline().rows().size()), all);
    }

    void foldsOutliveAChangeOfTheRunAndNotOneOfTheFile()
    {
        open("db-outage-30s");
        document().fold(document().run()->find("app/db_sup"), true);
        document().change("supervisor.db_sup.max_restarts", "30");
        m_window->wait();
        QVERIFY(!tree()->isExpanded(indexOf("app/db_sup")));
        // Where its number is another one, too.
        const std::string before = document().source().text;
        const NodeId number = document().run()->find("app/db_sup");
        QString text = QString::fromStdString(before);
        text.replace("[\"db_sup\"", "[\"first\", \"db_sup\"");
        QVERIFY(text.toStdString() != before);
        document().replaceText(text + "\n[worker.first]\n", "one more");
        m_window->wait();
        const NodeId moved = document().run()->find("app/db_sup");
        QVERIFY(moved != number);
        QCOMPARE(document().focus().folded, std::set<NodeId>{moved});
        open("nested-defaults-blind-band");
        QVERIFY(document().focus().folded.empty());
        QCOMPARE(timeline().rows().size(), document().run()->nodeCount());
    }

    void aSearchLeavesTheFoldsAsTheyWere()
    {
        open("db-outage-30s");
        const int all = shownRows();
        document().fold(document().run()->find("app/db_sup"), true);
        const int folded = shownRows();
        search()->setText("CONN");
        QCOMPARE(shownRows(), 3);
        QVERIFY(indexOf("app/db_sup/conn").isValid());
        QVERIFY(!indexOf("app/web").isValid());
        tree()->setExpanded(indexOf("app"), false);
        search()->setText("nothing has this name");
        QCOMPARE(tree()->model()->rowCount(), 0);
        search()->clear();
        QCOMPARE(shownRows(), folded);
        QVERIFY(folded < all);
        QCOMPARE(document().focus().folded.size(), std::size_t{1});
    }

    void aPlaceThatIsFoldedAwayIsShownWhereItWouldBe()
    {
        open("db-outage-30s");
        const NodeId conn = document().run()->find("app/db_sup/conn");
        const NodeId above = document().run()->find("app/db_sup");
        document().fold(above, true);
        document().select(conn);
        QVERIFY(!tree()->isExpanded(indexOf("app/db_sup")));
        QCOMPARE(tree()->currentIndex().siblingAtColumn(0), indexOf("app/db_sup"));
        QCOMPARE(document().focus().node, conn);
        // A click on what stands for it selects that, though the row was the current one before.
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {},
                          tree()->visualRect(indexOf("app/db_sup")).center());
        QCOMPARE(document().focus().node, above);
        document().select(conn);
        document().fold(above, false);
        QCOMPARE(tree()->currentIndex().siblingAtColumn(0), indexOf("app/db_sup/conn"));
    }

    void aLargeTreeOpensFolded()
    {
        openMany(30, 100);
        QCOMPARE(document().run()->nodeCount(), std::size_t{3031});
        QCOMPARE(shownRows(), 31);
        QCOMPARE(timeline().rows().size(), std::size_t{31});
        QElapsedTimer timer;
        timer.start();
        m_window->actions()["expand"]->trigger();
        QCOMPARE(shownRows(), 3031);
        search()->setText("worker17");
        QCOMPARE(shownRows(), 102);
        search()->clear();
        m_window->actions()["collapse"]->trigger();
        QCOMPARE(shownRows(), 31);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        openMany(3, 100);
        QCOMPARE(shownRows(), 304);
    }

    void theRowsOfTheTreeAreSoundWhileTheyAreSearched()
    {
        open("db-outage-30s");
        auto *shown = const_cast<QSortFilterProxyModel *>(&rows());
        const QAbstractItemModelTester tester(shown, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (const char *text : {"c", "co", "conn", "", "x", "db"}) {
            search()->setText(text);
            document().setCursor(EventId{document().focus().cursor.value - 1});
        }
        open("control-must-fail");
        search()->clear();
        openMany(5, 5);
        document().fold(NodeId{1}, true);
        QCOMPARE(shownRows(), 26);
    }
};

QTEST_MAIN(TestFolds)
#include "tst_folds.moc"
