#pragma once

#include <QTableView>

namespace daruma {

/// A table as all views have it: whole rows, one of them the current one, no grid, all rows equally high; the
/// Tab key leaves it, Enter and a double click open a row. While it has no rows, it says why.
class RowTable : public QTableView {
    Q_OBJECT

public:
    explicit RowTable(const QString &accessibleName, QWidget *parent = nullptr);

    /// What stands in its middle while it has no rows.
    void setHint(const QString &hint);
    const QString &hint() const { return m_hint; }

signals:
    void opened(const QModelIndex &row);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_hint;
};

}
