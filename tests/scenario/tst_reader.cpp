#include "tests/scenario/reading.h"

#include <QTest>

using namespace daruma;
using namespace daruma::test;

namespace {

Scenario read(const std::string &text, const std::vector<Override> &overrides = {},
              std::string_view dialect = {})
{
    auto scenario = readScenario(text, "folder/outage.toml", overrides, dialect);
    if (!scenario)
        qFatal("%s", qPrintable(shown(scenario.error(), "outage.toml")));
    return std::move(*scenario);
}

/// All paths, one after another.
QString paths(const Model &model)
{
    QStringList all;
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i)
        all << QString::fromStdString(model.nodes.path(NodeId{i}, model.texts));
    return all.join(u' ');
}

const std::string small = R"([supervisor.app]
children = ["db", "web"]

[worker.db]
count = 2

[supervisor.web]
children = ["pool"]

[worker.pool]
)";

}

class Reader : public QObject {
    Q_OBJECT

private slots:
    void defaultsAreThoseOfTheContract();
    void everyKeyArrivesInTheModel();
    void childrenStandInOneBlockAndAreVisitedInStartOrder();
    void idsMakeThePathsAndTablesTheNames();
    void elixirAllowsThreeRestarts();
    void dialectCanBeOverridden();
    void defaultNamesOfFaultsDoNotDependOnThePosition();
    void faultsAndCommandsShareOneOrder();
    void anOutageWithoutBehaviourFailsEachStart();
    void startChildMakesAStartable();
    void anInstanceTakesTheTemplateAndItsOwnBehaviour();
    void aStartMayGoToWhatAnotherStartMakes();
    void childWithAnIndexIsOneOfTheCounted();
    void equalBackoffsAreKeptOnce();
    void plainMistakesWithoutHarmAreWarnings();
    void placesOfTablesAndKeysAreKept();
    void fingerprintIsThatOfTheTextAlone();
    void textPastTheLimitIsAnError();
    void moreNodesThanTheLimitAreAnError();
    void depthIsLimited();
};

void Reader::defaultsAreThoseOfTheContract()
{
    const Scenario scenario = read("[supervisor.app]\nchildren = [\"db\"]\n[worker.db]\n");
    const Model &model = scenario.model;
    QCOMPARE(model.name, std::string("outage"));
    QCOMPARE(model.dialect, std::string("otp"));
    QCOMPARE(model.seed, 1u);
    QCOMPARE(model.horizon.ns(), 3'600'000'000'000);
    QCOMPARE(int(model.ties), int(Ties::Fifo));
    const SupervisorSpec &flags = model.supervisors[0].flags;
    QCOMPARE(flags.limit.max, 1u);
    QVERIFY(flags.limit.within == Duration::seconds(5));
    QCOMPARE(int(flags.strategy), int(Strategy::OneForOne));
    QVERIFY(model.supervisors[0].spec.shutdown == ShutdownPolicy::infinity());
    const WorkerDefinition &db = model.workers[0];
    QVERIFY(db.spec.shutdown == ShutdownPolicy::after(Duration::seconds(5)));
    QCOMPARE(int(db.spec.restart), int(RestartType::Permanent));
    QVERIFY(db.behaviour.lifetime.at(1).isNever());
    QVERIFY(db.behaviour.patience.at(1).isNever());
    QVERIFY(db.behaviour.initTime.at(1).isZero());
    QCOMPARE(int(db.behaviour.exitReason.at(1).otherwise.kind), int(ReasonKind::Panic));
    QCOMPARE(int(db.behaviour.stopReason.at(1).otherwise.kind), int(ReasonKind::Shutdown));
    QVERIFY(!db.behaviour.trapsExits);
    QVERIFY(scenario.warnings.empty());
}

