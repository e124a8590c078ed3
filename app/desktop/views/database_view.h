#pragma once

#include "app/desktop/views/view.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace daruma {

class RowTable;
class QueryModel;

/// SQL over the database that is open, and what it answers.
class DatabaseView : public View {
    Q_OBJECT

public:
    explicit DatabaseView(Document &document, QWidget *parent = nullptr);
    QAbstractItemModel *table() const override;
    void settle() override;

    void ask();
    /// Writes the answer as CSV; false where that cannot be done, which is said.
    bool saveTo(const QString &path);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showArchive();
    void showAnswer();
    void showProblem(const QString &message);
    void choose(int question);
    void copy();
    void save();
    void openRunOf(const QModelIndex &index);

    QueryModel *m_model;
    QComboBox *m_questions;
    QPlainTextEdit *m_sql;
    QPushButton *m_ask;
    QPushButton *m_stop;
    QPushButton *m_save;
    QLabel *m_note;
    RowTable *m_table;
};

}
