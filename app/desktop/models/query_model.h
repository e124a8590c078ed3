#pragma once

#ifndef Q_MOC_RUN
#include "simulator/store/query.h"
#endif

#include <QAbstractTableModel>

#include <atomic>
#include <memory>

namespace daruma {

/// The answer of a database to SQL. Asked on another thread; until it is there the rows are those before.
class QueryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    /// More rows are read by nobody, and fill the memory.
    static constexpr std::size_t mostRows = 200'000;

    explicit QueryModel(QObject *parent = nullptr);
    ~QueryModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void ask(const QString &path, const QString &sql);
    void stop();
    bool isAsking() const;
    void wait();
    /// There were more than mostRows.
    bool isCut() const { return m_isCut; }
    double seconds() const { return m_seconds; }
    /// The first column of that name; -1: none.
    int columnOf(const char *name) const;

signals:
    void answered();
    void failed(const QString &message);

private:
    void take();

    struct Answer;
    struct Job;
    std::unique_ptr<Job> m_job;
    std::shared_ptr<std::atomic<bool>> m_stop;
    QueryResult m_result;
    bool m_isCut = false;
    double m_seconds = 0;
};

}
