#include "simulator/analysis/log_lines.h"

#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

bool isEnd(EventKind kind)
{
    return kind == EventKind::Exit || kind == EventKind::InitFailed || kind == EventKind::Ignored;
}

/// A text as Rust shows it for people who look for mistakes.
std::string inQuotes(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += std::string("\\") + c;
        else if (c == '\n' || c == '\r' || c == '\t' || c == '\0')
            quoted += std::string("\\") + (c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : '0');
        else
            quoted += c;
    }
    return quoted + "\"";
}

/// What a line may tell.
struct Facts {
    NodeId supervisor;
    NodeId child;
    std::string id;
    std::uint32_t incarnation = 0;
    ExitReason reason;
    std::optional<Strategy> strategy;
    std::optional<CommandKind> command;
    std::optional<LinkOutcome> outcome;
    bool answersOk = false;
    std::size_t position = 0;
    std::uint32_t failures = 0;
    Duration backoff;
    Duration timeout;
};

class LogWriter {
public:
    LogWriter(const Scenario &scenario, const Recording &run)
        : m_scenario(scenario)
        , m_model(scenario.model)
        , m_run(run)
        , m_places(run.nodes.size())
    {}

    std::vector<LogLine> write()
    {
        const bool isSilent = std::none_of(m_scenario.supervisorLogs.begin(), m_scenario.supervisorLogs.end(),
                                           [](const auto &book) { return book != nullptr; });
        for (m_now = 0; !isSilent && m_now < m_run.events.size(); ++m_now)
            take(m_run.events[m_now]);
        return std::move(m_lines);
    }

private:
    /// Of a supervisor that gives up or shuts down: it is done with one listed child after another.
    struct Closing {
        bool isGoingOn = false;
        bool endsWithIt = false;  ///< it shuts down; what it did last shows by its own end
        EventId cause;
        std::vector<NodeId> left;
    };
    struct Place {
        std::uint32_t living = 0;      ///< the incarnation; 0: none
        bool isToldToEnd = false;      ///< a nested supervisor, which may not be awaited
        EventId stop;                  ///< of a supervisor: that it was asked to end
        std::vector<NodeId> children;  ///< of a supervisor: those that it lists
        Closing closing;
    };
    /// A start that somebody waits for.
    struct Link {
        EventId command;
        NodeId child;
        bool isUp = false;
        bool isTimedOut = false;
        ExitReason reason;
    };

    void take(const Event &event)
    {
        switch (event.kind) {
        case EventKind::Start:
            return started(event);
        case EventKind::Started:
            return linkAnswered(event, true);
        case EventKind::InitFailed:
        case EventKind::Ignored:
        case EventKind::Exit:
            return ended(event);
        case EventKind::Stop:
        case EventKind::Kill:
            return asked(event);
        case EventKind::Restart:
            return decided(LogOccasion::Restart, event, event.other, event.node);
        case EventKind::GaveUp:
            decided(LogOccasion::GaveUp, event, event.node, event.other);
            begin(event.node, EventId{static_cast<std::uint32_t>(m_now)}, false);
            return goOn(event.node);
        case EventKind::Unmatched:
            return decided(LogOccasion::Unmatched, event, event.other, event.node);
        case EventKind::Removed:
            decided(LogOccasion::Removed, event, parentOf(event.node), event.node);
            return forget(event.node);
        case EventKind::Reply:
            return replied(event);
        default:
            return;
        }
    }

    void started(const Event &event)
    {
        Place &place = m_places[event.node.value];
        place.living = event.incarnation;
        place.isToldToEnd = false;
        if (m_run.nodes[event.node].isSupervisor) {
            place.children.clear();
            place.closing = {};
            place.stop = {};
        }
        const NodeId above = parentOf(event.node);
        if (!above.isValid())
            return;
        Facts facts = about(above, event.node, event.incarnation);
        const Event cause = causeOfStart(event);
        if (cause.kind == EventKind::Restart)
            facts.strategy = static_cast<Strategy>(cause.detail);
        if (cause.kind == EventKind::Command)
            facts.command = static_cast<CommandKind>(cause.detail);
        std::vector<NodeId> &list = m_places[above.value].children;
        if (facts.command == CommandKind::StartChildLinked)
            m_links.push_back({event.cause, event.node, false, false, {}});
        else if (std::find(list.begin(), list.end(), event.node) == list.end())
            list.push_back(event.node);
        put({LogOccasion::Start}, facts);
    }

