#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/loader.h"
#include "simulator/store/database.h"
#endif

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace daruma {

class Document;

/// A database is busy for moments only; who waits for a window waits no longer than this.
inline constexpr OpenOptions patience{.busyTimeoutMs = 2'000};

/// Which runs of a database are wanted.
struct RunsFilter {
    std::optional<std::int64_t> campaign;
    QString outcome;    ///< as the database has it, or `unsuccessful`; empty: all
    QString text;       ///< in seed, settings, dialect, outcome, scenario or violations; any case
    QString condition;  ///< SQL over `r`, a row of `run`; empty: none
    QString title;      ///< of the condition, for people

    bool isOpen() const { return !campaign && outcome.isEmpty() && text.isEmpty() && condition.isEmpty(); }
    /// The condition of a SELECT from `run AS r`; always one.
    QString where() const;
    bool operator==(const RunsFilter &) const = default;
};

/// A text as SQL has it.
QString sqlText(const QString &text);

/// `3: db-outage-30s, seeds 1..1000, 1,000 runs`.
QString campaignText(const CampaignRow &campaign);

/// The database that is open: its campaigns, which of its runs are looked at, and the way from a run to the
/// document. Reads on another thread. Views share it through the document.
class Archive : public QObject {
    Q_OBJECT

public:
    explicit Archive(Document &document);
    ~Archive() override;

    /// Opens a database, and one of its runs where it is said which. `opened` or `failed` follows; what was
    /// open stays open where it fails.
    void open(const QString &path, std::optional<std::int64_t> run = {});
    /// Opens it, and shows the statistics of that campaign.
    void openCampaign(const QString &path, std::int64_t campaign);
    /// Reads the campaigns again: others may have recorded.
    void refresh();
    /// Empty: none is open.
    const QString &path() const { return m_path; }
    const std::vector<CampaignRow> &campaigns() const { return m_campaigns; }

    /// Makes this run again, as the document's. `failed` follows where it cannot be read.
    void openRun(std::int64_t id);
    /// Makes this run again, for the document's to be compared with it. `failed` follows where it cannot be
    /// read.
    void compareWithRun(std::int64_t id);
    /// The run that the document shows, or showed last; 0: none.
    std::int64_t current() const { return m_current; }

    const RunsFilter &filter() const { return m_filter; }
    void setFilter(const RunsFilter &filter);
    /// The same, and the views of runs come to the front.
    void showRuns(const RunsFilter &filter);

    /// Seeds that were kept beside a scenario, shown in the place of a database.
    void setKept(KeptSeeds kept);
    const std::vector<CorpusSeed> &keptSeeds() const { return m_kept.seeds; }
    void openKept(std::uint64_t seed);
    /// Adds the seed of the run that is open to those beside its scenario. What there is to say of it, also
    /// where that cannot be.
    QString keepSeed();

    /// Asks for the statistics of the campaign of the filter.
    void showStatistics();

    bool isBusy() const;
    void wait();

signals:
    void opened();
    void failed(const QString &message);
    void filterChanged();
    void runsWanted();
    void comparisonWanted();
    void currentChanged();
    void keptChanged();
    void statisticsWanted();

private:
    void takeContents();
    void takeRun();
    void takeBaseline();

    struct Jobs;
    Document &m_document;
    std::unique_ptr<Jobs> m_jobs;
    QString m_path;
    std::vector<CampaignRow> m_campaigns;
    std::optional<std::int64_t> m_wantedRun;
    std::int64_t m_wantedCampaign = 0;
    std::int64_t m_current = 0;
    RunsFilter m_filter;
    KeptSeeds m_kept;
};

}
