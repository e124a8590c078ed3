#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/json_text.h"
#include "simulator/kernel/world.h"

namespace daruma {

void World::reply(std::uint32_t index, const Effect &effect, const EffectList &effects)
{
    const Process &process = m_processes[index];
    const TextId result = m_texts.intern(resultText(index, effect, effects));
    Event &event = open(EventKind::Reply, process.node, process.incarnation, effect.cause);
    event.a = commandOf(effect.cause);
    event.detail = static_cast<std::uint8_t>(effect.command);
    event.text = result;
    close();
}

/// Whoever waits for an answer of a supervisor that has ended learns of it as a process of its own.
void World::failCall(std::uint32_t index, const Effect &effect)
{
    Ready &ready = post(index);
    ready.delivery = Delivery::FailedCall;
    ready.signal.reason = m_processes[index].pendingReason;
    ready.signal.cause = effect.cause;
    ready.signal.command = effect.command;
}

void World::callFailed(const Ready &ready)
{
    const TextId result = m_texts.intern(endedText(ready.target.node, reasonText(ready.signal.reason)));
    Event &event = open(EventKind::Reply, ready.target.node, ready.target.incarnation, ready.signal.cause);
    event.a = commandOf(ready.signal.cause);
    event.detail = static_cast<std::uint8_t>(ready.signal.command);
    event.text = result;
    close();
}

std::string World::reasonText(ExitReason reason) const
{
    std::string text(toText(reason.kind));
    if (reason.text.isValid())
        text += ":" + std::string(m_texts[reason.text]);
    return text;
}

std::string World::processText(ProcessId id) const
{
    return path(id.node) + "#" + std::to_string(id.incarnation);
}

/// The answer to a call of a supervisor that is gone, or goes while the call waits.
std::string World::endedText(NodeId node, std::string_view reason) const
{
    const bool isSupervisor = node.isValid() && m_nodes[node].isSupervisor;
    if (isSupervisor && m_model->supervisor(m_nodes[node]).flags.rules.answers == Answers::Sentences)
        return "[\"error\", "
               + jsonString("supervisor '" + idText(m_nodes[node].id, m_texts)
                            + "' is shutting down - operation not permitted")
               + "]";
    return "[\"exit\", " + jsonString(reason) + "]";
}

/// An error of a call, where errors are sentences about the child that it names; else empty.
std::string World::errorSentence(const Process &process, const Effect &effect) const
{
    if (m_model->supervisors[process.definition].flags.rules.answers != Answers::Sentences)
        return {};
    const Command &command = m_model->commands[commandOf(effect.cause)];
    const std::string child = "'" + idText(command.child, m_texts) + "'";
    switch (effect.reply) {
    case ReplyKind::AlreadyPresent:
        return "child with id " + child + " already exists - use a unique identifier";
    case ReplyKind::NotFound:
        return "child with id " + child + " not found - it may have already terminated";
    case ReplyKind::Failed: {
        const bool isError = effect.reason.kind == ReasonKind::Error;
        const bool hasText = isError && effect.reason.text.isValid();
        return "child " + child + " initialization failed: "
               + (hasText   ? std::string(m_texts[effect.reason.text])
                  : isError ? "error"
                            : "worker panicked during initialization");
    }
    case ReplyKind::TimedOut:
        return "child " + child + " initialization timed out after "
               + decimalText(m_model->supervisors[process.definition].flags.startTimeoutOf(
                   m_model->startables[command.startable].spec.key));
    default:
        return {};
    }
}

std::string World::resultText(std::uint32_t index, const Effect &effect, const EffectList &effects) const
{
    const auto pair = [](std::string_view first, std::string_view second) {
        return "[\"" + std::string(first) + "\", " + jsonString(second) + "]";
    };
    if (const std::string sentence = errorSentence(m_processes[index], effect); !sentence.empty())
        return pair("error", sentence);
    switch (effect.reply) {
    case ReplyKind::Ok:
        return "\"ok\"";
    case ReplyKind::OkChild:
        return pair("ok", processText(effect.child));
    case ReplyKind::Ignored:
        return "\"ignore\"";
    case ReplyKind::MaxChildren:
        return pair("error", "max_children");
    case ReplyKind::OkUndefined:
        return pair("ok", "undefined");
    case ReplyKind::AlreadyStarted:
        return "[\"error\", " + pair("already_started", processText(effect.child)) + "]";
    case ReplyKind::AlreadyPresent:
        return pair("error", "already_present");
    case ReplyKind::NotFound:
        return pair("error", "not_found");
    case ReplyKind::Running:
        return pair("error", "running");
    case ReplyKind::Restarting:
        return pair("error", "restarting");
    case ReplyKind::SimpleOneForOne:
        return pair("error", "simple_one_for_one");
    case ReplyKind::Failed:
        return pair("error", reasonText(effect.reason));
    case ReplyKind::OkIfDead: {
        const std::uint32_t child = findProcess(effect.child);
        const bool alive = child != none && m_processes[child].state != State::Dead;
        return alive ? pair("error", "not_found") : "\"ok\"";
    }
    case ReplyKind::Children:
        return childrenText(effect, effects,
                            m_model->supervisors[m_processes[index].definition].flags.strategy
                                == Strategy::SimpleOneForOne);
    case ReplyKind::Counts:
        return "{\"specs\": " + std::to_string(effects.counts[effect.key].specs)
               + ", \"active\": " + std::to_string(effects.counts[effect.key].active)
               + ", \"supervisors\": " + std::to_string(effects.counts[effect.key].supervisors)
               + ", \"workers\": " + std::to_string(effects.counts[effect.key].workers) + "}";
    case ReplyKind::TimedOut:
        return pair("error", "timeout");
    case ReplyKind::Roster:
        return rosterText(effect, effects);
    case ReplyKind::Strategy:
        return jsonString(toText(m_model->supervisors[m_processes[index].definition].flags.strategy));
    case ReplyKind::Uptime:
        return std::to_string(effect.duration.ns() / 1'000'000'000);
    case ReplyKind::ChildAdded:
        return "{\"ChildAdded\": {\"child_manifest\": " + jsonString(idText(effect.id, m_texts)) + "}}";
    case ReplyKind::ChildControl:
        return controlText(effect);
    case ReplyKind::Exited:
        break;
    }
    DARUMA_UNREACHABLE("every reply has a text");
}

/// The fields of ChildControlResult that there is something to say about here.
std::string World::controlText(const Effect &effect) const
{
    const auto is = [&effect](std::uint32_t bit) { return (effect.hint & bit) != 0; };
    const auto operation = [](bool paused) { return paused ? "\"paused\"" : "\"active\""; };
    return "{\"ChildControl\": {\"outcome\": {\"child_id\": " + jsonString(idText(effect.id, m_texts))
           + ", \"attempt\": " + (effect.earlier > 0 ? std::to_string(effect.earlier) : "null")
           + ", \"operation_before\": " + operation(is(ChildControl::wasPaused))
           + ", \"operation_after\": " + operation(is(ChildControl::isPaused)) + ", \"status\": "
           + (is(ChildControl::isCancelling) ? "\"cancelling\""
              : is(ChildControl::isRunning)  ? "\"running\""
                                             : "null")
           + ", \"cancel_delivered\": " + (is(ChildControl::cancelDelivered) ? "true" : "false")
           + ", \"idempotent\": "
           + (is(ChildControl::wasPaused) == is(ChildControl::isPaused) ? "true" : "false") + "}}}";
}

std::string World::childrenText(const Effect &effect, const EffectList &effects, bool areInstances) const
{
    std::string text = "[";
    for (std::uint32_t i = 0; i < effect.hint; ++i) {
        const ChildRow &row = effects.rows[effect.key + i];
        if (text.size() > 1)
            text += ", ";
        // OTP forgets the process of a restarting instance, and with it all that could name it (rule 63).
        const bool nameless = areInstances && row.status == ChildStatus::Restarting;
        text += "[" + (nameless ? "\"undefined\"" : jsonString(idText(row.id, m_texts))) + ", ";
        switch (row.status) {
        case ChildStatus::Undefined:
            text += "\"undefined\"";
            break;
        case ChildStatus::Restarting:
            text += "\"restarting\"";
            break;
        case ChildStatus::Running:
            text += std::to_string(row.process.incarnation);
            break;
        }
        text += row.type == ChildType::Supervisor ? ", \"supervisor\"]" : ", \"worker\"]";
    }
    return text + "]";
}

std::string World::rosterText(const Effect &effect, const EffectList &effects) const
{
    constexpr std::string_view types[] = {"permanent", "transient", "temporary"};
    std::string text = "[";
    for (std::uint32_t i = 0; i < effect.hint; ++i) {
        const ChildRow &row = effects.rows[effect.key + i];
        text += (i > 0 ? ", [" : "[") + jsonString(idText(row.id, m_texts))
                + (row.type == ChildType::Supervisor ? ", \"supervisor\", " : ", \"worker\", ")
                + jsonString(types[static_cast<std::size_t>(row.restart)]) + "]";
    }
    return text + "]";
}

}  // namespace daruma
