#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/job_model.h"
#endif

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace daruma {

class RowTable;
class Plot;
class TuningModel;

/// What there is of one job beside its line: of a sweep the distributions so far, of tuning the table of
/// settings, to be taken.
class JobDetails : public QWidget {
    Q_OBJECT

public:
    explicit JobDetails(JobModel &jobs, QWidget *parent = nullptr);

    /// Shows that job as it is now; none where the row is not one. Paints only what is new.
    void showJob(int row);
    /// Whether the job has something to show.
    bool isFilled() const;
    TuningModel &tuning() const { return *m_tuning; }
    void focusTable();
    QSize sizeHint() const override { return {420, 220}; }

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makePlots();
    QWidget *makeTable();
    void arrange();
    void plot();
    void showTuning(std::shared_ptr<const TuneOutcome> tuning);
    void take();

    JobModel &m_jobs;
    int m_row = -1;
    std::shared_ptr<const Figures> m_figures;
    std::shared_ptr<const Figures> m_plotted;
    QStackedWidget *m_stack;
    QLabel *m_runs;
    QWidget *m_plots;
    std::vector<Plot *> m_all;
    TuningModel *m_tuning;
    QLabel *m_summary;
    RowTable *m_table;
    QPushButton *m_take;
};

}
