#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/database.h"
#include "simulator/store/recorder.h"
#include "simulator/store/schema.h"
#include "simulator/store/sqlite.h"
#include "tests/store/synthetic.h"
#include "tests/store/workspace.h"
#endif

#include <QDir>
#include <QTest>

#include <csignal>
#include <filesystem>
#include <functional>
#include <sys/resource.h>

using namespace daruma;
using synthetic::must;

namespace {

void recordSmallRun(const std::string &path)
{
    const Model model = synthetic::poolModel(2);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(synthetic::smallRun(model).record(*recorder, synthetic::identity(1)));
    must(recorder->finishCampaign());
}

void write(const std::string &path, qint64 offset, const QByteArray &bytes)
{
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(offset);
    file.write(bytes);
}

StoreError errorOfRecording(const std::string &path)
{
    const auto opened = Recorder::open(path, RecordPolicy::All, {.busyTimeoutMs = 50});
    return opened ? StoreError{StoreErrorCode::Other, "no error", ""} : opened.error();
}

StoreError errorOfReading(const std::string &path)
{
    auto opened = Database::open(path, {.busyTimeoutMs = 50});
    if (!opened)
        return opened.error();
    if (const auto runs = opened->runs(); !runs)
        return runs.error();
    const auto checked = opened->check();
    return checked ? StoreError{StoreErrorCode::Other, "no error", ""} : checked.error();
}

/// Files cannot grow past so many bytes while it lives, as on a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = SIG_DFL;
};

}

class TstStoreErrors : public QObject {
    Q_OBJECT

private slots:
    void whatCannotBeUsedIsRefusedWithAReason_data();
    void whatCannotBeUsedIsRefusedWithAReason();
    void aFileThatIsRefusedIsNotChanged();
    void anEmptyFileBecomesADatabase();
    void anOlderFileIsBroughtUpToDateWhenItIsRead_data();
    void anOlderFileIsBroughtUpToDateWhenItIsRead();
    void aFullFileKeepsTheRunsBefore();
    void aFullDiskIsSaid();
    void aReaderIsNotDisturbedByARecorder();
    void aWriterWaitsForAnother();
    void aFolderThatCannotBeWrittenCanBeRead();
    void everyDamagedPageIsAnErrorOrHarmless();
    void anUnknownRunIsSaidWithTheKnownOnes();
};

/// What a file of version 1 lacked.
constexpr const char *backToVersion1 =
    "CREATE TABLE kept AS SELECT * FROM restart; DROP VIEW restart;"
    "CREATE TABLE restart AS SELECT * FROM kept; DROP TABLE kept; DROP TABLE restart_row;"
    "DROP TABLE restart_kind; ALTER TABLE campaign DROP COLUMN writer; DROP TABLE campaign_dialect;"
    "DROP TABLE dialect; ALTER TABLE campaign DROP COLUMN record; PRAGMA user_version = 1";
/// … and one of version 3.
constexpr const char *backToVersion3 =
    "DROP TABLE campaign_dialect; DROP TABLE dialect; ALTER TABLE campaign DROP COLUMN record;"
    "PRAGMA user_version = 3";
/// … and one of version 4.
constexpr const char *backToVersion4 = "ALTER TABLE campaign DROP COLUMN record; PRAGMA user_version = 4";

using Prepare = std::function<void(const std::string &)>;
Q_DECLARE_METATYPE(Prepare)

