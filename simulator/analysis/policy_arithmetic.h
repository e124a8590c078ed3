#pragma once

#include "simulator/analysis/policy_rules.h"
#include "simulator/kernel/model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What can be computed from a tree without running it. Everything is a bound over all seeds and faults:
/// `shortest` is never undercut; `longest` is passed in one case of a thousand at most.

namespace daruma {

Duration shortest(const Distribution &distribution);
Duration longest(const Distribution &distribution);
/// Over all incarnations.
Duration shortest(const ByIncarnation<Distribution> &distributions);
Duration longest(const ByIncarnation<Distribution> &distributions);

/// A child as its supervisor lists it; children of one `count` are one child with that many copies.
struct ListedChild {
    std::size_t index = 0;  ///< into flags.children and listed
    std::uint32_t copies = 1;
    const ChildSpec *spec = nullptr;
    SupervisorDefinition::Listed from;
};

class PolicyTree {
public:
    explicit PolicyTree(const Model &model);

    const Model &model() const { return m_model; }
    std::size_t supervisors() const { return m_model.supervisors.size(); }
    const SupervisorDefinition &supervisor(std::size_t index) const { return m_model.supervisors[index]; }
    std::string_view name(SupervisorDefinition::Listed listed) const;
    std::string_view supervisorName(std::size_t index) const
    {
        return m_model.texts[supervisor(index).table];
    }
    std::vector<ListedChild> children(std::size_t supervisor) const;
    /// The supervisor that lists it; nothing for the root and for what only start_child starts.
    std::optional<std::size_t> parent(std::size_t supervisor) const { return m_parents[supervisor]; }
    std::size_t root() const { return m_root; }

    /// How long a start takes at most, all below a supervisor included.
    Duration longestStart(SupervisorDefinition::Listed child) const;
    /// How long a child takes at most to be stopped by its supervisor: one after another below most, together
    /// where that stops all at once; never() where nothing limits it.
    Duration longestStop(const SupervisorSpec &above, const ChildSpec &spec,
                         SupervisorDefinition::Listed child) const;
    /// The same without the limit that its own supervisor sets.
    Duration longestOwnStop(SupervisorDefinition::Listed child) const;
    bool hasTrappingWorker(SupervisorDefinition::Listed child) const;
    std::uint32_t workersBelow(std::size_t supervisor) const;

    /// The shortest time from one restart of a child to the n-th after it, if it never survives its start:
    /// the delays, and its start each time.
    Duration shortestSpan(std::size_t supervisor, const ListedChild &child, std::uint32_t restarts) const;

    /// The smallest number of workers whose deaths at the same moment, one each, make a supervisor give up,
    /// with the children of the supervisor that are to blame. Nothing where no number below a thousand does.
    struct FatalDeaths {
        std::uint32_t count = 0;
        std::vector<std::string> children;
    };
    std::optional<FatalDeaths> fatalDeaths(std::size_t supervisor) const;

private:
    const Model &m_model;
    std::size_t m_root = 0;
    std::vector<std::optional<std::size_t>> m_parents;
};

/// The window in which restarts can count together. In OTP it is one second longer than `within`, since both
/// ends are whole seconds and both count (rules 16 to 19). A span of this length or more can never fit in.
Duration widestWindow(const RestartLimitSpec &limit);

/// `3 restarts in 5 s`.
std::string limitText(const RestartLimitSpec &limit);

/// The limit of a supervisor, with the number of restarts that it lets pass as `max`: one less than is
/// written where it trips at the number and not beyond it.
RestartLimitSpec effectiveLimit(const SupervisorSpec &flags);

}  // namespace daruma
