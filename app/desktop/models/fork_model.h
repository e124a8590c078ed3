#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/document.h"
#endif

#include <QAbstractTableModel>

namespace daruma {

/// The runs that were made in this window, the oldest first.
class ForkModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Number, Changed, Verdict, Restarts, End, columnCountOfForks };
    enum Role {
        CurrentRole = Qt::UserRole,  ///< it is the run that is shown
        BaselineRole,                ///< it is the run that this one is compared with
        PassedRole
    };

    explicit ForkModel(Document &document, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The row is compared with; the run that is shown, with nothing.
    void compareWith(int row);
    void goBackTo(int row);
    int currentRow() const;

private:
    QString text(const Fork &fork, int column) const;
    QString toolTip(const Fork &fork) const;
    void refresh();

    Document &m_document;
    std::vector<Fork> m_forks;
};

}