    Event causeOfStart(const Event &event) const
    {
        Event cause = event.cause.isValid() ? m_run.events[event.cause.value] : event;
        if (cause.kind == EventKind::Backoff && cause.cause.isValid())
            cause = m_run.events[cause.cause.value];
        return cause;
    }

    void ended(const Event &event)
    {
        Place &place = m_places[event.node.value];
        linkAnswered(event, false);
        if (m_run.nodes[event.node].isSupervisor && place.living == event.incarnation)
            supervisorEnded(event);
        if (place.living == event.incarnation)
            place.living = 0;
        if (const NodeId above = parentOf(event.node); above.isValid())
            goOn(above);
    }

    /// Of itself it is done with all children; what was struck down says nothing.
    void supervisorEnded(const Event &event)
    {
        Place &place = m_places[event.node.value];
        if (event.cause.isValid() && event.cause == place.stop && !place.closing.isGoingOn)
            begin(event.node, place.stop, true);
        Closing &closing = place.closing;
        if (closing.isGoingOn && event.cause == closing.cause)
            finish(event.node, closing.left.size());
        closing = {};
    }

    void asked(const Event &event)
    {
        Place &place = m_places[event.node.value];
        if (m_run.nodes[event.node].isSupervisor && event.kind == EventKind::Stop) {
            place.isToldToEnd = true;
            place.stop = EventId{static_cast<std::uint32_t>(m_now)};
        }
        for (Link &link : m_links)
            if (link.child == event.node && link.command == event.cause)
                link.isTimedOut = true;
        const NodeId above = parentOf(event.node);
        if (!above.isValid() || !event.cause.isValid())
            return;
        Place &supervisor = m_places[above.value];
        if (!supervisor.closing.isGoingOn && event.cause == supervisor.stop)
            begin(above, supervisor.stop, true);
        Closing &closing = supervisor.closing;
        if (!closing.isGoingOn || event.cause != closing.cause)
            return;
        const auto next = std::find(closing.left.begin(), closing.left.end(), event.node);
        if (next != closing.left.end())
            finish(above, static_cast<std::size_t>(next - closing.left.begin()));
        goOn(above);
    }

    /// The end of a child, and what its supervisor made of it.
    void decided(LogOccasion on, const Event &event, NodeId supervisor, NodeId child)
    {
        if (!event.cause.isValid() || !supervisor.isValid() || !child.isValid())
            return;
        const Event end = m_run.events[event.cause.value];
        if (!isEnd(end.kind))
            return;
        Facts facts = about(supervisor, child, end.incarnation);
        facts.reason = end.exitReason();
        facts.failures = event.a;
        if (on == LogOccasion::Restart) {
            facts.strategy = static_cast<Strategy>(event.detail);
            facts.backoff = Duration::nanoseconds(event.value);
            facts.position = positionOf(supervisor, child);
        }
        put({LogOccasion::End, on}, facts);
    }

    std::size_t positionOf(NodeId supervisor, NodeId child) const
    {
        const std::vector<NodeId> &list = m_places[supervisor.value].children;
        const bool isById = specOf(supervisor).flags.rules.exitMatching == ExitMatching::Id;
        const auto found = std::find_if(list.begin(), list.end(), [&](NodeId one) {
            return isById ? idOf(one) == idOf(child) : one == child;
        });
        return static_cast<std::size_t>(found - list.begin());
    }

    void forget(NodeId child)
    {
        if (const NodeId above = parentOf(child); above.isValid())
            std::erase(m_places[above.value].children, child);
    }