void TstStoreErrors::whatCannotBeUsedIsRefusedWithAReason_data()
{
    QTest::addColumn<Prepare>("prepare");
    QTest::addColumn<int>("recording");  ///< -1: no error
    QTest::addColumn<int>("reading");
    QTest::addColumn<QString>("message");
    const auto code = [](StoreErrorCode code) { return static_cast<int>(code); };
    const int notOurs = code(StoreErrorCode::NotDaruma);
    const int damaged = code(StoreErrorCode::Damaged);
    const auto row = [](const char *name, const Prepare &prepare, int recording, int reading,
                        const char *message) {
        QTest::newRow(name) << prepare << recording << reading << message;
    };
    row(
        "no file", [](const std::string &) {}, -1, code(StoreErrorCode::NotFound), "no such database");
    row(
        "a folder", [](const std::string &path) { QDir().mkdir(QString::fromStdString(path)); }, notOurs,
        notOurs, "is a folder, not a database");
    row(
        "a text file", [](const std::string &path) { write(path, 0, QByteArray(2000, 'x')); }, notOurs,
        notOurs, "is not a Daruma database (not SQLite at all)");
    row(
        "a database of another program",
        [](const std::string &path) {
            auto other = must(sqlite::Connection::open(path, sqlite::Connection::Mode::Create, 0));
            must(other.execute("CREATE TABLE bookmarks(url)"));
        },
        notOurs, notOurs, "is a database of another program");
    row(
        "another program's application id",
        [](const std::string &path) {
            recordSmallRun(path);
            tamper(path, "PRAGMA application_id = 252006673");
        },
        notOurs, notOurs, "is a database of another program");
    row(
        "a newer version",
        [](const std::string &path) {
            recordSmallRun(path);
            tamper(path, "PRAGMA user_version = 99");
        },
        code(StoreErrorCode::Newer), code(StoreErrorCode::Newer),
        "was written by a newer Daruma (database version 99, this one knows up to 5)");
    row(
        "a version that never was",
        [](const std::string &path) {
            recordSmallRun(path);
            tamper(path, "PRAGMA user_version = 0");
        },
        damaged, damaged, "it has no tables of a known version");
    row(
        "a damaged table of tables",
        [](const std::string &path) {
            recordSmallRun(path);
            write(path, 100, QByteArray(500, '\x55'));
        },
        damaged, damaged, "is damaged");
    row(
        "a file that was cut",
        [](const std::string &path) {
            recordSmallRun(path);
            QFile::resize(QString::fromStdString(path), qint64(3) * 8192);
        },
        damaged, damaged, "is damaged");
}

void TstStoreErrors::whatCannotBeUsedIsRefusedWithAReason()
{
    QFETCH(Prepare, prepare);
    QFETCH(int, recording);
    QFETCH(int, reading);
    QFETCH(QString, message);
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    prepare(path);
    const StoreError read = errorOfReading(path);
    QVERIFY2(static_cast<int>(read.code) == reading, read.text().c_str());
    QVERIFY2(QString::fromStdString(read.message).contains(message), read.text().c_str());
    QVERIFY(QString::fromStdString(read.message).contains(QString::fromStdString(path)));
    QVERIFY2(!read.hint.empty(), read.text().c_str());
    if (recording < 0)
        return;
    const StoreError written = errorOfRecording(path);
    QVERIFY2(static_cast<int>(written.code) == recording, written.text().c_str());
    QVERIFY2(QString::fromStdString(written.message).contains(message), written.text().c_str());
    QVERIFY2(!written.hint.empty(), written.text().c_str());
}

void TstStoreErrors::aFileThatIsRefusedIsNotChanged()
{
    Workspace workspace;
    const std::string path = workspace.file("notes.txt");
    write(path, 0, "these are my notes, and no database at all");
    static_cast<void>(errorOfRecording(path));
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("these are my notes, and no database at all"));
    QCOMPARE(workspace.names(), QStringList{"notes.txt"});
}

void TstStoreErrors::anEmptyFileBecomesADatabase()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    write(path, 0, "");
    QVERIFY2(errorOfReading(path).message.find("is empty") != std::string::npos,
             errorOfReading(path).text().c_str());
    recordSmallRun(path);
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM run"), QString("1"));
}

void TstStoreErrors::anOlderFileIsBroughtUpToDateWhenItIsRead_data()
{
    QTest::addColumn<QByteArray>("backwards");
    QTest::newRow("version 1") << QByteArray(backToVersion1);
    QTest::newRow("version 3") << QByteArray(backToVersion3);
    QTest::newRow("version 4") << QByteArray(backToVersion4);
}

void TstStoreErrors::anOlderFileIsBroughtUpToDateWhenItIsRead()
{
    QFETCH(QByteArray, backwards);
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    recordSmallRun(path);
    const QString restarts = rowsOf(path, "SELECT * FROM restart");
    tamper(path, backwards.constData());
    Database database = must(Database::open(path));
    QCOMPARE(must(database.campaigns()).size(), std::size_t{1});
    QVERIFY(must(database.dialectFiles(1)).empty());
    QVERIFY(!must(database.campaigns()).front().record);
    QCOMPARE(rowsOf(path, "PRAGMA user_version"), QString::number(schemaVersion()));
    QCOMPARE(rowsOf(path, "SELECT * FROM restart"), restarts);
    recordSmallRun(path);
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM run"), QString("2"));
}

