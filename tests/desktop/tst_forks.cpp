#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/fork_model.h"
#include "app/desktop/models/injection.h"
#include "app/desktop/models/loader.h"
#include "app/desktop/models/setting_fields.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/inject_dialog.h"
#include "app/desktop/views/timeline_metrics.h"
#include "app/desktop/views/timeline_view.h"
#include "app/desktop/views/view.h"
#endif

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace daruma;

namespace {

const QString limitOfDb = QStringLiteral("supervisor.db_sup.max_restarts");

RunSource sourceOf(const char *text)
{
    RunSource source;
    source.file = "test";
    source.text = text;
    return source;
}

/// A window with db-outage-30s, shown.
struct Shown {
    MainWindow window;
    Document &document = window.document();

    Shown()
    {
        window.openShipped(QStringLiteral("db-outage-30s"));
        window.wait();
        window.show();
    }
    void select(const char *path)
    {
        document.select(document.run()->find(path));
        QVERIFY(document.focus().node.isValid());
    }
    template <typename Widget> Widget *find(const char *view, const char *name) const
    {
        return window.view(QLatin1String(view))->findChild<Widget *>(QLatin1String(name));
    }
};

const Setting *settingNamed(const std::vector<Setting> &settings, std::string_view name)
{
    for (const Setting &setting : settings)
        if (setting.name == name)
            return &setting;
    return nullptr;
}

}

class TestForks : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void aDraggedSliderIsOneChangeAndOneFork();
    void whatIsChangedAfterASliderWasLetGoIsAnotherChange();
    void theVerdictFlipsBeforeTheMouseIsReleased();
    void aKeyIsResetToWhatTheFileHas();
    void aFieldTakesWhatIsTyped();
    void whatTheReaderRefusesIsSaidBesideTheSettings();
    void aFaultThatIsRefusedIsSaidInTheWindow();
    void nothingSelectedMeansTheRoot();
    void aDialectThatTakesNoKeyDisablesIt();
    void momentsAreWrittenAsPeopleWriteThem_data();
    void momentsAreWrittenAsPeopleWriteThem();
    void aFaultIsInjectedAtTheCursorAndTakenBack();
    void aDelayIsAskedFor();
    void theDialogRefusesAMomentBehindTheEnd();
    void injectingWithoutASelectionSaysWhatToDo();
    void theTimelineOffersFaultsWhereOneClicks();
    void theTreeOffersFaultsWhereOneClicks();
    void aRunThatWasThereBeforeIsNoNewFork();
    void forksAreBounded();
    void aClickComparesAndADoubleClickGoesBack();
    void theKeyboardComparesAndGoesBack();

private:
    QTemporaryDir m_folder;
};

void TestForks::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    prepareLook();
    applyTheme(ThemeChoice::Light);
}

void TestForks::aDraggedSliderIsOneChangeAndOneFork()
{
    Document document;
    document.open(shippedSource(QStringLiteral("db-outage-30s")));
    document.wait();
    for (const char *value : {"2", "3", "4"}) {
        document.change(limitOfDb, QLatin1String(value));
        document.wait();
    }
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(document.forks().size(), std::size_t(2));
    QCOMPARE(document.forks().back().title, limitOfDb + " = 4");
    document.undoStack().undo();
    document.wait();
    QCOMPARE(document.forks().size(), std::size_t(2));
    QVERIFY(document.run() == document.forks().front().run);
}

void TestForks::whatIsChangedAfterASliderWasLetGoIsAnotherChange()
{
    Document document;
    document.open(shippedSource(QStringLiteral("db-outage-30s")));
    document.wait();
    document.change(limitOfDb, QStringLiteral("4"));
    document.wait();
    document.finishChange();
    document.change(limitOfDb, QStringLiteral("6"));
    document.wait();
    QCOMPARE(document.undoStack().count(), 2);
    QCOMPARE(document.forks().size(), std::size_t(3));
    document.undoStack().undo();
    document.wait();
    QCOMPARE(document.changed(limitOfDb), QStringLiteral("4"));
}

