#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/run_result.h"
#include "simulator/kernel/sink.h"
#include "simulator/store/recorder.h"

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

/// Runs without a simulation: what the store is given, made by hand.
namespace daruma::synthetic {

/// app, and under it the workers pool[0] … pool[workers-1].
Model poolModel(std::uint32_t workers);

/// A run and its names. Places and texts can be added as a run adds them.
class Run final : public Names {
public:
    explicit Run(const Model &model);

    std::string path(NodeId node) const override { return m_nodes.path(node, m_texts); }
    std::string_view text(TextId text) const override { return m_texts[text]; }
    NodeId parent(NodeId node) const override { return m_nodes[node].parent; }
    bool isSupervisor(NodeId node) const override { return m_nodes[node].isSupervisor; }

    TextId intern(std::string_view text) { return m_texts.intern(text); }
    NodeId addNode(NodeId parent, std::string_view id, bool isSupervisor);
    EventId add(const Event &event);
    /// exit, restart, start and started of one worker after another, so many times, with random lives.
    void addCycles(std::size_t cycles, std::uint64_t seed);
    void end(std::int64_t t);

    /// Hands the events on in blocks, as the kernel does.
    void play(EventSink &sink) const;
    StoreResult<std::int64_t> record(Recorder &recorder, const RunIdentity &identity) const;

    std::vector<Event> events;
    RunResult result;

private:
    const Model &m_model;
    NodeTable m_nodes;
    TextTable m_texts;
};

/// The usual one: two workers of a pool, a panic with a text, a restart, an escalation, a violation.
Run smallRun(const Model &model);

CampaignIdentity campaign(std::uint64_t firstSeed = 1, std::uint64_t lastSeed = 1);
RunIdentity identity(std::uint64_t seed);

/// Aborts the test with the error's text where there is one.
template <typename T> T must(StoreResult<T> result)
{
    if (!result)
        qFatal("%s", result.error().text().c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

}
