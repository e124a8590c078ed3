#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/export.h"
#include "app/desktop/models/event_model.h"
#include "app/desktop/models/prover.h"
#include "app/desktop/models/tree_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/command_palette.h"
#include "app/desktop/views/text_window.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QSettings>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>

using namespace daruma;

namespace {

QString kindAt(const Document &document)
{
    const std::string_view text = toText(document.run()->event(document.focus().cursor).kind);
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString selected(const Document &document)
{
    return document.focus().node.isValid()
               ? QString::fromStdString(document.run()->path(document.focus().node))
               : QString();
}

}

class TestMainWindow : public QObject, protected ShownWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void aCardOpensItsIncidentAtTheFailure()
    {
        QAbstractButton *card = nullptr;
        for (QAbstractButton *button : m_window->findChildren<QAbstractButton *>())
            if (button->text() == "Database outage 30s")
                card = button;
        QVERIFY(card);
        QTest::mouseClick(card, Qt::LeftButton);
        m_window->wait();
        QVERIFY(document().run());
        QCOMPARE(kindAt(document()), QString("gave_up"));
        QVERIFY(timeline().isVisible());
        QVERIFY(m_window->windowTitle().contains("db-outage-30s"));
    }

    void allViewsFollowTheCursor()
    {
        open("db-outage-30s");
        auto *tree = m_window->view("tree")->findChild<QTreeView *>();
        auto *events = m_window->view("events")->findChild<QTableView *>();
        auto *why = m_window->view("why")->findChild<QTextBrowser *>();
        press(Qt::Key_Home);
        const auto stateOf = [&](int row) {
            const QModelIndex root = tree->model()->index(0, 0);
            return tree->model()->index(row, TreeModel::State, root).data().toString();
        };
        QCOMPARE(events->currentIndex().row(), 0);
        QCOMPARE(stateOf(1), QString("not started"));
        press(Qt::Key_PageDown);
        QCOMPARE(stateOf(1), QString("running"));
        QVERIFY(why->toPlainText().contains("10 s"));
        press(Qt::Key_End);
        QCOMPARE(stateOf(1), QString("down"));
        QCOMPARE(events->currentIndex().row(), int(document().run()->eventCount()) - 1);
    }

    void aRunThatALimitCutsIsShownAsFarAsItWent()
    {
        RunSource source;
        source.file = "endless";
        source.text = "[supervisor.app]\nmax_restarts = 1000000\nchildren = [\"a\"]\n"
                      "[worker.a]\nlifetime = \"1ms\"\n";
        source.limits.eventsPerRun = 500;
        document().open(source);
        m_window->wait();
        QVERIFY(document().run());
        QVERIFY(document().run()->eventCount() >= 500 && document().run()->eventCount() < 600);
        const auto *why = m_window->view("why")->findChild<QTextBrowser *>();
        QVERIFY2(why->toPlainText().contains("cut short by a limit"), qPrintable(why->toPlainText()));
        press(Qt::Key_End);
        QCOMPARE(document().focus().cursor, document().run()->lastEvent());
    }

