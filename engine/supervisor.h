#pragma once

#include "engine/instance_supervisor.h"
#include "engine/list_supervisor.h"

#include <variant>

namespace daruma {

/// Any of the machines, chosen by the specification. They are named after their shape: a list of children,
/// and instances of one template.
class Supervisor {
public:
    void reset(const SupervisorSpec &spec, Duration clockPhase)
    {
        if (spec.strategy == Strategy::SimpleOneForOne)
            shape<InstanceSupervisor>().reset(spec, clockPhase);
        else
            shape<ListSupervisor>().reset(spec, clockPhase);
    }

    void handle(Instant now, const Signal &signal, EffectList &effects)
    {
        if (auto *list = std::get_if<ListSupervisor>(&m_machine))
            list->handle(now, signal, effects);
        else
            std::get<InstanceSupervisor>(m_machine).handle(now, signal, effects);
    }

    void abandon(EffectList &effects)
    {
        std::visit([&](auto &machine) { machine.abandon(effects); }, m_machine);
    }

    bool isEnded() const
    {
        return std::visit([](const auto &machine) { return machine.isEnded(); }, m_machine);
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
    template <typename Machine> Machine &shape()
    {
        if (!std::holds_alternative<Machine>(m_machine))
            m_machine.emplace<Machine>();
        return std::get<Machine>(m_machine);
    }

    std::variant<ListSupervisor, InstanceSupervisor> m_machine;
};

}  // namespace daruma
