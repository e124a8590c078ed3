#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/document.h"
#include "simulator/analysis/wording.h"
#endif

#include <QAbstractTableModel>

#include <memory>
#include <vector>

template <typename T> class QFutureWatcher;

namespace daruma {

/// Which events are wanted.
struct EventFilter {
    std::uint32_t kinds = 0xffff'ffff;  ///< bits of EventKind
    NodeId below;                       ///< this place and all below it; invalid: all
    QString text;                       ///< in the node's path, the kind or the reason; any case
    bool inRange = false;               ///< only in the range of the focus

    bool isOpen() const { return kinds == 0xffff'ffff && !below.isValid() && text.isEmpty() && !inRange; }
    bool operator==(const EventFilter &) const = default;
};

/// The events of a run as rows. A filter is applied on another thread; until it is done the rows are those
/// before.
class EventModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Number, Time, Node, Kind, What, columnCountOfEvents };
    static constexpr int MarkRole = Qt::UserRole;  ///< int of MarkKind, where the event has a mark

    explicit EventModel(Document &document, QObject *parent = nullptr);
    ~EventModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setFilter(const EventFilter &filter);
    const EventFilter &filter() const { return m_filter; }
    bool isFiltering() const;
    void wait();

    EventId eventAt(int row) const;
    /// The row of the event, or of the last one before it that is shown; -1 where there is none.
    int rowOf(EventId event) const;

signals:
    void filtered();

private:
    void refresh();
    void startFilter();
    void takeFiltered();

    struct Job;
    Document &m_document;
    RunPtr m_run;
    std::unique_ptr<Wording> m_wording;
    EventFilter m_filter;
    bool m_isFiltered = false;
    std::vector<std::uint32_t> m_shown;  ///< where it is filtered
    std::unique_ptr<Job> m_job;
};

}
