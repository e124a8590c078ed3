#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/recorder.h"
#include "tests/store/synthetic.h"
#include "tests/store/workspace.h"
#endif

#include <QTest>

using namespace daruma;
using synthetic::must;

/// The table `event` over two runs of 40,000 events each.
class TstEventTable : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void conditionsFindTheirRows_data();
    void conditionsFindTheirRows();
    void aQueryDecodesOnlyTheChunksThatItNeeds_data();
    void aQueryDecodesOnlyTheChunksThatItNeeds();
    void rowsComeInOrder();
    void itJoinsWithTheOtherTables();
    void whatWritesOrIsNoSqlIsRefused_data();
    void whatWritesOrIsNoSqlIsRefused();
    void aQueryLeavesTheFileAlone();

private:
    Workspace m_workspace;
    std::string m_path;
};

void TstEventTable::initTestCase()
{
    m_path = m_workspace.file("runs.db");
    const Model model = synthetic::poolModel(10);
    auto recorder = must(Recorder::open(m_path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    for (const std::uint64_t seed : {1, 2}) {
        synthetic::Run run(model);
        run.addCycles(9'990, seed);
        while (run.events.size() < 39'999)
            run.add({.t = run.events.back().t, .kind = EventKind::Unmatched});
        run.end(run.events.back().t);
        must(run.record(*recorder, synthetic::identity(seed)));
    }
    must(recorder->finishCampaign());
}

void TstEventTable::conditionsFindTheirRows_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("same");
    QTest::newRow("a run") << "run_id = 2"
                           << "run_id + 0 = 2";
    QTest::newRow("runs from one on") << "run_id > 1"
                                      << "run_id + 0 > 1";
    QTest::newRow("a number") << "run_id = 1 AND seq = 4096"
                              << "run_id + 0 = 1 AND seq + 0 = 4096";
    QTest::newRow("a number without a run") << "seq = 4095"
                                            << "seq + 0 = 4095";
    QTest::newRow("a range of numbers") << "run_id = 1 AND seq >= 4000 AND seq < 9000"
                                        << "run_id + 0 = 1 AND seq + 0 >= 4000 AND seq + 0 < 9000";
    QTest::newRow("a range of times") << "run_id = 1 AND t_ns BETWEEN 100000000000 AND 200000000000"
                                      << "run_id + 0 = 1 AND t_ns + 0 BETWEEN 100000000000 AND 200000000000";
    QTest::newRow("numbers that are no integers") << "seq > 39990.5"
                                                  << "seq + 0 > 39990.5";
    QTest::newRow("texts as numbers") << "run_id = '2'"
                                      << "run_id + 0 = 2";
    QTest::newRow("two equalities that contradict") << "run_id = 1 AND run_id = 2"
                                                    << "run_id + 0 = 3";
    QTest::newRow("nothing equals null") << "run_id = NULL"
                                         << "run_id + 0 = 3";
    QTest::newRow("a list of runs") << "run_id IN (1, 2, 3)"
                                    << "run_id + 0 < 3";
    QTest::newRow("the largest number") << "seq <= 9223372036854775807"
                                        << "true";
    QTest::newRow("the smallest number") << "seq = -9223372036854775807 - 1"
                                         << "false";
}

void TstEventTable::conditionsFindTheirRows()
{
    QFETCH(QString, condition);
    QFETCH(QString, same);
    const QString what =
        "SELECT count(*), min(run_id), max(run_id), min(seq), max(seq), sum(t_ns % 1000) FROM event"
        " WHERE ";
    const QString rows = rowsOf(m_path, what + condition);
    QVERIFY2(!rows.startsWith("SQL"), qPrintable(rows));
    // An expression hides the column from the plan, so SQLite alone decides.
    QCOMPARE(rows, rowsOf(m_path, what + same));
}

void TstEventTable::aQueryDecodesOnlyTheChunksThatItNeeds_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<bool>("meetsTheDamage");
    QTest::newRow("of the other run") << "run_id = 2" << false;
    QTest::newRow("of the same run") << "run_id = 1" << true;
    QTest::newRow("with smaller numbers") << "run_id = 1 AND seq <= 8191" << false;
    QTest::newRow("with the first number in it") << "run_id = 1 AND seq <= 8192" << true;
    QTest::newRow("with the last number in it") << "run_id = 1 AND seq >= 12287" << true;
    QTest::newRow("with larger numbers") << "run_id = 1 AND seq >= 12288" << false;
    QTest::newRow("at earlier times") << "run_id = 1 AND t_ns < 500000000000" << false;
    QTest::newRow("with one number") << "run_id = 1 AND seq = 39999" << false;
}

void TstEventTable::aQueryDecodesOnlyTheChunksThatItNeeds()
{
    QFETCH(QString, condition);
    QFETCH(bool, meetsTheDamage);
    const std::string damaged = m_workspace.file("damaged.db");
    QFile::remove(QString::fromStdString(damaged));
    QVERIFY(QFile::copy(QString::fromStdString(m_path), QString::fromStdString(damaged)));
    tamper(damaged, "UPDATE event_chunk SET data = x'01ff' WHERE run_id = 1 AND first_seq = 8192");
    const QString rows = rowsOf(damaged, "SELECT count(*) > 0 FROM event WHERE " + condition);
    if (meetsTheDamage)
        QVERIFY2(rows.contains("damaged: run 1: a block of events has a damaged head"), qPrintable(rows));
    else
        QCOMPARE(rows, QString("1"));
}

void TstEventTable::rowsComeInOrder()
{
    QCOMPARE(
        rowsOf(m_path, "SELECT run_id, seq FROM event WHERE seq BETWEEN 4095 AND 4096 ORDER BY run_id, seq"),
        QString("1|4095\n1|4096\n2|4095\n2|4096"));
    QCOMPARE(rowsOf(m_path, "SELECT seq FROM event WHERE run_id = 1 ORDER BY seq DESC LIMIT 2"),
             QString("39999\n39998"));
    QCOMPARE(rowsOf(m_path, "SELECT run_id, seq FROM event ORDER BY seq DESC, run_id LIMIT 2"),
             QString("1|39999\n2|39999"));
    // A plan without a sorter: the order is known.
    QVERIFY(!rowsOf(m_path, "EXPLAIN QUERY PLAN SELECT seq FROM event WHERE run_id = 1 ORDER BY seq")
                 .contains("B-TREE"));
}

void TstEventTable::itJoinsWithTheOtherTables()
{
    QCOMPARE(rowsOf(m_path, "SELECT run.seed, path, event.kind FROM run JOIN event ON run_id = run.id"
                            " JOIN node ON node.id = event.node WHERE seed = 2 AND seq < 2"),
             QString("2|app/pool[0]|start\n2|app/pool[0]|started"));
    // The restart's cause is the exit of the same worker.
    QCOMPARE(rowsOf(m_path, "SELECT count(*) FROM restart JOIN event ON event.run_id = restart.run_id"
                            " AND event.seq = restart.cause WHERE restart.seq < 300 AND event.kind = 'exit'"
                            " AND event.node = child"),
             rowsOf(m_path, "SELECT count(*) FROM restart WHERE seq < 300"));
}

void TstEventTable::whatWritesOrIsNoSqlIsRefused_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("message");
    const QString more = "this statement does more than read";
    QTest::newRow("delete") << "DELETE FROM run" << more;
    QTest::newRow("update") << "UPDATE run SET seed = 0" << more;
    QTest::newRow("insert into the virtual table") << "INSERT INTO event(seq) VALUES (1)"
                                                   << "may not be modified";
    QTest::newRow("drop") << "DROP TABLE run" << more;
    QTest::newRow("attach") << "ATTACH 'other.db' AS other" << more;
    QTest::newRow("pragma") << "PRAGMA journal_mode = DELETE" << more;
    QTest::newRow("switching the protection off") << "PRAGMA query_only = OFF" << more;
    QTest::newRow("vacuum into a file") << "VACUUM INTO 'other.db'" << more;
    QTest::newRow("temporary table") << "CREATE TEMP TABLE t(x)" << more;
    QTest::newRow("transaction") << "BEGIN IMMEDIATE" << more;
    QTest::newRow("nothing") << " ; "
                             << "there is no SQL statement";
    QTest::newRow("two statements") << "SELECT 1; DELETE FROM run"
                                    << "there is more than one SQL statement";
    QTest::newRow("unknown column") << "SELECT\n  sed FROM run"
                                    << "SQL:2:3: no such column: sed\n    sed FROM run\n    ^";
    QTest::newRow("syntax") << "SELEC 1"
                            << "SQL:1:1: near \"SELEC\": syntax error\n  SELEC 1\n  ^";
    QTest::newRow("error on the way") << "SELECT abs(-9223372036854775807 - 1)"
                                      << "integer overflow";
}

void TstEventTable::whatWritesOrIsNoSqlIsRefused()
{
    QFETCH(QString, sql);
    QFETCH(QString, message);
    const QString rows = rowsOf(m_path, sql);
    QVERIFY2(rows.contains(message), qPrintable(rows));
    QCOMPARE(rowsOf(m_path, "SELECT group_concat(seed) FROM run"), QString("1,2"));
}

void TstEventTable::aQueryLeavesTheFileAlone()
{
    QFile file(QString::fromStdString(m_path));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    file.seek(0);
    QVERIFY(rowsOf(m_path, "SELECT count(*) FROM event").startsWith("8"));
    QCOMPARE(file.readAll(), before);
    QVERIFY(!m_workspace.names().contains("runs.db-wal"));
}

QTEST_APPLESS_MAIN(TstEventTable)
#include "tst_event_table.moc"
