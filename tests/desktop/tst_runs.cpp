#ifndef Q_MOC_RUN
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/campaign_job.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/compare_lanes.h"
#include "app/desktop/views/compare_view.h"
#include "app/desktop/views/run_strip.h"
#include "app/desktop/views/runs_view.h"

#include <sqlite3.h>
#endif

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace daruma;

namespace {

void execute(const QString &path, const char *sql)
{
    sqlite3 *database = nullptr;
    QCOMPARE(sqlite3_open(path.toUtf8().constData(), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

}

class TestRuns : public QObject {
    Q_OBJECT

private:
    static constexpr int seeds = 150;
    QTemporaryDir m_folder;
    QString m_recorded;
    std::unique_ptr<MainWindow> m_window;

    Document &document() { return m_window->document(); }
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
    void open(const QString &path, std::optional<std::int64_t> run = {})
    {
        m_window->openFile(path, run);
        m_window->wait();
    }

private slots:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        prepareLook();
        applyTheme(ThemeChoice::Light);
        m_recorded = m_folder.filePath(QStringLiteral("recorded.db"));
        CampaignRequest request;
        request.source = shippedSource(QStringLiteral("db-outage-30s"));
        request.seeds = {1, seeds};
        request.vary = {"supervisor.app.max_restarts=1,40"};
        request.database = m_recorded;
        request.policy = RecordPolicy::All;
        const auto campaign = runCampaign(request, {});
        QVERIFY2(campaign, campaign ? "" : qPrintable(campaign.error()));
        QCOMPARE(campaign->runs, std::uint64_t(2 * seeds));
    }

    void init()
    {
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
    }

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
        table()->setFocus();
        table()->setCurrentIndex(table()->model()->index(6, 0));
        QTest::keyClick(table(), Qt::Key_Return);
        m_window->wait();
        QVERIFY(document().run());
        QCOMPARE(document().run()->seed(), std::uint64_t(4));
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
