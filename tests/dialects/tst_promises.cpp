#ifndef Q_MOC_RUN
#include "simulator/kernel/invariant_checker.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/scenario.h"
#endif

#include "resources/resources.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace daruma;

namespace {

QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

const QString folder = QStringLiteral(DARUMA_SOURCE_DIR "/scenarios/dialects/");

/// Random trees with random faults, of what the dialect has.
class RandomScenario {
public:
    RandomScenario(const Dialect &dialect, std::uint64_t seed)
        : m_dialect(dialect)
        , m_random(seed)
    {}

    std::string text()
    {
        m_text = "[scenario]\ndialect = \"" + m_dialect.name + "\"\nhorizon = \"3m\"\n";
        supervisor("app", 3);
        const std::size_t faults = below(6);
        for (std::size_t i = 0; i < faults; ++i)
            fault();
        if (below(3) == 0)
            command("shutdown", below(120'000));
        const std::size_t reloads = m_dialect.has(CommandKind::Reload) ? below(8) : 0;
        for (std::size_t i = 0, first = below(60'000); i < reloads; ++i)
            command("reload", first + i * 20);
        return m_text;
    }

private:
    std::size_t below(std::size_t bound) { return m_random() % bound; }

    template <typename Values> std::string oneOf(const Values &values)
    {
        return std::string(*(std::begin(values) + static_cast<std::ptrdiff_t>(below(std::size(values)))));
    }

    void supervisor(const std::string &name, int depth)
    {
        const std::size_t least = std::max<std::size_t>(m_dialect.leastChildren, 1);
        const std::size_t most = std::min<std::size_t>(m_dialect.mostChildren, 4);
        const std::size_t children = least + below(most - least + 1);
        std::vector<std::pair<std::string, bool>> listed;
        for (std::size_t i = 0; i < children; ++i)
            listed.emplace_back(name + "-" + std::to_string(i), depth > 0 && below(3) == 0);
        m_text += "[supervisor." + name + "]\n";
        constexpr const char *strategies[] = {"one_for_one", "one_for_all", "rest_for_one"};
        if (const std::string strategy = strategies[below(3)]; has(strategy))
            m_text += "strategy = \"" + strategy + "\"\n";
        if (m_dialect.hasLimit)
            m_text += "max_restarts = " + std::to_string(1 + below(6)) + "\nwithin = \""
                      + std::to_string(1 + below(20)) + "s\"\n";
        m_text += "children = [";
        for (const auto &[child, isSupervisor] : listed)
            m_text += "\"" + child + "\", ";
        m_text += "]\n";
        m_names.push_back(name);
        for (const auto &[child, isSupervisor] : listed) {
            if (isSupervisor)
                supervisor(child, depth - 1);
            else
                worker(child);
        }
    }

    bool has(const std::string &strategy) const
    {
        return (strategy == "one_for_one" && m_dialect.has(Strategy::OneForOne))
               || (strategy == "one_for_all" && m_dialect.has(Strategy::OneForAll))
               || (strategy == "rest_for_one" && m_dialect.has(Strategy::RestForOne));
    }

    void worker(const std::string &name)
    {
        constexpr const char *lives[] = {"never", "exp(5s)", "exp(20s)", "uniform(1s, 3s)"};
        constexpr const char *reasons[] = {"panic", "error", "normal", "shutdown"};
        constexpr const char *times[] = {"0s", "exp(50ms)", "200ms"};
        constexpr const char *stops[] = {"0s", "exp(100ms)", "2s", "never"};
        m_text += "[worker." + name + "]\nlifetime = \"" + oneOf(lives) + "\"\nexit_reason = \""
                  + oneOf(reasons) + "\"\ninit_time = \"" + oneOf(times) + "\"\n";
        if (const std::size_t start = below(8); start == 0)
            m_text += "init_result = [\"ok\", \"error\"]\n";
        else if (start < 3)
            m_text += "init_result = { ok = 0.8, error = 0.2 }\n";
        if (below(2) == 0)
            m_text += "stop_time = \"" + oneOf(stops) + "\"\n";
        if (below(6) == 0)
            m_text += "backoff = \"500ms\"\n";
        constexpr const char *types[] = {"permanent", "transient", "temporary"};
        const std::size_t type = below(3);
        if (m_dialect.has(static_cast<RestartType>(type)))
            m_text += std::string("restart = \"") + types[type] + "\"\n";
        m_names.push_back(name);
    }

    void command(const std::string &what, std::size_t ms)
    {
        m_text += "[[command]]\ndo = \"" + what + "\"\nto = \"app\"\nby = \"operator\"\nwhy = \"deploy\"\n"
                  + "at = \"" + std::to_string(ms) + "ms\"\n";
    }

    void fault()
    {
        constexpr const char *kinds[] = {"panic", "kill", "panic", "kill", "delay"};
        const std::string kind = oneOf(kinds);
        m_text += "[[fault]]\ninject = \"" + kind + "\"\ninto = \"" + oneOf(m_names) + "\"\n";
        if (kind != "delay" && below(3) == 0)
            m_text += "every = \"exp(15s)\"\ncount = 10\n";
        else if (kind == "delay")
            m_text += "on = \"exit_signal\"\nby = \"exp(200ms)\"\n";
        else
            m_text += "at = \"" + std::to_string(below(150)) + "s\"\n";
    }

    const Dialect &m_dialect;
    std::mt19937_64 m_random;
    std::string m_text;
    std::vector<std::string> m_names;
};

std::string textOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no file %s", qPrintable(path));
    return file.readAll().toStdString();
}

/// A dialect with every one of its defects mended alone, and as it is.
std::vector<std::string> variantsOf(const Dialect &dialect)
{
    std::vector<std::string> names{dialect.name};
    for (const DialectDefect &defect : dialect.defects)
        names.push_back(dialect.name + ":corrected:" + defect.name);
    return names;
}

std::uint32_t bitOf(const InvariantViolation &violation)
{
    const auto rows = invariants();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const InvariantRow &one) {
        return violation.name.ends_with(one.name);
    });
    return 1U << static_cast<unsigned>(row - rows.begin());
}

/// The bits of the invariants that a run breaks, whatever its dialect promises.
std::uint32_t brokenIn(const std::string &text, const std::string &dialect, std::uint64_t seed,
                       std::string *told = nullptr)
{
    auto scenario = readScenario(text, "random.toml", {}, dialect);
    if (!scenario)
        qFatal("%s", (toText(scenario.error().front(), "random.toml") + "\n" + text).c_str());
    for (SupervisorDefinition &supervisor : scenario->model.supervisors)
        supervisor.promises = allInvariants;
    Simulation simulation(scenario->model);
    std::uint32_t bits = 0;
    for (const InvariantViolation &violation : simulation.run(seed).invariants) {
        bits |= bitOf(violation);
        if (told)
            *told += violation.name + ": " + violation.message + "\n";
    }
    return bits;
}

}  // namespace

/// What a dialect promises holds in every random tree; what it does not promise is broken somewhere, or it
/// could promise it.
class TestPromises : public QObject {
    Q_OBJECT

private slots:
    void promisesHoldAndTheOthersAreBroken_data()
    {
        QTest::addColumn<QString>("name");
        for (const Resource &resource : dialects())
            QTest::newRow(std::string(resource.name).c_str()) << qt(resource.name);
    }

