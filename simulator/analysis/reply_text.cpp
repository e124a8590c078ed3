#include "simulator/analysis/reply_text.h"

#include "engine/exit_reason.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

using Json = nlohmann::json;

/// `panic`, or `panic:TEXT`.
bool isReason(std::string_view text)
{
    const std::string_view kind = text.substr(0, text.find(':'));
    constexpr std::array kinds{ReasonKind::Normal, ReasonKind::Shutdown, ReasonKind::Panic,
                               ReasonKind::Killed, ReasonKind::Error,    ReasonKind::Timeout,
                               ReasonKind::Noproc};
    return std::any_of(kinds.begin(), kinds.end(), [kind](ReasonKind one) { return toText(one) == kind; });
}

std::string errorText(const Json &error)
{
    if (error.is_array() && error.size() == 2 && error[0] == "InvalidTransition" && error[1].is_string())
        return error[1].get<std::string>();
    if (error.is_array() && error.size() == 2 && error[1].is_string())
        return fmt::format("{} is there already", error[1].get<std::string>());
    if (!error.is_string())
        return error.dump();
    const std::string text = error.get<std::string>();
    if (text == "not_found")
        return "there is no such child";
    if (text == "running")
        return "that child is running";
    if (text == "restarting")
        return "that child is being restarted";
    if (text == "already_present")
        return "there is a child of that name, which does not run";
    if (text == "simple_one_for_one")
        return "its children are instances, which have no ids";
    if (text == "invalid_child_spec")
        return "that is no child for its strategy";
    // What is no reason is a sentence of its own.
    return isReason(text) ? "the start failed: " + text : text;
}

std::string childrenText(const Json &rows)
{
    std::string text;
    constexpr std::size_t mostNames = 4;
    for (std::size_t i = 0; i < std::min(rows.size(), mostNames); ++i) {
        const Json &row = rows[i];
        if (!row.is_array() || row.size() != 3 || !row[0].is_string())
            return rows.dump();
        text += (text.empty() ? ": " : ", ") + row[0].get<std::string>();
        if (row[1].is_string())
            text +=
                row[1] == "undefined" ? " (not running)" : fmt::format(" ({})", row[1].get<std::string>());
    }
    if (rows.size() > mostNames)
        text += fmt::format(" and {} more", grouped(rows.size() - mostNames));
    return counted(rows.size(), "child", "children") + text;
}

std::string countsText(const Json &counts)
{
    const auto count = [&counts](const char *name) { return counts.value(name, std::uint64_t{0}); };
    return fmt::format("{}, of which {} run; {} and {}", counted(count("specs"), "child", "children"),
                       grouped(count("active")), counted(count("supervisors"), "supervisor"),
                       counted(count("workers"), "worker"));
}

std::string wordOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Of an exit report, a health report, and the results of commands about a child.
std::string recordText(const Json &record)
{
    if (record.contains("specs"))
        return countsText(record);
    if (record.contains("phase"))
        return fmt::format("it is {} in the phase \"{}\" ({})", wordOf(record, "state"),
                           wordOf(record, "phase"), wordOf(record, "reason"));
    if (record.contains("alive"))
        return "it is " + wordOf(record, "state");
    if (record.contains("ChildAdded") && record["ChildAdded"].is_object())
        return fmt::format("{} is noted", wordOf(record["ChildAdded"], "child_manifest"));
    if (record.contains("ChildControl") && record["ChildControl"].contains("outcome")) {
        const Json &outcome = record["ChildControl"]["outcome"];
        return fmt::format("{} is {}{}", wordOf(outcome, "child_id"), wordOf(outcome, "operation_after"),
                           outcome.value("idempotent", false) ? ", as it was" : "");
    }
    return record.dump();
}

}

std::string replySentence(std::string_view who, std::string_view command, std::string_view result, bool isUp)
{
    const Json json = Json::parse(result, nullptr, false);
    const bool isPair = json.is_array() && json.size() == 2 && json[0].is_string();
    const std::string kind = isPair ? json[0].get<std::string>() : std::string();
    if (json == "ok" || (kind == "ok" && json[1] == "undefined"))
        return fmt::format("{} answered {}: done", who, command);
    if (kind == "ok" && json[1].is_string())
        return fmt::format("{} answered {}: {} is {}", who, command, json[1].get<std::string>(),
                           isUp ? "up" : "being started");
    if (kind == "error")
        return fmt::format("{} refused {}: {}", who, command, errorText(json[1]));
    if (kind == "exit" && json[1] == "noproc")
        return fmt::format("{} reached nobody: {} was not running", command, who);
    if (kind == "exit" && json[1].is_string())
        return fmt::format("{} had no answer: {} ended ({})", command, who, json[1].get<std::string>());
    if (json.is_null())
        return fmt::format("{} answered {}: there is none yet", who, command);
    if (json.is_array())
        return fmt::format("{} answered {}: {}", who, command, childrenText(json));
    if (json.is_object())
        return fmt::format("{} answered {}: {}", who, command, recordText(json));
    return fmt::format("{} answered {}: {}", who, command, result);
}

bool isRefusal(std::string_view result)
{
    return result.rfind("[\"error\"", 0) == 0;
}

}
