#include "simulator/kernel/simulation.h"

#include "simulator/kernel/world.h"

namespace daruma {

class Simulation::Impl {
public:
    explicit Impl(const Model &model)
        : world(model)
    {}

    World world;
};

Simulation::Simulation(const Model &model)
    : m_impl(std::make_unique<Impl>(model))
{}

Simulation::~Simulation() = default;

RunResult Simulation::run(std::uint64_t seed, EventSink *sink, const Interventions &interventions)
{
    World &world = m_impl->world;
    world.begin(seed, sink, interventions);
    while (world.step()) {}
    return world.finish();
}

std::string Simulation::path(NodeId node) const
{
    return m_impl->world.path(node);
}

std::string_view Simulation::text(TextId text) const
{
    return m_impl->world.text(text);
}

const NodeTable &Simulation::nodes() const
{
    return m_impl->world.nodes();
}

const TextTable &Simulation::texts() const
{
    return m_impl->world.texts();
}

namespace {

class Collector final : public EventSink {
public:
    Collector(EventLog &events, EventSink *other)
        : m_events(events)
        , m_other(other)
    {}

    void consume(std::span<const Event> block, const Names &names) override
    {
        m_events.append(block, names);
        if (m_other)
            m_other->consume(block, names);
    }

private:
    EventLog &m_events;
    EventSink *m_other;
};

}  // namespace

Recording record(const Model &model, std::uint64_t seed, EventLog events, EventSink *other)
{
    Recording recording;
    recording.events = std::move(events);
    Collector collector(recording.events, other);
    Simulation simulation(model);
    recording.result = simulation.run(seed, &collector);
    recording.nodes = simulation.nodes();
    recording.texts = simulation.texts();
    return recording;
}

}  // namespace daruma
