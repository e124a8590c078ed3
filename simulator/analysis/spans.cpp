#include "simulator/analysis/spans.h"

#include "simulator/analysis/wording.h"

#include <algorithm>
#include <array>

namespace daruma {

namespace {

constexpr std::uint32_t none = Span::none;

bool isFailure(ReasonKind kind)
{
    return kind == ReasonKind::Panic || kind == ReasonKind::Error || kind == ReasonKind::Timeout;
}

/// spry's three outcomes where they fit, the reason itself elsewhere.
std::string outcome(const Event &event)
{
    return event.reason == ReasonKind::Killed ? "abort" : std::string(toText(event.reason));
}

class SpanBuilder {
public:
    SpanBuilder(const Model &model, const Recording &run)
        : m_model(model)
        , m_run(run)
        , m_spanOf(run.events.size(), none)
        , m_places(run.nodes.size())
    {}

    std::vector<Span> build()
    {
        for (std::size_t i = 0; i < m_run.events.size(); ++i) {
            m_now = i;
            take(m_run.events[i]);
        }
        for (Place &place : m_places)
            if (place.starting != none)
                extend(place.starting, m_run.result.end.ns());
        return std::move(m_spans);
    }
    /// By event, once they are built.
    std::vector<std::uint32_t> ofEvents() { return std::move(m_spanOf); }

private:
    /// What is open at a place.
    struct Place {
        std::uint32_t starting = none;
        std::uint32_t waiting = none;   ///< for its end, since it was asked to stop
        std::uint32_t teardown = none;  ///< of a supervisor: the sequence that it is at
        EventId teardownCause;
        std::uint32_t system = none;  ///< of a system that is started again: its startup
        EventId systemCause;
    };

    void take(const Event &event)
    {
        switch (event.kind) {
        case EventKind::Start:
            return start(event);
        case EventKind::Started:
        case EventKind::Ignored:
            return startEnded(event, false);
        case EventKind::InitFailed:
            return startEnded(event, true);
        case EventKind::Stop:
        case EventKind::Kill:
            return stop(event);
        case EventKind::Exit:
            return exited(event);
        case EventKind::Restart:
            return decided(event, event.other, true);
        case EventKind::GaveUp:
            return decided(event, event.node, false);
        default:
            if (event.cause.isValid())
                cover(m_spanOf[event.cause.value], event.t);
            return;
        }
    }

    void start(const Event &event)
    {
        const std::uint32_t system = startOfSystem(event);
        std::uint32_t around = event.cause.isValid() ? m_spanOf[event.cause.value] : none;
        // Nobody waits for it: the start of its supervisor is over without it.
        if (around != none && m_spans[around].name == "startup" && !isAwaited(event.node))
            around = none;
        Span &span = open("startup", event.node, event, system == none ? around : system);
        span.fields.push_back({"system", systemOf(event.node)});
        span.fields.push_back({"key", keyOf(event.node)});
        m_places[event.node.value].starting = m_spanOf[m_now];
        cover(m_spanOf[m_now], event.t);
    }

    /// A system is started again by one start of all, which is a span of its own.
    std::uint32_t startOfSystem(const Event &event)
    {
        const NodeId above = m_run.nodes[event.node].parent;
        if (!isSystem(above) || !event.cause.isValid()
            || m_run.events[event.cause.value].kind != EventKind::Restart)
            return none;
        Place &place = m_places[above.value];
        if (place.systemCause != event.cause) {
            Span &span = open("startup", above, event);
            span.fields.push_back({"system", m_run.path(above)});
            span.fields.push_back({"otel.status_code", "OK"});
            place.system = m_spanOf[m_now];
            place.systemCause = event.cause;
        }
        return place.system;
    }

    void startEnded(const Event &event, bool failed)
    {
        std::uint32_t &starting = m_places[event.node.value].starting;
        if (starting == none)
            return;
        cover(starting, event.t);
        setStatus(m_spans[starting], event, failed);
        const std::uint32_t around = m_spans[starting].parent;
        if (failed && around != none && m_spans[around].name == "startup" && isSystem(m_spans[around].node))
            setStatus(m_spans[around], event, true);
        starting = none;
    }

