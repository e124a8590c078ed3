#ifndef Q_MOC_RUN
#include "app/desktop/models/run_model.h"
#include "app/desktop/views/compare_lanes.h"
#include "app/desktop/views/compare_view.h"
#include "app/desktop/views/run_strip.h"
#include "app/desktop/views/runs_view.h"
#include "app/desktop/views/statistics_view.h"
#include "tests/desktop/campaign_window.h"

#include <sqlite3.h>
#endif

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace daruma;

namespace {

/// Another program that has the database open.
class Stranger {
public:
    explicit Stranger(const QString &path) { sqlite3_open(path.toUtf8().constData(), &m_database); }
    ~Stranger() { sqlite3_close(m_database); }
    Stranger(const Stranger &) = delete;
    Stranger &operator=(const Stranger &) = delete;
    void execute(const char *sql)
    {
        QCOMPARE(sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    }
    /// So that nobody else may even read.
    void lock() { execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"); }

private:
    sqlite3 *m_database = nullptr;
};

void execute(const QString &path, const char *sql)
{
    Stranger(path).execute(sql);
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

}

class TestRuns : public QObject, bench::CampaignWindow {
    Q_OBJECT

    static constexpr int seeds = 150;

    QString copy(const char *name)
    {
        const QString path = m_folder.filePath(QLatin1String(name));
        QFile::remove(path);
        return QFile::copy(m_recorded, path) ? path : QString();
    }
    QWidget *runs() { return m_window->view(QStringLiteral("runs")); }
    QTableView *table() { return runs()->findChild<QTableView *>(); }
    QString problem()
    {
        for (const QLabel *label : runs()->findChildren<QLabel *>())
            if (label->wordWrap() && label->isVisibleTo(runs()) && label->alignment() != Qt::AlignCenter)
                return label->text();
        return {};
    }

private slots:
    void initTestCase() { record(seeds, {"supervisor.app.max_restarts=1,40"}, RecordPolicy::All); }
    void init() { showWindow({1280, 800}); }
    void cleanup() { m_window.reset(); }

    void aDatabaseOpensTheTableOfItsRuns()
    {
        open(m_recorded);
        QVERIFY(table()->isVisible());
        QCOMPARE(table()->model()->rowCount(), 2 * seeds);
        QCOMPARE(table()->model()->index(0, RunModel::Seed).data().toString(), QStringLiteral("1"));
        QVERIFY(!document().run());
    }

    void theWindowIsNoWiderThanItIsAskedToBe()
    {
        open(m_recorded, 1);
        QCOMPARE(m_window->width(), 1280);
        QVERIFY(m_window->minimumSizeHint().width() <= 1024);
    }

    void settingsAreShownWithoutTheKindsOfTheirTables()
    {
        const auto *table = m_window->view("runs")->findChild<QTableView *>();
        const auto *cells =
            qobject_cast<QStyledItemDelegate *>(table->itemDelegateForColumn(RunModel::Settings));
        QVERIFY(cells);
        QCOMPARE(cells->displayText("worker.my.worker.lifetime=5s  supervisor.app.max_restarts=3", {}),
                 QString("my.worker.lifetime=5s  app.max_restarts=3"));
    }

    void theModelKeepsTheRulesOfModels()
    {
        Archive &archive = document().archive();
        RunModel model(archive);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        archive.open(m_recorded);
        archive.wait();
        model.wait();
        QCOMPARE(model.rowCount(), 2 * seeds);
        QVERIFY(!model.index(2 * seeds - 1, RunModel::Dialect).data().isValid());
        model.wait();
        QCOMPARE(model.index(2 * seeds - 1, RunModel::Seed).data().toInt(), seeds);
        archive.setFilter({.text = QStringLiteral("no run has this")});
        model.wait();
        QCOMPARE(model.rowCount(), 0);
        archive.setFilter({});
        model.wait();
        QCOMPARE(model.dots()->size(), std::size_t(2 * seeds));
    }

    void everyColumnSortsBothWays_data()
    {
        QTest::addColumn<int>("column");
        for (int i = 0; i < RunModel::columnCountOfRuns; ++i)
            QTest::addRow("column %d", i) << i;
    }

    void everyColumnSortsBothWays()
    {
        QFETCH(int, column);
        open(m_recorded);
        auto *model = qobject_cast<RunModel *>(table()->model());
        table()->sortByColumn(column, Qt::DescendingOrder);
        model->wait();
        std::vector<std::int64_t> down;
        for (int row = 0; row < model->rowCount(); ++row)
            down.push_back(model->runAt(row));
        table()->sortByColumn(column, Qt::AscendingOrder);
        model->wait();
        for (int row = 0; row < model->rowCount(); ++row)
            QCOMPARE(model->runAt(row), down[down.size() - 1 - std::size_t(row)]);
        if (column == RunModel::Restarts)
            for (int row = 1; row < 100; ++row)
                QVERIFY(model->index(row - 1, column).data().toInt()
                        <= model->index(row, column).data().toInt());
    }

    void outcomesAndTextsAreFiltered()
    {
        open(m_recorded);
        auto *model = qobject_cast<RunModel *>(table()->model());
        const QList<QComboBox *> choices = runs()->findChildren<QComboBox *>();
        const auto found = std::find_if(choices.begin(), choices.end(), [](const QComboBox *one) {
            return one->accessibleName() == QLatin1String("Filter runs by outcome");
        });
        QVERIFY(found != choices.end());
        QComboBox *outcome = *found;
        for (int i = 0; i < outcome->count(); ++i)
            if (outcome->itemData(i) == QLatin1String("gave_up"))
                outcome->setCurrentIndex(i);
        emit outcome->activated(outcome->currentIndex());
        model->wait();
        const int ended = model->rowCount();
        QVERIFY(ended > 0 && ended < 2 * seeds);
        for (int row = 0; row < ended; ++row)
            if (const QVariant word = model->index(row, RunModel::OutcomeColumn).data(RunModel::OutcomeRole);
                word.isValid())
                QCOMPARE(word.toInt(), int(RecordedOutcome::GaveUp));
        auto *text = runs()->findChild<QLineEdit *>();
        text->setFocus();
        QTest::keyClicks(text, QStringLiteral("max_restarts=40"));
        QTest::keyClick(text, Qt::Key_Return);
        model->wait();
        QCOMPARE(document().archive().filter().text, QStringLiteral("max_restarts=40"));
        QVERIFY(model->rowCount() <= ended);
        for (int row = 0; row < std::min(model->rowCount(), 100); ++row)
            QCOMPARE(model->index(row, RunModel::Settings).data().toString(),
                     QStringLiteral("supervisor.app.max_restarts=40"));
    }

    void everyColumnOfTextsIsSearched_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("condition");
        QTest::newRow("settings") << "RESTARTS=40"
                                  << "r.overrides = 'supervisor.app.max_restarts=40'";
        QTest::newRow("a dialect") << "Otp"
                                   << "1";
        QTest::newRow("an outcome") << "AVE_u"
                                    << "r.outcome = 'gave_up' OR r.id IN (SELECT run_id FROM violation WHERE "
                                       "instr(expectation || message, 'ave_u'))";
        QTest::newRow("digits") << "14"
                                << "instr(r.seed, '14') OR instr(r.fingerprint, '14')";
        QTest::newRow("a fingerprint") << "aB"
                                       << "instr(r.fingerprint, 'ab')";
        QTest::newRow("a scenario") << "-OUTAGE-"
                                    << "1";
        QTest::newRow("a violation") << "within a second"
                                     << "r.id IN (SELECT run_id FROM violation WHERE "
                                        "instr(expectation, 'within a second'))";
    }

    void everyColumnOfTextsIsSearched()
    {
        QFETCH(QString, text);
        QFETCH(QString, condition);
        open(m_recorded);
        auto *model = qobject_cast<RunModel *>(table()->model());
        const auto found = [&](const RunsFilter &filter) {
            archive().setFilter(filter);
            settle();
            std::vector<std::int64_t> ids;
            for (int row = 0; row < model->rowCount(); ++row)
                ids.push_back(model->runAt(row));
            return ids;
        };
        const std::vector<std::int64_t> wanted = found({.condition = condition});
        QVERIFY(!wanted.empty());
        QCOMPARE(found({.text = text}), wanted);
        QCOMPARE(problem(), QString());
    }

    void theWindowSaysThatItSearches()
    {
        open(m_recorded);
        archive().setFilter({.text = QStringLiteral("40")});
        const QList<QLabel *> labels = runs()->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(),
                            [](const QLabel *one) { return one->text() == QStringLiteral("searching…"); }));
        settle();
        QVERIFY(std::none_of(labels.begin(), labels.end(),
                             [](const QLabel *one) { return one->text() == QStringLiteral("searching…"); }));
    }

