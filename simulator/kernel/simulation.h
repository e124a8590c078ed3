#pragma once

#include "simulator/kernel/cause.h"
#include "simulator/kernel/event_log.h"
#include "simulator/kernel/model.h"
#include "simulator/kernel/run_result.h"
#include "simulator/kernel/sink.h"

#include <cstdint>
#include <memory>
#include <string>

namespace daruma {

/// Changes whenever any fingerprint changes; golden fingerprints in the tests notice.
inline constexpr std::uint32_t rulesVersion = 1;

/// Runs a model, again and again: each run starts from nothing but the model and its seed, and reuses the
/// memory of the run before. `model` must outlive it; threads may share it, each with a simulation that it
/// has made itself: two that were made by one thread have their memory in the same lines of the cache, which
/// took a third from the speed of two threads.
class Simulation final : public Names {
public:
    explicit Simulation(const Model &model);
    ~Simulation() override;
    Simulation(const Simulation &) = delete;
    Simulation &operator=(const Simulation &) = delete;

    /// Runs to the end. The events go to `sink` where there is one.
    RunResult run(std::uint64_t seed, EventSink *sink = nullptr, const Interventions &interventions = {});

    /// The names of the last run.
    std::string path(NodeId node) const override;
    std::string_view text(TextId text) const override;
    NodeId parent(NodeId node) const override { return nodes()[node].parent; }
    bool isSupervisor(NodeId node) const override { return nodes()[node].isSupervisor; }
    const NodeTable &nodes() const;
    const TextTable &texts() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

/// A whole run in memory, with its names.
struct Recording final : Names {
    EventLog events;
    NodeTable nodes;
    TextTable texts;
    RunResult result;

    std::string path(NodeId node) const override { return nodes.path(node, texts); }
    std::string_view text(TextId text) const override { return texts[text]; }
    NodeId parent(NodeId node) const override { return nodes[node].parent; }
    bool isSupervisor(NodeId node) const override { return nodes[node].isSupervisor; }
};

/// `events`: an empty log to fill, which may have an archive. `other`: who gets the events too, behind the
/// log.
Recording record(const Model &model, std::uint64_t seed, EventLog events = {}, EventSink *other = nullptr);

}  // namespace daruma
