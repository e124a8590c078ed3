#include "simulator/campaign/swarm.h"

#include "simulator/kernel/distribution_text.h"
#include "simulator/kernel/duration_text.h"

#include <array>
#include <map>
#include <mutex>
#include <optional>

namespace daruma {

namespace {

/// Faults drawn alike share a variant; so many are kept.
constexpr std::size_t mostVariants = 512;

/// The draws of one fault, in their order; the numbers are part of every swarm run.
enum class Draw : std::uint8_t { IsOff, Frequency, IsNarrow, Target, Length, Lateness };

class FaultDraws {
public:
    FaultDraws(std::uint64_t seed, const Fault &fault)
        : m_key(streamKey(seed, fault.nameHash, Purpose::Swarm))
    {}

    std::uint64_t below(std::uint64_t bound, Draw which) const
    {
        return scaleToBound(draw(m_key, static_cast<std::uint64_t>(which)), bound);
    }

private:
    StreamKey m_key;
};

struct Ratio {
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
};

std::optional<Duration> scaled(Duration length, Ratio ratio)
{
    std::int64_t product = 0;
    if (__builtin_mul_overflow(length.ns(), ratio.numerator, &product))
        return std::nullopt;
    const Duration result = Duration::nanoseconds(product / ratio.denominator);
    if (result > longestDuration || (result.isZero() && !length.isZero()))
        return std::nullopt;
    return result;
}

/// Nothing where it has no length that could be changed, or would become too long or too short.
std::optional<Distribution> scaled(const Distribution &distribution, Ratio ratio)
{
    using Kind = Distribution::Kind;
    if (distribution.isNever() || distribution.isZero())
        return std::nullopt;
    const auto first = scaled(distribution.first(), ratio);
    if (!first)
        return std::nullopt;
    switch (distribution.kind()) {
    case Kind::Fixed:
        return Distribution::fixed(*first);
    case Kind::Exponential:
        return Distribution::exponential(*first);
    case Kind::Lognormal:
        return Distribution::lognormal(*first, distribution.factor());
    case Kind::Weibull:
        return Distribution::weibull(*first, distribution.factor());
    case Kind::Uniform:
    case Kind::Normal:
        break;
    case Kind::Never:
        return std::nullopt;
    }
    const auto second = scaled(distribution.second(), ratio);
    if (!second)
        return std::nullopt;
    return distribution.kind() == Kind::Uniform ? Distribution::uniform(*first, *second)
                                                : Distribution::normal(*first, *second);
}

/// A key that says how hard a fault is, and its value.
struct Strength {
    std::string_view key;
    Distribution value;
    /// Each has a draw of its own: an outage that comes more often and lasts as much shorter is as hard as
    /// before.
    Draw draw;
};

std::vector<Strength> strengthsOf(const Fault &fault)
{
    std::vector<Strength> strengths;
    if (fault.at)
        strengths.push_back({"at", Distribution::fixed(*fault.at - Instant::start()), Draw::Lateness});
    if (fault.when)
        strengths.push_back({"after", fault.when->after, Draw::Lateness});
    if (fault.every)
        strengths.push_back({"every", *fault.every, Draw::Frequency});
    if (fault.kind == FaultKind::Delay)
        strengths.push_back({"by", fault.by, Draw::Length});
    if (fault.kind == FaultKind::Outage)
        strengths.push_back({"lasts", fault.lasts, Draw::Length});
    return strengths;
}

constexpr std::array ratios{Ratio{1, 4}, Ratio{1, 2}, Ratio{1, 1}, Ratio{2, 1}, Ratio{4, 1}};

/// KEY=VALUE where the draw changes the value.
std::optional<std::string> drawn(const Strength &strength, const FaultDraws &draws, std::string_view fault,
                                 Instant horizon)
{
    const Ratio ratio = ratios.at(draws.below(ratios.size(), strength.draw));
    const auto changed = scaled(strength.value, ratio);
    if (!changed || ratio.numerator == ratio.denominator)
        return std::nullopt;
    // What comes behind the end of the run would be off, and half of the seeds have it off already.
    if (strength.key == "at" && Instant::start() + changed->first() > horizon)
        return std::nullopt;
    return overrideKey("fault", fault, strength.key) + "=" + toText(*changed);
}

/// The paths that it strikes from the beginning; empty where a narrower choice cannot be written.
std::vector<std::string> targetsOf(const Model &model, const Fault &fault)
{
    std::vector<std::string> targets;
    if (fault.pick != 0xffff'ffff)
        return targets;
    for (const NodeId node : fault.into.nodes) {
        targets.push_back(model.nodes.path(node, model.texts));
        if (targets.back().find_first_of("*?") != std::string::npos)
            return {};
    }
    return targets;
}

std::string jsonString(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return quoted + '"';
}

class SwarmCell final : public Cell {
public:
    SwarmCell(Variant usual, VariantReader read)
        : m_usual(std::make_shared<const Variant>(std::move(usual)))
        , m_read(std::move(read))
    {}

    const Variant &usual() const override { return *m_usual; }

    std::shared_ptr<const Variant> of(std::uint64_t seed) const override
    {
        const std::vector<std::string> drawn = swarmOf(*m_usual->scenario, seed);
        std::string key;
        for (const std::string &setting : drawn)
            key += setting + '\n';
        {
            const std::lock_guard lock(m_mutex);
            if (const auto known = m_variants.find(key); known != m_variants.end())
                return known->second;
        }
        auto variant = std::make_shared<const Variant>(m_read(drawn));
        const std::lock_guard lock(m_mutex);
        if (m_variants.size() >= mostVariants)
            m_variants.clear();
        m_variants.emplace(std::move(key), variant);
        return variant;
    }

private:
    std::shared_ptr<const Variant> m_usual;
    VariantReader m_read;
    mutable std::mutex m_mutex;
    mutable std::map<std::string, std::shared_ptr<const Variant>> m_variants;
};

}

bool isOnInSwarm(const Fault &fault, std::uint64_t seed)
{
    return FaultDraws(seed, fault).below(2, Draw::IsOff) != 0;
}

std::vector<std::string> swarmOf(const Scenario &scenario, std::uint64_t seed)
{
    const Model &model = scenario.model;
    std::vector<std::string> settings{"scenario.ties=random"};
    for (const Fault &fault : model.faults) {
        const FaultDraws draws(seed, fault);
        const std::string_view name = model.texts[fault.name];
        if (!isOnInSwarm(fault, seed)) {
            settings.push_back(overrideKey("fault", name, "chance") + "=0");
            continue;
        }
        for (const Strength &strength : strengthsOf(fault)) {
            if (auto setting = drawn(strength, draws, name, model.horizon))
                settings.push_back(std::move(*setting));
        }
        const std::vector<std::string> targets = targetsOf(model, fault);
        if (targets.size() > 1 && draws.below(2, Draw::IsNarrow) == 0)
            settings.push_back(overrideKey("fault", name, "into") + "="
                               + jsonString(targets[draws.below(targets.size(), Draw::Target)]));
    }
    return settings;
}

std::unique_ptr<Cell> swarmCell(Variant usual, VariantReader read)
{
    return std::make_unique<SwarmCell>(std::move(usual), std::move(read));
}

}
