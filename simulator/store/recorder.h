#pragma once

#include "simulator/scenario/dialect_text.h"
#include "simulator/store/open_options.h"
#include "simulator/store/run_capture.h"
#include "simulator/store/store_error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

class RunWriter;

struct CampaignIdentity {
    std::string scenarioName;
    std::string scenarioText;  ///< the whole file
    std::uint64_t firstSeed = 0;
    std::uint64_t lastSeed = 0;
    std::string options;  ///< what else distinguishes it: the command line's options, in a fixed order
    std::uint32_t rulesVersion = 0;
    std::vector<DialectText> dialectFiles = {};
};

/// 32 hex digits: the 128-bit XXH3 of a scenario's text.
std::string scenarioFingerprint(std::string_view text);

/// Records runs into a database. Whole runs become visible in batches; a process that dies between two
/// batches leaves the runs before. After an error nothing more is written, and every call gives that error
/// again.
///
/// One run after another: beginRun, then hand the recorder to the simulation as its sink, then endRun.
/// Many at once: give each thread a RunCapture, and write() what they captured in the order of the seeds.
class Recorder final : public EventSink {
public:
    /// Creates or migrates the database. The policy must not be `None`: who records nothing needs no
    /// recorder.
    static StoreResult<std::unique_ptr<Recorder>> open(const std::string &path, RecordPolicy policy,
                                                       OpenOptions options = {});
    /// Writes what is complete. A run that has begun and not ended leaves no trace.
    ~Recorder() override;

    /// Gives the campaign's id.
    StoreResult<std::int64_t> beginCampaign(const CampaignIdentity &campaign);
    /// Goes on with the latest unfinished campaign of that identity; nothing where there is none. What it has
    /// is told by Database::runs. An error with code `Locked` where another process of this machine records
    /// it; one of another machine loses it, and gets that error from its next call that writes. Another error
    /// where it was begun under another policy.
    StoreResult<std::optional<std::int64_t>> resumeCampaign(const CampaignIdentity &campaign);

    /// The campaign turned out to be another one than was said at its beginning. Not within a run.
    StoreResult<void> changeOptions(const std::string &options);

    /// `model` must stay as it is until the campaign is finished.
    void beginRun(const Model &model, RunIdentity identity);
    void consume(std::span<const Event> block, const Names &names) override;
    /// Gives the run's id.
    StoreResult<std::int64_t> endRun(const RunResult &result, const Names &names, std::int64_t wallNs);

    /// Writes a run that was captured elsewhere; gives its id.
    StoreResult<std::int64_t> write(CapturedRun &run);

    /// Makes visible what has been written so far.
    StoreResult<void> commit();
    /// Commits, and notes that the campaign is complete.
    StoreResult<void> finishCampaign();

private:
    Recorder(RecordPolicy policy, std::unique_ptr<RunWriter> writer, OpenOptions options);

    std::size_t m_maxCapturedBytes;
    RunCapture m_capture;
    std::unique_ptr<RunWriter> m_writer;
};

}
