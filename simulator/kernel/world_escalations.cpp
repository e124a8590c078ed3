#include "simulator/kernel/world.h"

/// Panics of supervisors that carry more than a text: which step failed, and why. The texts are those that
/// Rust's Debug prints for such a payload (spry 0.0.4, error.rs: Escalation, StartupFailure), but for the
/// payloads inside: where Rust knows nothing and prints `Any { .. }`, they are told as far as they are known.

namespace daruma {

ExitReason World::panicOf(const Effect &effect)
{
    const std::string failure = startFailureText(effect);
    const std::string text = effect.payload == PanicPayload::Startup ? "Startup(" + failure + ")"
                             : effect.startFailure == StartFailure::None
                                 ? "TooManyRestarts(" + exitText(effect) + ")"
                                 : "TooManyRestarts(RestartFailure(" + failure + "))";
    return {ReasonKind::Panic, m_texts.intern(text)};
}

/// The start function failed outside of any child.
ExitReason World::failureOfSystem(ExitReason reason)
{
    return {ReasonKind::Panic,
            m_texts.intern("Startup(NonChildFailure(" + payloadText(reason, false) + "))")};
}

std::string World::startFailureText(const Effect &effect) const
{
    switch (effect.startFailure) {
    case StartFailure::None:
        break;
    case StartFailure::ReusedId:
        return "ReusedKey(\"" + idText(effect.id, m_texts) + "\")";
    case StartFailure::Child:
        return "ChildFailure(\"" + idText(effect.id, m_texts) + "\", "
               + payloadText(effect.reason, escalates(effect.child.node)) + ")";
    case StartFailure::Interrupted:
        return "Interrupted";
    }
    return {};
}

std::string World::exitText(const Effect &effect) const
{
    if (isNormal(effect.reason))
        return "Normal";
    if (effect.reason.kind == ReasonKind::Killed)
        return "Aborted";
    return "Panicked(" + payloadText(effect.reason, escalates(effect.child.node)) + ")";
}

std::string World::payloadText(ExitReason reason, bool isEscalation) const
{
    if (reason.kind != ReasonKind::Panic)
        return "\"" + reasonText(reason) + "\"";
    if (!reason.text.isValid())
        return "Any { .. }";
    const std::string text(m_texts[reason.text]);
    return isEscalation ? text : "\"" + text + "\"";
}

bool World::escalates(NodeId node) const
{
    return node.isValid() && m_nodes[node].isSupervisor
           && m_model->supervisors[m_nodes[node].definition].flags.rules.shape == Shape::System;
}

}  // namespace daruma
