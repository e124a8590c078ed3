#pragma once

#include "simulator/kernel/cause.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace daruma {

/// The way in which a run fails, in names that mean the same in other versions of its scenario. Two runs fail
/// in the same way where these are equal.
struct FailureSignature {
    enum class Kind : std::uint8_t { Expectation, Invariant, RootEnded, RootNotStarted };

    Kind kind = Kind::Expectation;
    std::string name;  ///< of the expectation or the invariant
    /// The tables of the supervisors that gave up, or could not start, and so brought it about: the give-up
    /// path, the first of them first. Of what is judged by the clock or at the end of the run alone: those
    /// that brought about the end of the root before that.
    std::vector<std::string> path;

    bool isAboutRoot() const { return kind == Kind::RootEnded || kind == Kind::RootNotStarted; }

    bool operator==(const FailureSignature &) const = default;
};

/// A failure of a run and the event that tells of it: a violation, or how the root ended.
struct RunFailure {
    FailureSignature signature;
    EventId event;
};

/// The failures of a run that are worth a proof, in the order of their telling (Explainer::subjects): the
/// first violation, and the end of the root unless the violation follows from it. Empty where nothing failed
/// and where a limit cut the run.
std::vector<RunFailure> failuresOf(const Model &model, const Recording &run);

/// The way that a violation, or the `exit` or `init_failed` of the root, speaks of.
FailureSignature signatureAt(const Model &model, const Recording &run, EventId event);

/// Tries runs of one model and seed with some causes only: does such a run fail in the given way? A run is
/// left as soon as that is known.
class FailureTrials {
public:
    struct Budget {
        std::uint64_t runs = 5'000;
        std::uint64_t events = 20'000'000;  ///< of all of them together
    };

    /// `model` must outlive it.
    FailureTrials(const Model &model, std::uint64_t seed, FailureSignature wanted, Budget budget);
    FailureTrials(const Model &model, std::uint64_t seed, FailureSignature wanted)
        : FailureTrials(model, seed, std::move(wanted), Budget())
    {}
    ~FailureTrials();
    FailureTrials(const FailureTrials &) = delete;
    FailureTrials &operator=(const FailureTrials &) = delete;

    /// Only these take effect; in ascending order. Null: all. False too where the budget is spent before it
    /// is known.
    bool fails(const std::vector<Cause> *kept);

    /// Of the last trial that failed so: what took effect before the failure, in order.
    const std::vector<OccurredCause> &occurred() const;
    /// Of the last trial that failed so, of its `occurred`: what the failure follows from by the causes that
    /// its events name, with what filled the windows of the supervisors that gave up.
    std::vector<Cause> traced();

    /// Of the last trial that failed so: when, and how many events there were up to then.
    Instant failedAt() const;
    std::uint64_t eventsBefore() const;

    std::uint64_t runs() const;
    std::uint64_t runsLeft() const;
    /// A trial could not be made, or not to its end: what `fails` denied since may be unknown.
    bool isSpent() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
