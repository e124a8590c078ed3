#include "simulator/analysis/policy_check.h"

#include "simulator/analysis/policy_arithmetic.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

using Severity = PolicyFinding::Severity;

/// A call to a supervisor gives up after so long (the default of OTP's gen_server:call).
constexpr Duration callTimeout = Duration::seconds(5);
/// What Kubernetes grants a pod between SIGTERM and SIGKILL unless told otherwise.
constexpr Duration usualGrace = Duration::seconds(30);
/// More deaths than this at the same moment are no accident of a few services any more.
constexpr std::uint32_t fewDeaths = 8;

/// The names of the first few, and how many more there are.
std::string nameList(const std::vector<std::string> &names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == 6)
            return text + fmt::format(" and {} more", names.size() - i);
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    }
    return text;
}

bool isRestarted(const ListedChild &child)
{
    return child.spec->restart != RestartType::Temporary;
}

/// What the checks look at and write to.
struct Checker {
    const Scenario &scenario;
    PolicyTree tree;
    std::string_view check;
    std::vector<PolicyFinding> findings;

    void add(Severity severity, int line, std::string message)
    {
        findings.push_back({check, severity, line, std::move(message)});
    }
    int line(SupervisorDefinition::Listed child, std::string_view key) const
    {
        const auto &places = child.isSupervisor ? scenario.supervisorPlaces : scenario.workerPlaces;
        return places[child.definition].lineOf(key);
    }
    int supervisorLine(std::size_t supervisor, std::string_view key) const
    {
        return scenario.supervisorPlaces[supervisor].lineOf(key);
    }
    const Behaviour &behaviour(const ListedChild &worker) const
    {
        return scenario.model.workers[worker.from.definition].behaviour;
    }
    Duration shortestStart(const ListedChild &child) const
    {
        return child.from.isSupervisor ? Duration::zero() : shortest(behaviour(child).initTime);
    }

    template <typename Visit> void eachSupervisor(Visit visit)
    {
        for (std::size_t i = 0; i < tree.supervisors(); ++i)
            visit(i);
    }
    template <typename Visit> void eachChild(Visit visit)
    {
        for (std::size_t i = 0; i < tree.supervisors(); ++i)
            for (const ListedChild &child : tree.children(i))
                visit(i, child);
    }
};

/// Restarts in a row that take as long as the window or longer never fill it, whatever goes wrong. A decaying
/// count has no such span.
bool neverFills(Duration span, const SupervisorSpec &flags)
{
    return canGiveUp(flags) && flags.limit.kind != WindowKind::Decaying && effectiveLimit(flags).max > 0
           && span >= widestWindow(flags.limit);
}

void limitCannotTrip(Checker &checker)
{
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        const RestartLimitSpec limit = effectiveLimit(checker.tree.supervisor(supervisor).flags);
        if (!isRestarted(child) || child.spec->backoff == ChildSpec::noBackoff)
            return;
        const Duration span = checker.tree.shortestSpan(supervisor, child, limit.max);
        if (!neverFills(span, checker.tree.supervisor(supervisor).flags))
            return;
        checker.add(
            Severity::Finding, checker.line(child.from, "backoff"),
            fmt::format("{} can fail for ever and {} never gives up: with its delays, {} take at least {}, "
                        "longer than the window of {}",
                        checker.tree.name(child.from), checker.tree.supervisorName(supervisor),
                        limit.max == 1 ? "2 failures" : fmt::format("{} failures", limit.max + 1),
                        human(span), human(limit.within)));
    });
}

void startOutlastsWindow(Checker &checker)
{
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        const RestartLimitSpec limit = effectiveLimit(checker.tree.supervisor(supervisor).flags);
        const Duration start = checker.shortestStart(child);
        if (!isRestarted(child) || child.spec->backoff != ChildSpec::noBackoff
            || !neverFills(checker.tree.shortestSpan(supervisor, child, limit.max),
                           checker.tree.supervisor(supervisor).flags))
            return;
        checker.add(
            Severity::Finding, checker.line(child.from, "init_time"),
            fmt::format("the start of {} takes at least {}, so even starts that always fail never use up "
                        "the limit of {} ({})",
                        checker.tree.name(child.from), human(start), checker.tree.supervisorName(supervisor),
                        limitText(limit)));
    });
}