    void promisesHoldAndTheOthersAreBroken()
    {
        QFETCH(QString, name);
        Dialects known;
        std::vector<Problem> problems;
        const Dialect *dialect = known.find(name.toStdString(), problems);
        QVERIFY(dialect);
        std::vector<std::string> variants = variantsOf(*dialect);
        variants.push_back(dialect->name + ":corrected");
        std::uint32_t broken = 0;
        for (const std::string &variant : variants) {
            const std::uint64_t trees = variant == dialect->name ? 400 : 100;
            for (std::uint64_t seed = 1; seed <= trees; ++seed) {
                const std::string text = RandomScenario(*known.find(variant, problems), seed).text();
                std::string told;
                const std::uint32_t bits = brokenIn(text, variant, seed, &told);
                broken |= bits;
                told.append("seed ").append(std::to_string(seed)).append("\n").append(text);
                QVERIFY2((dialect->promises & bits) == 0, told.c_str());
            }
        }
        for (const DialectDefect &defect : dialect->defects)
            if (!defect.scenario.empty())
                broken |= brokenIn(textOf(folder + qt(defect.scenario) + ".toml"), dialect->name, 1);
        QStringList kept;
        for (std::size_t i = 0; i < invariants().size(); ++i)
            if (((dialect->promises | broken) >> i & 1U) == 0)
                kept << qt(invariants()[i].name);
        QVERIFY2(kept.isEmpty(), qPrintable("never broken: " + kept.join(", ")));
    }
};

QTEST_APPLESS_MAIN(TestPromises)
#include "tst_promises.moc"
