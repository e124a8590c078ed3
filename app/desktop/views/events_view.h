#pragma once

#include "app/desktop/views/view.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace daruma {

class RowTable;
class EventModel;

/// All events as a table, with filters.
class EventsView : public View {
    Q_OBJECT

public:
    explicit EventsView(Document &document, QWidget *parent = nullptr);
    QAbstractItemModel *table() const override;
    void settle() override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitColumns();
    void applyFilter();
    void followCursor();
    void showCount();

    EventModel *m_model;
    QLineEdit *m_text;
    QComboBox *m_kind;
    QToolButton *m_below;
    QToolButton *m_inRange;
    QLabel *m_count;
    RowTable *m_table;
    bool m_isFollowing = false;  ///< the cursor, which is not to follow the table then
};

}