    void stop(const Event &event)
    {
        Place &place = m_places[event.node.value];
        if (place.waiting != none) {
            setField(m_spans[place.waiting], "burden", "aborted");
            return cover(place.waiting, event.t);
        }
        const NodeId above = m_run.nodes[event.node].parent;
        std::uint32_t teardown = none;
        if (above.isValid()) {
            Place &supervisor = m_places[above.value];
            if (supervisor.teardown == none || supervisor.teardownCause != event.cause) {
                Span &span = open("teardown", above, event);
                span.fields.push_back({"system", m_run.path(above)});
                supervisor.teardown = m_spanOf[m_now];
                supervisor.teardownCause = event.cause;
            }
            teardown = supervisor.teardown;
        }
        Span &span = open("wait_for_termination", event.node, event);
        span.parent = teardown == none ? span.parent : teardown;
        span.fields.push_back({"system", systemOf(event.node)});
        span.fields.push_back({"key", keyOf(event.node)});
        span.fields.push_back({"burden", event.kind == EventKind::Kill ? "aborted" : "settling"});
        place.waiting = m_spanOf[m_now];
        cover(place.waiting, event.t);
    }

    void exited(const Event &event)
    {
        Place &place = m_places[event.node.value];
        if (place.starting != none)
            startEnded(event, true);
        std::uint32_t span = place.waiting;
        if (span == none) {
            // What it ran from is over: an end begins something new.
            Span &term = open("term", event.node, event, none);
            term.fields.push_back({"system", systemOf(event.node)});
            term.fields.push_back({"key", keyOf(event.node)});
            term.fields.push_back({"burden", "none"});
            term.fields.push_back({"wants_restart", "false"});
            span = m_spanOf[m_now];
        }
        m_spanOf[m_now] = span;
        place.waiting = none;
        cover(span, event.t);
        setField(m_spans[span], "reason", outcome(event));
        setField(m_spans[span], "policy", policyOf(event.node));
        setStatus(m_spans[span], event, isFailure(event.reason));
    }

    void decided(const Event &event, NodeId supervisor, bool allowed)
    {
        const std::uint32_t term = event.cause.isValid() ? m_spanOf[event.cause.value] : none;
        if (term != none && m_spans[term].name == "term")
            setField(m_spans[term], "wants_restart", "true");
        Span &span = open("try_restart", supervisor, event, aroundDecision(event, supervisor));
        span.fields.push_back({"system", m_run.path(supervisor)});
        span.fields.push_back({"allowed", allowed ? "true" : "false"});
        if (allowed)
            return teardownOfSystem(event, supervisor);
        span.failed = true;
        span.message = std::to_string(event.a) + " restarts needed, " + std::to_string(event.b) + " allowed";
    }

    /// A failed start is tried again by what handles the end that it began with, and not inside of itself.
    std::uint32_t aroundDecision(const Event &event, NodeId supervisor) const
    {
        if (!event.cause.isValid())
            return none;
        const std::uint32_t parent = m_spanOf[event.cause.value];
        const bool isAboutStart = m_run.events[event.cause.value].kind == EventKind::InitFailed;
        if (!isAboutStart && !isSystem(supervisor))
            return parent;
        std::uint32_t term = none;
        for (std::uint32_t above = parent; above != none; above = m_spans[above].parent)
            if (m_spans[above].name == "term")
                term = above;
        if (term != none)
            return term;
        const bool isUp = m_places[supervisor.value].starting == none;
        return isAboutStart && isUp ? none : parent;
    }

