#pragma once

#include "app/desktop/views/view.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace daruma {

class RowTable;
class RunModel;
class RunStrip;

/// The runs of a database: a strip of their outcomes, and a table that filters and sorts them.
class RunsView : public View {
    Q_OBJECT

public:
    explicit RunsView(Document &document, QWidget *parent = nullptr);
    QAbstractItemModel *table() const override;
    void settle() override;

private:
    QWidget *makeRuns();
    void showArchive();
    void showFilter();
    void showCount();
    void showKept();
    void showProblem(const QString &message);
    void applyFilter();
    void open(const QModelIndex &index);
    void followCurrent();

    RunModel *m_model;
    QStackedWidget *m_stack;
    QLabel *m_empty;
    QListWidget *m_kept;
    QComboBox *m_campaign;
    QComboBox *m_outcome;
    QLineEdit *m_text;
    QToolButton *m_condition;
    QToolButton *m_statistics;
    QLabel *m_count;
    QLabel *m_problem;
    RunStrip *m_strip;
    RowTable *m_table;
    QTimer *m_typing;
};

}
