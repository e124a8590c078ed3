#include "app/desktop/models/setting_fields.h"

#include "app/desktop/models/text.h"
#include "simulator/kernel/distribution_text.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/document.h"
#include "simulator/scenario/keys.h"

#include <fmt/format.h>

#include <span>

namespace daruma {

namespace {

const TomlValue *valueAt(const TomlValue &document, std::string_view kind, std::string_view table,
                         std::string_view key)
{
    const TomlEntry *tables = document.find(kind);
    const TomlEntry *named = tables ? tables->value.find(table) : nullptr;
    const TomlEntry *entry = named ? named->value.find(key) : nullptr;
    return entry ? &entry->value : nullptr;
}

/// As a person types it, without the quotes of a text.
std::string plainText(const TomlValue *value)
{
    if (!value)
        return {};
    return value->isText() ? value->text : valueText(*value);
}

std::string limitText(const RestartLimitSpec &limit)
{
    return limit.isUnlimited() ? "unlimited" : std::to_string(limit.max);
}

std::string withinText(Duration within)
{
    return within.isNever() ? "lifetime" : toText(within);
}

std::string shutdownText(const ShutdownPolicy &policy)
{
    return policy.brutal ? "brutal_kill" : policy.grace.isNever() ? "infinity" : toText(policy.grace);
}

/// Collects the settings of one place.
class Collector {
public:
    Collector(const Run &run, NodeId node)
        : m_run(run)
        , m_node(node)
        , m_isSupervisor(run.isSupervisor(node))
        , m_kind(m_isSupervisor ? "supervisor" : "worker")
        , m_table(run.table(node))
        , m_own(m_isSupervisor ? run.dialectOf(node) : nullptr)
        , m_parents(run.parent(node).isValid() ? run.dialectOf(run.parent(node)) : nullptr)
    {}

    std::vector<Setting> collect()
    {
        if (m_isSupervisor)
            addLimits();
        if (m_run.parent(m_node).isValid())
            addAsChild();
        if (!m_isSupervisor)
            addBehaviour();
        return std::move(m_settings);
    }

private:
    Setting &add(std::string_view name, SettingControl control, const std::string &byDefault,
                 std::string help)
    {
        Setting setting;
        setting.name = name;
        setting.key = overrideKey(m_kind, m_table, name);
        setting.control = control;
        setting.inText = plainText(valueAt(m_run.textDocument(), m_kind, m_table, name));
        const TomlValue *now = valueAt(m_run.document(), m_kind, m_table, name);
        setting.value = now ? plainText(now) : byDefault;
        for (const Override &one : m_run.source().overrides)
            setting.isChanged = setting.isChanged || one.key == setting.key;
        setting.help = std::move(help);
        m_settings.push_back(std::move(setting));
        return m_settings.back();
    }

    static std::string refusalOf(const Dialect *dialect, std::string_view what)
    {
        return dialect ? fmt::format("The dialect \"{}\" has no {}.", dialect->name, what) : std::string();
    }

    template <typename Has>
    static void addChoices(Setting &setting, std::span<const std::string_view> names, const Dialect *dialect,
                           const Has &has)
    {
        for (std::size_t i = 0; i < names.size(); ++i)
            setting.choices.push_back(
                {std::string(names[i]),
                 !dialect || has(i)
                     ? std::string()
                     : refusalOf(dialect, fmt::format("`{}` \"{}\"", setting.name, names[i]))});
    }

    void addLimits()
    {
        const SupervisorSpec &flags = m_run.model().supervisor(m_run.recording().nodes[m_node]).flags;
        const bool hasLimit = !m_own || m_own->hasLimit;
        Setting &most = add("max_restarts", SettingControl::Number, limitText(flags.limit),
                            "How many restarts it bears; one more, and it gives up.");
        most.least = m_own && !m_own->hasZero ? 1 : 0;
        most.hasUnlimited = m_own && m_own->hasUnlimited;
        if (!hasLimit)
            most.refusal = refusalOf(m_own, "`max_restarts`");
        Setting &within = add("within", SettingControl::Duration, withinText(flags.limit.within),
                              m_own && m_own->hasLifetime
                                  ? "In which time they count together: a duration, or \"lifetime\"."
                                  : "In which time they count together: a duration, such as 5s or 1m.");
        if (!hasLimit)
            within.refusal = refusalOf(m_own, "`within`");
        Setting &strategy = add("strategy", SettingControl::Choice,
                                std::string(strategyNames[static_cast<std::size_t>(flags.strategy)]),
                                "Which children are started again together.");
        addChoices(strategy, strategyNames, m_own,
                   [this](std::size_t i) { return m_own->has(static_cast<Strategy>(i)); });
    }

