#pragma once

#include "engine/fenced_supervisor.h"
#include "engine/independent_supervisor.h"
#include "engine/instance_supervisor.h"
#include "engine/list_supervisor.h"
#include "engine/loop_supervisor.h"
#include "engine/monitor_supervisor.h"
#include "engine/parallel_supervisor.h"
#include "engine/roster_supervisor.h"
#include "engine/system_supervisor.h"

#include <variant>

namespace daruma {

/// Any of the machines, chosen by the specification. They are named after their shape: a list of children,
/// instances of one template, a loop that monitors, a system that is started as a whole, a loop around one
/// child, children in parallel, a roster, attempts that are fenced, children that are independent.
class Supervisor {
public:
    /// `chance` is for the shapes that leave something to chance: a new number for each new supervisor.
    void reset(const SupervisorSpec &spec, Duration clockPhase, std::uint64_t chance = 0)
    {
        switch (spec.rules.shape) {
        case Shape::List:
            if (spec.strategy == Strategy::SimpleOneForOne)
                return machine<InstanceSupervisor>().reset(spec, clockPhase);
            return machine<ListSupervisor>().reset(spec, clockPhase);
        case Shape::Monitor:
            return machine<MonitorSupervisor>().reset(spec, clockPhase);
        case Shape::System:
            return machine<SystemSupervisor>().reset(spec, clockPhase, chance);
        case Shape::Loop:
            return machine<LoopSupervisor>().reset(spec, clockPhase);
        case Shape::Parallel:
            return machine<ParallelSupervisor>().reset(spec, clockPhase);
        case Shape::Roster:
            return machine<RosterSupervisor>().reset(spec, clockPhase);
        case Shape::Fenced:
            return machine<FencedSupervisor>().reset(spec, clockPhase);
        case Shape::Independent:
            return machine<IndependentSupervisor>().reset(spec, clockPhase, chance);
        }
    }

    void handle(Instant now, const Signal &signal, EffectList &effects)
    {
        if (auto *list = std::get_if<ListSupervisor>(&m_machine))
            return list->handle(now, signal, effects);
        std::visit([&](auto &machine) { machine.handle(now, signal, effects); }, m_machine);
    }

    void abandon(EffectList &effects)
    {
        std::visit([&](auto &machine) { machine.abandon(effects); }, m_machine);
    }

    bool isEnded() const
    {
        return std::visit([](const auto &machine) { return machine.isEnded(); }, m_machine);
    }

    /// Whether it can do nothing before an answer comes: of a start, a stop, a full pipe.
    bool isWaiting() const
    {
        return std::visit([](const auto &machine) { return machine.isWaiting(); }, m_machine);
    }

    std::uint32_t restartsInWindow(Instant now) const
    {
        return std::visit([now](const auto &machine) { return machine.restartsInWindow(now); }, m_machine);
    }

    /// Calls `visitor(const Record &)` for each child record, in start order.
    template <typename Visitor> void forEachRecord(Visitor &&visitor) const
    {
        std::visit(
            [&](const auto &machine) {
                for (const auto &record : machine.records())
                    visitor(record);
            },
            m_machine);
    }

private:
    template <typename Machine> Machine &machine()
    {
        if (!std::holds_alternative<Machine>(m_machine))
            m_machine.emplace<Machine>();
        return std::get<Machine>(m_machine);
    }

    std::variant<ListSupervisor, InstanceSupervisor, MonitorSupervisor, SystemSupervisor, LoopSupervisor,
                 ParallelSupervisor, RosterSupervisor, FencedSupervisor, IndependentSupervisor>
        m_machine;
};

}  // namespace daruma