    void replied(const Event &event)
    {
        if (!event.node.isValid() || event.a >= m_model.commands.size())
            return;
        const Command &command = m_model.commands[event.a];
        Facts facts = about(event.node, {}, 0);
        facts.id = idText(command.child, m_run.texts);
        facts.command = static_cast<CommandKind>(event.detail);
        const std::string_view result = m_run.text(event.text);
        facts.answersOk = result.starts_with("\"ok\"") || result.starts_with("[\"ok\"");
        put({LogOccasion::Reply}, facts);
        const auto link = std::find_if(m_links.begin(), m_links.end(),
                                       [&](const Link &one) { return one.command == event.cause; });
        if (link == m_links.end())
            return;
        if (link->isUp)
            m_places[event.node.value].children.push_back(link->child);
        facts.outcome = link->isUp                               ? LinkOutcome::Ok
                        : link->isTimedOut                       ? LinkOutcome::TimedOut
                        : link->reason.kind == ReasonKind::Error ? LinkOutcome::Failed
                                                                 : LinkOutcome::Panicked;
        facts.reason = link->reason;
        if (command.startable < m_model.startables.size())
            facts.timeout =
                specOf(event.node).flags.startTimeoutOf(m_model.startables[command.startable].spec.key);
        m_links.erase(link);
        put({LogOccasion::LinkedStart}, facts);
    }

    void linkAnswered(const Event &event, bool isUp)
    {
        for (Link &link : m_links)
            if (link.child == event.node && !link.isUp) {
                link.isUp = isUp;
                link.reason = event.exitReason();
            }
    }

    // Giving up and shutting down
    // ----------------------------------------------------------------------------------------------------

    void begin(NodeId supervisor, EventId cause, bool endsWithIt)
    {
        if (specOf(supervisor).flags.rules.shape != Shape::Roster)
            return;
        Place &place = m_places[supervisor.value];
        place.closing = {true, endsWithIt, cause, std::move(place.children)};
        place.children.clear();
        if (specOf(supervisor).flags.rules.stopOrder == StopOrder::ReverseStartOrder)
            std::reverse(place.closing.left.begin(), place.closing.left.end());
    }

    void finish(NodeId supervisor, std::size_t count)
    {
        std::vector<NodeId> &left = m_places[supervisor.value].closing.left;
        for (std::size_t i = 0; i < count; ++i)
            put({LogOccasion::ShutDown}, about(supervisor, left[i], 0));
        left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
    }

    /// One that gives up and lives on shows by nothing else that it is done.
    void goOn(NodeId supervisor)
    {
        Closing &closing = m_places[supervisor.value].closing;
        if (!closing.isGoingOn || closing.endsWithIt)
            return;
        const bool isAsking = specOf(supervisor).flags.rules.nestedStop == NestedStop::Asked;
        const bool isOver = std::all_of(closing.left.begin(), closing.left.end(), [&](NodeId child) {
            const Place &place = m_places[child.value];
            return place.living == 0 || (isAsking && place.isToldToEnd);
        });
        if (!isOver)
            return;
        finish(supervisor, closing.left.size());
        closing = {};
    }

    // Lines
    // ----------------------------------------------------------------------------------------------------

    Facts about(NodeId supervisor, NodeId child, std::uint32_t incarnation) const
    {
        Facts facts;
        facts.supervisor = supervisor;
        facts.child = child;
        facts.incarnation = incarnation;
        if (child.isValid())
            facts.id = idText(idOf(child), m_run.texts);
        return facts;
    }

    void put(std::initializer_list<LogOccasion> occasions, const Facts &facts)
    {
        const std::uint32_t definition = m_run.nodes[facts.supervisor].definition;
        const LogBook *book = m_scenario.supervisorLogs[definition].get();
        if (!book || m_places[facts.supervisor.value].living == 0)
            return;
        for (const LogStatement &statement : book->statements) {
            const bool isMeant =
                std::find(occasions.begin(), occasions.end(), statement.on) != occasions.end();
            if (!isMeant || !holds(statement, facts))
                continue;
            LogLine line{m_now, m_run.events[m_now].t, facts.supervisor, statement.level, {}, {}};
            line.message = filled(statement.message, statement, *book, facts);
            for (const auto &[name, text] : statement.fields)
                line.fields.push_back({name, filled(text, statement, *book, facts), isNumber(text)});
            m_lines.push_back(std::move(line));
        }
    }