void Reader::everyKeyArrivesInTheModel()
{
    const Scenario scenario = read(contentOf(DARUMA_SOURCE_DIR "/tests/scenario/good/everything.toml"));
    const Model &model = scenario.model;
    QCOMPARE(model.name, std::string("database-outage"));
    QVERIFY(scenario.about.rfind("A 30 s database outage", 0) == 0);
    QVERIFY(!scenario.finding.empty());
    QVERIFY(model.horizon == Instant::start() + Duration::seconds(600));
    const auto *db = &model.workers[0];
    for (const WorkerDefinition &worker : model.workers)
        db = model.texts[worker.table] == "db" ? &worker : db;
    QVERIFY(db->behaviour.trapsExits);
    QCOMPARE(db->behaviour.initResult.size(), std::size_t{2});
    QCOMPARE(int(db->behaviour.initResult.at(1).otherwise.kind), int(InitResultKind::Ok));
    QCOMPARE(int(db->behaviour.initResult.at(7).otherwise.kind), int(InitResultKind::Error));
    QVERIFY(db->behaviour.initTime.at(1)
            == Distribution::uniform(Duration::milliseconds(100), Duration::milliseconds(300)));
    QVERIFY(db->behaviour.patience.at(1) == Distribution::fixed(Duration::seconds(2)));
    QCOMPARE(db->needs.size(), std::size_t{1});
    QCOMPARE(db->needs[0].nodes.size(), std::size_t{1});
    const SupervisorSpec &app = model.supervisors[0].flags;
    const BackoffSpec &backoff = app.backoffs.at(app.children[0].backoff);
    QVERIFY(backoff.first == Duration::milliseconds(200));
    QVERIFY(backoff.cap == Duration::seconds(30));
    QVERIFY(backoff.resetAfter == Duration::seconds(60));
    QCOMPARE(backoff.factorThousandths, 2000u);
    QCOMPARE(backoff.jitterThousandths, 200u);

    const Fault &first = model.faults[0];
    QCOMPARE(int(first.kind), int(FaultKind::Exit));
    QCOMPARE(int(first.reason.kind), int(ReasonKind::Shutdown));
    QVERIFY(first.when.has_value());
    QCOMPARE(int(first.when->event), int(EventKind::Start));
    QVERIFY(first.when->after == Distribution::fixed(Duration::milliseconds(100)));
    QVERIFY(first.from == Instant::start() + Duration::seconds(60));
    QVERIFY(first.until == Instant::start() + Duration::seconds(300));
    QVERIFY(first.chance.isAlways());
    QCOMPARE(first.count, 3u);
    QVERIFY(first.nameHash == nameHash("db goes away"));
    QCOMPARE(int(model.faults[1].step), int(DelayedStep::Init));
    QVERIFY(model.faults[1].by == Distribution::exponential(Duration::seconds(2)));
    QVERIFY(model.faults[2].lasts == Distribution::fixed(Duration::seconds(30)));
    QVERIFY(model.faults[2].replaces.lifetime && !model.faults[2].replaces.initResult);

    QCOMPARE(model.expectations.size(), std::size_t{2});
    QCOMPARE(int(model.expectations[1].form), int(ExpectationForm::Eventually));
    QVERIFY(!model.expectations[1].whenever.isEmpty());
    QVERIFY(model.expectations[1].within == Duration::seconds(30));
}

void Reader::childrenStandInOneBlockAndAreVisitedInStartOrder()
{
    const Scenario scenario = read(small);
    const Model &model = scenario.model;
    QCOMPARE(paths(model), QString("app app/db[0] app/db[1] app/web app/web/pool"));
    const SupervisorDefinition &app = model.supervisor(model.nodes[NodeId{0}]);
    QCOMPARE(model.nodes[NodeId{0}].firstChild.value, 1u);
    QCOMPARE(model.nodes[NodeId{0}].childCount, 3u);
    QCOMPARE(app.flags.children.size(), app.listed.size());
    for (std::uint32_t i = 0; i < app.flags.children.size(); ++i) {
        QCOMPARE(app.flags.children[i].key, i);
        QVERIFY(app.flags.children[i].id == model.nodes[NodeId{1 + i}].id);
    }
    QCOMPARE(app.flags.children[1].id.index, 1u);
    QVERIFY(app.listed[2].isSupervisor);
}

