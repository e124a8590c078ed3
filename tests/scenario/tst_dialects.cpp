#ifndef Q_MOC_RUN
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/dialect_log.h"
#include "simulator/scenario/dialect_page.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/scenario.h"
#endif

#include "resources/resources.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma;

namespace {

QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

const std::string ours = "name = \"ours\"\ntitle = \"our own\"\n";

/// What is wrong with a dialect file, a line for each problem with its hint.
QString problemsOf(const std::string &text)
{
    const auto dialect = readDialect(text, "ours.toml", ".");
    QStringList lines;
    if (!dialect)
        for (const Problem &problem : dialect.error())
            lines << qt(toText(problem, "scenario.toml"));
    return lines.join('\n');
}

}  // namespace

class TestDialects : public QObject {
    Q_OBJECT

private slots:
    void everyShippedOneCanBeReadAndShown()
    {
        Dialects known;
        for (const Resource &resource : dialects()) {
            std::vector<Problem> problems;
            const Dialect *dialect = known.find(std::string(resource.name), problems);
            QVERIFY2(dialect, problems.empty() ? "" : toText(problems.front(), "").c_str());
            QCOMPARE(qt(dialect->name), qt(resource.name));
            QVERIFY(qt(dialectPage(*dialect, resource.content)).startsWith("# " + qt(resource.name) + ": "));
        }
    }

    void oneThatExtendsAnotherIsAsThatButForWhatItSays()
    {
        const auto dialect = readDialect(ours
                                             + "extends = \"otp\"\n[defaults]\nmax_restarts = 10\n[rules]\n"
                                               "stop_order = \"start_order\"\n",
                                         "ours.toml", ".");
        QVERIFY(dialect.has_value());
        QCOMPARE(dialect->limit.max, 10u);
        QVERIFY(dialect->limit.within == Duration::seconds(5));
        QCOMPARE(dialect->rules.stopOrder, StopOrder::StartOrder);
        QVERIFY(dialect->has(Strategy::SimpleOneForOne));
        QVERIFY(dialect->has(CommandKind::StartChild));
    }

    void mistakesAreToldWithTheirPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("neither a shape nor a base")
            << QByteArray("") << "ours.toml:1:1: the dialect lacks the key `shape`";
        QTest::newRow("an unknown base")
            << QByteArray("extends = \"opt\"\n") << "ours.toml:3:11: the dialect \"opt\" is not known";
        QTest::newRow("a file as a base")
            << QByteArray("extends = \"./ours.toml\"\n") << "`extends` names a shipped dialect, not a file";
        QTest::newRow("an unknown key") << QByteArray("shape = \"list\"\nstrategy = \"one_for_one\"\n")
                                        << "ours.toml:4:1: unknown key `strategy` in the dialect";
        QTest::newRow("an unknown choice")
            << QByteArray("shape = \"list\"\n[rules]\nstop_order = \"start-order\"\n")
            << "ours.toml:5:14: `stop_order` is \"reverse_start_order\" or \"start_order\"";
        QTest::newRow("an axis of another shape")
            << QByteArray("shape = \"monitor\"\n[rules]\nstop_order = \"start_order\"\n")
            << "ours.toml:5:1: the shape \"monitor\" does not look at `stop_order`";
        QTest::newRow("the axes that the shape has")
            << QByteArray("shape = \"loop\"\n[rules]\nstop_order = \"start_order\"\n")
            << "it looks at `restarts`, `children_at_death`, `own_failure`, `control_pipe`";
        QTest::newRow("a default among the rules")
            << QByteArray("shape = \"list\"\n[rules]\nrestart = \"permanent\"\n")
            << "`restart` is a key of [defaults]";
        QTest::newRow("an unknown strategy") << QByteArray("shape = \"list\"\n[accepts]\n"
                                                           "strategies = [\"one_for_al\"]\n")
                                             << "ours.toml:5:15: `strategies` has no value \"one_for_al\"";
        QTest::newRow("an unknown command")
            << QByteArray("shape = \"list\"\n[accepts]\ncommands = [\"deploy\"]\n")
            << "ours.toml:5:13: no command \"deploy\" is known";
        QTest::newRow("a command that its shape cannot carry out")
            << QByteArray("extends = \"otp\"\n[accepts]\ncommands = [\"shutdown\", \"reload\"]\n")
            << "ours.toml:5:25: the shape \"list\" has no command \"reload\"";
        QTest::newRow("what the shape can carry out")
            << QByteArray("shape = \"loop\"\n[accepts]\ncommands = [\"start_child\"]\n")
            << "it has \"reload\", \"control\" or \"shutdown\"";
        QTest::newRow("a strategy of another shape")
            << QByteArray("extends = \"rusm\"\n[accepts]\nstrategies = [\"simple_one_for_one\"]\n")
            << "ours.toml:5:15: the shape \"monitor\" has no strategy \"simple_one_for_one\"";
        QTest::newRow("a default limit of a dialect without one")
            << QByteArray("extends = \"processmanager\"\n[defaults]\nmax_restarts = 3\n")
            << "ours.toml:5:1: the dialect has no limit, and no default `max_restarts`";
        QTest::newRow("a limit of a shape without one")
            << QByteArray("shape = \"parallel\"\n[accepts]\nlimit = true\n")
            << "ours.toml:5:1: the shape \"parallel\" has no `limit`";
        QTest::newRow("an automatic shutdown of a shape without one")
            << QByteArray("extends = \"spry\"\n[accepts]\nauto_shutdown = true\n")
            << "ours.toml:5:1: the shape \"system\" has no `auto_shutdown`";
        QTest::newRow("an unknown invariant") << QByteArray("shape = \"list\"\npromises = [\"no-orphans\"]\n")
                                              << "ours.toml:4:13: `promises` has no value \"no-orphans\"";
        QTest::newRow("a defect with a mistake")
            << QByteArray("shape = \"list\"\n[[defect]]\nname = \"a\"\nabout = \"b\"\n"
                          "corrected = { stop_order = 1 }\n")
            << "ours.toml:7:28: `stop_order` takes";
        const QByteArray log = "shape = \"loop\"\n[[log]]\nlevel = \"warn\"\n";
        QTest::newRow("an unknown key of a statement")
            << log + "on = \"restart\"\nmessage = \"m\"\nfield = { a = \"b\" }\n"
            << "ours.toml:8:1: unknown key `field` in [[log]]\n    field = { a = \"b\" }\n    ^\n    did you "
               "mean `fields`?";
        QTest::newRow("an unknown level")
            << QByteArray("shape = \"loop\"\n[[log]]\non = \"restart\"\nmessage = \"m\"\nlevel = \"fatal\"\n")
            << "ours.toml:7:9: `level` is \"trace\", \"debug\", \"info\", \"warn\" or \"error\"";
        QTest::newRow("an unknown occasion") << log + "on = \"restat\"\nmessage = \"m\"\n"
                                             << "ours.toml:6:6: `on` has no value \"restat\"";
        QTest::newRow("an occasion of another shape")
            << log + "on = \"shut_down\"\nmessage = \"m\"\n"
            << "ours.toml:6:6: the shape \"loop\" tells nothing of `on = \"shut_down\"`";
        QTest::newRow("a condition of another occasion")
            << log + "on = \"restart\"\nmessage = \"m\"\noutcome = \"ok\"\n"
            << "ours.toml:8:1: `on = \"restart\"` takes no `outcome`";
        QTest::newRow("an unknown reason")
            << log + "on = \"restart\"\nmessage = \"m\"\nreasons = [\"error\", \"panics\"]\n"
            << "ours.toml:8:21: no reason is \"panics\"";
        QTest::newRow("a command that a statement stands on")
            << log + "on = \"start\"\nmessage = \"m\"\ncommand = \"start_chlid\"\n"
            << "ours.toml:8:11: no command \"start_chlid\" is known";
        QTest::newRow("nothing of that name to fill in")
            << log + "on = \"restart\"\nmessage = \"of {chlid}\"\n"
            << "ours.toml:7:16: nothing is called `chlid` here\n    message = \"of {chlid}\"\n               "
               "    ^\n    "
               "did you mean \"child\"?";
        QTest::newRow("what another occasion would fill in")
            << log + "on = \"start\"\nmessage = \"m\"\nfields = { f = \"{failures}\" }\n"
            << "ours.toml:8:18: `on = \"start\"` knows no `failures`";
        QTest::newRow("a brace alone") << log + "on = \"start\"\nmessage = \"a {child\"\n"
                                       << "ours.toml:7:14: this brace has no other";
        QTest::newRow("a failure that is not there") << log + "on = \"start\"\nmessage = \"a {failure:?}\"\n"
                                                     << "ours.toml:7:15: the table has no `failure`";
        QTest::newRow("a field that is no text")
            << log + "on = \"start\"\nmessage = \"m\"\nfields = { a = 1 }\n"
            << "ours.toml:8:16: the field `a` takes a text, not a whole number";
        QTest::newRow("a word for nothing") << QByteArray("shape = \"loop\"\n[log_words]\npanics = \"x\"\n")
                                            << "ours.toml:5:1: unknown key `panics` in [log_words]";
        QTest::newRow("no TOML") << QByteArray("shape = \n") << "ours.toml:3:";
    }

    void mistakesAreToldWithTheirPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const QString problems = problemsOf(ours + text.toStdString());
        QVERIFY2(problems.contains(message), qPrintable(problems));
    }

    void aDefectWhoseChoicesAreOthersIsMended()
    {
        const auto stateOf = [](const std::string &text, const char *name) {
            const auto dialect = readDialect(ours + text, "ours.toml", ".");
            for (const DialectDefect &defect : dialect->defects)
                if (defect.name == name)
                    return defect.isMended;
            qFatal("no defect %s", name);
        };
        const std::string fork = "extends = \"ash-flare\"\n[rules]\nafter_give_up = \"ends\"\n";
        QVERIFY(stateOf(fork, "lives-on-empty"));
        QVERIFY(!stateOf(fork, "supervisors-unwatched"));
        QVERIFY(!stateOf("extends = \"ash-flare:corrected\"\n[rules]\nafter_give_up = \"lives_on\"\n",
                         "lives-on-empty"));
    }

    void aPageSaysWhatIsMended()
    {
        const auto pageOf = [](const std::string &name) {
            Dialects known;
            std::vector<Problem> problems;
            const Dialect *dialect = known.find(name, problems);
            for (const Resource &resource : dialects())
                if (resource.name == "ash-flare")
                    return qt(dialectPage(*dialect, resource.content));
            return QString();
        };
        const QString some = pageOf("ash-flare:corrected:lives-on-empty");
        QVERIFY2(some.contains("Not so here, as it is mended: **lives-on-empty** (F2)."), qPrintable(some));
        QCOMPARE(some.count("It is mended here."), 1);
        QVERIFY(some.contains("to mend one promises nothing more"));
        const QString none = pageOf("ash-flare");
        QVERIFY(!none.contains("mended:"));
        QVERIFY(!none.contains("It is mended here."));
        QVERIFY(none.contains("| restart by default | permanent |"));
        QVERIFY(none.contains(
            "| past the limit | It stops all children in start order and lives on with an empty list."));
    }

    void everyAxisIsExplainedInTheHelp()
    {
        QFile help(QStringLiteral(DARUMA_SOURCE_DIR "/resources/help/dialects.md"));
        QVERIFY(help.open(QIODevice::ReadOnly));
        const QString text = qt(help.readAll().toStdString());
        for (const DialectAxis &axis : dialectAxes())
            QVERIFY2(text.contains("`" + qt(axis.key.name) + "`"), axis.key.name.data());
    }

    void whatHappensPastTheLimitIsToldOfEveryDialect()
    {
        Dialects known;
        for (const Resource &resource : dialects()) {
            std::vector<Problem> problems;
            QVERIFY2(!known.find(std::string(resource.name), problems)->pastLimit.empty(),
                     resource.name.data());
        }
        const auto fork = readDialect(ours + "extends = \"ash-flare\"\n[rules]\nafter_give_up = \"ends\"\n",
                                      "ours.toml", ".");
        QCOMPARE(qt(fork->pastLimit), QString("see its choices"));
    }

    void aLogIsInheritedUntilItIsWrittenAnew()
    {
        const auto same =
            readDialect(ours + "extends = \"ash-flare\"\n[log_words]\nnormal = \"fine\"\n", "ours.toml", ".");
        QVERIFY(same.has_value());
        QCOMPARE(same->log->statements.size(), std::size_t(19));
        QCOMPARE(qt(same->log->word("normal")), QString("fine"));
        QCOMPARE(qt(same->log->word("error")), QString("Abnormal"));
        const auto other = readDialect(ours
                                           + "extends = \"ash-flare\"\n[[log]]\non = \"end\"\n"
                                             "level = \"info\"\nmessage = \"{child}: {reason}\"\n",
                                       "ours.toml", ".");
        QVERIFY(other.has_value());
        QCOMPARE(other->log->statements.size(), std::size_t(1));
        QCOMPARE(qt(other->log->word("error")), QString("Abnormal"));
        const auto none = readDialect(ours + "extends = \"otp\"\n", "ours.toml", ".");
        QVERIFY(none.has_value() && !none->log);
    }

    void aPageShowsTheLog()
    {
        const std::string text = ours
                                 + "extends = \"processmanager\"\n[[log]]\non = \"restart\"\n"
                                   "reasons = [\"error\", \"panic\"]\ntext = true\nlevel = \"warn\"\n"
                                   "message = \"{child} failed: {failure:?}\"\nfailure = \"{text}\"\n"
                                   "fields = { tries = \"{failures}\", wait = \"{backoff}\" }\n"
                                   "source = \"ours.rs, line 3\"\n"
                                   "[log_words]\nsupervisor = \"loop\"\n";
        const auto dialect = readDialect(text, "ours.toml", ".");
        QVERIFY(dialect.has_value());
        const QString page = qt(dialectPage(*dialect, text));
        const QString log = page.mid(page.indexOf("## Its log"));
        QCOMPARE(log,
                 QString("## Its log\n\n| on | level | message | fields | source |\n"
                         "| --- | --- | --- | --- | --- |\n"
                         "| restart, error or panic, with a text | warn | `{child} failed: {failure:?}`, "
                         "failure `{text}` | tries, wait | ours.rs, line 3 |\n\n"
                         "Its words: supervisor is loop.\n"));
    }

    void aScenarioMayNameAFileOfItsFolder()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString &name, const std::string &text) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text.c_str());
        };
        write("ours.toml", ours + "extends = \"otp\"\n[defaults]\nmax_restarts = 7\n");
        write("bad.toml", ours + "extends = \"otp\"\n[defaults]\nmax_restart = 7\n");
        const auto read = [&](const std::string &dialect) {
            return readScenario("[supervisor.app]\ndialect = \"" + dialect + "\"\nchildren = []\n",
                                folder.filePath("scenario.toml").toStdString());
        };
        const auto good = read("./ours.toml");
        QVERIFY(good.has_value());
        QCOMPARE(good->model.supervisors.front().flags.limit.max, 7u);
        const auto bad = read("./bad.toml");
        QVERIFY(!bad.has_value());
        QVERIFY2(qt(toText(bad.error().front(), "scenario.toml")).startsWith("./bad.toml:5:1: unknown key"),
                 toText(bad.error().front(), "scenario.toml").c_str());
        const auto missing = read("./none.toml");
        QVERIFY(!missing.has_value());
        QVERIFY(qt(missing.error().front().message).contains("cannot be read"));
    }

    void aSupervisorFollowsItsParentUnlessItNamesItsOwn()
    {
        const auto scenario =
            readScenario("[supervisor.app]\nchildren = [\"a\", \"b\"]\n"
                         "[supervisor.a]\ndialect = \"rusm\"\nchildren = [\"c\"]\n[supervisor.b]\n"
                         "children = []\n[supervisor.c]\nchildren = [\"w\"]\n[worker.w]\n",
                         "x.toml");
        QVERIFY(scenario.has_value());
        const auto &model = scenario->model;
        const auto shapeOf = [&](std::size_t i) { return model.supervisors[i].flags.rules.shape; };
        QCOMPARE(shapeOf(0), Shape::List);
        QCOMPARE(shapeOf(1), Shape::Monitor);
        QCOMPARE(shapeOf(2), Shape::List);
        QCOMPARE(shapeOf(3), Shape::Monitor);
        // A worker is stopped as its supervisor's dialect stops it.
        QVERIFY(model.workers.front().spec.shutdown == ShutdownPolicy::brutalKill());
    }

    void whatADialectLacksIsAnErrorThatNamesIt_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("a strategy") << QByteArray("strategy = \"simple_one_for_one\"\nchildren = [\"w\"]\n"
                                                  "[worker.w]\n")
                                    << "the dialect \"rusm\" has no `strategy` \"simple_one_for_one\"";
        QTest::newRow("a restart type")
            << QByteArray("children = [\"w\"]\n[worker.w]\nrestart = \"transient\"\n")
            << "the dialect \"rusm\" has no `restart` \"transient\"";
        QTest::newRow("a shutdown") << QByteArray("children = [\"w\"]\n[worker.w]\nshutdown = \"5s\"\n")
                                    << "the dialect \"rusm\" has no `shutdown` of a child";
        QTest::newRow("an automatic shutdown") << QByteArray("auto_shutdown = \"never\"\nchildren = []\n")
                                               << "the dialect \"rusm\" has no `auto_shutdown`";
        QTest::newRow("a significant child")
            << QByteArray("children = [\"w\"]\n[worker.w]\nsignificant = true\n")
            << "the dialect \"rusm\" of [supervisor.app] has no `significant` children";
        QTest::newRow("a command") << QByteArray("children = []\n[[command]]\nat = \"1s\"\nto = \"app\"\n"
                                                 "do = \"which_children\"\n")
                                   << "the dialect \"rusm\" has no command \"which_children\"";
        QTest::newRow("an option") << QByteArray("options = { colour = \"red\" }\nchildren = []\n")
                                   << "the dialect \"rusm\" declares no option `colour`";
    }

    void whatADialectLacksIsAnErrorThatNamesIt()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const auto scenario =
            readScenario("[scenario]\ndialect = \"rusm\"\n[supervisor.app]\n" + text.toStdString(), "x.toml");
        QVERIFY(!scenario.has_value());
        QCOMPARE(qt(scenario.error().front().message), message);
    }
};

QTEST_APPLESS_MAIN(TestDialects)
#include "tst_dialects.moc"
