#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/document.h"
#endif

#include <QStringList>
#include <QWidget>

class QAbstractItemModel;

namespace daruma {

/// A part of the window. It follows the document, and what it changes it changes there; it knows no other
/// view.
class View : public QWidget {
    Q_OBJECT

public:
    explicit View(Document &document, QWidget *parent = nullptr)
        : QWidget(parent)
        , m_document(document)
    {}

    /// What it shows as a table, to be saved as CSV; null: it shows none.
    virtual QAbstractItemModel *table() const { return nullptr; }
    /// Does at once what it has put off until there is time: for tests and pictures.
    virtual void settle() {}
    /// Sentences that say what would be lost if the window closed now; empty: nothing.
    virtual QStringList unfinished() const { return {}; }
    /// Somebody can see it: a dock behind another one counts as visible to Qt.
    bool isInFront() const { return isVisible() && !visibleRegion().isEmpty(); }

signals:
    /// Something that is worth a line wherever somebody looks.
    void noticed(const QString &message);

protected:
    Document &document() const { return m_document; }
    /// Null where nothing is open.
    const Run *run() const { return m_document.run().get(); }

private:
    Document &m_document;
};

}
