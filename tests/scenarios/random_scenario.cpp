#include "tests/scenarios/random_scenario.h"

#include <algorithm>

namespace daruma {

RandomScenario::RandomScenario(const Dialect &dialect, std::uint64_t seed)
    : m_dialect(dialect)
    , m_random(seed)
{}

std::string RandomScenario::text()
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

std::string RandomScenario::richText()
{
    text();
    for (std::size_t i = 0, outages = below(3); i < outages; ++i)
        outage();
    for (std::size_t i = 0, triggered = below(3); i < triggered; ++i)
        triggeredFault();
    for (std::size_t i = 0, expectations = below(3); i < expectations; ++i)
        expectation();
    if (below(4) == 0)
        m_text.insert(m_text.find('\n') + 1, "ties = \"random\"\n");
    return m_text;
}

void RandomScenario::supervisor(const std::string &name, int depth)
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
    m_supervisors.push_back(name);
    for (const auto &[child, isSupervisor] : listed) {
        if (isSupervisor)
            supervisor(child, depth - 1);
        else
            worker(child);
    }
}

bool RandomScenario::has(const std::string &strategy) const
{
    return (strategy == "one_for_one" && m_dialect.has(Strategy::OneForOne))
           || (strategy == "one_for_all" && m_dialect.has(Strategy::OneForAll))
           || (strategy == "rest_for_one" && m_dialect.has(Strategy::RestForOne));
}

void RandomScenario::worker(const std::string &name)
{
    constexpr const char *lives[] = {"never", "exp(5s)", "exp(20s)", "uniform(1s, 3s)"};
    constexpr const char *reasons[] = {"panic", "error", "normal", "shutdown"};
    constexpr const char *times[] = {"0s", "exp(50ms)", "200ms"};
    constexpr const char *stops[] = {"0s", "exp(100ms)", "2s", "never"};
    m_text += "[worker." + name + "]\nlifetime = \"" + oneOf(lives) + "\"\nexit_reason = \"" + oneOf(reasons)
              + "\"\ninit_time = \"" + oneOf(times) + "\"\n";
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

void RandomScenario::command(const std::string &what, std::size_t ms)
{
    m_text += "[[command]]\ndo = \"" + what + "\"\nto = \"app\"\nby = \"operator\"\nwhy = \"deploy\"\n"
              + "at = \"" + std::to_string(ms) + "ms\"\n";
}

void RandomScenario::fault()
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

void RandomScenario::outage()
{
    m_text += "[[fault]]\ninject = \"outage\"\ninto = \"" + oneOf(m_names) + "\"\nat = \""
              + std::to_string(below(120)) + "s\"\nlasts = \"exp(10s)\"\n";
    if (below(2) == 0)
        m_text += "behaviour = { lifetime = \"exp(300ms)\" }\n";
}

void RandomScenario::triggeredFault()
{
    constexpr const char *kinds[] = {"panic", "kill", "hang"};
    constexpr const char *verbs[] = {"starts", "exits"};
    m_text += "[[fault]]\ninject = \"" + oneOf(kinds) + "\"\ninto = \"" + oneOf(m_names) + "\"\nwhen = \""
              + oneOf(m_names) + " " + oneOf(verbs) + "\"\nafter = \"exp(1s)\"\nchance = 0.5\ncount = 4\n";
}

void RandomScenario::expectation()
{
    const std::string number = std::to_string(m_text.size());
    m_text += "[[expect]]\nname = \"expectation " + number + "\"\n";
    const std::string node = oneOf(m_names);
    switch (below(4)) {
    case 0:
        m_text += "always = \"restarts(" + node + ", 20s) <= 2\"\n";
        break;
    case 1:
        m_text += "never = \"gave_up(" + oneOf(m_supervisors) + ")\"\n";
        break;
    case 2:
        m_text += "whenever = \"down(" + node + ")\"\neventually = \"up(" + node + ")\"\nwithin = \"5s\"\n";
        break;
    default:
        m_text += "finally = \"up(" + node + ")\"\n";
        break;
    }
}

}
