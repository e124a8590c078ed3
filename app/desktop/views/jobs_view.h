#pragma once

#include "app/desktop/views/view.h"

#include <array>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QSplitter;

namespace daruma {

class RowTable;
class JobDetails;
class JobModel;

/// Work that takes many runs: sweeps over seeds and keys, tuning, shrinking; with progress.
class JobsView : public View {
    Q_OBJECT

public:
    explicit JobsView(Document &document, QWidget *parent = nullptr);
    QAbstractItemModel *table() const override;
    void settle() override;
    QStringList unfinished() const override;
    JobModel &jobs() const { return *m_model; }

    void sweep();
    void tune();
    void shrink();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeForm();
    QWidget *makeList();
    void showRun();
    void showButtons();
    void shareRoom();
    void take(int row);
    int row() const;
    std::vector<std::string> vary() const;

    JobModel *m_model;
    QSpinBox *m_first;
    QSpinBox *m_last;
    std::array<QComboBox *, 2> m_keys;
    std::array<QLineEdit *, 2> m_values;
    QLineEdit *m_database;
    QLineEdit *m_targets;
    QPushButton *m_sweep;
    QPushButton *m_tune;
    QPushButton *m_shrink;
    RowTable *m_table;
    JobDetails *m_details;
    QSplitter *m_parts;
    QPushButton *m_pause;
    QPushButton *m_stop;
    QPushButton *m_open;
};

}
