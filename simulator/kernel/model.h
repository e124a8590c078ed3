#pragma once

#include "engine/spec.h"
#include "simulator/kernel/behaviour.h"
#include "simulator/kernel/event.h"
#include "simulator/kernel/expectation.h"
#include "simulator/kernel/node_table.h"
#include "simulator/kernel/selector.h"
#include "simulator/kernel/text_table.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What a simulation runs: a scenario with everything looked up, checked and numbered. Immutable while it is
/// run, and shared by any number of simulations. Made by the reader in simulator/scenario.

namespace daruma {

struct WorkerDefinition {
    TextId table = {};
    ChildSpec spec;  ///< as a child of whoever starts it; `key` is set where it is listed
    Behaviour behaviour;
    std::vector<Selector> needs;
};

/// Bits of a set of `Invariant`.
inline constexpr std::uint32_t allInvariants = 0xffff'ffff;

struct SupervisorDefinition {
    TextId table = {};
    ChildSpec spec;
    SupervisorSpec flags;                    ///< flags.children[i].key == i for the children that it lists
    std::uint32_t promises = allInvariants;  ///< which of them its dialect keeps
    Selector owner;                          ///< whose end ends it; names nothing where it has none
    ByIncarnation<Choice<InitResult>> initResult;
    /// What the children are made from, one entry for each in flags.children; under simple_one_for_one the
    /// one template.
    struct Listed {
        std::uint32_t definition : 31 = 0;
        bool isSupervisor : 1 = false;
    };
    std::vector<Listed> listed;
};

enum class FaultKind : std::uint8_t { Panic, Exit, Kill, Hang, Delay, Outage };
enum class DelayedStep : std::uint8_t { Init, Stop, ExitSignal, Reload };

struct Fault {
    TextId name = {};
    std::uint64_t nameHash = 0;  ///< key of its streams
    std::uint32_t place = 0;     ///< among faults and commands, in file order
    FaultKind kind = FaultKind::Panic;
    Selector into;
    ExitReason reason = {ReasonKind::Panic, {}};

    /// Exactly one of these (none for some delays): a moment, an interval, or an event that sets it off.
    std::optional<Instant> at;
    std::optional<Distribution> every;
    struct Trigger {
        Selector node;
        EventKind event = EventKind::Started;
        Distribution after;  ///< default 0
    };
    std::optional<Trigger> when;

    Instant from = Instant::start();  ///< `between`, for `every`, `when` and delays
    Instant until = Instant::never();
    Chance chance = Chance::always();
    std::uint32_t count = 0xffff'ffff;  ///< takes place at most so many times
    std::uint32_t pick = 0xffff'ffff;   ///< each time it strikes so many of its targets; not of a delay

    DelayedStep step = DelayedStep::Init;
    Distribution by;  ///< of a delay

    Distribution lasts;  ///< of an outage; never = for good
    Behaviour outage;    ///< what replaces the target's own, where `replaces` says so
    struct Replaces {
        bool initTime = false;
        bool initResult = false;
        bool lifetime = false;
        bool exitReason = false;
        bool stopTime = false;
        bool stopReason = false;
        bool patience = false;
    } replaces;
};

/// What start_child can start: a table that no `children` lists, or a new instance of a template.
struct Startable {
    ChildSpec spec;  ///< its `key` is startableKey + its own index
    SupervisorDefinition::Listed from;
    /// Of an instance with a behaviour of its own, which replaces the template's wholly.
    std::optional<Behaviour> behaviour;
    bool isInstance = false;  ///< of whatever template the supervisor has that is asked
};
inline constexpr std::uint32_t startableKey = 0x8000'0000;

struct Command {
    CommandKind kind = CommandKind::WhichChildren;
    std::uint32_t place = 0;  ///< among faults and commands, in file order
    Instant at;
    Selector to;
    ChildId child;  ///< id, or name of an instance
    std::uint32_t startable = 0xffff'ffff;
    Duration grace = Duration::never();
    TextId by = {};
    TextId why = {};
    TextId message = {};  ///< of control
};

enum class Ties : std::uint8_t { Fifo, Random };

/// Every limit has a name, a message and an option (CONTRACT section 1).
struct Limits {
    std::uint64_t eventsPerRun = 100'000'000;
    std::uint64_t eventsPerInstant = 1'000'000;
    std::uint64_t nodes = 1'000'000;
};

struct Model {
    std::string name;
    std::string dialect = "otp";
    Instant horizon = Instant::fromNs(3'600'000'000'000);
    std::uint64_t seed = 1;
    Ties ties = Ties::Fifo;
    Duration clockPhase;
    Limits limits;

    TextTable texts;
    NodeTable nodes;  ///< node 0 is the root
    std::vector<WorkerDefinition> workers;
    std::vector<SupervisorDefinition> supervisors;
    std::vector<Fault> faults;
    std::vector<Command> commands;
    std::vector<Startable> startables;
    std::vector<Expectation> expectations;

    const WorkerDefinition &worker(const Node &node) const { return workers[node.definition]; }
    const SupervisorDefinition &supervisor(const Node &node) const { return supervisors[node.definition]; }
};

}  // namespace daruma