void fewDeathsKillTheRoot(Checker &checker)
{
    const std::size_t root = checker.tree.root();
    const auto fatal = checker.tree.fatalDeaths(root);
    const RestartLimitSpec limit = effectiveLimit(checker.tree.supervisor(root).flags);
    if (!fatal || limit.max == 0 || !canGiveUp(checker.tree.supervisor(root).flags))
        return;
    const std::uint32_t workers = checker.tree.workersBelow(root);
    const bool isMinority = fatal->count <= fewDeaths && fatal->count * 2 <= workers;
    checker.add(
        isMinority ? Severity::Finding : Severity::Note, checker.supervisorLine(root, "max_restarts"),
        fmt::format("{} of {} workers that die at the same moment, each only once, make {} give up, and "
                    "everything with it: its limit is {}, for all children together ({})",
                    fatal->count, workers, checker.tree.supervisorName(root), limitText(limit),
                    nameList(fatal->children)));
}

void noRestartAllowed(Checker &checker)
{
    checker.eachSupervisor([&](std::size_t supervisor) {
        const SupervisorSpec &flags = checker.tree.supervisor(supervisor).flags;
        const bool endsAnyway = endsWithFirstFailure(flags);
        if (!endsAnyway && (!canGiveUp(flags) || effectiveLimit(flags).max > 0))
            return;
        std::vector<std::string> names;
        for (const ListedChild &child : checker.tree.children(supervisor))
            if (endsAnyway || child.spec->restart == RestartType::Permanent)
                names.emplace_back(checker.tree.name(child.from));
        if (names.empty())
            return;
        const bool isRoot = supervisor == checker.tree.root();
        checker.add(isRoot ? Severity::Finding : Severity::Note,
                    checker.supervisorLine(supervisor, "max_restarts"),
                    fmt::format("{} {}, so the first {} of {} {}", checker.tree.supervisorName(supervisor),
                                endsAnyway ? "restarts nothing, and stops all with the first that fails"
                                           : "allows no restart at all",
                                endsAnyway ? "failure" : "end", nameList(names),
                                isRoot ? "ends everything" : "is passed on to its parent"));
    });
}

void transientSupervisorVanishes(Checker &checker)
{
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        if (!child.from.isSupervisor || child.spec->restart != RestartType::Transient)
            return;
        // Where its end shuts the parent down, it does not vanish in silence: that is what it is for.
        if (child.spec->significant
            && checker.tree.supervisor(supervisor).flags.autoShutdown != AutoShutdown::Never)
            return;
        if (!losesTransientSupervisor(checker.tree.supervisor(supervisor).flags,
                                      checker.tree.supervisor(child.from.definition).flags))
            return;
        const auto below = checker.tree.children(child.from.definition);
        if (std::none_of(below.begin(), below.end(), isRestarted))
            return;
        checker.add(
            Severity::Finding, checker.line(child.from, "restart"),
            fmt::format(
                "{0} is transient, and a supervisor that gives up exits with `shutdown`, which counts "
                "as normal: once its limit is reached, {1} never starts it again",
                checker.tree.name(child.from), checker.tree.supervisorName(supervisor)));
    });
}

void startBlocksSiblings(Checker &checker)
{
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        const auto siblings = checker.tree.children(supervisor);
        const Shape shape = checker.tree.supervisor(supervisor).flags.rules.shape;
        if (child.from.isSupervisor || !isRestarted(child) || (siblings.size() == 1 && child.copies == 1)
            || !awaitsStarts(shape))
            return;
        const Duration start = longest(checker.behaviour(child).initTime);
        if (start < callTimeout)
            return;
        checker.add(
            Severity::Finding, checker.line(child.from, "init_time"),
            fmt::format("each start of {} may keep {} busy for {}: meanwhile it restarts no other child and "
                        "answers no call (calls time out after {})",
                        checker.tree.name(child.from), checker.tree.supervisorName(supervisor), human(start),
                        human(callTimeout)));
    });
}

void startCanHang(Checker &checker)
{
    const auto hangs = [](const Choice<InitResult> &choice) {
        const auto isHang = [](const InitResult &result) { return result.kind == InitResultKind::Hang; };
        return isHang(choice.otherwise) || std::any_of(choice.values.begin(), choice.values.end(), isHang);
    };
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        if (child.from.isSupervisor)
            return;
        const Behaviour &behaviour = checker.behaviour(child);
        bool canHang = longest(behaviour.initTime).isNever();
        for (std::uint32_t n = 1; n <= behaviour.initResult.size(); ++n)
            canHang = canHang || hangs(behaviour.initResult.at(n));
        if (!canHang)
            return;
        const Shape shape = checker.tree.supervisor(supervisor).flags.rules.shape;
        const std::string_view above = checker.tree.supervisorName(supervisor);
        const std::string then =
            !awaitsStarts(shape) ? "it would never be up, and never be restarted"
            : stopInterruptsStart(shape)
                ? fmt::format("{} would wait until it is told to stop", above)
                : fmt::format("{} would wait for ever, and could not even be stopped", above);
        checker.add(Severity::Finding, checker.line(child.from, "init_result"),
                    fmt::format("a start of {} can hang, and nothing ends it: {}",
                                checker.tree.name(child.from), then));
    });
}

