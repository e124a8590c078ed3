#include "simulator/analysis/wording.h"

#include "engine/contract.h"
#include "engine/policy/restart_guards.h"
#include "simulator/analysis/reply_text.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/invariant_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

std::string toText(ExitReason reason, const Names &names)
{
    std::string text(toText(reason.kind));
    if (reason.text.isValid()) {
        text += ':';
        text += names.text(reason.text);
    }
    return text;
}

std::string_view toText(CommandKind kind)
{
    switch (kind) {
    case CommandKind::StartChild:
        return "start_child";
    case CommandKind::TerminateChild:
        return "terminate_child";
    case CommandKind::RestartChild:
        return "restart_child";
    case CommandKind::DeleteChild:
        return "delete_child";
    case CommandKind::WhichChildren:
        return "which_children";
    case CommandKind::CountChildren:
        return "count_children";
    case CommandKind::Shutdown:
        return "shutdown";
    case CommandKind::Reload:
        return "reload";
    case CommandKind::Control:
        return "control";
    case CommandKind::StartChildLinked:
        return "start_child_linked";
    case CommandKind::GetRestartStrategy:
        return "get_restart_strategy";
    case CommandKind::GetUptime:
        return "get_uptime";
    case CommandKind::IsAlive:
        return "is_alive";
    case CommandKind::Health:
        return "health";
    case CommandKind::FinalReport:
        return "final_report";
    case CommandKind::Join:
        return "join";
    case CommandKind::AddChild:
        return "add_child";
    case CommandKind::PauseChild:
        return "pause_child";
    case CommandKind::ResumeChild:
        return "resume_child";
    }
    DARUMA_UNREACHABLE("every command has a name");
}

