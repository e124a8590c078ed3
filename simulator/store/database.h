#pragma once

#include "simulator/kernel/event.h"
#include "simulator/kernel/sink.h"
#include "simulator/scenario/dialect_text.h"
#include "simulator/store/open_options.h"
#include "simulator/store/store_error.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

struct ScenarioRow {
    std::int64_t id = 0;
    std::string name;
    std::string fingerprint;
    std::string text;
};

/// A campaign goes on, is complete, or was broken off: by who asked it to stop, or because its process died.
enum class CampaignState : std::uint8_t { Running, Finished, Interrupted };

constexpr std::string_view toText(CampaignState state)
{
    constexpr std::string_view names[] = {"running", "finished", "interrupted"};
    return names[static_cast<std::size_t>(state)];
}

struct CampaignRow {
    std::int64_t id = 0;
    std::int64_t scenarioId = 0;
    std::string scenarioName;
    std::uint64_t firstSeed = 0;
    std::uint64_t lastSeed = 0;
    std::string options;
    std::uint32_t rulesVersion = 0;
    std::string startedAt;                  ///< UTC, ISO 8601
    std::optional<std::string> finishedAt;  ///< nothing where it was interrupted or goes on
    std::string host;
    std::uint64_t runs = 0;
    std::optional<std::string> record;  ///< the policy; nothing where it is not known
    /// Of a campaign of another machine that died without a word it says `Running`.
    CampaignState state = CampaignState::Finished;
};

struct RunRow {
    std::int64_t id = 0;
    std::int64_t campaignId = 0;
    std::int64_t scenarioId = 0;
    std::uint64_t seed = 0;
    std::string dialect;
    std::string overrides;
    std::string outcome;
    std::int64_t endNs = 0;
    std::uint64_t events = 0;
    std::uint64_t restarts = 0;
    std::string fingerprint;
    std::int64_t wallNs = 0;
    std::uint32_t rulesVersion = 0;
    bool hasEvents = false;
};

struct RunFilter {
    std::optional<std::int64_t> campaign;
    std::optional<std::string> outcome;
    std::optional<std::uint64_t> seed;
    bool isUnsuccessful = false;  ///< those that failed or were cut
    std::uint64_t limit = 0;      ///< 0: all
    std::uint64_t offset = 0;
};

/// What the rows of a campaign's runs say of all of them together.
struct CampaignSummary {
    struct Setting {
        std::string dialect;
        std::string overrides;
        std::uint64_t runs = 0;
        std::uint64_t passed = 0;
        std::uint64_t gaveUp = 0;
        std::uint64_t failed = 0;
        std::uint64_t truncated = 0;
        std::uint64_t restarts = 0;
        std::uint64_t rootEnded = 0;  ///< in which the root ended by what nobody asked for
        bool isOneRun = true;         ///< all of them have the same fingerprint: seeds change nothing
        std::optional<std::uint64_t> firstFailingSeed;
    };
    struct Breach {
        std::string name;  ///< of an expectation, or `invariant:NAME`
        std::uint64_t runs = 0;
        std::uint64_t firstSeed = 0;
    };
    struct GiveUp {
        std::string path;
        std::uint64_t runs = 0;  ///< in which it gave up at least once
    };

    std::vector<Setting> settings;  ///< in the order of their first runs
    std::vector<Breach> breaches;   ///< those of most runs first
    std::vector<GiveUp> giveUps;    ///< the same

    /// Of all settings; without dialect and overrides.
    Setting all() const;
};

/// The runs of each setting are one and the same run, whatever their seeds; there are settings of several
/// runs.
bool isSameForAllSeeds(const std::vector<CampaignSummary::Setting> &settings);

struct ViolationRow {
    std::string expectation;  ///< or `invariant:NAME`
    std::optional<std::int64_t> seq;
    std::int64_t tNs = 0;
    std::string message;
};

struct ReportRow {
    std::string path;
    std::string state;
    std::optional<std::string> phase;
    std::optional<std::string> reason;
    std::optional<bool> recoverable;
    std::optional<bool> panic;
    std::optional<std::int64_t> startedAtNs;
    std::optional<std::int64_t> lastObservedAtNs;
    std::optional<std::int64_t> completedAtNs;
    std::optional<std::string> requestedBy;
    std::optional<std::string> shutdownReason;
};

/// The events of a recorded run as they were made, with their names.
class StoredEvents final : public Names {
public:
    struct Place {
        std::string path;
        NodeId parent;
        bool isSupervisor = false;
    };

    std::vector<Event> events;
    std::vector<Place> places;            ///< by node
    std::map<TextId, std::string> texts;  ///< that the events use

    std::string path(NodeId node) const override;
    std::string_view text(TextId text) const override;
    NodeId parent(NodeId node) const override;
    bool isSupervisor(NodeId node) const override;
};

/// A database that is read. Sees the runs that were complete when a call was made, also while others record.
class Database {
public:
    /// No such file, not ours, newer, damaged, locked: each is an error of its own.
    static StoreResult<Database> open(const std::string &path, OpenOptions options = {});
    Database(Database &&) noexcept;
    Database &operator=(Database &&) noexcept;
    ~Database();

    StoreResult<std::vector<CampaignRow>> campaigns();
    StoreResult<ScenarioRow> scenario(std::int64_t id);
    /// The files of dialects that the runs of a campaign were made with.
    StoreResult<std::vector<DialectText>> dialectFiles(std::int64_t campaign);
    /// In the order of their ids.
    StoreResult<std::vector<RunRow>> runs(const RunFilter &filter = {});
    StoreResult<CampaignSummary> summary(std::int64_t campaign);
    /// The run of that id; an error with code `NotFound` names the ids that there are.
    StoreResult<RunRow> run(std::int64_t id);
    StoreResult<std::vector<ViolationRow>> violations(std::int64_t run);
    StoreResult<std::vector<ReportRow>> reports(std::int64_t run);
    /// All events of a run; an error with code `NotFound` where only its rows were recorded.
    StoreResult<StoredEvents> events(std::int64_t run);
    /// Reads every page: the errors of a damaged file, or nothing.
    StoreResult<void> check();

private:
    struct State;
    explicit Database(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Writes a copy for other tools, in which `event` is a table of plain rows and `event_chunk` is missing
/// (`daruma export DB --format sqlite`). `out` must not exist.
StoreResult<void> exportPlain(const std::string &database, const std::string &out, OpenOptions options = {});

}