void TstStoreErrors::aFullFileKeepsTheRunsBefore()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(10);
    synthetic::Run large(model);
    large.addCycles(200'000, 3);
    large.end(large.events.back().t);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(synthetic::smallRun(model).record(*recorder, synthetic::identity(1)));
    must(recorder->commit());
    StoreError error;
    {
        const FullDisk disk(1 << 20);
        const auto recorded = large.record(*recorder, synthetic::identity(2)).and_then([&](std::int64_t) {
            return recorder->finishCampaign();
        });
        QVERIFY(!recorded);
        error = recorded.error();
        // It stays an error.
        QVERIFY(!synthetic::smallRun(model).record(*recorder, synthetic::identity(3)));
        recorder.reset();
    }
    QVERIFY2(QString::fromStdString(error.text()).contains("are kept"), error.text().c_str());
    QCOMPARE(rowsOf(path, "SELECT id, seed FROM run"), QString("1|1"));
    QCOMPARE(rowsOf(path, "PRAGMA integrity_check"), QString("ok"));
}

void TstStoreErrors::aFullDiskIsSaid()
{
    const StoreError error = sqlite::explain(13, "runs.db", "database or disk is full");
    QCOMPARE(static_cast<int>(error.code), static_cast<int>(StoreErrorCode::Full));
    QVERIFY(error.text().find("runs.db: the disk is full") != std::string::npos);
}

void TstStoreErrors::aReaderIsNotDisturbedByARecorder()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    recordSmallRun(path);
    auto writer = must(sqlite::Connection::open(path, sqlite::Connection::Mode::Write, 0));
    must(writer.execute("BEGIN IMMEDIATE; DELETE FROM run"));
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM run"), QString("1"));
}

void TstStoreErrors::aWriterWaitsForAnother()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    recordSmallRun(path);
    auto writer = must(sqlite::Connection::open(path, sqlite::Connection::Mode::Write, 0));
    must(writer.execute("BEGIN IMMEDIATE"));
    const StoreError error = errorOfRecording(path);
    QCOMPARE(static_cast<int>(error.code), static_cast<int>(StoreErrorCode::Locked));
    QVERIFY2(error.message.find("is locked by another program") != std::string::npos, error.text().c_str());
    must(writer.execute("COMMIT"));
    recordSmallRun(path);
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM run"), QString("2"));
}

void TstStoreErrors::aFolderThatCannotBeWrittenCanBeRead()
{
    // Nobody may write below /proc, not even root.
    const StoreError error = errorOfRecording("/proc/runs.db");
    QVERIFY2(error.code == StoreErrorCode::ReadOnly, error.text().c_str());
    QVERIFY2(error.message.find("cannot create /proc/runs.db") != std::string::npos, error.text().c_str());
    const StoreError missing = errorOfRecording("/proc/no/such/folder/runs.db");
    QVERIFY2(missing.message.find("there is no folder /proc/no/such/folder") != std::string::npos,
             missing.text().c_str());

    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    recordSmallRun(path);
    using std::filesystem::perms;
    std::filesystem::permissions(path, perms::owner_read);
    std::filesystem::permissions(workspace.folder().toStdString(), perms::owner_read | perms::owner_exec);
    const QString rows = rowsOf(path, "SELECT count(*) FROM run");
    std::filesystem::permissions(workspace.folder().toStdString(), perms::owner_all);
    QCOMPARE(rows, QString("1"));
}

void TstStoreErrors::everyDamagedPageIsAnErrorOrHarmless()
{
    Workspace workspace;
    const std::string sound = workspace.file("sound.db");
    recordSmallRun(sound);
    QFile file(QString::fromStdString(sound));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    int found = 0;
    const std::string path = workspace.file("runs.db");
    for (qsizetype offset = 0; offset + 8192 <= bytes.size(); offset += 8192) {
        write(path, 0, bytes);
        write(path, offset, QByteArray(64, '\xa5'));
        const StoreError error = errorOfReading(path);
        if (error.message != "no error") {
            ++found;
            QVERIFY2(error.code == StoreErrorCode::Damaged || error.code == StoreErrorCode::NotDaruma,
                     error.text().c_str());
        }
        if (auto database = Database::open(path))
            static_cast<void>(database->events(1));
        QFile::remove(QString::fromStdString(path));
    }
    QVERIFY2(found > bytes.size() / 8192 / 2, std::to_string(found).c_str());
}

void TstStoreErrors::anUnknownRunIsSaidWithTheKnownOnes()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    recordSmallRun(path);
    const auto run = must(Database::open(path)).run(7);
    QVERIFY(!run);
    QCOMPARE(QString::fromStdString(run.error().text()),
             QString::fromStdString(path) + " has no run 7\nIt holds the runs 1 to 1.");
}

QTEST_APPLESS_MAIN(TstStoreErrors)
#include "tst_store_errors.moc"