std::string momentText(std::int64_t ns)
{
    constexpr std::int64_t second = 1'000'000'000;
    if (ns < second)
        return human(Duration::nanoseconds(ns));
    const std::int64_t seconds = ns / second;
    std::string text;
    if (seconds >= 86'400)
        text += fmt::format("{} d ", seconds / 86'400);
    if (seconds / 3'600 % 24 > 0)
        text += fmt::format("{} h ", seconds / 3'600 % 24);
    if (seconds / 60 % 60 > 0)
        text += fmt::format("{} min ", seconds / 60 % 60);
    std::string fraction;
    if (const std::int64_t milliseconds = ns / 1'000'000 % 1'000; milliseconds > 0) {
        fraction = fmt::format(".{:03}", milliseconds);
        fraction.erase(fraction.find_last_not_of('0') + 1);
    }
    if (!text.empty() && seconds % 60 == 0 && fraction.empty())
        return text.substr(0, text.size() - 1);
    return fmt::format("{}{}{} s", text, seconds % 60, fraction);
}

std::string grouped(std::uint64_t number)
{
    std::string digits = fmt::format("{}", number);
    for (std::size_t i = digits.size(); i > 3;) {
        i -= 3;
        digits.insert(i, 1, ',');
    }
    return digits;
}

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural)
{
    if (number == 1)
        return fmt::format("1 {}", singular);
    return plural.empty() ? fmt::format("{} {}s", grouped(number), singular)
                          : fmt::format("{} {}", grouped(number), plural);
}

std::string endClause(const Recording &run)
{
    switch (run.result.endCause) {
    case EndCause::Quiet:
        return "as nothing was left to happen";
    case EndCause::Horizon:
        return "at its horizon";
    case EndCause::StartFailed:
        return fmt::format("as {} could not start", run.nodes.name(NodeId{0}, run.texts));
    case EndCause::EventLimit:
    case EndCause::InstantLimit:
    case EndCause::NodeLimit:
        return "cut by a limit";
    case EndCause::Stuck:
        return "as " + run.result.endText.substr(std::string_view("stuck:").size());
    }
    DARUMA_UNREACHABLE("every end has a clause");
}

std::string nameList(const std::vector<std::string> &names, std::size_t most)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
        text += (i > 0 ? ", " : "") + names[i];
    if (names.size() > most)
        text += fmt::format(" and {} more", grouped(names.size() - most));
    return text;
}

Wording::Wording(const Model &model, const Recording &run)
    : m_model(model)
    , m_run(run)
{
    m_ids.reserve(run.nodes.size());
    for (std::uint32_t i = 0; i < run.nodes.size(); ++i)
        m_ids.push_back(run.nodes[NodeId{i}].id);
    std::sort(m_ids.begin(), m_ids.end());
}

std::string Wording::name(NodeId node) const
{
    if (!node.isValid())
        return "nothing";
    const auto same = std::equal_range(m_ids.begin(), m_ids.end(), m_run.nodes[node].id);
    return same.second - same.first == 1 ? m_run.nodes.name(node, m_run.texts) : m_run.path(node);
}

std::string Wording::faultName(const Event &fault) const
{
    return fmt::format("the fault \"{}\"", m_run.text(m_model.faults[fault.a].name));
}

std::string Wording::inBrackets(const Event &event) const
{
    const std::string reason = toText(event.exitReason(), m_run);
    return reason.rfind("shutdown:failed_to_start_child:", 0) == 0 ? "" : fmt::format(" ({})", reason);
}

std::string Wording::exitClause(const Event &event, const std::string &who) const
{
    if (event.cause.isValid()) {
        const Event &cause = m_run.events[event.cause.value];
        const bool obeys = event.reason == ReasonKind::Shutdown || event.reason == ReasonKind::Normal;
        if (cause.kind == EventKind::Stop && cause.node == event.node && obeys)
            return who + " was stopped";
        if (cause.kind == EventKind::Kill && cause.node == event.node)
            return who + " was killed";
    }
    return fmt::format("{} ended{}", who, inBrackets(event));
}

/// Whom the command is about, beside the supervisor that is asked.
std::string Wording::childOf(const Command &command) const
{
    if (!command.child.text.isValid())
        return {};
    std::string name(m_model.texts[command.child.text]);
    if (command.child.index != ChildId::noIndex)
        name += fmt::format("[{}]", command.child.index);
    return name;
}

std::string Wording::commandClause(const Event &event, const std::string &who) const
{
    const Command &command = m_model.commands[event.a];
    std::string what(toText(command.kind));
    if (command.message.isValid())
        what += fmt::format(" \"{}\"", m_model.texts[command.message]);
    if (const std::string child = childOf(command); !child.empty())
        what += " of " + child;
    std::string text =
        event.node.isValid()
            ? fmt::format("{} was given the command {}", who, what)
            : fmt::format("the command {} was given to {}, which is not there", what, command.to.text);
    if (const std::string_view by = m_model.texts[command.by]; !by.empty())
        text += fmt::format(" by {}", by);
    if (const std::string_view why = m_model.texts[command.why]; !why.empty())
        text += fmt::format(" ({})", why);
    return text;
}

std::string Wording::replyClause(const Event &event, const std::string &who) const
{
    const auto kind = static_cast<CommandKind>(event.detail);
    const bool isSupervisor = event.node.isValid() && m_run.nodes[event.node].isSupervisor;
    const bool isUp = kind == CommandKind::StartChildLinked || !isSupervisor
                      || awaitsStarts(m_model.supervisor(m_run.nodes[event.node]).flags.rules.shape);
    return replySentence(event.node.isValid() ? who : m_model.commands[event.a].to.text, toText(kind),
                         m_run.text(event.text), isUp);
}

std::string Wording::clause(const Event &event, NodeId it) const
{
    const std::string who = event.node.isValid() && event.node == it ? "it" : name(event.node);
    switch (event.kind) {
    case EventKind::Start:
        return who + " was started";
    case EventKind::Started:
        return who + " came up";
    case EventKind::InitFailed:
        return fmt::format("{} failed to start{}", who, inBrackets(event));
    case EventKind::Ignored:
        return who + " chose not to run";
    case EventKind::Exit:
        return exitClause(event, who);
    case EventKind::Stop:
        return who + " was told to stop";
    case EventKind::Kill:
        return who + " was to be killed";
    case EventKind::Restart:
        if (event.value > 0)
            return fmt::format("{} put the restart of {} off by {}", name(event.other), who,
                               human(Duration::nanoseconds(event.value)));
        return fmt::format("{} restarted {}", name(event.other), who);
    case EventKind::Backoff:
        return fmt::format("the restart of {} was put off by {}", who,
                           human(Duration::nanoseconds(event.value)));
    case EventKind::GaveUp:
        if (event.detail)
            return fmt::format("{} left {} dead: {}", who, name(event.other),
                               toText(static_cast<Guard>(event.detail)));
        return who + " gave up";
    case EventKind::AutoShutdown:
        return who + " shut itself down";
    case EventKind::Removed:
        return who + " was taken off the list of children";
    case EventKind::Fault:
        if (event.detail)
            return fmt::format("{} found nothing to strike at {}", faultName(event),
                               event.node.isValid() ? who : m_model.faults[event.a].into.text);
        return fmt::format("{} struck {}", faultName(event), who);
    case EventKind::Command:
        return commandClause(event, who);
    case EventKind::Reply:
        return replyClause(event, who);
    case EventKind::Violation:
        if (event.a & violationOfInvariant)
            return fmt::format("the invariant {} was broken",
                               invariants()[event.a & ~violationOfInvariant].name);
        return fmt::format("the expectation \"{}\" failed", m_model.expectations[event.a].name);
    case EventKind::Unmatched:
        return fmt::format("the end of {}{} came late: {} no longer knows that process, and ignored it", who,
                           inBrackets(event), name(event.other));
    case EventKind::Reload:
        return who + " was told to reload";
    case EventKind::Lifecycle:
        return fmt::format("{} became {}", who, toText(static_cast<LifecycleState>(event.detail)));
    case EventKind::End:
        return "the run ended, " + endClause(m_run);
    }
    DARUMA_UNREACHABLE("every kind of event has a clause");
}

}