    const ChildSpec &spec() const
    {
        const Node &node = m_run.recording().nodes[m_node];
        return m_isSupervisor ? m_run.model().supervisor(node).spec : m_run.model().worker(node).spec;
    }

    void addAsChild()
    {
        Setting &restart = add("restart", SettingControl::Choice,
                               std::string(restartNames[static_cast<std::size_t>(spec().restart)]),
                               "After which ends its supervisor starts it again.");
        addChoices(restart, restartNames, m_parents,
                   [this](std::size_t i) { return m_parents->has(static_cast<RestartType>(i)); });
        Setting &shutdown = add("shutdown", SettingControl::Text, shutdownText(spec().shutdown),
                                "How long it may take to stop before it is killed: a duration, infinity or "
                                "brutal_kill.");
        if (m_parents && !m_parents->hasShutdown)
            shutdown.refusal = refusalOf(m_parents, "`shutdown` of a child");
        add("backoff", SettingControl::Text, {},
            "A delay before each of its restarts: a duration, or a table such as "
            "{ first = \"1s\", factor = 2, cap = \"30s\" }.");
    }

    void addBehaviour()
    {
        const Behaviour &behaviour = m_run.model().worker(m_run.recording().nodes[m_node]).behaviour;
        add("init_time", SettingControl::Text, toText(behaviour.initTime.at(1)),
            "How long its start takes: a duration, or a distribution such as uniform(1s, 2s).");
        add("init_result", SettingControl::Text, "ok",
            "How its start ends: ok, error, ignore, panic or hang, or a list by incarnation.");
        add("lifetime", SettingControl::Text, toText(behaviour.lifetime.at(1)),
            "How long it runs before it exits by itself: a duration, a distribution such as exp(10s), or "
            "never.");
        add("exit_reason", SettingControl::Text, "panic", "With which reason it then exits.");
        add("stop_time", SettingControl::Text, {},
            "How long it takes to obey a stop request; without it, it ends at once.");
    }

    const Run &m_run;
    NodeId m_node;
    bool m_isSupervisor;
    std::string_view m_kind;
    std::string_view m_table;
    const Dialect *m_own;
    const Dialect *m_parents;
    std::vector<Setting> m_settings;
};

bool isMeasured(const Key &key)
{
    switch (key.type) {
    case ValueType::WholeNumber:
    case ValueType::Count:
    case ValueType::Factor:
    case ValueType::Share:
    case ValueType::Duration:
    case ValueType::Distribution:
    case ValueType::Distributions:
    case ValueType::MaxRestarts:
    case ValueType::Within:
    case ValueType::Shutdown:
    case ValueType::Backoff:
        return true;
    default:
        return false;
    }
}

bool isLimit(const Key &key)
{
    return key.type == ValueType::MaxRestarts || key.type == ValueType::Within;
}

constexpr qsizetype mostKeys = 500;

}

QStringList keysToVary(const Run &run)
{
    QStringList limits;
    QStringList others;
    for (std::uint32_t i = 0; i < run.nodeCount() && limits.size() + others.size() < mostKeys; ++i) {
        const NodeId node{i};
        const TableKind &kind = run.isSupervisor(node) ? supervisorTable : workerTable;
        for (const Key &key : kind.keys) {
            QStringList &list = isLimit(key) ? limits : others;
            const QString text = qt(overrideKey(kind.name, run.table(node), key.name));
            if (isMeasured(key) && !list.contains(text))
                list << text;
        }
    }
    return limits + others;
}

std::vector<Setting> settingsOf(const Run &run, NodeId node)
{
    return Collector(run, node).collect();
}

}
