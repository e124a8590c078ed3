#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/campaign_job.h"
#include "app/desktop/models/document.h"
#endif

#include <QAbstractTableModel>
#include <QTemporaryDir>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <vector>

namespace daruma {

enum class JobState { Running, Paused, Stopping, Done, Stopped, Failed };

/// Campaigns, shrinking and tuning as rows with their progress. The work goes on in threads of its own, and
/// leaves one to the window where there is more than one.
class JobModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { What, State, Progress, columnCountOfJobs };
    static constexpr int ShareRole = Qt::UserRole;  ///< double, how much is done; nothing where nobody knows

    explicit JobModel(Document &document, QObject *parent = nullptr);
    ~JobModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Each begins a job; `done` follows. A database that is not named is a temporary one.
    void sweep(CampaignRequest request);
    void tune(TuneRequest request);
    void shrink(const RunSource &source);

    JobState state(int row) const;
    void setPaused(int row, bool isPaused);
    void stop(int row);
    bool hasResult(int row) const;
    /// The statistics of a campaign, or the shrunk scenario as the document; of tuning `tuningWanted`
    /// follows.
    void openResult(int row);
    /// Of the runs that a sweep has made so far; null: of no sweep, or there are none yet.
    std::shared_ptr<const Figures> figures(int row) const;
    /// What tuning found; null: nothing, or not yet.
    std::shared_ptr<const TuneOutcome> tuning(int row) const;
    /// Changes the scenario to a setting that tuning found, in one step of undo. Where another scenario was
    /// opened since, the one that was tuned is opened again.
    void takeSettings(int row, const std::vector<Override> &settings);
    bool isBusy() const;
    void wait();

signals:
    void tuningWanted(int row);
    /// It has come to its end by itself, and nothing went wrong.
    void done(int row);

private:
    struct Job;
    struct Control;
    void begin(std::unique_ptr<Job> job, std::function<void(Job &)> work);
    void finished(Job &job);
    void refresh();
    QString progressText(const Job &job) const;

    Document &m_document;
    std::vector<std::unique_ptr<Job>> m_jobs;
    QTemporaryDir m_folder;
    QThreadPool m_pool;
    QTimer m_timer;
};

}
