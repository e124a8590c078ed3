#include "app/cli/event_json.h"

#include "engine/policy/restart_guards.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/invariant_checker.h"
#include "simulator/kernel/json_text.h"

#include <charconv>

namespace daruma {

namespace {

template <typename Number> void appendNumber(std::string &out, Number number)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

template <typename Number> void appendField(std::string &out, std::string_view name, Number number)
{
    out += ",\"";
    out += name;
    out += "\":";
    appendNumber(out, number);
}

void appendText(std::string &out, std::string_view name, std::string_view literal)
{
    out += ",\"";
    out += name;
    out += "\":";
    out += literal;
}

}

std::string violatedName(const Event &violation, const Model &model)
{
    if (violation.a & violationOfInvariant)
        return "invariant:" + std::string(invariants()[violation.a & ~violationOfInvariant].name);
    return model.expectations[violation.a].name;
}

EventJson::EventJson(const Model &model, const Names &names)
    : m_model(model)
    , m_names(names)
{
    for (const Fault &fault : model.faults)
        m_faults.push_back(jsonString(model.texts[fault.name]));
}

const std::string &EventJson::path(NodeId node)
{
    if (node.value >= m_paths.size())
        m_paths.resize(node.value + 1);
    std::string &literal = m_paths[node.value];
    if (literal.empty())
        literal = jsonString(m_names.path(node));
    return literal;
}

/// What was meant where nothing of that name exists yet: `node` names the target, met or not.
std::string EventJson::namedPlace(const Event &event) const
{
    if (event.kind == EventKind::Fault)
        return jsonString(m_model.faults[event.a].into.text);
    if (event.kind == EventKind::Command || event.kind == EventKind::Reply)
        return jsonString(m_model.commands[event.a].to.text);
    return "null";
}

void EventJson::append(std::string &out, const Event &event, std::uint64_t seq)
{
    out += "{\"seq\":";
    appendNumber(out, seq);
    appendField(out, "t_ns", event.t);
    out += ",\"event\":\"";
    out += toText(event.kind);
    out += "\",\"node\":";
    out += event.node.isValid() ? path(event.node) : namedPlace(event);
    appendField(out, "incarnation", event.incarnation);
    if (event.cause.isValid())
        appendField(out, "cause", event.cause.value);
    else
        out += ",\"cause\":null";
    if (event.hasReason) {
        if (event.text.isValid())
            appendText(out, "reason", jsonString(toText(event.exitReason(), m_names)));
        else
            out.append(",\"reason\":\"").append(toText(event.reason)).append("\"");
    }
    appendDetails(out, event);
    out += '}';
}

void EventJson::appendDetails(std::string &out, const Event &event)
{
    switch (event.kind) {
    case EventKind::Fault:
        appendText(out, "fault", m_faults[event.a]);
        if (event.detail)
            out += ",\"dropped\":true";
        if (event.value > 0)
            appendField(out, "duration_ns", event.value);
        break;
    case EventKind::Command:
        out.append(",\"command\":\"").append(toText(static_cast<CommandKind>(event.detail))).append("\"");
        if (const TextId message = m_model.commands[event.a].message; message.isValid())
            appendText(out, "message", jsonString(m_model.texts[message]));
        break;
    case EventKind::Reply:
        out.append(",\"command\":\"").append(toText(static_cast<CommandKind>(event.detail))).append("\"");
        appendText(out, "result", m_names.text(event.text));
        break;
    case EventKind::Violation:
        appendText(out, "expectation", jsonString(violatedName(event, m_model)));
        appendText(out, "message", jsonString(m_names.text(event.text)));
        break;
    case EventKind::Restart:
        out.append(",\"strategy\":\"").append(toText(static_cast<Strategy>(event.detail))).append("\"");
        appendField(out, "in_window", event.a);
        if (event.b != RestartLimitSpec::unlimited)
            appendField(out, "allowed", event.b);
        appendField(out, "delay_ns", event.value);
        break;
    case EventKind::GaveUp:
        if (event.detail)
            appendText(out, "guard", jsonString(toText(static_cast<Guard>(event.detail))));
        appendField(out, "in_window", event.a);
        appendField(out, "allowed", event.b);
        break;
    case EventKind::Backoff:
        appendField(out, "delay_ns", event.value);
        break;
    case EventKind::Lifecycle:
        out.append(",\"state\":\"").append(toText(static_cast<LifecycleState>(event.detail))).append("\"");
        break;
    case EventKind::End:
        appendText(out, "reason", jsonString(m_names.text(event.text)));
        break;
    case EventKind::Unmatched:
        // The only reason so far: an exit of a process of which its supervisor keeps no record any more.
        out += ",\"why\":\"unknown_process\"";
        break;
    case EventKind::Exit:
    case EventKind::Stop:
        if (event.value >= 0)
            appendField(out, "duration_ns", event.value);
        break;
    case EventKind::Started:
    case EventKind::InitFailed:
    case EventKind::Ignored:
        appendField(out, "duration_ns", event.value);
        break;
    case EventKind::Start:
    case EventKind::Kill:
    case EventKind::AutoShutdown:
    case EventKind::Removed:
    case EventKind::Reload:
        break;
    }
}

}
