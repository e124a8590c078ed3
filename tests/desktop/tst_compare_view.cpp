#ifndef Q_MOC_RUN
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/loader.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/compare_lanes.h"
#include "app/desktop/views/compare_view.h"
#include "app/desktop/views/timeline_view.h"
#endif

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma;

namespace {

RunSource sourceOf(const char *text)
{
    RunSource source;
    source.file = "test";
    source.text = text;
    return source;
}

}

class TestCompare : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void aComparisonFindsWhereTheRunsPart();
    void placesOfBothRunsAreAligned();
    void lanesGrowWhereThereIsRoom();
    void runsOfADatabaseHaveTheirNumbers();

private:
    QTemporaryDir m_folder;
};

void TestCompare::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    prepareLook();
    applyTheme(ThemeChoice::Light);
}

void TestCompare::aComparisonFindsWhereTheRunsPart()
{
    MainWindow window;
    window.resize(1600, 900);
    Document &document = window.document();
    window.openShipped(QStringLiteral("db-outage-30s"));
    window.wait();
    window.show();
    document.change(QStringLiteral("supervisor.db_sup.max_restarts"), QStringLiteral("5"));
    document.wait();
    document.compareWith(document.forks().front().run);
    window.showView(QStringLiteral("compare"));
    auto *view = static_cast<CompareView *>(window.view(QStringLiteral("compare")));
    view->settle();
    // Up to the give-up at 10.2 s both do the same; the budget beside the first restart tells them apart.
    const QAbstractItemModelTester tester(view->table(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto comparison = Comparison::make(document.baseline(), document.run());
    QVERIFY(comparison->first);
    QCOMPARE(comparison->partsAt, std::int64_t{10'000'000'000});
    QCOMPARE(comparison->divergesAt.value_or(0), std::int64_t{10'200'000'000});
    QVERIFY(comparison->sentence.find("1 of 1") != std::string::npos);
    QVERIFY(!comparison->counts.empty());
    QCOMPARE(std::size_t(view->table()->rowCount()), comparison->counts.size());
    QVERIFY(view->lanes().isVisible());
    QCOMPARE(view->lanes().places().size(), document.run()->nodeCount());
    // A click on a lane takes the cursor there.
    const QRect row = view->lanes().rowRect(1);
    QTest::mouseClick(view->lanes().viewport(), Qt::LeftButton, {}, QPoint(160, row.center().y()));
    QCOMPARE(document.focus().node, view->lanes().places()[1].now);
    // Its keys are its own while it has the focus.
    QApplication::processEvents();
    QVERIFY(view->lanes().window().width() > 100);
    const ViewWindow timeline = window.timeline().window();
    const ViewWindow whole = view->lanes().window();
    QTest::keyClick(&view->lanes(), Qt::Key_W);
    QVERIFY(view->lanes().window().length() < whole.length());
    const std::int64_t from = view->lanes().window().from();
    QTest::keyClick(&view->lanes(), Qt::Key_A);
    QVERIFY(view->lanes().window().from() < from);
    QTest::keyClick(&view->lanes(), Qt::Key_F);
    QVERIFY(view->lanes().window().isWhole());
    QVERIFY(window.timeline().window() == timeline);
    const auto same = Comparison::make(document.run(), document.run());
    QVERIFY(!same->first);
    QVERIFY(same->counts.empty());
}

void TestCompare::placesOfBothRunsAreAligned()
{
    const auto before =
        Run::make(sourceOf("[supervisor.app]\nchildren = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n"));
    const auto now =
        Run::make(sourceOf("[supervisor.app]\nchildren = [\"c\", \"a\"]\n[worker.a]\n[worker.c]\n"));
    QVERIFY(before && now);
    const std::vector<PlacePair> places = placesOf(**before, **now);
    QStringList paths;
    for (const PlacePair &place : places)
        paths += QString::fromStdString(place.path);
    QCOMPARE(paths, QStringList({"app", "app/c", "app/a", "app/b"}));
    QVERIFY(!places[1].before.isValid() && places[1].now.isValid());
    QVERIFY(places[2].before.isValid() && places[2].now.isValid());
    QVERIFY(places[3].before.isValid() && !places[3].now.isValid());
}

void TestCompare::lanesGrowWhereThereIsRoom()
{
    Document document;
    document.open(shippedSource(QStringLiteral("db-outage-30s")));
    document.wait();
    CompareLanes lanes(document);
    lanes.resize(600, 150);
    lanes.QWidget::show();
    lanes.show(Comparison::make(document.run(), document.run()));
    const int low = lanes.rowRect(0).height();
    lanes.resize(600, 280);
    QApplication::processEvents();
    const int middle = lanes.rowRect(0).height();
    lanes.resize(600, 2000);
    QApplication::processEvents();
    const int high = lanes.rowRect(0).height();
    QVERIFY(low < middle && middle < high);
    QVERIFY(high <= 2 * low);
    // All of them fit, to the pixel.
    lanes.resize(600, 280);
    QApplication::processEvents();
    QVERIFY(lanes.rowRect(int(lanes.places().size()) - 1).bottom() < lanes.viewport()->height());
}

void TestCompare::runsOfADatabaseHaveTheirNumbers()
{
    RunSource source = shippedSource(QStringLiteral("db-outage-30s"));
    const auto plain = Run::make(source);
    source.overrides = {{"supervisor.db_sup.max_restarts", "5"}};
    source.recordedId = 12;
    const auto twelve = Run::make(source);
    source.recordedId = 31;
    source.overrides.clear();
    const auto other = Run::make(source);
    QVERIFY(plain && twelve && other);
    const auto both = Comparison::make(*twelve, *other);
    QCOMPARE(both->beforeName, std::string("run 12"));
    QCOMPARE(both->nowName, std::string("run 31"));
    QVERIFY(both->sentence.find("run 12: ") != std::string::npos);
    const auto changed = Comparison::make(*twelve, *plain);
    QCOMPARE(changed->beforeName, std::string("run 12"));
    QCOMPARE(changed->nowName, std::string("now"));
    const auto none = Comparison::make(*plain, *plain);
    QCOMPARE(none->beforeName, std::string("before"));
}

QTEST_MAIN(TestCompare)
#include "tst_compare_view.moc"