    /// It tears down all that is left, nothing at times, before it starts again.
    void teardownOfSystem(const Event &event, NodeId supervisor)
    {
        if (!isSystem(supervisor))
            return;
        const std::uint32_t restart = m_spanOf[m_now];
        Span &span = open("teardown", supervisor, event, restart);
        span.fields.push_back({"system", m_run.path(supervisor)});
        m_places[supervisor.value].teardown = m_spanOf[m_now];
        m_places[supervisor.value].teardownCause = EventId{static_cast<std::uint32_t>(m_now)};
        m_spanOf[m_now] = restart;
    }

    bool isAwaited(NodeId node) const
    {
        const NodeId above = m_run.nodes[node].parent;
        return above.isValid() && awaitsStarts(m_model.supervisor(m_run.nodes[above]).flags.rules.shape);
    }

    bool isSystem(NodeId node) const
    {
        return node.isValid() && m_run.nodes[node].isSupervisor
               && m_model.supervisor(m_run.nodes[node]).flags.rules.shape == Shape::System;
    }

    Span &open(std::string_view name, NodeId node, const Event &event)
    {
        return open(name, node, event, event.cause.isValid() ? m_spanOf[event.cause.value] : none);
    }

    Span &open(std::string_view name, NodeId node, const Event &event, std::uint32_t parent)
    {
        m_spanOf[m_now] = static_cast<std::uint32_t>(m_spans.size());
        m_spans.push_back({name, node, event.t, event.t, parent, {}, false, {}});
        cover(m_spanOf[m_now], event.t);
        return m_spans.back();
    }

    /// The event belongs to the span, which lasts at least so long, as do those around it.
    void cover(std::uint32_t span, std::int64_t t)
    {
        m_spanOf[m_now] = span;
        extend(span, t);
    }

    void extend(std::uint32_t span, std::int64_t t)
    {
        for (; span != none; span = m_spans[span].parent)
            m_spans[span].until = std::max(m_spans[span].until, t);
    }

    void setField(Span &span, std::string_view name, std::string value)
    {
        const auto known = std::find_if(span.fields.begin(), span.fields.end(),
                                        [name](const SpanField &field) { return field.name == name; });
        if (known == span.fields.end())
            span.fields.push_back({name, std::move(value)});
        else
            known->value = std::move(value);
    }

    void setStatus(Span &span, const Event &event, bool failed)
    {
        span.failed = failed;
        setField(span, "otel.status_code", failed ? "ERROR" : "OK");
        if (!failed)
            return;
        const bool isPanic = event.reason == ReasonKind::Panic;
        span.message = event.text.isValid() ? std::string(m_run.text(event.text))
                       : isPanic            ? "unknown"
                                            : std::string(toText(event.reason));
        if (isPanic)
            setField(span, "panic", span.message);
        setField(span, "otel.status_message", span.message);
        setField(span, "otel.status_description", span.message);
    }

    /// The supervisor that acts: of the root itself.
    std::string systemOf(NodeId node) const
    {
        const NodeId above = m_run.nodes[node].parent;
        return m_run.path(above.isValid() ? above : node);
    }
    std::string keyOf(NodeId node) const { return m_run.nodes.name(node, m_run.texts); }

    std::string policyOf(NodeId node) const
    {
        constexpr std::array<std::string_view, 3> names{"permanent", "transient", "temporary"};
        const Node &place = m_run.nodes[node];
        const ChildSpec &spec =
            place.isSupervisor ? m_model.supervisor(place).spec : m_model.worker(place).spec;
        return std::string(names[static_cast<std::size_t>(spec.restart)]);
    }

    const Model &m_model;
    const Recording &m_run;
    std::size_t m_now = 0;
    std::vector<Span> m_spans;
    std::vector<std::uint32_t> m_spanOf;  ///< by event: the span that it belongs to
    std::vector<Place> m_places;
};

}

std::vector<Span> spansOf(const Model &model, const Recording &run, std::vector<std::uint32_t> *ofEvents)
{
    SpanBuilder builder(model, run);
    std::vector<Span> spans = builder.build();
    if (ofEvents)
        *ofEvents = builder.ofEvents();
    return spans;
}

}
