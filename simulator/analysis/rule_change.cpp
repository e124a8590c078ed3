#include "simulator/analysis/rule_change.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/dialect_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace daruma {

namespace {

/// One that can be carried over into the left model.
struct Change {
    RuleChange rule;
    std::function<void(Model &, const Model &)> carryOver;
};

Dialect rulesOf(const SupervisorDefinition &supervisor)
{
    Dialect dialect;
    dialect.rules = supervisor.flags.rules;
    dialect.limit = supervisor.flags.limit;
    return dialect;
}

void setRules(SupervisorDefinition &supervisor, const Dialect &dialect)
{
    supervisor.flags.rules = dialect.rules;
    supervisor.flags.limit = dialect.limit;
}

void carryAxisOver(const DialectAxis &axis, SupervisorDefinition &to, const SupervisorDefinition &from)
{
    Dialect dialect = rulesOf(to);
    axis.choice.set(dialect, axis.choice.get(rulesOf(from)));
    setRules(to, dialect);
}

bool areParallel(const Model &left, const Model &right)
{
    return left.supervisors.size() == right.supervisors.size() && left.workers.size() == right.workers.size()
           && left.startables.size() == right.startables.size()
           && std::equal(left.supervisors.begin(), left.supervisors.end(), right.supervisors.begin(),
                         [](const SupervisorDefinition &a, const SupervisorDefinition &b) {
                             return a.flags.children.size() == b.flags.children.size();
                         });
}

/// A machine of another shape looks at axes of its own, which come with it.
void addShape(const Model &left, const Model &right, std::vector<Change> &changes)
{
    for (std::size_t i = 0; i < left.supervisors.size(); ++i) {
        const Shape a = left.supervisors[i].flags.rules.shape;
        const Shape b = right.supervisors[i].flags.rules.shape;
        if (a == b)
            continue;
        changes.push_back(
            {{"shape", std::string(toText(a)), std::string(toText(b))}, [](Model &to, const Model &from) {
                 for (std::size_t k = 0; k < to.supervisors.size(); ++k) {
                     SupervisorDefinition &one = to.supervisors[k];
                     const Shape before = one.flags.rules.shape;
                     const Shape after = from.supervisors[k].flags.rules.shape;
                     one.flags.rules.shape = after;
                     for (const DialectAxis &axis : dialectAxes()) {
                         if (axis.matters(after) && !axis.matters(before))
                             carryAxisOver(axis, one, from.supervisors[k]);
                     }
                 }
             }});
        return;
    }
}

void addAxis(const DialectAxis &axis, const Model &left, const Model &right, std::vector<Change> &changes)
{
    for (std::size_t i = 0; i < left.supervisors.size(); ++i) {
        const SupervisorDefinition &a = left.supervisors[i];
        const SupervisorDefinition &b = right.supervisors[i];
        const std::size_t before = axis.choice.get(rulesOf(a));
        const std::size_t after = axis.choice.get(rulesOf(b));
        // Where only the right shape looks at it, it came with the shape.
        if (before == after || !axis.matters(a.flags.rules.shape) || !axis.matters(b.flags.rules.shape))
            continue;
        changes.push_back({{std::string(axis.key.name), std::string(axis.key.choices[before]),
                            std::string(axis.key.choices[after])},
                           [&axis](Model &to, const Model &from) {
                               for (std::size_t k = 0; k < to.supervisors.size(); ++k)
                                   carryAxisOver(axis, to.supervisors[k], from.supervisors[k]);
                           }});
        return;
    }
}

/// Adds a change where something that `textOf` tells of supervisors differs.
template <typename TextOf, typename CarryOver>
void addDefault(const char *name, const Model &left, const Model &right, std::vector<Change> &changes,
                TextOf textOf, CarryOver carryOver)
{
    for (std::size_t i = 0; i < left.supervisors.size(); ++i) {
        const std::string before = textOf(left.supervisors[i]);
        const std::string after = textOf(right.supervisors[i]);
        if (before == after)
            continue;
        changes.push_back({{name, before, after}, [carryOver](Model &to, const Model &from) {
                               for (std::size_t k = 0; k < to.supervisors.size(); ++k)
                                   carryOver(to.supervisors[k], from.supervisors[k]);
                           }});
        return;
    }
}

/// Everything in a model that is the specification of a child.
template <typename M> auto childrenOf(M &model)
{
    std::vector<decltype(&model.workers.front().spec)> specs;
    for (auto &worker : model.workers)
        specs.push_back(&worker.spec);
    for (auto &supervisor : model.supervisors) {
        specs.push_back(&supervisor.spec);
        for (auto &child : supervisor.flags.children)
            specs.push_back(&child);
    }
    for (auto &startable : model.startables)
        specs.push_back(&startable.spec);
    return specs;
}

template <typename TextOf, typename CarryOver>
void addChildDefault(const char *name, const Model &left, const Model &right, std::vector<Change> &changes,
                     TextOf textOf, CarryOver carryOver)
{
    const auto lefts = childrenOf(left);
    const auto rights = childrenOf(right);
    for (std::size_t i = 0; i < lefts.size(); ++i) {
        const std::string before = textOf(*lefts[i]);
        const std::string after = textOf(*rights[i]);
        if (before == after)
            continue;
        changes.push_back({{name, before, after}, [carryOver](Model &to, const Model &from) {
                               const auto sources = childrenOf(from);
                               const auto targets = childrenOf(to);
                               for (std::size_t k = 0; k < targets.size(); ++k)
                                   carryOver(*targets[k], *sources[k]);
                           }});
        return;
    }
}

std::string maxText(const SupervisorDefinition &supervisor)
{
    const RestartLimitSpec &limit = supervisor.flags.limit;
    return limit.isUnlimited() ? "unlimited" : std::to_string(limit.max);
}

std::string withinText(const SupervisorDefinition &supervisor)
{
    const Duration within = supervisor.flags.limit.within;
    return within == Duration::never() ? "lifetime" : toText(within);
}

std::string shutdownText(const ChildSpec &spec)
{
    if (spec.shutdown == ShutdownPolicy::infinity())
        return "infinity";
    if (spec.shutdown == ShutdownPolicy::brutalKill())
        return "brutal_kill";
    return toText(spec.shutdown.grace);
}

std::string backoffsText(const SupervisorDefinition &supervisor)
{
    std::string text;
    for (const ChildSpec &child : supervisor.flags.children) {
        if (child.backoff == ChildSpec::noBackoff)
            continue;
        const BackoffSpec &backoff = supervisor.flags.backoffs[child.backoff];
        text = fmt::format("from {} on", toText(backoff.first));
    }
    return text.empty() ? "none" : text;
}

void addDefaults(const Model &left, const Model &right, std::vector<Change> &changes)
{
    using S = SupervisorDefinition;
    addDefault(
        "default strategy", left, right, changes,
        [](const S &one) { return std::string(strategyNames[static_cast<std::size_t>(one.flags.strategy)]); },
        [](S &to, const S &from) { to.flags.strategy = from.flags.strategy; });
    addDefault("default max_restarts", left, right, changes, maxText,
               [](S &to, const S &from) { to.flags.limit.max = from.flags.limit.max; });
    addDefault("default within", left, right, changes, withinText,
               [](S &to, const S &from) { to.flags.limit.within = from.flags.limit.within; });
    addDefault(
        "default auto_shutdown", left, right, changes,
        [](const S &one) {
            return std::string(autoShutdownNames[static_cast<std::size_t>(one.flags.autoShutdown)]);
        },
        [](S &to, const S &from) { to.flags.autoShutdown = from.flags.autoShutdown; });
    addDefault("default backoff", left, right, changes, backoffsText, [](S &to, const S &from) {
        to.flags.backoffs = from.flags.backoffs;
        for (std::size_t i = 0; i < to.flags.children.size(); ++i)
            to.flags.children[i].backoff = from.flags.children[i].backoff;
    });
    addDefault(
        "promises", left, right, changes,
        [](const S &one) {
            return std::string(one.promises == allInvariants ? "all kept" : "some not kept");
        },
        [](S &to, const S &from) { to.promises = from.promises; });
    addChildDefault(
        "default restart", left, right, changes,
        [](const ChildSpec &one) { return std::string(restartNames[static_cast<std::size_t>(one.restart)]); },
        [](ChildSpec &to, const ChildSpec &from) { to.restart = from.restart; });
    addChildDefault("default shutdown", left, right, changes, shutdownText,
                    [](ChildSpec &to, const ChildSpec &from) { to.shutdown = from.shutdown; });
}

std::vector<Change> changesBetween(const Model &left, const Model &right)
{
    std::vector<Change> changes;
    if (!areParallel(left, right))
        return changes;
    addShape(left, right, changes);
    for (const DialectAxis &axis : dialectAxes())
        addAxis(axis, left, right, changes);
    addDefaults(left, right, changes);
    return changes;
}

/// Runs the left model with changes, up to where the runs part.
class Trials {
public:
    Trials(const Model &left, const Recording &leftRun, const Model &right, const Recording &rightRun,
           const Divergence &divergence)
        : m_left(left)
        , m_leftRun(leftRun)
        , m_right(right)
        , m_rightRun(rightRun)
        , m_divergence(divergence)
    {}

