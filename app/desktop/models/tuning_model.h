#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/campaign_job.h"
#endif

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace daruma {

/// What tuning found as a table: a row for each setting, with its values and how far it reaches the targets.
class TuningModel : public QAbstractTableModel {
    Q_OBJECT

public:
    static constexpr int VerdictRole = Qt::UserRole;  ///< int of Verdict, of cells of targets

    explicit TuningModel(QObject *parent = nullptr);

    /// Null: none.
    void setTuning(std::shared_ptr<const TuneOutcome> tuning);
    const std::shared_ptr<const TuneOutcome> &tuning() const { return m_tuning; }
    /// What is recommended, and how sure that is; several sentences.
    QString summary() const;
    std::vector<Override> settingAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString what;
        QString tip;
        const SettingFigures *figures = nullptr;  ///< of the tuning
    };
    QString bestSummary() const;
    /// What stays open for want of seeds, and how many would do.
    QString openSummary(const SettingFigures &figures) const;
    int firstTarget() const { return 1 + int(m_tuning->axes.size()); }
    QVariant target(const SettingFigures &figures, std::size_t target, int role) const;

    std::shared_ptr<const TuneOutcome> m_tuning;
    std::vector<Row> m_rows;
};

}
