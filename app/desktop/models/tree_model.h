#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/document.h"
#endif

#include <QAbstractItemModel>

namespace daruma {

/// The supervision tree of a run with the state of its places at the cursor.
class TreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Name, State, Budget, Next, Strategy, columnCountOfTree };
    enum Role {
        StateRole = Qt::UserRole,  ///< int of BarState, or -1 before the first start
        GaugeRole,                 ///< QPoint(used, allowed); nothing where there is no limit
        GaveUpRole,
        HungRole,
        SupervisorRole,
        NodeRole  ///< uint
    };

    explicit TreeModel(Document &document, QObject *parent = nullptr);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static NodeId nodeOf(const QModelIndex &index);
    QModelIndex indexOf(NodeId node, int column = 0) const;

private:
    QString stateText(NodeId node) const;
    QString nextText(NodeId node) const;
    QString budgetText(NodeId node) const;
    QString toolTip(NodeId node) const;
    void refresh();

    Document &m_document;
    RunPtr m_run;
    std::vector<int> m_rows;  ///< by node: its place among its siblings
};

}