    void theTreeTellsWhenARestartIsFreeAgain()
    {
        open("db-outage-30s");
        document().change("supervisor.db_sup.max_restarts", "30");
        m_window->wait();
        const NodeId supervisor = document().run()->find("app/db_sup");
        const std::vector<EventId> &restarts = document().run()->decisions(supervisor);
        QVERIFY(restarts.size() > 20);
        const auto *tree = m_window->view("tree")->findChild<QTreeView *>();
        const QModelIndex root = tree->model()->index(0, 0);
        const auto next = [&] { return tree->model()->index(0, TreeModel::Next, root).data().toString(); };
        document().setCursor(restarts[0]);
        QCOMPARE(next(), QString("free in 6 s"));
        document().setCursor(restarts[5]);
        QCOMPARE(document().now(), std::int64_t{11'000'000'000});
        QCOMPARE(next(), QString("free in 5 s"));
        QVERIFY2(!tree->isColumnHidden(TreeModel::Next), "seen in a window of the usual size");
    }

    void aClickOnALanePutsTheCursorThereAndSelectsThePlace()
    {
        open("db-outage-30s");
        press(Qt::Key_F);
        const QRect lane = timeline().laneRect(2);
        const int x = timeline().xOf(5'000'000'000);
        QTest::mouseClick(&timeline(), Qt::LeftButton, {}, QPoint(x, lane.center().y() + 6));
        QCOMPARE(selected(document()), QString("app/db_sup/conn"));
        // Between two events: the state is that behind the first, the moment that of the mouse.
        QVERIFY(std::abs(document().now() - 5'000'000'000) < 100'000'000);
        QCOMPARE(document().run()->timeAt(document().focus().cursor), std::int64_t{0});
        QTest::mouseClick(&timeline(), Qt::LeftButton, {},
                          QPoint(timeline().xOf(10'000'000'000), lane.top() + 6));
        QCOMPARE(kindAt(document()), QString("fault"));
    }

    void draggingMarksARangeThatTheEventsCanBeLimitedTo()
    {
        open("db-outage-30s");
        const QRect lane = timeline().laneRect(1);
        const QPoint from(timeline().xOf(10'100'000'000), lane.center().y());
        const QPoint to(timeline().xOf(10'500'000'000), lane.center().y());
        QTest::mousePress(&timeline(), Qt::LeftButton, {}, from);
        QTest::mouseMove(&timeline(), (from + to) / 2);
        QTest::mouseMove(&timeline(), to);
        QTest::mouseRelease(&timeline(), Qt::LeftButton, {}, to);
        QVERIFY(document().focus().range);
        auto *events = m_window->view("events");
        for (QAbstractButton *button : events->findChildren<QAbstractButton *>())
            if (button->text() == "Marked range")
                button->click();
        auto *model = qobject_cast<EventModel *>(events->table());
        model->wait();
        QVERIFY(model->rowCount() > 0);
        QVERIFY(model->rowCount() < int(document().run()->eventCount()));
        for (int row = 0; row < model->rowCount(); ++row) {
            const std::int64_t t = document().run()->timeAt(model->eventAt(row));
            QVERIFY(t >= document().focus().range->first && t <= document().focus().range->second);
        }
    }

    void theWheelZoomsUnderTheMouseAndScrollsOtherwise()
    {
        open("db-outage-30s");
        press(Qt::Key_F);
        const int x = timeline().xOf(8'000'000'000);
        QWheelEvent zoom(QPointF(x, 200), timeline().mapToGlobal(QPointF(x, 200)), {}, {0, 480}, Qt::NoButton,
                         Qt::ControlModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&timeline(), &zoom);
        QVERIFY(!timeline().window().isWhole());
        QVERIFY(std::abs(timeline().xOf(8'000'000'000) - x) <= 1);
        press(Qt::Key_F);
        QVERIFY(timeline().window().isWhole());
        press(Qt::Key_W);
        QVERIFY(!timeline().window().isWhole());
        const std::int64_t from = timeline().window().from();
        QTest::keyClick(&timeline(), Qt::Key_A);
        QVERIFY(timeline().window().from() < from);
    }

    void theRunOpensWhereItIsDecidedAndThePointOfNoReturnIsTold()
    {
        open("db-outage-30s");
        QVERIFY(timeline().window().from() > 9'000'000'000);
        const auto &proof = document().prover().proof();
        QVERIFY(proof && proof->noReturn.isValid());
        auto *why = m_window->view("why")->findChild<QTextBrowser *>();
        QVERIFY(why->toPlainText().contains("nothing saves it any more"));
        open("nested-defaults-blind-band");
        QVERIFY(!document().prover().proof());
    }

    void placesAreFoldedAndUnfolded()
    {
        open("db-outage-30s");
        const std::size_t all = timeline().rows().size();
        const QRect lane = timeline().laneRect(1);
        QTest::mouseClick(&timeline(), Qt::LeftButton, {}, QPoint(4 + 14 + 7, lane.center().y()));
        QCOMPARE(timeline().rows().size(), all - 1);
        press(Qt::Key_Up, Qt::ControlModifier);
        QVERIFY(timeline().rows().size() < all);
        press(Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(timeline().rows().size(), all);
    }

    void theAxisByEventGivesEachEventTheSameRoom()
    {
        open("db-outage-30s");
        press(Qt::Key_E);
        QCOMPARE(timeline().axis(), Axis::Event);
        const int one = timeline().xOf(11) - timeline().xOf(10);
        QVERIFY(std::abs((timeline().xOf(31) - timeline().xOf(30)) - one) <= 1);
        press(Qt::Key_E);
        QCOMPARE(timeline().axis(), Axis::Time);
    }

    void aChangeIsTriedAtOnceAndUndone()
    {
        open("db-outage-30s");
        const auto hasDied = [&] {
            const auto &report = document().run()->result().root.report();
            return report && report->state == LifecycleState::Failed;
        };
        QVERIFY(hasDied());
        const int runs = int(document().forks().size());
        document().change("supervisor.db_sup.max_restarts", "200");
        document().wait();
        QVERIFY(!hasDied());
        QCOMPARE(document().changed("supervisor.db_sup.max_restarts"), QString("200"));
        QCOMPARE(int(document().forks().size()), runs + 1);
        (*m_window).actions()["undo"]->trigger();
        document().wait();
        QVERIFY(hasDied());
        (*m_window).actions()["redo"]->trigger();
        document().wait();
        QVERIFY(!hasDied());
    }

    void eventsAreFilteredByTextKindAndPlace()
    {
        open("db-outage-30s");
        View *events = m_window->view("events");
        auto *model = qobject_cast<EventModel *>(events->table());
        const QAbstractItemModelTester tester(model);
        events->findChild<QLineEdit *>()->setText("PANIC");
        model->wait();
        QVERIFY(model->rowCount() > 0);
        for (int row = 0; row < model->rowCount(); ++row)
            QVERIFY(document().run()->event(model->eventAt(row)).reason == ReasonKind::Panic);
        events->findChild<QLineEdit *>()->clear();
        auto *kinds = events->findChild<QComboBox *>();
        kinds->setCurrentIndex(kinds->findText("Give-ups"));
        model->wait();
        QCOMPARE(model->rowCount(), 3);
        kinds->setCurrentIndex(0);
        // As it is written in the columns, not in files.
        const std::pair<const char *, int> found[] = {
            {"gave up", 3}, {"used_up", 0}, {"database is down", 1}};
        for (const auto &[text, rows] : found) {
            events->findChild<QLineEdit *>()->setText(text);
            model->wait();
            QCOMPARE(model->rowCount(), rows);
        }
        // Another run is filtered in the same way.
        document().change("supervisor.db_sup.max_restarts", "30");
        m_window->wait();
        model->wait();
        QCOMPARE(model->rowCount(), 1);
        open("refused-in-init");
        events->findChild<QLineEdit *>()->clear();
        QCOMPARE(model->rowCount(), int(document().run()->eventCount()));
    }

    void theTreeModelIsSound()
    {
        TreeModel model(document());
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        open("control-must-fail");
        document().setCursor(EventId{document().run()->eventCount() / 2});
        open("refused-in-init");
        QCOMPARE(model.rowCount(), 1);
    }

    void aFileThatIsNoScenarioIsSaidInTheWindow()
    {
        QVERIFY(!m_window->openFile("/nowhere/at-all.toml"));
        bool isTold = false;
        for (const QLabel *label : m_window->findChildren<QLabel *>())
            isTold |= label->text().contains("/nowhere/at-all.toml");
        QVERIFY(isTold);
        const QString path = m_settings.filePath("bad.toml");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[scenario]\nhorizn = 3\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
        file.close();
        m_window->openFile(path);
        m_window->wait();
        isTold = false;
        for (const QLabel *label : m_window->findChildren<QLabel *>())
            isTold |= label->text().contains("horizn");
        QVERIFY(isTold);
    }

    void thePaletteFindsACommandByItsLettersAndDoesIt()
    {
        open("db-outage-30s");
        m_window->actions()["palette"]->trigger();
        auto *palette = m_window->findChild<CommandPalette *>();
        QVERIFY(palette);
        auto *wanted = palette->findChild<QLineEdit *>();
        const auto *list = palette->findChild<QListWidget *>();
        QVERIFY(list->count() > 20);
        QTest::keyClicks(wanted, "axis by ev");
        QCOMPARE(list->count(), 1);
        QTest::keyClick(wanted, Qt::Key_Return);
        QCOMPARE(timeline().axis(), Axis::Event);
        QVERIFY(isSubsequence("nxr", "Next restart"));
        QVERIFY(!isSubsequence("rxn", "Next restart"));
    }

    void theShortcutSheetNamesEveryShortcut()
    {
        const QString html = shortcutsHtml(m_window->actions());
        for (const QAction *action : m_window->actions().all())
            for (const QKeySequence &key : action->shortcuts())
                QVERIFY(html.contains(key.toString(QKeySequence::NativeText).toHtmlEscaped()));
    }

    void viewsAreSavedAsPicturesAndTables()
    {
        open("db-outage-30s");
        const QString svg = m_settings.filePath("timeline.svg");
        QVERIFY(exportPicture(timeline(), svg));
        QFile picture(svg);
        QVERIFY(picture.open(QIODevice::ReadOnly));
        QVERIFY(picture.readAll().contains("<svg"));
        QVERIFY(exportPicture(timeline(), m_settings.filePath("timeline.png")));
        QCOMPARE(QImage(m_settings.filePath("timeline.png")).size(), timeline().size());
        const QString csv = m_settings.filePath("events.csv");
        QVERIFY(exportTable(*m_window->view("events")->table(), csv));
        QFile table(csv);
        QVERIFY(table.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = table.readAll().split('\n');
        QCOMPARE(lines.first().trimmed(), QByteArray("#,Time (s),Place,Event,What happened"));
        QVERIFY(lines[int(document().run()->eventCount())].contains(",10.6,"));
        QCOMPARE(lines.size(), int(document().run()->eventCount()) + 2);
        QVERIFY(!exportTable(*m_window->view("events")->table(), "/nowhere/events.csv"));
    }

    void layoutsAreChangedAndKept()
    {
        open("db-outage-30s");
        m_window->actions()["layout-timeline"]->trigger();
        QVERIFY(!m_window->view("tree")->isVisible());
        m_window->close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        open("db-outage-30s");
        QVERIFY(!m_window->view("tree")->isVisible());
        m_window->actions()["reset-layout"]->trigger();
        QVERIFY(m_window->view("tree")->isVisible());
    }

    void everyShortcutBelongsToOneActionAlone()
    {
        QMap<QString, QString> known;
        for (const QAction *action : m_window->actions().all())
            for (const QKeySequence &key : action->shortcuts()) {
                QVERIFY2(!known.contains(key.toString()),
                         qPrintable(action->objectName() + " and " + known.value(key.toString())));
                known[key.toString()] = action->objectName();
            }
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
