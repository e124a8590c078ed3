#include "simulator/analysis/policy_arithmetic.h"

#include "engine/policy/allowed_restarts.h"
#include "simulator/kernel/duration_text.h"

#include <algorithm>

namespace daruma {

namespace {

/// The variate that 999 of 1000 stay below.
constexpr std::uint64_t nearlyAll = UINT64_MAX / 1000 * 999;

/// So many deaths in one moment are no accident that a limit is there for.
constexpr std::uint32_t manyDeaths = 1000;

Duration times(Duration duration, std::uint32_t n)
{
    // A sum past 64-bit time is as good as one without end.
    std::int64_t product = 0;
    if (duration.isNever() || __builtin_mul_overflow(duration.ns(), std::int64_t{n}, &product))
        return duration.isZero() || n == 0 ? Duration::zero() : Duration::never();
    return Duration::nanoseconds(product);
}

template <typename Bound>
Duration extreme(const ByIncarnation<Distribution> &distributions, Bound bound, bool isLeast)
{
    Duration found = bound(distributions.at(1));
    for (std::uint32_t n = 2; n <= distributions.size(); ++n)
        found = isLeast ? std::min(found, bound(distributions.at(n)))
                        : std::max(found, bound(distributions.at(n)));
    return found;
}

bool isRestarted(const ChildSpec &spec)
{
    return spec.restart != RestartType::Temporary;
}

}  // namespace

Duration shortest(const Distribution &distribution)
{
    switch (distribution.kind()) {
    case Distribution::Kind::Fixed:
    case Distribution::Kind::Uniform:
    case Distribution::Kind::Never:
        return distribution.first();
    default:
        return Duration::zero();
    }
}

Duration longest(const Distribution &distribution)
{
    switch (distribution.kind()) {
    case Distribution::Kind::Fixed:
    case Distribution::Kind::Never:
        return distribution.first();
    case Distribution::Kind::Uniform:
        return distribution.second();
    default:
        return distribution.quantile(nearlyAll);
    }
}

Duration shortest(const ByIncarnation<Distribution> &distributions)
{
    return extreme(
        distributions, [](const Distribution &d) { return shortest(d); }, true);
}

Duration longest(const ByIncarnation<Distribution> &distributions)
{
    return extreme(
        distributions, [](const Distribution &d) { return longest(d); }, false);
}

PolicyTree::PolicyTree(const Model &model)
    : m_model(model)
    , m_root(model.nodes[NodeId{0}].definition)
    , m_parents(model.supervisors.size())
{
    for (std::size_t i = 0; i < model.supervisors.size(); ++i)
        for (const SupervisorDefinition::Listed &listed : model.supervisors[i].listed)
            if (listed.isSupervisor)
                m_parents[listed.definition] = i;
}

std::string_view PolicyTree::name(SupervisorDefinition::Listed listed) const
{
    return m_model.texts[listed.isSupervisor ? m_model.supervisors[listed.definition].table
                                             : m_model.workers[listed.definition].table];
}

std::vector<ListedChild> PolicyTree::children(std::size_t supervisor) const
{
    const SupervisorDefinition &definition = m_model.supervisors[supervisor];
    std::vector<ListedChild> children;
    for (std::size_t i = 0; i < definition.flags.children.size(); ++i) {
        const ChildSpec &spec = definition.flags.children[i];
        const bool isCopy = !children.empty() && spec.id.index != ChildId::noIndex && spec.id.index > 0
                            && children.back().spec->id.text == spec.id.text;
        if (isCopy)
            ++children.back().copies;
        else
            children.push_back({i, 1, &spec, definition.listed[i]});
    }
    return children;
}

Duration PolicyTree::longestStart(SupervisorDefinition::Listed child) const
{
    if (!child.isSupervisor)
        return longest(m_model.workers[child.definition].behaviour.initTime);
    if (supervisor(child.definition).flags.strategy == Strategy::SimpleOneForOne)
        return Duration::zero();
    Duration sum;
    for (const ListedChild &below : children(child.definition))
        sum = sum + times(longestStart(below.from), below.copies);
    return sum;
}

Duration PolicyTree::longestStop(const SupervisorSpec &above, const ChildSpec &spec,
                                 SupervisorDefinition::Listed child) const
{
    return stopBelow(above, spec, child.isSupervisor, longestOwnStop(child));
}

Duration PolicyTree::longestOwnStop(SupervisorDefinition::Listed child) const
{
    if (!child.isSupervisor) {
        const Behaviour &behaviour = m_model.workers[child.definition].behaviour;
        return behaviour.trapsExits ? longest(behaviour.stopTime) : Duration::zero();
    }
    const SupervisorSpec &flags = supervisor(child.definition).flags;
    Duration sum;
    for (const ListedChild &below : children(child.definition)) {
        const Duration one = longestStop(flags, *below.spec, below.from);
        sum = stopsTogether(flags) ? std::max(sum, one) : sum + times(one, below.copies);
    }
    return sum;
}

bool PolicyTree::hasTrappingWorker(SupervisorDefinition::Listed child) const
{
    if (!child.isSupervisor)
        return m_model.workers[child.definition].behaviour.trapsExits;
    const auto below = children(child.definition);
    return std::any_of(below.begin(), below.end(),
                       [&](const ListedChild &one) { return hasTrappingWorker(one.from); });
}

std::uint32_t PolicyTree::workersBelow(std::size_t supervisor) const
{
    std::uint32_t workers = 0;
    for (const ListedChild &child : children(supervisor))
        workers += child.copies * (child.from.isSupervisor ? workersBelow(child.from.definition) : 1);
    return workers;
}

Duration PolicyTree::shortestSpan(std::size_t supervisor, const ListedChild &child,
                                  std::uint32_t restarts) const
{
    const SupervisorDefinition &parent = this->supervisor(supervisor);
    const Duration start = child.from.isSupervisor
                               ? Duration::zero()
                               : shortest(m_model.workers[child.from.definition].behaviour.initTime);
    Duration span = times(start, restarts);
    if (child.spec->backoff == ChildSpec::noBackoff)
        return span;
    // Past a hundred delays the sum is far beyond any window that a person writes.
    for (std::uint32_t earlier = 0; earlier < std::min(restarts, 100U); ++earlier)
        span = span + backoffDelay(parent.flags.backoffs[child.spec->backoff], earlier, 0);
    return span;
}

std::optional<PolicyTree::FatalDeaths> PolicyTree::fatalDeaths(std::size_t supervisor) const
{
    const SupervisorDefinition &definition = this->supervisor(supervisor);
    const std::uint32_t needed = effectiveLimit(definition.flags).max;
    if (needed >= manyDeaths || !canGiveUp(definition.flags))
        return std::nullopt;
    // Under one_for_all those who are dead already are swept up by the first restart (OTP rule 43).
    const bool countsOnce = definition.flags.strategy == Strategy::OneForAll;
    struct Candidate {
        std::uint32_t deaths;
        std::string name;
    };
    std::vector<Candidate> candidates;
    for (const ListedChild &child : children(supervisor)) {
        if (!isRestarted(*child.spec))
            continue;
        std::uint32_t deaths = 1;
        if (child.from.isSupervisor) {
            const auto below = fatalDeaths(child.from.definition);
            // A transient supervisor that gives up is not restarted, and so not counted (OTP rule 22).
            if (!below || child.spec->restart != RestartType::Permanent)
                continue;
            deaths = below->count;
        }
        const std::uint32_t copies =
            definition.flags.strategy == Strategy::SimpleOneForOne ? needed + 1 : child.copies;
        for (std::uint32_t i = 0; i < std::min(copies, needed + 1); ++i) {
            std::string name(this->name(child.from));
            candidates.push_back({deaths, copies > 1 ? name + "[" + std::to_string(i) + "]" : name});
        }
    }
    const std::size_t decisions = std::size_t{needed} + 1;
    if (candidates.size() < decisions || (countsOnce && decisions > 1))
        return std::nullopt;
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate &a, const Candidate &b) { return a.deaths < b.deaths; });
    FatalDeaths fatal;
    for (std::size_t i = 0; i < decisions; ++i) {
        fatal.count += candidates[i].deaths;
        fatal.children.push_back(candidates[i].name);
    }
    return fatal;
}

Duration widestWindow(const RestartLimitSpec &limit)
{
    const Duration beyond = limit.stamps == WindowStamps::WholeSeconds ? Duration::seconds(1)
                            : limit.end == WindowEnd::Inclusive        ? Duration::nanoseconds(1)
                                                                       : Duration::zero();
    return limit.within + beyond;
}

RestartLimitSpec effectiveLimit(const SupervisorSpec &flags)
{
    RestartLimitSpec limit = flags.limit;
    limit.max = allowedRestarts(limit, flags.rules.tripTest);
    return limit;
}

std::string limitText(const RestartLimitSpec &limit)
{
    if (limit.isUnlimited())
        return "unlimited restarts";
    if (limit.within.isNever())
        return std::to_string(limit.max) + (limit.max == 1 ? " restart" : " restarts") + " in a lifetime";
    return std::to_string(limit.max) + (limit.max == 1 ? " restart in " : " restarts in ")
           + human(limit.within);
}

}  // namespace daruma
