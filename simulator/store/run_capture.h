#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/run_result.h"
#include "simulator/kernel/sink.h"
#include "simulator/kernel/supervisor_report.h"
#include "simulator/store/event_codec.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daruma {

/// What a database keeps of the runs (CONTRACT section 4).
enum class RecordPolicy : std::uint8_t {
    All,       ///< every event
    Restarts,  ///< rows of runs, restarts, escalations, outages, violations
    Failures,  ///< these rows, and the events of runs that failed
    None,      ///< nothing: no recorder is made
};

constexpr std::string_view toText(RecordPolicy policy)
{
    constexpr std::string_view names[] = {"all", "restarts", "failures", "none"};
    return names[static_cast<std::size_t>(policy)];
}

std::optional<RecordPolicy> recordPolicyFromText(std::string_view text);

/// What identifies a run beside its scenario and the rules version.
struct RunIdentity {
    std::uint64_t seed = 0;
    std::string dialect;
    std::string overrides;  ///< as `--set` writes them, one a line; empty for none
};

/// What a run leaves behind, ready to be written. Nodes and texts are numbers of the run.
struct CapturedRun {
    static constexpr std::uint32_t noReason = 0xffff'ffff;

    /// A `restart` or `gave_up`.
    struct Decision {
        Event event;
        std::uint32_t seq = 0;
        std::uint32_t reason = noReason;  ///< index into `reasons`
    };
    /// A place that start_child made.
    struct AddedNode {
        std::string path;
        NodeId parent;
        bool isSupervisor = false;
    };
    /// Sums over one place that was started at least once. A place that ends normally and is not started
    /// again is not out of order.
    struct NodeSums {
        NodeId node;
        bool isUp = false;  ///< at the end
        std::uint64_t starts = 0;
        std::uint64_t outages = 0;
        std::int64_t upNs = 0;
        std::int64_t downNs = 0;
        std::int64_t longestOutageNs = 0;
        std::optional<std::int64_t> downSince;  ///< of an outage that goes on at the end
    };
    /// The length of an outage that is over.
    struct Recovery {
        NodeId node;
        std::int64_t ns = 0;
    };
    struct Violation {
        std::string expectation;
        EventId event;
        std::int64_t t = 0;
        std::string message;
    };

    const Model *model = nullptr;
    RunIdentity identity;
    std::vector<Decision> restarts;
    std::vector<Decision> escalations;
    std::vector<std::string> reasons;
    std::vector<EncodedChunk> chunks;
    std::vector<AddedNode> added;  ///< numbers go on after the model's nodes

    /// The rest is known when the run has ended.
    RunResult result;
    std::int64_t wallNs = 0;
    std::vector<NodeSums> sums;  ///< by node
    std::vector<Recovery> recoveries;
    std::vector<Violation> violations;
    std::vector<SupervisorReport> reports;
    bool dropsChunks = false;  ///< nobody wants its events after all

    /// Roughly, of what grows with the length of the run.
    std::size_t bytes() const;
};

/// Watches a run and keeps what a policy asks for; with `None` it keeps what statistics need alone. Knows no
/// database, so each thread can have its own.
class RunCapture final : public EventSink {
public:
    explicit RunCapture(RecordPolicy policy);

    /// `model` must live until the captured run is written.
    void begin(const Model &model, RunIdentity identity);
    void consume(std::span<const Event> block, const Names &names) override;
    /// `wallNs`: how long it took. The captured run is valid until the next `begin`.
    CapturedRun &end(const RunResult &result, const Names &names, std::int64_t wallNs);

    /// What has been captured so far; who writes a part of it early, empties what he wrote.
    CapturedRun &captured() { return m_run; }

private:
    struct NodeState {
        CapturedRun::NodeSums sums;
        std::int64_t since = 0;
        bool isTouched = false;
        bool isUp = false;
        bool isDown = false;  ///< it ran, and ended
        bool endedNormally = false;
    };

    void observe(const Event &event, std::uint64_t seq, const Names &names);
    void addNodes(std::uint32_t last, const Names &names);
    NodeState &stateOf(NodeId node);
    void observeStarted(NodeState &node, std::int64_t t);
    void observeExit(NodeState &node, const Event &event);
    std::uint32_t reasonIndex(const Event &event, const Names &names);
    void encodeBuffered(const Names &names);
    void closeOutages(std::int64_t end);
    void keepViolations();

    RecordPolicy m_policy;
    CapturedRun m_run;
    EventEncoder m_encoder;
    std::vector<Event> m_buffer;    ///< of the chunk to come
    std::uint64_t m_bufferSeq = 0;  ///< of its first event
    std::uint64_t m_seq = 0;
    std::uint32_t m_knownNodes = 0;
    std::vector<NodeState> m_nodes;
    std::vector<NodeId> m_touched;
    std::map<std::pair<ReasonKind, TextId>, std::uint32_t> m_reasonIndex;
};

}