void TestForks::theVerdictFlipsBeforeTheMouseIsReleased()
{
    Shown shown;
    shown.window.showView(QStringLiteral("settings"));
    shown.select("app/db_sup");
    auto *slider = shown.find<QSlider>("settings", "max_restarts-QSlider");
    auto *verdict = shown.find<QLabel>("settings", "verdict");
    QVERIFY(slider && verdict);
    const QString before = verdict->text();
    const QPoint handle(8 + (slider->width() - 16) * slider->value() / slider->maximum(),
                        slider->height() / 2);
    QTest::mousePress(slider, Qt::LeftButton, {}, handle);
    QTest::mouseMove(slider, {slider->width() / 2, handle.y()});
    QTest::mouseMove(slider, {slider->width() - 3, handle.y()});
    shown.document.wait();
    QVERIFY(slider->isSliderDown());
    QVERIFY2(verdict->text() != before, qPrintable(verdict->text()));
    QCOMPARE(shown.document.changed(limitOfDb), QString::number(slider->value()));
    QCOMPARE(shown.find<QSpinBox>("settings", "max_restarts-QSpinBox")->value(), slider->value());
    QTest::mouseRelease(slider, Qt::LeftButton, {}, {slider->width() - 3, handle.y()});
    QCOMPARE(shown.document.undoStack().count(), 1);
}

void TestForks::aKeyIsResetToWhatTheFileHas()
{
    Shown shown;
    shown.select("app/db_sup");
    const Fingerprint before = shown.document.run()->result().fingerprint;
    auto *number = shown.find<QSpinBox>("settings", "max_restarts-QSpinBox");
    number->setValue(9);
    shown.document.wait();
    QVERIFY(!(shown.document.run()->result().fingerprint == before));
    auto *reset = number->parentWidget()->parentWidget()->findChild<QToolButton *>();
    QVERIFY(reset->isEnabled());
    QTest::mouseClick(reset, Qt::LeftButton);
    shown.document.wait();
    QVERIFY(shown.document.run()->result().fingerprint == before);
    QVERIFY(!reset->isEnabled());
    QCOMPARE(number->value(), 1);
}

void TestForks::aFieldTakesWhatIsTyped()
{
    Shown shown;
    shown.window.showView(QStringLiteral("settings"));
    shown.select("app/db_sup/conn");
    auto *backoff = shown.find<QLineEdit>("settings", "backoff-QLineEdit");
    QVERIFY(backoff);
    backoff->setFocus();
    QTest::keyClicks(backoff, "40s");
    QTest::keyClick(backoff, Qt::Key_Return);
    shown.document.wait();
    QCOMPARE(shown.document.changed(QStringLiteral("worker.conn.backoff")), QStringLiteral("40s"));
    QVERIFY(shown.document.run()->source().overrides.size() == 1);
}

void TestForks::whatTheReaderRefusesIsSaidBesideTheSettings()
{
    Shown shown;
    shown.window.showView(QStringLiteral("settings"));
    shown.select("app/db_sup/conn");
    const RunPtr before = shown.document.run();
    shown.document.change(QStringLiteral("worker.conn.lifetime"), QStringLiteral("soon"));
    shown.document.wait();
    auto *problems = shown.find<QLabel>("settings", "problems");
    QVERIFY(problems->isVisibleTo(shown.window.view(QStringLiteral("settings"))));
    QVERIFY2(problems->text().contains("lifetime"), qPrintable(problems->text()));
    // It was taken back, and stands in nobody's way.
    QVERIFY(shown.document.run() == before);
    QVERIFY(shown.document.source().overrides.empty());
    QVERIFY(!shown.document.undoStack().canUndo());
    shown.document.change(QStringLiteral("worker.conn.init_time"), QStringLiteral("10ms"));
    shown.document.wait();
    QVERIFY(!problems->isVisibleTo(shown.window.view(QStringLiteral("settings"))));
    QVERIFY(shown.document.run() != before);
    QCOMPARE(shown.document.run()->source().overrides.size(), std::size_t{1});
    // What the change is compared with is there from the beginning.
    QVERIFY(shown.document.baseline() == before);
    shown.document.finishChange();
    const EventId cursor = EventId{3};
    shown.document.setCursor(cursor);
    shown.document.change(QStringLiteral("worker.conn.init_time"), QStringLiteral("20ms"));
    shown.document.wait();
    shown.document.setCursor(EventId{0});
    shown.document.undoStack().undo();
    shown.document.wait();
    QCOMPARE(shown.document.focus().cursor, cursor);
}

void TestForks::aFaultThatIsRefusedIsSaidInTheWindow()
{
    Shown shown;
    shown.document.replaceText(QStringLiteral("[[fault]]\ninject = \"panic\"\n"), QStringLiteral("broken"));
    shown.window.wait();
    bool isSaid = false;
    for (const QLabel *label : shown.window.findChildren<QLabel *>())
        isSaid = isSaid || label->text().contains(QStringLiteral("Undo takes the change back"));
    QVERIFY(isSaid);
}

