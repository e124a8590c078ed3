#pragma once

#include "app/desktop/layout/effect_index.h"
#include "app/desktop/layout/lane_index.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"
#include "simulator/scenario/toml_tree.h"

#include <tl/expected.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace daruma {

class Explainer;

struct Dialect;
class Dialects;

/// Everything that makes a run, again and again the same.
struct RunSource {
    std::string file;  ///< the scenario's path, or the name of a shipped one; where paths of dialects begin
    std::string text;
    std::vector<Override> overrides;
    std::string dialect;  ///< empty: the scenario's own
    std::vector<DialectText> dialectFiles;
    std::optional<std::uint64_t> seed;  ///< unset: the scenario's own
    Limits limits;
    /// Of a recorded run: what it was, to be compared with what it is when it is made again.
    std::string recordedFingerprint;
    std::optional<std::uint32_t> recordedRules;
    /// The database that has its events; empty: nothing was recorded.
    std::string recordedIn;
    /// The number of the run in its database; 0: it is of none.
    std::int64_t recordedId = 0;

    /// Whether both make the same run.
    bool isSameAs(const RunSource &other) const;
};

/// How full a supervisor's restart budget is.
struct BudgetGauge {
    std::uint32_t used = 0;
    std::uint32_t allowed = 0;
    Duration within;
    bool hasGivenUp = false;
    /// When the oldest restart that counts ceases to; never where none does, or where none ever does.
    Instant freeAt = Instant::never();
};

/// A run with all that the views want to know of it. Made once, never changed, shared by all of them.
class Run {
public:
    /// All problems of the scenario where it cannot be read. Takes as long as the run does: not for the
    /// thread of the windows.
    static tl::expected<std::shared_ptr<const Run>, std::vector<Problem>> make(RunSource source);
    /// Null where it was no longer wanted before it had come to its end.
    static tl::expected<std::shared_ptr<const Run>, std::vector<Problem>>
    make(RunSource source, const std::atomic<bool> &isUnwanted);

    const RunSource &source() const { return m_source; }
    const Scenario &scenario() const { return m_scenario; }
    const Model &model() const { return m_scenario.model; }
    /// The scenario's tables as they are run, and as its text has them.
    const TomlValue &document() const { return m_document; }
    const TomlValue &textDocument() const { return m_textDocument; }
    /// Whose rules that supervisor follows; null where it cannot be had.
    const Dialect *dialectOf(NodeId supervisor) const;
    const Recording &recording() const { return m_recording; }
    const RunResult &result() const { return m_recording.result; }
    const LaneIndex &lanes() const { return *m_lanes; }
    std::uint64_t seed() const { return m_recording.result.seed; }

    std::uint32_t eventCount() const { return static_cast<std::uint32_t>(m_recording.events.size()); }
    /// Whether its events are at hand as one span, which several threads may read.
    bool isPlain() const;
    Event event(EventId id) const { return m_recording.events[id.value]; }
    EventId lastEvent() const { return EventId{eventCount() - 1}; }
    /// The moment of the state behind that event.
    std::int64_t timeAt(EventId id) const { return id.isValid() ? event(id).t : 0; }

    /// In start order; places made during the run stand last.
    const std::vector<NodeId> &children(NodeId node) const { return m_children[node.value]; }
    std::size_t nodeCount() const { return m_children.size(); }
    NodeId parent(NodeId node) const { return m_recording.parent(node); }
    bool isSupervisor(NodeId node) const { return m_recording.isSupervisor(node); }
    std::string name(NodeId node) const { return m_recording.nodes.name(node, m_recording.texts); }
    std::string path(NodeId node) const { return m_recording.path(node); }
    /// The first fault or bad end; never where there is none.
    Instant firstTrouble() const { return m_firstTrouble; }
    /// The node of that path; invalid where there is none.
    NodeId find(const std::string &path) const;
    /// The table of the scenario that it was made from.
    std::string_view table(NodeId node) const;

    /// Of a supervisor, behind that event and at `now`, which is not before it; nothing where none of its
    /// restarts was counted yet and its dialect tells no limit.
    std::optional<BudgetGauge> budget(NodeId supervisor, EventId cursor, std::int64_t now) const;
    /// Its `restart` and `gave_up` events, in order.
    const std::vector<EventId> &decisions(NodeId supervisor) const { return m_decisions[supervisor.value]; }

    /// The events that name it as their cause, in order.
    std::span<const EventId> consequences(EventId event) const { return m_effects.of(event); }
    /// The next event from `from` on (before it with `forward` false) that is worth a stop.
    EventId nextOf(EventId from, bool forward, std::initializer_list<EventKind> kinds) const;

    /// Why, of its events.
    const Explainer &explainer() const { return *m_explainer; }

    /// Where a run that was recorded is not made again as it was.
    const std::string &divergence() const { return m_divergence; }
    /// The first event that is another than the one that was recorded; invalid where that is not known.
    EventId firstDivergent() const { return m_firstDivergent; }

    ~Run();

private:
    Run();
    void index();
    void compareWithRecorded();
    std::string firstDifferenceText();

    RunSource m_source;
    Scenario m_scenario;
    TomlValue m_document;
    TomlValue m_textDocument;
    std::shared_ptr<Dialects> m_dialects;
    Recording m_recording;
    std::unique_ptr<const LaneIndex> m_lanes;
    EffectIndex m_effects;
    std::unique_ptr<const Explainer> m_explainer;
    std::vector<std::vector<NodeId>> m_children;
    std::vector<std::vector<EventId>> m_decisions;
    Instant m_firstTrouble = Instant::never();
    std::string m_divergence;
    EventId m_firstDivergent;
};

using RunPtr = std::shared_ptr<const Run>;

}