void stopCanHang(Checker &checker)
{
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        if (child.from.isSupervisor)
            return;
        const SupervisorSpec &above = checker.tree.supervisor(supervisor).flags;
        if (!checker.tree.longestStop(above, *child.spec, child.from).isNever())
            return;
        const bool isAsSaid = child.spec->shutdown.grace.isNever();
        checker.add(
            Severity::Finding, checker.line(child.from, "shutdown"),
            fmt::format("{} may not obey a stop request, and {} it is never killed: {} would wait for ever",
                        checker.tree.name(child.from),
                        isAsSaid
                            ? "with `shutdown = \"infinity\"`"
                            : fmt::format("under the rules of {}", checker.tree.supervisorName(supervisor)),
                        checker.tree.supervisorName(supervisor)));
    });
}

void stopOutlastsGrace(Checker &checker)
{
    const std::size_t root = checker.tree.root();
    const auto stop = [&](std::size_t supervisor) {
        return checker.tree.longestOwnStop({static_cast<std::uint32_t>(supervisor), true});
    };
    const auto takes = [&](std::size_t supervisor) {
        const Duration time = stop(supervisor);
        return (time.isNever() ? "for ever" : "up to " + human(time))
               + (stopsTogether(checker.tree.supervisor(supervisor).flags)
                      ? ", its children all at once"
                      : ", its children one after another");
    };
    const Model &model = checker.scenario.model;
    bool isRootGraced = false;
    for (std::size_t i = 0; i < model.commands.size(); ++i) {
        const Command &command = model.commands[i];
        if (command.kind != CommandKind::Shutdown || command.grace.isNever())
            continue;
        for (const NodeId node : command.to.nodes) {
            const std::size_t supervisor = model.nodes[node].definition;
            isRootGraced = isRootGraced || supervisor == root;
            if (!model.nodes[node].isSupervisor || stop(supervisor) <= command.grace)
                continue;
            checker.add(Severity::Finding, checker.scenario.commandPlaces[i].lineOf("grace"),
                        fmt::format("to stop {} takes {}, but after the grace of {} everything is killed",
                                    checker.tree.supervisorName(supervisor), takes(supervisor),
                                    human(command.grace)));
        }
    }
    if (!isRootGraced && stop(root) > usualGrace && !stop(root).isNever())
        checker.add(Severity::Note, checker.supervisorLine(root, ""),
                    fmt::format("to stop {} takes {}; what runs it may kill it earlier (Kubernetes after {})",
                                checker.tree.supervisorName(root), takes(root), human(usualGrace)));
}

void stopLeavesOrphans(Checker &checker)
{
    checker.eachChild([&](std::size_t supervisor, const ListedChild &child) {
        if (!child.from.isSupervisor || !checker.tree.hasTrappingWorker(child.from))
            return;
        const auto grace = killsSupervisorAfter(checker.tree.supervisor(supervisor).flags, *child.spec);
        const Duration needed = checker.tree.longestOwnStop(child.from);
        if (!grace || (!grace->isZero() && needed <= *grace)
            || !leavesTrappingChildren(checker.tree.supervisor(child.from.definition).flags))
            return;
        checker.add(
            Severity::Finding, checker.line(child.from, "shutdown"),
            fmt::format("{} kills {} {}, but its children may need {} to stop: they live on without a "
                        "supervisor, beside their successors",
                        checker.tree.supervisorName(supervisor), checker.tree.name(child.from),
                        grace->isZero() ? "at once" : "after " + human(*grace),
                        needed.isNever() ? "for ever" : human(needed)));
    });
}

/// Times to failure at which a supervisor gives up again and again, and its parent never does.
struct BlindBand {
    Duration from;   ///< the parent's limit is out of reach from here on
    Duration until;  ///< and the supervisor's own from here on
};

std::optional<BlindBand> blindBand(const PolicyTree &tree, std::size_t parent, const ListedChild &child)
{
    if (!child.from.isSupervisor || child.spec->restart != RestartType::Permanent)
        return std::nullopt;
    const SupervisorSpec &above = tree.supervisor(parent).flags;
    const SupervisorSpec &below = tree.supervisor(child.from.definition).flags;
    const RestartLimitSpec outer = effectiveLimit(above);
    const RestartLimitSpec inner = effectiveLimit(below);
    const auto isBounded = [](const RestartLimitSpec &limit) {
        return !limit.within.isNever() && limit.kind != WindowKind::Decaying;
    };
    if (!canGiveUp(above) || !canGiveUp(below) || !isBounded(outer) || !isBounded(inner) || outer.max == 0
        || inner.max == 0)
        return std::nullopt;
    const auto crashes = static_cast<std::int64_t>(outer.max) * (static_cast<std::int64_t>(inner.max) + 1);
    const Duration from = Duration::nanoseconds(widestWindow(outer).ns() / crashes);
    const Duration until = Duration::nanoseconds(widestWindow(inner).ns() / inner.max);
    if (from >= until)
        return std::nullopt;
    return BlindBand{from, until};
}

