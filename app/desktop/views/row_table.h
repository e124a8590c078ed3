#pragma once

#include <QTableView>

namespace daruma {

/// A table as all views have it: whole rows, one of them the current one, no grid, all rows equally high; the
/// Tab key leaves it. While it has no rows, it says why.
class RowTable : public QTableView {
public:
    explicit RowTable(const QString &accessibleName, QWidget *parent = nullptr);

    /// What stands in its middle while it has no rows.
    void setHint(const QString &hint);
    const QString &hint() const { return m_hint; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_hint;
};

}
