#include "simulator/analysis/causes.h"

#include <algorithm>
#include <map>

namespace daruma {

namespace {

/// Places in the list of all causes, ascending.
using Set = std::vector<std::size_t>;

constexpr std::size_t mostOthers = 8;

Set without(const Set &set, std::size_t begin, std::size_t end)
{
    Set rest(set.begin(), set.begin() + static_cast<std::ptrdiff_t>(begin));
    rest.insert(rest.end(), set.begin() + static_cast<std::ptrdiff_t>(end), set.end());
    return rest;
}

/// The next combination of `set.size()` places below `count` in lexical order; false after the last.
bool advance(Set &set, std::size_t count)
{
    for (std::size_t i = set.size(); i-- > 0;) {
        if (set[i] + (set.size() - i) >= count)
            continue;
        ++set[i];
        for (std::size_t later = i + 1; later < set.size(); ++later)
            set[later] = set[later - 1] + 1;
        return true;
    }
    return false;
}

class Prover {
public:
    Prover(const Model &model, std::uint64_t seed, const RunFailure &failure, FailureTrials::Budget budget,
           const std::function<void(std::uint64_t)> &progress)
        : m_trials(model, seed, failure.signature, budget)
        , m_progress(progress)
    {
        m_proof.failure = failure;
    }

    CauseProof prove()
    {
        if (!m_trials.fails(nullptr))
            return std::move(m_proof);
        m_proof.all = m_trials.occurred();
        Set all(m_proof.all.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = i;
        Set least = minimal(all);
        m_proof.isProven = isMinimal(least);
        if (m_proof.isProven) {
            findSmaller(least, all.size());
            findOthers(least, all);
        }
        m_proof.causes = named(least);
        findNoReturn(all);
        m_proof.runs = m_trials.runs();
        return std::move(m_proof);
    }

private:
    std::vector<OccurredCause> named(const Set &set) const
    {
        std::vector<OccurredCause> causes;
        for (const std::size_t i : set)
            causes.push_back(m_proof.all[i]);
        return causes;
    }

    bool fails(const Set &set)
    {
        const auto known = m_known.find(set);
        return known != m_known.end() ? known->second : tries(set);
    }

    bool tries(const Set &set)
    {
        std::vector<Cause> kept;
        for (const std::size_t i : set)
            kept.push_back(m_proof.all[i].cause);
        std::sort(kept.begin(), kept.end());
        const bool fails = m_trials.fails(&kept);
        if (m_progress)
            m_progress(m_trials.runs());
        if (!m_trials.isSpent())
            m_known.emplace(set, fails);
        return fails;
    }

    /// A set within `set`, which fails, from which nothing can be taken away.
    Set minimal(Set set)
    {
        set = traced(set);
        for (std::size_t size = (set.size() + 1) / 2; size > 0 && !m_trials.isSpent();) {
            bool hasShrunk = false;
            // From the end: what came later often needs what came before, but not the other way round.
            for (std::size_t end = set.size(); end > 0;) {
                const std::size_t begin = end > size ? end - size : 0;
                Set rest = without(set, begin, end);
                if (fails(rest)) {
                    set = std::move(rest);
                    hasShrunk = true;
                }
                end = begin;
            }
            if (size > 1)
                size = (size + 1) / 2;
            else if (!hasShrunk)
                break;
        }
        return set;
    }

    /// What the causes of the events lead back to is most often enough.
    Set traced(const Set &set)
    {
        if (set.size() < 3 || !tries(set))
            return set;
        const std::vector<Cause> causes = m_trials.traced();
        Set within;
        for (const std::size_t i : set)
            if (std::binary_search(causes.begin(), causes.end(), m_proof.all[i].cause))
                within.push_back(i);
        return within.size() < set.size() && fails(within) ? within : set;
    }

    bool isMinimal(const Set &set)
    {
        if (!fails(set))
            return false;
        for (std::size_t i = 0; i < set.size(); ++i)
            if (fails(without(set, i, i + 1)))
                return false;
        return !m_trials.isSpent();
    }

    void findSmaller(Set &least, std::size_t count)
    {
        for (std::size_t size = 0; size < least.size(); ++size) {
            Set set(size);
            for (std::size_t i = 0; i < size; ++i)
                set[i] = i;
            do {
                // Half of the budget is for everything else.
                if (m_trials.isSpent() || m_trials.runs() > m_trials.runsLeft())
                    return;
                if (fails(set)) {
                    least = std::move(set);
                    m_proof.isSmallest = true;
                    return;
                }
            } while (advance(set, count));
        }
        m_proof.isSmallest = true;
    }

    void findOthers(const Set &least, const Set &all)
    {
        m_proof.isDecisive.assign(least.size(), true);
        m_proof.areOthersComplete = true;
        std::vector<Set> others;
        for (std::size_t i = 0; i < least.size(); ++i) {
            const std::size_t cause = least[i];
            const Set rest = without(all, cause, cause + 1);
            m_proof.isDecisive[i] = !fails(rest);
            if (m_proof.isDecisive[i] || m_trials.isSpent())
                continue;
            Set other = minimal(rest);
            if (m_trials.isSpent() || !isMinimal(other))
                break;
            if (std::find(others.begin(), others.end(), other) == others.end() && others.size() < mostOthers)
                others.push_back(std::move(other));
        }
        if (m_trials.isSpent())
            m_proof.areOthersComplete = false;
        std::sort(others.begin(), others.end(), [](const Set &a, const Set &b) {
            return a.size() != b.size() ? a.size() < b.size() : a < b;
        });
        for (const Set &other : others)
            m_proof.others.push_back(named(other));
    }

    /// Each set holds what took effect up to one event.
    void findNoReturn(const Set &all)
    {
        const auto upTo = [&](std::size_t count) { return without(all, count, all.size()); };
        std::size_t tooFew = 0;
        std::size_t enough = all.size();
        const bool triesAll = all.size() < m_trials.runsLeft();
        if (triesAll) {
            for (enough = 0; enough < all.size() && !fails(upTo(enough));)
                ++enough;
        } else if (fails(upTo(0))) {
            enough = 0;
        } else {
            while (enough > tooFew + 1) {
                const std::size_t middle = tooFew + (enough - tooFew) / 2;
                (fails(upTo(middle)) ? enough : tooFew) = middle;
            }
        }
        m_proof.isNoReturnEarliest = triesAll && !m_trials.isSpent();
        m_proof.noReturn = enough == 0 ? EventId{} : m_proof.all[enough - 1].event;
    }

    FailureTrials m_trials;
    const std::function<void(std::uint64_t)> &m_progress;
    CauseProof m_proof;
    std::map<Set, bool> m_known;
};

}

std::vector<OccurredCause> causesOf(const Model &model, std::uint64_t seed)
{
    std::vector<OccurredCause> causes;
    Simulation simulation(model);
    simulation.run(seed, nullptr, {nullptr, &causes});
    return causes;
}

CauseProof proveCauses(const Model &model, std::uint64_t seed, const RunFailure &failure,
                       FailureTrials::Budget budget, const std::function<void(std::uint64_t)> &progress)
{
    return Prover(model, seed, failure, budget, progress).prove();
}

}
