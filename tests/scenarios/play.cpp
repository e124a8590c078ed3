#include "tests/scenarios/play.h"

#include "engine/policy/restart_guards.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/selector.h"

#include <sstream>

namespace daruma {

namespace {

/// Without the root's name, which every path begins with.
std::string nodeText(const Recording &recording, NodeId node)
{
    if (!node.isValid())
        return "nothing";
    const std::string path = recording.path(node);
    const std::size_t slash = path.find('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string textOf(const Recording &recording, const Event &event)
{
    return event.text.isValid() ? std::string(recording.text(event.text)) : std::string();
}

bool isAmong(std::string_view names, std::string_view name)
{
    if (names.empty())
        return true;
    std::istringstream all{std::string(names)};
    for (std::string one; all >> one;)
        if (globMatches(one, name))
            return true;
    return false;
}

std::string lengthText(std::int64_t ns)
{
    return ns < 0 ? "never" : toText(Duration::nanoseconds(ns));
}

/// What stands behind the name of the node.
std::string details(const Recording &recording, const Event &event)
{
    std::string reason = event.hasReason ? " " + toText(event.exitReason(), recording) : std::string();
    const std::string count =
        " " + std::to_string(event.a) + "/"
        + (event.b == RestartLimitSpec::unlimited ? "unlimited" : std::to_string(event.b));
    switch (event.kind) {
    case EventKind::Restart:
        return count + (event.value > 0 ? " after " + lengthText(event.value) : "");
    case EventKind::Backoff:
        return " " + lengthText(event.value);
    case EventKind::GaveUp:
        return (event.detail ? " " + std::string(toText(static_cast<Guard>(event.detail))) : "") + count
               + " over " + nodeText(recording, event.other) + reason;
    case EventKind::Fault:
        return event.detail ? " dropped" : event.value != 0 ? " " + lengthText(event.value) : "";
    case EventKind::Reply:
        return " " + textOf(recording, event);
    case EventKind::Lifecycle:
        return " " + std::string(toText(static_cast<LifecycleState>(event.detail))) + reason;
    default:
        return reason;
    }
}

}  // namespace

Model modelOf(std::string_view scenario, const Limits &limits)
{
    ReadOptions options;
    options.limits = limits;
    auto read = readScenario(std::string(scenario), "test.toml", {}, {}, options);
    if (!read)
        qFatal("%s", toText(read.error().front(), "test.toml").c_str());
    return std::move(read->model);
}

Recording runOf(std::string_view scenario, std::uint64_t seed, const Limits &limits)
{
    return record(modelOf(scenario, limits), seed);
}

std::string eventText(const Recording &recording, const Event &event)
{
    if (event.kind == EventKind::End)
        return "end " + textOf(recording, event);
    std::string text(toText(event.kind));
    if (event.kind == EventKind::Command)
        text += " " + std::string(toText(static_cast<CommandKind>(event.detail)));
    if (event.kind == EventKind::Violation)
        return text + " " + textOf(recording, event);
    text += " " + nodeText(recording, event.node);
    const bool isCall = event.kind == EventKind::Fault || event.kind == EventKind::Command
                        || event.kind == EventKind::Reply || event.kind == EventKind::Lifecycle;
    if (!isCall)
        text += "#" + std::to_string(event.incarnation);
    return text + details(recording, event);
}

std::string told(const Recording &recording, const Show &show)
{
    std::string text;
    std::int64_t instant = -1;
    for (const Event &event : recording.events) {
        const bool isSeen =
            isAmong(show.kinds, toText(event.kind)) && isAmong(show.nodes, nodeText(recording, event.node));
        if (!isSeen)
            continue;
        if (event.t != instant) {
            if (!text.empty())
                text += '\n';
            text += lengthText(event.t) + ": ";
            instant = event.t;
        } else {
            text += ", ";
        }
        text += eventText(recording, event);
        if (show.causes)
            text += " <- "
                    + (event.cause.isValid() ? eventText(recording, recording.events[event.cause.value])
                                             : std::string("nothing"));
    }
    return text;
}

std::string play(std::string_view scenario, const Show &show)
{
    return told(runOf(scenario, show.seed), show);
}

std::string lines(std::string_view text)
{
    std::istringstream all{std::string(text)};
    std::string result;
    for (std::string line; std::getline(all, line);) {
        const std::size_t first = line.find_first_not_of(' ');
        if (first == std::string::npos)
            continue;
        const bool isInstant = line[first] >= '0' && line[first] <= '9';
        if (!result.empty())
            result += isInstant ? '\n' : ' ';
        result += line.substr(first);
    }
    return result;
}

}  // namespace daruma
