#pragma once

#include "app/desktop/views/view.h"

class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace daruma {

class TreeModel;

/// The supervision tree as it is at the cursor.
class SupervisionTreeView : public View {
    Q_OBJECT

public:
    explicit SupervisionTreeView(Document &document, QWidget *parent = nullptr);
    QAbstractItemModel *table() const override;

private:
    void showFolds();
    void noteFold(const QModelIndex &index, bool isFolded);
    void fitColumns();
    int stateWidth() const;
    void showSelection();

    TreeModel *m_model;
    QSortFilterProxyModel *m_filter;
    QLineEdit *m_search;
    QTreeView *m_tree;
    bool m_isSized = false;  ///< by the user
    bool m_isFitting = false;
    bool m_isFollowing = false;  ///< the selection and the folds of the document
};

}
