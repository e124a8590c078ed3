#pragma once

#include "app/desktop/views/view.h"

class QLabel;

namespace daruma {

class RowTable;
class ForkModel;

/// The runs that were made in this window, to compare with and to go back to.
class ForksView : public View {
    Q_OBJECT

public:
    explicit ForksView(Document &document, QWidget *parent = nullptr);
    QAbstractItemModel *table() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void showHint();
    void offerActions();

    ForkModel *m_model;
    QLabel *m_hint;
    RowTable *m_table;
};

}
