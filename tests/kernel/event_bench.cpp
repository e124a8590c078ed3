#include "tests/kernel/event_bench.h"

namespace daruma {

namespace {

bool isSupervisorName(const std::string &name)
{
    return name == "app" || (name.size() > 4 && name.compare(name.size() - 4, 4, "_sup") == 0);
}

}

NodeId EventBench::add(NodeTable &table, const std::string &parent, const std::string &name)
{
    const TextId text = model.texts.intern(name);
    const NodeId added = table.add(parent.empty() ? NodeId{} : node(parent), ChildId{text}, model.texts);
    m_nodes[name] = added;
    Node &place = table.change(added);
    place.isSupervisor = isSupervisorName(name);
    if (place.isSupervisor) {
        place.definition = static_cast<std::uint32_t>(model.supervisors.size());
        model.supervisors.emplace_back().flags.limit = {3, Duration::seconds(5)};
    } else {
        place.definition = static_cast<std::uint32_t>(model.workers.size());
        model.workers.emplace_back();
    }
    return added;
}

EventBench &EventBench::children(const std::string &parent, const std::vector<std::string> &names)
{
    const NodeId above = node(parent);
    for (const std::string &name : names) {
        const NodeId added = add(model.nodes, parent, name);
        Node &place = model.nodes.change(above);
        if (!place.firstChild.isValid())
            place.firstChild = added;
        ++place.childCount;
    }
    return *this;
}

void EventBench::addLater(const std::string &parent, const std::string &name)
{
    nodes.addSingly(add(nodes, parent, name));
}

std::uint32_t EventBench::definition(const std::string &name) const
{
    const NodeId id = node(name);
    return id.value < model.nodes.size() ? model.nodes[id].definition : nodes[id].definition;
}

ChildSpec &EventBench::spec(const std::string &name)
{
    return isSupervisorName(name) ? model.supervisors[definition(name)].spec
                                  : model.workers[definition(name)].spec;
}

Selector EventBench::selector(const std::string &text, const std::vector<std::string> &names) const
{
    Selector selector;
    selector.text = text;
    for (const std::string &name : names)
        selector.nodes.push_back(node(name));
    return selector;
}

Event EventBench::eventOf(EventKind kind, const std::string &name) const
{
    Event event;
    event.kind = kind;
    event.node = node(name);
    const auto known = m_incarnations.find(name);
    event.incarnation = known == m_incarnations.end() ? 0 : known->second;
    return event;
}

EventBench &EventBench::send(Event event)
{
    event.t = now;
    last = EventId{m_next++};
    listener(event, last, nodes);
    return *this;
}

EventBench &EventBench::play(EventKind kind, const std::string &name, ReasonKind reason)
{
    Event event = eventOf(kind, name);
    event.reason = reason;
    return send(event);
}

EventBench &EventBench::start(const std::string &name)
{
    ++m_incarnations[name];
    return play(EventKind::Start, name);
}

EventBench &EventBench::exit(const std::string &name, ReasonKind reason, std::string_view text)
{
    Event event = eventOf(EventKind::Exit, name);
    event.reason = reason;
    if (!text.empty())
        event.text = model.texts.intern(text);
    return send(event);
}

EventBench &EventBench::exitOf(const std::string &name, std::uint32_t incarnation, ReasonKind reason)
{
    Event event = eventOf(EventKind::Exit, name);
    event.incarnation = incarnation;
    event.reason = reason;
    return send(event);
}

EventBench &EventBench::stop(const std::string &name, std::uint32_t cause)
{
    Event event = eventOf(EventKind::Stop, name);
    event.cause = EventId{cause};
    return send(event);
}

EventBench &EventBench::kill(const std::string &name, std::uint32_t cause)
{
    Event event = eventOf(EventKind::Kill, name);
    event.cause = EventId{cause};
    return send(event);
}

EventBench &EventBench::stopped(const std::string &name, std::uint32_t cause)
{
    return stop(name, cause).exit(name, ReasonKind::Shutdown);
}

EventBench &EventBench::restart(const std::string &name, std::uint32_t inWindow, std::int64_t delayMs)
{
    Event event = eventOf(EventKind::Restart, name);
    event.other = nodes[event.node].parent;
    event.a = inWindow;
    event.value = delayMs * 1'000'000;
    return send(event);
}

EventBench &EventBench::gaveUp(const std::string &name)
{
    return play(EventKind::GaveUp, name);
}

EventBench &EventBench::lifecycle(LifecycleState state)
{
    Event event = eventOf(EventKind::Lifecycle, "app");
    event.detail = static_cast<std::uint8_t>(state);
    return send(event);
}

EventBench &EventBench::command(const std::string &supervisor, CommandKind kind)
{
    Event event = eventOf(EventKind::Command, supervisor);
    event.detail = static_cast<std::uint8_t>(kind);
    return send(event);
}

EventBench &EventBench::reply(const std::string &supervisor, CommandKind kind)
{
    Event event = eventOf(EventKind::Reply, supervisor);
    event.detail = static_cast<std::uint8_t>(kind);
    return send(event);
}

}