    void aTextWithQuotesAndWildcardsIsFoundAsItIs()
    {
        open(m_recorded);
        document().archive().setFilter({.text = QStringLiteral("it's 100%_\\")});
        m_window->wait();
        QCOMPARE(table()->model()->rowCount(), 0);
        QCOMPARE(problem(), QString());
    }

    void enterMakesTheRunAgainAsItWasRecorded()
    {
        open(m_recorded);
        QCOMPARE(m_window->windowTitle(), QStringLiteral("recorded.db – Daruma"));
        table()->setFocus();
        table()->setCurrentIndex(table()->model()->index(6, 0));
        QTest::keyClick(table(), Qt::Key_Return);
        m_window->wait();
        QVERIFY(document().run());
        QCOMPARE(document().run()->seed(), std::uint64_t(4));
        QCOMPARE(m_window->windowTitle(), QStringLiteral("db-outage-30s – recorded.db, run 7 – Daruma"));
        QCOMPARE(document().run()->divergence(), std::string());
        QCOMPARE(document().changed(QStringLiteral("supervisor.app.max_restarts")), QStringLiteral("1"));
    }

    void anyTwoRunsAreCompared()
    {
        open(m_recorded, 1);
        const RunPtr now = document().run();
        table()->setCurrentIndex(table()->model()->index(seeds, 0));
        const QList<QAction *> menu = table()->actions();
        QCOMPARE(menu.size(), 2);
        menu[1]->trigger();
        m_window->wait();
        QVERIFY(document().run() == now);
        QVERIFY(document().baseline());
        QCOMPARE(document().baseline()->source().recordedId, std::int64_t{seeds + 1});
        auto *compare = static_cast<CompareView *>(m_window->view(QStringLiteral("compare")));
        QVERIFY(compare->isVisible());
        QVERIFY(compare->lanes().isVisible());
        QVERIFY(compare->findChild<QComboBox *>()->currentText().startsWith(
            QStringLiteral("run %1 of the database").arg(seeds + 1)));
    }