    bool partsAlike(const std::vector<Change> &changes) const
    {
        Model model = m_left;
        for (const Change &change : changes)
            change.carryOver(model, m_right);
        // The moment itself may be told in more events than theirs.
        model.limits.eventsPerRun =
            std::min(model.limits.eventsPerRun, 2 * std::max(m_divergence.left, m_divergence.right) + 1'000);
        const Recording run = record(model, m_leftRun.result.seed);
        return divergesAlike({m_left, m_leftRun.events, m_leftRun}, {m_right, m_rightRun.events, m_rightRun},
                             {model, run.events, run}, m_divergence);
    }

private:
    const Model &m_left;
    const Recording &m_leftRun;
    const Model &m_right;
    const Recording &m_rightRun;
    const Divergence &m_divergence;
};

PartingRules told(const std::vector<Change> &changes, bool isProven)
{
    PartingRules told;
    told.isProven = isProven;
    for (const Change &change : changes)
        told.rules.push_back(change.rule);
    return told;
}

}

std::vector<RuleChange> ruleChanges(const Model &left, const Model &right)
{
    return told(changesBetween(left, right), false).rules;
}

bool divergesAlike(const RunView &left, const RunView &right, const RunView &trial,
                   const Divergence &divergence)
{
    const auto fromLeft = firstDivergence(left, trial);
    const auto fromRight = firstDivergence(trial, right);
    if (!fromLeft || fromLeft->isOrderAlone != divergence.isOrderAlone || fromLeft->t != divergence.t
        || fromLeft->left != divergence.left)
        return false;
    // An order that differs elsewhere is none of this.
    if (!divergence.isOrderAlone)
        return !fromRight || fromRight->isOrderAlone || fromRight->t > divergence.t;
    return !fromRight || fromRight->left > divergence.left;
}

PartingRules rulesThatPart(const Model &left, const Recording &leftRun, const Model &right,
                           const Recording &rightRun, const Divergence &divergence)
{
    std::vector<Change> changes = changesBetween(left, right);
    const Trials trials(left, leftRun, right, rightRun, divergence);
    for (const Change &change : changes) {
        if (trials.partsAlike({change}))
            return told({change}, true);
    }
    if (changes.empty() || !trials.partsAlike(changes))
        return told(changes, false);
    for (std::size_t i = 0; i < changes.size();) {
        std::vector<Change> fewer = changes;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (trials.partsAlike(fewer))
            changes = std::move(fewer);
        else
            ++i;
    }
    return told(changes, true);
}

}
