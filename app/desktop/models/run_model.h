#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/archive.h"
#endif

#include <QAbstractTableModel>
#include <QCache>
#include <QSet>

#include <atomic>
#include <memory>
#include <vector>

namespace daruma {

/// The words of the database, from the best to the worst.
enum class RecordedOutcome : std::uint8_t { Passed, GaveUp, Failed, Truncated };
QString wordOf(RecordedOutcome outcome);
/// With what it says about the expectations: `failed (not met)`.
QString judgedWordOf(RecordedOutcome outcome);
/// What the word means, as a sentence.
QString meaningOf(RecordedOutcome outcome);

/// A run as the strip shows it.
struct RunDot {
    std::int64_t id = 0;
    std::uint64_t seed = 0;
    RecordedOutcome outcome = RecordedOutcome::Passed;
};

/// The runs of a database as rows. SQL filters and sorts them, on another thread; what stands in the rows is
/// read page by page as they come into sight. Until a filter or an order is done the first rows of it are
/// shown.
class RunModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Id,
        Campaign,
        OutcomeColumn,
        Root,
        Seed,
        Settings,
        Dialect,
        Restarts,
        Events,
        End,
        Violation,
        columnCountOfRuns
    };
    static constexpr int OutcomeRole = Qt::UserRole;  ///< int of RecordedOutcome

    explicit RunModel(Archive &archive, QObject *parent = nullptr);
    ~RunModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    std::int64_t runAt(int row) const { return m_ids[std::size_t(row)]; }
    /// -1 where the run is not among the rows.
    int rowOf(std::int64_t run) const;
    /// All rows are there, and not only the first.
    bool isComplete() const { return m_isComplete; }
    /// The runs of the filter in the order of their seeds, those of one seed in that of their ids.
    const std::shared_ptr<const std::vector<RunDot>> &dots() const { return m_dots; }
    /// What went wrong when it read last; empty: nothing.
    const QString &problem() const { return m_problem; }
    /// Waits until nothing is read any more. For tests and pictures.
    void wait();

signals:
    void listed();
    void failed(const QString &message);

private:
    struct Line;
    struct Page;
    struct Listing;
    struct Jobs;

    void restart();
    void list(bool isFirstPage);
    void takeListing();
    void fetchPage() const;
    void takePage();
    QVariant text(const Line &line, int column) const;
    QString campaignText(std::int64_t id) const;
    QString order() const;

    Archive &m_archive;
    std::unique_ptr<Jobs> m_jobs;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::vector<std::int64_t> m_ids;
    std::shared_ptr<const std::vector<RunDot>> m_dots;
    mutable QCache<int, Page> m_pages;
    mutable QList<int> m_missing;  ///< numbers of pages, the one that was seen last at the end
    QString m_problem;
    QString m_where;
    int m_sortColumn = Id;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    bool m_isComplete = false;
};

}