    bool holds(const LogStatement &statement, const Facts &facts) const
    {
        const auto fits = [](const auto &wanted, const auto &given) { return !wanted || wanted == given; };
        const bool isSupervisor = facts.child.isValid() && m_run.nodes[facts.child].isSupervisor;
        return fits(statement.strategy, facts.strategy) && fits(statement.command, facts.command)
               && fits(statement.outcome, facts.outcome) && fits(statement.ofSupervisor, isSupervisor)
               && fits(statement.answersOk, facts.answersOk)
               && fits(statement.hasText, facts.reason.text.isValid())
               && (statement.reasons >> static_cast<unsigned>(facts.reason.kind) & 1U) != 0;
    }

    std::string filled(const LogText &text, const LogStatement &statement, const LogBook &book,
                       const Facts &facts) const
    {
        std::string whole;
        for (const LogText::Part &part : text.parts) {
            if (part.value == LogValue::None) {
                whole += part.literal;
                continue;
            }
            const std::string value = part.value == LogValue::Failure
                                          ? filled(statement.failure, statement, book, facts)
                                          : valueOf(part.value, book, facts);
            whole += part.isQuoted ? inQuotes(value) : value;
        }
        return whole;
    }

    std::string valueOf(LogValue value, const LogBook &book, const Facts &facts) const
    {
        switch (value) {
        case LogValue::Supervisor:
            return idText(m_run.nodes[facts.supervisor].id, m_run.texts);
        case LogValue::Child: {
            const auto word = book.words.find("supervisor");
            const bool isSupervisor = facts.child.isValid() && m_run.nodes[facts.child].isSupervisor;
            return isSupervisor && word != book.words.end() ? word->second : facts.id;
        }
        case LogValue::Incarnation:
            return std::to_string(facts.incarnation);
        case LogValue::Reason:
            return std::string(book.word(toText(facts.reason.kind)));
        case LogValue::Policy:
            return std::string(book.word(restartNames[static_cast<std::size_t>(restartOf(facts.child))]));
        case LogValue::Text:
            return facts.reason.text.isValid() ? std::string(m_run.text(facts.reason.text))
                                               : std::string(toText(facts.reason.kind));
        case LogValue::Position:
            return std::to_string(facts.position);
        case LogValue::Failures:
            return std::to_string(facts.failures);
        case LogValue::Backoff:
            return decimalText(facts.backoff);
        case LogValue::Timeout:
            return decimalText(facts.timeout);
        case LogValue::TimeoutSecs:
            return std::to_string(facts.timeout.ns() / 1'000'000'000);
        case LogValue::None:
        case LogValue::Failure:
            break;
        }
        return {};
    }

    static bool isNumber(const LogText &text)
    {
        if (text.parts.size() != 1 || text.parts.front().isQuoted)
            return false;
        const LogValue value = text.parts.front().value;
        return value == LogValue::Position || value == LogValue::Failures || value == LogValue::TimeoutSecs
               || value == LogValue::Incarnation;
    }

    /// As its supervisor knows it: a path tells siblings apart that share an id.
    ChildId idOf(NodeId child) const
    {
        const NodeId above = parentOf(child);
        const NodeId first = above.isValid() ? m_run.nodes[above].firstChild : NodeId{};
        if (!first.isValid() || child.value < first.value
            || child.value - first.value >= specOf(above).flags.children.size())
            return m_run.nodes[child].id;
        return specOf(above).flags.children[child.value - first.value].id;
    }
    NodeId parentOf(NodeId node) const { return m_run.nodes[node].parent; }
    const SupervisorDefinition &specOf(NodeId supervisor) const
    {
        return m_model.supervisor(m_run.nodes[supervisor]);
    }
    RestartType restartOf(NodeId child) const
    {
        const Node &place = m_run.nodes[child];
        return (place.isSupervisor ? m_model.supervisor(place).spec : m_model.worker(place).spec).restart;
    }

    const Scenario &m_scenario;
    const Model &m_model;
    const Recording &m_run;
    std::size_t m_now = 0;
    std::vector<Place> m_places;
    std::vector<Link> m_links;
    std::vector<LogLine> m_lines;
};

}

std::vector<LogLine> logLinesOf(const Scenario &scenario, const Recording &run)
{
    return LogWriter(scenario, run).write();
}

}
