#include "tests/scenarios/play.h"

#include <QDir>
#include <QFile>

#include <array>
#include <cstddef>
#include <map>
#include <vector>

using namespace daruma;

namespace {

const QString sources = DARUMA_SOURCE_DIR;

struct Causes {
    EventKind of;
    std::string_view mayBe;  ///< kinds; `nothing` where it may be a root
};

/// What can bring an event about, without regard to the place: the rules of the format and of OTP.
constexpr std::array<Causes, eventKindCount> table{{
    {EventKind::Start, "nothing start started init_failed ignored exit restart backoff command reply removed "
                       "stop kill"},
    {EventKind::Started, "start"},
    {EventKind::InitFailed, "start init_failed"},
    {EventKind::Ignored, "start"},
    {EventKind::Exit, "started exit stop kill fault gave_up auto_shutdown"},
    {EventKind::Stop, "exit restart backoff command stop gave_up auto_shutdown fault init_failed kill"},
    {EventKind::Kill, "exit restart backoff command stop gave_up auto_shutdown fault init_failed kill"},
    {EventKind::Restart, "exit init_failed"},
    {EventKind::Backoff, "restart"},
    {EventKind::GaveUp, "exit init_failed"},
    {EventKind::AutoShutdown, "exit"},
    {EventKind::Removed, "exit restart backoff command stop ignored kill init_failed"},
    {EventKind::Fault, "nothing start started exit restart stop kill gave_up init_failed"},
    {EventKind::Command, "nothing"},
    {EventKind::Reply, "command"},
    {EventKind::Violation, ""},
    {EventKind::Unmatched, "exit"},
    {EventKind::Reload, ""},
    {EventKind::Lifecycle, "start started gave_up auto_shutdown command exit init_failed"},
    {EventKind::End, "nothing"},
}};

bool allows(EventKind of, std::string_view kind)
{
    const std::string all = " " + std::string(table[static_cast<std::size_t>(of)].mayBe) + " ";
    return table[static_cast<std::size_t>(of)].mayBe.empty()
           || all.find(" " + std::string(kind) + " ") != std::string::npos;
}

/// Where the two events have to speak of the same process or of the same supervisor.
bool placesFit(const Recording &run, const Event &event, const Event &cause)
{
    const bool sameProcess = event.node == cause.node && event.incarnation == cause.incarnation;
    switch (event.kind) {
    case EventKind::Started:
    case EventKind::Ignored:
    case EventKind::Backoff:
    case EventKind::Unmatched:
        return sameProcess;
    case EventKind::Restart:
        // A restart that has failed is decided again: the child is the one that was tried.
        return event.node == cause.node;
    case EventKind::GaveUp:
        return cause.node == event.other && run.parent(cause.node) == event.node;
    case EventKind::AutoShutdown:
        return run.parent(cause.node) == event.node;
    case EventKind::Reply:
        return event.node == cause.node && event.detail == cause.detail && event.a == cause.a;
    case EventKind::InitFailed:
        return cause.kind == EventKind::Start ? sameProcess : run.parent(cause.node) == event.node;
    case EventKind::Exit:
        // Its own life, its own stop; or the end of its supervisor, or of what it needs.
        return cause.kind != EventKind::Started || sameProcess;
    default:
        return true;
    }
}

std::string firstWrongCause(const Recording &run)
{
    for (std::size_t i = 0; i < run.events.size(); ++i) {
        const Event &event = run.events[i];
        const auto place = [&] { return "event " + std::to_string(i) + ": " + eventText(run, event); };
        if (!event.cause.isValid()) {
            if (!allows(event.kind, "nothing"))
                return place() + " has no cause";
            if (event.kind == EventKind::Start && i != 0)
                return place() + " has no cause, and is not the first";
            continue;
        }
        if (event.cause.value >= i)
            return place() + " comes from a later event, " + std::to_string(event.cause.value);
        const Event &cause = run.events[event.cause.value];
        const std::string from = " <- " + std::to_string(event.cause.value) + ": " + eventText(run, cause);
        if (!allows(event.kind, toText(cause.kind)))
            return place() + from + " is no cause of its kind";
        if (!placesFit(run, event, cause))
            return place() + from + " is elsewhere";
    }
    return {};
}

QStringList files()
{
    QStringList names{sources + "/tests/scenarios/determinism/everything.toml"};
    for (const QFileInfo &file :
         QDir(sources + "/scenarios").entryInfoList({"*.toml"}, QDir::Files, QDir::Name))
        names.append(file.filePath());
    return names;
}

}  // namespace

class TestCauses : public QObject {
    Q_OBJECT

private slots:
    void theTableIsInTheOrderOfTheKinds()
    {
        for (std::size_t i = 0; i < table.size(); ++i)
            QCOMPARE(static_cast<std::size_t>(table[i].of), i);
    }

    void everyEventComesFromAnEarlierOneThatCanBringItAbout_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("ties");
        for (const QString &file : files())
            for (const char *ties : {"fifo", "random"})
                QTest::addRow("%s with ties %s", qPrintable(QFileInfo(file).completeBaseName()), ties)
                    << file << ties;
    }

    void everyEventComesFromAnEarlierOneThatCanBringItAbout()
    {
        QFETCH(QString, file);
        QFETCH(QString, ties);
        QFile source(file);
        QVERIFY(source.open(QIODevice::ReadOnly));
        const auto scenario = readScenario(source.readAll().toStdString(), "test.toml",
                                           {{"scenario.ties", ties.toStdString()}});
        QVERIFY(scenario.has_value());
        const std::uint64_t seeds = file.endsWith("everything.toml") ? 20 : 3;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const Recording run = record(scenario->model, seed);
            const std::string wrong = firstWrongCause(run);
            QVERIFY2(wrong.empty(), ("seed " + std::to_string(seed) + ", " + wrong).c_str());
        }
    }

    void aWrongCauseIsSeen()
    {
        Recording run = runOf("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\nlifetime = \"1s\"\n");
        QVERIFY(firstWrongCause(run).empty());
        for (std::size_t i = 1; i + 1 < run.events.size(); ++i) {
            const Event kept = run.events[i];
            if (kept.kind == EventKind::Lifecycle || kept.kind == EventKind::Fault)
                continue;
            run.events[i].cause = EventId{static_cast<std::uint32_t>(i)};
            QVERIFY(!firstWrongCause(run).empty());
            run.events[i].cause = {};
            QVERIFY(!firstWrongCause(run).empty());
            run.events[i] = kept;
        }
    }
};

QTEST_APPLESS_MAIN(TestCauses)
#include "tst_causes.moc"