void Reader::idsMakeThePathsAndTablesTheNames()
{
    const Scenario scenario = read("[supervisor.app]\nid = \"root\"\nchildren = [\"a\", \"b\"]\n"
                                   "[supervisor.a]\nchildren = [\"x\"]\n[supervisor.b]\nchildren = [\"y\"]\n"
                                   "[worker.x]\nid = \"db\"\n[worker.y]\nid = \"db\"\n"
                                   "[[fault]]\ninject = \"panic\"\ninto = \"x\"\nat = \"1s\"\n"
                                   "[[fault]]\ninject = \"panic\"\ninto = \"db\"\nat = \"1s\"\n"
                                   "[[fault]]\ninject = \"panic\"\ninto = \"root/b/*\"\nat = \"1s\"\n");
    QCOMPARE(paths(scenario.model), QString("root root/a root/b root/a/db root/b/db"));
    QCOMPARE(scenario.model.faults[0].into.nodes.size(), std::size_t{1});
    QCOMPARE(scenario.model.faults[1].into.nodes.size(), std::size_t{2});
    QCOMPARE(scenario.model.faults[2].into.nodes.size(), std::size_t{1});
}

void Reader::elixirAllowsThreeRestarts()
{
    QCOMPARE(read("[scenario]\ndialect = \"elixir\"\n" + small).model.supervisors[0].flags.limit.max, 3u);
    const Scenario mixed =
        read(small
                 + "[supervisor.dyn]\nstrategy = \"simple_one_for_one\"\ndialect = \"elixir\"\n"
                   "children = [\"conn\"]\n[worker.conn]\n",
             {{"supervisor.web.children", "[\"pool\", \"dyn\"]"}});
    QCOMPARE(mixed.model.supervisors[1].flags.limit.max, 1u);
    QCOMPARE(mixed.model.supervisors[2].flags.limit.max, 3u);
}

void Reader::dialectCanBeOverridden()
{
    const Scenario scenario = read("[scenario]\ndialect = \"otp\"\n" + small, {}, "elixir");
    QCOMPARE(scenario.model.dialect, std::string("elixir"));
    QCOMPARE(scenario.model.supervisors[0].flags.limit.max, 3u);
    QVERIFY(problemsOf(small, {}, "ulfius").startsWith("--dialect: the dialect \"ulfius\" is not known"));
}

void Reader::defaultNamesOfFaultsDoNotDependOnThePosition()
{
    const std::string panic = "[[fault]]\ninject = \"panic\"\ninto = \"db\"\nat = \"1s\"\n";
    const Scenario scenario =
        read(small + panic + panic
             + "[[fault]]\nname = \"panic db at 1s #2\"\ninject = \"kill\"\ninto = \"db\"\n"
               "every = \"exp(30s)\"\n");
    const Model &model = scenario.model;
    QCOMPARE(model.texts[model.faults[0].name], std::string_view("panic db at 1s"));
    QCOMPARE(model.texts[model.faults[1].name], std::string_view("panic db at 1s #3"));
    const Scenario moved = read(small + panic, {{"fault.\"panic db at 1s\".at", "2s"}});
    QCOMPARE(moved.model.texts[moved.model.faults[0].name], std::string_view("panic db at 1s"));
    QVERIFY(moved.model.faults[0].at == Instant::start() + Duration::seconds(2));
    QCOMPARE(moved.model.faults[0].nameHash, model.faults[0].nameHash);
}

void Reader::faultsAndCommandsShareOneOrder()
{
    const std::string fault = "[[fault]]\ninject = \"panic\"\ninto = \"db\"\nat = \"1s\"\n";
    const std::string command = "[[command]]\ndo = \"which_children\"\nto = \"app\"\nat = \"1s\"\n";
    const Scenario scenario = read(small + command + fault + command + fault);
    QCOMPARE(scenario.model.commands[0].place, 0u);
    QCOMPARE(scenario.model.faults[0].place, 1u);
    QCOMPARE(scenario.model.commands[1].place, 2u);
    QCOMPARE(scenario.model.faults[1].place, 3u);
}