std::string spanText(Duration from, Duration until)
{
    const std::string first = human(from);
    const std::string last = human(until);
    return first == last ? "about " + first : "between " + first + " and " + last;
}

void failureStaysBelow(Checker &checker)
{
    checker.eachChild([&](std::size_t parent, const ListedChild &child) {
        const auto band = blindBand(checker.tree, parent, child);
        if (!band)
            return;
        const std::string_view inner = checker.tree.name(child.from);
        const std::string_view outer = checker.tree.supervisorName(parent);
        bool isHit = false;
        for (const ListedChild &worker : checker.tree.children(child.from.definition)) {
            if (worker.from.isSupervisor || worker.spec->restart != RestartType::Permanent
                || worker.spec->backoff != ChildSpec::noBackoff)
                continue;
            const Behaviour &behaviour = checker.behaviour(worker);
            const Duration least = shortest(behaviour.lifetime) + shortest(behaviour.initTime);
            const Duration most = longest(behaviour.lifetime) + longest(behaviour.initTime);
            if (least < band->from || most >= band->until)
                continue;
            isHit = true;
            checker.add(
                Severity::Finding, checker.line(worker.from, "lifetime"),
                fmt::format("{0} ends {1} after each start, so {2} gives up again and again, and {3} ({4}) "
                            "never does: the failure stays below it for ever",
                            checker.tree.name(worker.from), human(least), inner, outer,
                            limitText(effectiveLimit(checker.tree.supervisor(parent).flags))));
        }
        if (!isHit)
            checker.add(
                Severity::Note, checker.supervisorLine(child.from.definition, "max_restarts"),
                fmt::format(
                    "a child of {0} that fails {2} after each start makes {0} give up again and again, "
                    "and {1} never notices",
                    inner, outer, spanText(band->from, band->until)));
    });
}

struct CheckRow {
    PolicyCheck check;
    void (*apply)(Checker &checker);
};

constexpr std::array rows{
    CheckRow{{"limit-cannot-trip", "The delays before restarts are so long that the limit is never reached"},
             limitCannotTrip},
    CheckRow{{"start-outlasts-window", "Starts take so long that failing ones never reach the limit"},
             startOutlastsWindow},
    CheckRow{{"few-deaths-kill-root", "A few workers that die together, once each, take everything down"},
             fewDeathsKillTheRoot},
    CheckRow{{"no-restart-allowed", "A limit of 0 above children that are meant to be restarted"},
             noRestartAllowed},
    CheckRow{{"failure-stays-below", "A supervisor gives up for ever without its parent ever doing so"},
             failureStaysBelow},
    CheckRow{{"transient-supervisor", "A transient supervisor is gone for good once it has given up"},
             transientSupervisorVanishes},
    CheckRow{{"start-blocks-siblings", "A slow start keeps the supervisor from everything else"},
             startBlocksSiblings},
    CheckRow{{"start-can-hang", "A start without an end hangs its supervisor, and all above it"},
             startCanHang},
    CheckRow{{"stop-can-hang", "A child that may never stop is given endless time for it"}, stopCanHang},
    CheckRow{{"stop-outlasts-grace", "The children's stop times add up to more than the grace"},
             stopOutlastsGrace},
    CheckRow{{"stop-leaves-orphans", "A supervisor is killed before its children can have stopped"},
             stopLeavesOrphans},
};

}  // namespace

std::span<const PolicyCheck> policyChecks()
{
    static const auto checks = [] {
        std::array<PolicyCheck, rows.size()> table;
        std::transform(rows.begin(), rows.end(), table.begin(),
                       [](const CheckRow &row) { return row.check; });
        return table;
    }();
    return checks;
}

std::vector<PolicyFinding> checkPolicies(const Scenario &scenario)
{
    Checker checker{scenario, PolicyTree(scenario.model), {}, {}};
    for (const CheckRow &row : rows) {
        checker.check = row.check.name;
        row.apply(checker);
    }
    std::stable_sort(checker.findings.begin(), checker.findings.end(),
                     [](const PolicyFinding &a, const PolicyFinding &b) { return a.line < b.line; });
    return std::move(checker.findings);
}

}  // namespace daruma