    void aDoubleClickAndTheStripOpenRuns()
    {
        open(m_recorded);
        const QRect cell = table()->visualRect(table()->model()->index(3, 2));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, cell.center());
        QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, cell.center());
        m_window->wait();
        QCOMPARE(document().archive().current(), 4);
        auto *strip = runs()->findChild<RunStrip *>();
        const std::int64_t wanted = strip->runAt(strip->width() / 3);
        QVERIFY(wanted > 4);
        QTest::mouseClick(strip, Qt::LeftButton, {}, {strip->width() / 3, 5});
        m_window->wait();
        QCOMPARE(document().archive().current(), wanted);
        QCOMPARE(table()->currentIndex().row(), int(wanted) - 1);
    }

    void aRunOfTheCommandLineIsOpenedAtOnce()
    {
        open(m_recorded, 12);
        QVERIFY(document().run());
        QCOMPARE(document().run()->seed(), std::uint64_t(6));
    }

    void aRunThatIsAnotherNowSaysFromWhichEventOn()
    {
        const QString path = copy("changed.db");
        execute(path, "UPDATE scenario SET text = replace(text, 'inject', '# as it was' || char(10) || "
                      "'inject'); UPDATE run SET fingerprint = '00' || substr(fingerprint, 3), "
                      "overrides = 'supervisor.app.max_restarts=9' WHERE id = 1");
        open(path, 1);
        QVERIFY(document().run());
        const QString said = QString::fromStdString(document().run()->divergence());
        QVERIFY2(said.contains(QLatin1String("is not the one that was recorded")), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("The first event that differs is event")), qPrintable(said));
        QVERIFY(document().run()->firstDivergent().isValid());
    }

    void whatCannotBeOpenedIsSaid_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("a newer one") << "PRAGMA user_version = 99" << QByteArray() << "newer";
        QTest::newRow("of another program")
            << "PRAGMA application_id = 77" << QByteArray() << "another program";
        QTest::newRow("a damaged one")
            << QString() << QByteArray("SQLite format 3\0 and nothing else", 34) << "";
        QTest::newRow("text") << QString() << QByteArray("hello") << "";
        QTest::newRow("none at all") << QString() << QByteArray() << "";
    }

    void whatCannotBeOpenedIsSaid()
    {
        QFETCH(QString, sql);
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const QString path = copy("refused.db");
        if (!sql.isEmpty())
            execute(path, sql.toUtf8().constData());
        else
            QFile::remove(path);
        if (!content.isEmpty())
            write(path, content);
        QSignalSpy failed(&document().archive(), &Archive::failed);
        open(path);
        QCOMPARE(failed.count(), 1);
        const QString message = failed.first().first().toString();
        QVERIFY2(message.contains(says) && message.contains(QLatin1String("refused.db")),
                 qPrintable(message));
        QCOMPARE(problem(), message);
    }

    void aDatabaseThatVanishesIsMissedWhenItIsRead()
    {
        const QString path = copy("vanishing.db");
        open(path);
        QVERIFY(QFile::remove(path));
        document().archive().openRun(2);
        m_window->wait();
        QVERIFY2(problem().contains(QLatin1String("vanishing.db")), qPrintable(problem()));
        QCOMPARE(table()->model()->rowCount(), 2 * seeds);
    }

    void aDatabaseThatComesBackIsReadAgain()
    {
        const QString path = copy("away.db");
        open(path);
        QVERIFY(QFile::rename(path, path + QStringLiteral(".away")));
        archive().setFilter({.outcome = QStringLiteral("gave_up")});
        settle();
        QVERIFY2(problem().contains(QLatin1String("away.db")), qPrintable(problem()));
        auto *statistics = view<StatisticsView>("statistics");
        archive().showStatistics();
        settle();
        const QString said = named<QLabel>(statistics, QStringLiteral("Summary"))->text();
        QVERIFY2(said.contains(QLatin1String("away.db")), qPrintable(said));
        QVERIFY(QFile::rename(path + QStringLiteral(".away"), path));
        archive().setFilter({});
        archive().showStatistics();
        settle();
        QCOMPARE(problem(), QString());
        QCOMPARE(table()->model()->rowCount(), 2 * seeds);
        QCOMPARE(statistics->figures().runs, std::uint64_t(2 * seeds));
    }

    void aLockedDatabaseOpensOnceTheLockIsGone()
    {
        const QString path = copy("locked.db");
        {
            Stranger stranger(path);
            stranger.lock();
            QSignalSpy failed(&archive(), &Archive::failed);
            open(path);
            QCOMPARE(failed.count(), 1);
            const QString message = failed.first().first().toString();
            QVERIFY2(message.contains(QLatin1String("locked.db")) && message.contains(QLatin1String("lock")),
                     qPrintable(message));
            QCOMPARE(problem(), message);
            QCOMPARE(archive().path(), QString());
        }
        open(path);
        QCOMPARE(problem(), QString());
        QCOMPARE(table()->model()->rowCount(), 2 * seeds);
    }

    void aLockOnAnOpenDatabaseIsSaidAndForgotten()
    {
        const QString path = copy("locked-later.db");
        open(path);
        {
            Stranger stranger(path);
            stranger.lock();
            archive().setFilter({.text = QStringLiteral("max_restarts=40")});
            settle();
            QVERIFY2(problem().contains(QLatin1String("locked-later.db")), qPrintable(problem()));
            QVERIFY2(problem().contains(QLatin1String("lock")), qPrintable(problem()));
            // What was read before is still there.
            QCOMPARE(table()->model()->rowCount(), 2 * seeds);
        }
        archive().refresh();
        settle();
        QCOMPARE(problem(), QString());
        QCOMPARE(archive().filter().text, QStringLiteral("max_restarts=40"));
        QCOMPARE(table()->model()->rowCount(), seeds);
    }

    void aReproFileIsRunAgain()
    {
        const QString path = m_folder.filePath(QStringLiteral("failure.repro"));
        const RunSource source = shippedSource(QStringLiteral("db-outage-30s"));
        write(path,
              "# daruma repro 1\n# scenario: db-outage-30s\n# seed: 42\n# set: supervisor.app.max_restarts"
              "=7\n# run: ffffffffffffffff\n# ---\n"
                  + QByteArray::fromStdString(source.text));
        open(path);
        QVERIFY(document().run());
        QCOMPARE(document().run()->seed(), std::uint64_t(42));
        QCOMPARE(document().changed(QStringLiteral("supervisor.app.max_restarts")), QStringLiteral("7"));
        QVERIFY(!document().run()->divergence().empty());
    }

    void aReproFileThatIsCutOffIsRefused()
    {
        const QString path = m_folder.filePath(QStringLiteral("cut.repro"));
        write(path, "# daruma repro 1\n# seed: 42\n");
        QVERIFY(!m_window->openFile(path));
        QVERIFY(!document().run());
    }

    void keptSeedsOpenWithTheScenarioBesideThem()
    {
        const RunSource source = shippedSource(QStringLiteral("db-outage-30s"));
        write(m_folder.filePath(QStringLiteral("mine.toml")), QByteArray::fromStdString(source.text));
        write(m_folder.filePath(QStringLiteral("mine.seeds")), "17 # gave up\n23\n");
        open(m_folder.filePath(QStringLiteral("mine.seeds")));
        QVERIFY(document().run());
        QCOMPARE(document().run()->seed(), std::uint64_t(17));
        auto *list = runs()->findChild<QListWidget *>();
        QCOMPARE(list->count(), 2);
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Return);
        m_window->wait();
        QCOMPARE(document().run()->seed(), std::uint64_t(23));
    }
};

QTEST_MAIN(TestRuns)

#include "tst_runs.moc"
