#pragma once

#include "app/desktop/views/view.h"

#ifndef Q_MOC_RUN
#include "app/desktop/models/comparison.h"
#endif

#include <memory>

class QComboBox;
class QLabel;
class QStandardItemModel;

namespace daruma {

class RowTable;
class CompareLanes;

/// The run that is shown beside another one: aligned lanes, where they part, and which counts differ.
class CompareView : public View {
    Q_OBJECT

public:
    explicit CompareView(Document &document, QWidget *parent = nullptr);
    ~CompareView() override;
    QAbstractItemModel *table() const override;

    CompareLanes &lanes() const { return *m_lanes; }
    void settle() override;

protected:
    void showEvent(QShowEvent *event) override;

private:
    void refresh();
    void take();
    void fillChoice();
    void showHead();
    void showCounts();
    QString describe(const Run &run, const QString &title) const;

    struct Job;
    std::unique_ptr<Job> m_job;
    ComparisonPtr m_comparison;
    bool m_isOutdated = false;
    QComboBox *m_choice;
    QLabel *m_head;
    QLabel *m_sentence;
    CompareLanes *m_lanes;
    QStandardItemModel *m_counts;
    RowTable *m_table;
};

}