void Reader::anOutageWithoutBehaviourFailsEachStart()
{
    const std::string outage =
        small + "[[fault]]\ninject = \"outage\"\ninto = \"db\"\nat = \"1s\"\nlasts = \"1s\"\n";
    const Scenario scenario = read(outage);
    const Fault &fault = scenario.model.faults[0];
    QVERIFY(fault.replaces.initResult && !fault.replaces.initTime && !fault.replaces.lifetime);
    QCOMPARE(int(fault.outage.initResult.at(1).otherwise.kind), int(InitResultKind::Error));
    const Scenario own = read(outage + "behaviour = { lifetime = \"200ms\" }\n");
    QVERIFY(own.model.faults[0].replaces.lifetime && !own.model.faults[0].replaces.initResult);
}

void Reader::startChildMakesAStartable()
{
    const Scenario scenario =
        read(small
             + "[worker.cache]\nid = \"c\"\nlifetime = \"3s\"\n[[command]]\nat = \"1s\"\n"
               "do = \"start_child\"\nto = \"web\"\nchild = \"cache\"\n"
               "[[fault]]\ninject = \"panic\"\ninto = \"app/web/c\"\nat = \"2s\"\n"
               "[[fault]]\ninject = \"panic\"\ninto = \"cache\"\nat = \"2s\"\n");
    const Model &model = scenario.model;
    QCOMPARE(model.startables.size(), std::size_t{1});
    QCOMPARE(model.commands[0].startable, 0u);
    QCOMPARE(model.startables[0].spec.key, startableKey);
    QCOMPARE(model.texts[model.commands[0].child.text], std::string_view("c"));
    QVERIFY(!model.startables[0].behaviour);
    QVERIFY(model.faults[0].into.nodes.empty());
    QVERIFY(model.faults[1].into.definition != 0xffff'ffffU);
}

void Reader::anInstanceTakesTheTemplateAndItsOwnBehaviour()
{
    const std::string simple =
        "[supervisor.app]\nstrategy = \"simple_one_for_one\"\nchildren = [\"conn\"]\n"
        "[worker.conn]\nrestart = \"temporary\"\nlifetime = \"9s\"\n[[command]]\nat = \"1s\"\n"
        "do = \"start_child\"\nto = \"app\"\nchild = \"c1\"\n";
    const Scenario plain = read(simple);
    QCOMPARE(plain.model.nodes.size(), std::size_t{1});
    QVERIFY(!plain.model.startables[0].behaviour);
    QCOMPARE(int(plain.model.startables[0].spec.restart), int(RestartType::Temporary));
    QCOMPARE(plain.model.texts[plain.model.startables[0].spec.id.text], std::string_view("c1"));
    const Scenario own = read(simple + "behaviour = {}\n");
    QVERIFY(own.model.startables[0].behaviour.has_value());
    QVERIFY(own.model.startables[0].behaviour->lifetime.at(1).isNever());
}

void Reader::aStartMayGoToWhatAnotherStartMakes()
{
    const Scenario scenario =
        read(small
             + "[supervisor.later]\nchildren = [\"inner\"]\n[worker.inner]\n[worker.deep]\n"
               "[[command]]\nat = \"2s\"\ndo = \"start_child\"\nto = \"app/web/later\"\nchild = \"deep\"\n"
               "[[command]]\nat = \"1s\"\ndo = \"start_child\"\nto = \"web\"\nchild = \"later\"\n"
               "[[expect]]\nsometimes = \"up(app/web/later/deep) and up(app/web/later/inner)\"\n");
    QCOMPARE(scenario.model.startables.size(), std::size_t{2});
}

void Reader::childWithAnIndexIsOneOfTheCounted()
{
    const Scenario scenario = read(small
                                   + "[[command]]\nat = \"1s\"\ndo = \"terminate_child\"\nto = \"app\"\n"
                                     "child = \"db[1]\"\n[[command]]\nat = \"1s\"\ndo = \"terminate_child\"\n"
                                     "to = \"app\"\nchild = \"web[1]\"\n");
    QCOMPARE(scenario.model.commands[0].child.index, 1u);
    QCOMPARE(scenario.model.commands[1].child.index, ChildId::noIndex);
}

void Reader::equalBackoffsAreKeptOnce()
{
    const Scenario scenario = read("[supervisor.app]\nchildren = [\"a\", \"b\", \"c\", \"d\"]\n"
                                   "[worker.a]\nbackoff = \"1s\"\n[worker.b]\nbackoff = { first = \"1s\" }\n"
                                   "[worker.c]\nbackoff = \"2s\"\n[worker.d]\n");
    const SupervisorSpec &flags = scenario.model.supervisors[0].flags;
    QCOMPARE(flags.backoffs.size(), std::size_t{2});
    QCOMPARE(flags.children[0].backoff, flags.children[1].backoff);
    QCOMPARE(int(flags.children[2].backoff), 1);
    QCOMPARE(flags.children[3].backoff, ChildSpec::noBackoff);
}

void Reader::plainMistakesWithoutHarmAreWarnings()
{
    const Scenario scenario =
        read("[scenario]\nhorizon = \"1m\"\n" + small
             + "[[fault]]\ninject = \"panic\"\ninto = \"db\"\nat = \"2m\"\n"
               "[[command]]\nat = \"1s\"\ndo = \"delete_child\"\nto = \"app\"\nchild = \"dbb\"\n");
    QCOMPARE(scenario.warnings.size(), std::size_t{2});
    QCOMPARE(scenario.warnings[0].line, 16);
    QVERIFY(scenario.warnings[1].message.find("not_found") != std::string::npos);
}

void Reader::placesOfTablesAndKeysAreKept()
{
    const Scenario scenario = read(small + "[[fault]]\ninject = \"panic\"\ninto = \"db\"\nat = \"1s\"\n",
                                   {{"supervisor.app.max_restarts", "7"}});
    QCOMPARE(scenario.supervisorPlaces[0].line, 1);
    QCOMPARE(scenario.supervisorPlaces[0].lineOf("children"), 2);
    QCOMPARE(scenario.supervisorPlaces[0].lineOf("max_restarts"), 1);
    QCOMPARE(scenario.workerPlaces[0].lineOf("count"), 5);
    QCOMPARE(scenario.faultPlaces[0].line, 11);
    QCOMPARE(scenario.faultPlaces[0].lineOf("at"), 14);
    QCOMPARE(scenario.model.supervisors[0].flags.limit.max, 7u);
}

void Reader::fingerprintIsThatOfTheTextAlone()
{
    QVERIFY(read(small).fingerprint == read(small, {{"scenario.seed", "3"}}).fingerprint);
    QVERIFY(!(read(small).fingerprint == read(small + "\n").fingerprint));
    QCOMPARE(read(small).text, small);
}

void Reader::textPastTheLimitIsAnError()
{
    ReadOptions options;
    options.maxTextBytes = small.size();
    QCOMPARE(problemsOf(small, {}, {}, options), QString());
    options.maxTextBytes = small.size() - 1;
    QVERIFY(problemsOf(small, {}, {}, options).contains("more than the limit of"));
}

void Reader::moreNodesThanTheLimitAreAnError()
{
    ReadOptions options;
    options.limits.nodes = 5;
    QCOMPARE(problemsOf(small, {}, {}, options), QString());
    options.limits.nodes = 4;
    QVERIFY(problemsOf(small, {}, {}, options).contains("more than 4 nodes"));
}

void Reader::depthIsLimited()
{
    const auto chain = [](int depth) {
        std::string text;
        for (int i = 1; i < depth; ++i)
            text +=
                "[supervisor.s" + std::to_string(i) + "]\nchildren = [\"s" + std::to_string(i + 1) + "\"]\n";
        return text + "[supervisor.s" + std::to_string(depth) + "]\n";
    };
    QCOMPARE(problemsOf(chain(200)), QString());
    QVERIFY(problemsOf(chain(201)).contains("deeper than 200 levels"));
}

QTEST_APPLESS_MAIN(Reader)
#include "tst_reader.moc"