void TestForks::nothingSelectedMeansTheRoot()
{
    Shown shown;
    QVERIFY(!shown.document.focus().node.isValid());
    auto *number = shown.find<QSpinBox>("settings", "max_restarts-QSpinBox");
    QVERIFY(number);
    number->setValue(7);
    QCOMPARE(shown.document.changed(QStringLiteral("supervisor.app.max_restarts")), QStringLiteral("7"));
}

void TestForks::aDialectThatTakesNoKeyDisablesIt()
{
    const auto run = Run::make(sourceOf(R"toml(
[scenario]
dialect = "spry"
[supervisor.app]
children = ["a"]
[worker.a]
)toml"));
    QVERIFY(run);
    const std::vector<Setting> settings = settingsOf(**run, NodeId{0});
    const Setting *strategy = settingNamed(settings, "strategy");
    const Setting *limit = settingNamed(settings, "max_restarts");
    QVERIFY(strategy && limit);
    std::size_t refused = 0;
    for (const Setting::Choice &choice : strategy->choices)
        refused += !choice.refusal.empty();
    QVERIFY(refused > 0);
    // Whatever the page of the dialect says, the reader refuses what is disabled, and takes what is not.
    RunSource source = (*run)->source();
    source.overrides = {{limit->key, "5"}};
    QCOMPARE(Run::make(source).has_value(), limit->refusal.empty());
    for (const Setting::Choice &choice : strategy->choices) {
        if (choice.refusal.empty())
            continue;
        source.overrides = {{strategy->key, choice.name}};
        QVERIFY(!Run::make(source));
    }
}

void TestForks::momentsAreWrittenAsPeopleWriteThem_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QString>("text");
    QTest::newRow("the beginning") << qint64{0} << "0s";
    QTest::newRow("below a second") << qint64{250'000'000} << "250ms";
    QTest::newRow("with a fraction") << qint64{10'600'000'000} << "10.6s";
    QTest::newRow("whole minutes") << qint64{120'000'000'000} << "2m";
    QTest::newRow("a single nanosecond") << qint64{61'000'000'001} << "61.000000001s";
}

void TestForks::momentsAreWrittenAsPeopleWriteThem()
{
    QFETCH(qint64, ns);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(momentKey(ns)), text);
}

void TestForks::aFaultIsInjectedAtTheCursorAndTakenBack()
{
    Shown shown;
    shown.document.setCursorTime(3'500'000'000);
    const std::int64_t at = shown.document.now();
    shown.select("app/web");
    const std::string before = shown.document.source().text;
    shown.window.actions()[QStringLiteral("inject-kill")]->trigger();
    shown.document.wait();
    const Model &model = shown.document.run()->model();
    QCOMPARE(model.faults.back().kind, FaultKind::Kill);
    QCOMPARE((*model.faults.back().at - Instant::start()).ns(), at);
    QCOMPARE(shown.document.forks().size(), std::size_t(2));
    shown.document.undoStack().undo();
    shown.document.wait();
    QCOMPARE(shown.document.source().text, before);
}

void TestForks::aDelayIsAskedFor()
{
    const auto run = Run::make(shippedSource(QStringLiteral("db-outage-30s")));
    QVERIFY(run);
    InjectDialog dialog(*run, {FaultKind::Delay, (*run)->find("app/web"), 2'000'000'000});
    dialog.show();
    dialog.accept();
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    RunSource changed = (*run)->source();
    changed.text = withFault(**run, dialog.injection());
    const auto forked = Run::make(changed);
    QVERIFY(forked);
    const Fault &fault = (*forked)->model().faults.back();
    QCOMPARE(fault.kind, FaultKind::Delay);
    QCOMPARE((fault.from - Instant::start()).ns(), std::int64_t{2'000'000'000});
}

void TestForks::theDialogRefusesAMomentBehindTheEnd()
{
    const auto run = Run::make(shippedSource(QStringLiteral("db-outage-30s")));
    InjectDialog dialog(*run, {FaultKind::Panic, (*run)->find("app/web"), 3'600'000'000'000});
    dialog.show();
    dialog.accept();
    QCOMPARE(dialog.result(), int(QDialog::Rejected));
    QVERIFY(dialog.isVisible());
}

void TestForks::injectingWithoutASelectionSaysWhatToDo()
{
    Shown shown;
    shown.window.actions()[QStringLiteral("inject-panic")]->trigger();
    shown.document.wait();
    QCOMPARE(shown.document.forks().size(), std::size_t(1));
    bool isSaid = false;
    for (const QLabel *label : shown.window.findChildren<QLabel *>())
        isSaid = isSaid || label->text().contains(QStringLiteral("Select a place first"));
    QVERIFY(isSaid);
}

void TestForks::theTimelineOffersFaultsWhereOneClicks()
{
    Shown shown;
    TimelineView &timeline = shown.window.timeline();
    const QRect lane = timeline.laneRect(3);
    const QPoint at(timeline.width() / 2, lane.center().y());
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, timeline.mapToGlobal(at));
    QApplication::sendEvent(&timeline, &event);
    QCOMPARE(shown.document.focus().node, timeline.rows()[3].node);
    auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
    QVERIFY(menu);
    QVERIFY(menu->actions().contains(shown.window.actions()[QStringLiteral("inject-hang")]));
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    // Where the mouse was, not behind the last event before it.
    const ViewWindow window = timeline.window();
    shown.document.wait();
    QCOMPARE(shown.document.run()->model().faults.back().kind, FaultKind::Panic);
    const std::int64_t struck = (*shown.document.run()->model().faults.back().at - Instant::start()).ns();
    QCOMPARE(window.columnAt(struck), timeline.width() / 2 - metrics::labels);
}

void TestForks::theTreeOffersFaultsWhereOneClicks()
{
    Shown shown;
    auto *tree = shown.window.view(QStringLiteral("tree"))->findChild<QTreeView *>();
    const QModelIndex root = tree->model()->index(0, 0);
    const QPoint at = tree->visualRect(tree->model()->index(1, 0, root)).center();
    QTest::mouseClick(tree->viewport(), Qt::RightButton, {}, at);
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, tree->viewport()->mapToGlobal(at));
    QApplication::sendEvent(tree->viewport(), &event);
    QCOMPARE(shown.document.focus().node, shown.document.run()->find("app/web"));
    auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
    QVERIFY(menu);
    QVERIFY(menu->actions().contains(shown.window.actions()[QStringLiteral("inject-kill")]));
    menu->close();
}

void TestForks::aRunThatWasThereBeforeIsNoNewFork()
{
    Document document;
    document.open(shippedSource(QStringLiteral("db-outage-30s")));
    document.wait();
    document.change(limitOfDb, QStringLiteral("5"));
    document.wait();
    document.goBackTo(Fork(document.forks().front()));
    document.wait();
    QCOMPARE(document.forks().size(), std::size_t(2));
    QVERIFY(document.run() == document.forks().front().run);
    QVERIFY(document.baseline() == document.forks().back().run);
}

void TestForks::forksAreBounded()
{
    Document document;
    document.open(sourceOf("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\nlifetime = \"2s\"\n"));
    document.wait();
    for (std::size_t i = 0; i < mostForks + 5; ++i) {
        // Another key each time: the same one twice would be one change.
        document.change(i % 2 ? QStringLiteral("supervisor.app.max_restarts")
                              : QStringLiteral("supervisor.app.within"),
                        QString::number(i + 2) + (i % 2 ? QString() : QStringLiteral("s")));
        document.wait();
    }
    QCOMPARE(document.forks().size(), mostForks);
    QCOMPARE(document.forks().front().number, 0);
    QCOMPARE(document.forks().back().number, int(mostForks) + 5);
}

void TestForks::aClickComparesAndADoubleClickGoesBack()
{
    Shown shown;
    shown.document.change(limitOfDb, QStringLiteral("5"));
    shown.document.wait();
    shown.window.showView(QStringLiteral("forks"));
    auto *table = shown.window.view(QStringLiteral("forks"))->findChild<QTableView *>();
    const QAbstractItemModelTester tester(table->model());
    QCOMPARE(table->model()->rowCount(), 2);
    const QPoint first = table->visualRect(table->model()->index(0, ForkModel::Changed)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, first);
    QVERIFY(shown.document.baseline() == shown.document.forks().front().run);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, first);
    shown.document.wait();
    QVERIFY(shown.document.run() == shown.document.forks().front().run);
    QVERIFY(shown.document.baseline() == shown.document.forks().back().run);
}

void TestForks::theKeyboardComparesAndGoesBack()
{
    Shown shown;
    shown.document.change(limitOfDb, QStringLiteral("5"));
    shown.document.wait();
    shown.window.showView(QStringLiteral("forks"));
    auto *table = shown.window.view(QStringLiteral("forks"))->findChild<QTableView *>();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_Space);
    QVERIFY(shown.document.baseline() == shown.document.forks().front().run);
    QTest::keyClick(table, Qt::Key_Return);
    shown.document.wait();
    QVERIFY(shown.document.run() == shown.document.forks().front().run);
}

QTEST_MAIN(TestForks)
#include "tst_forks.moc"
