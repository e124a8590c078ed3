#pragma once

#include <QKeyCombination>
#include <QList>
#include <QObject>

class QWidget;

namespace daruma {

/// Most shortcuts of the window are plain keys. Those that the focused widget needs itself it gets, whichever
/// window of the application it is in: Space goes to buttons, arrows to trees and tables, letters to what one
/// types into.
class OwnKeys : public QObject {
public:
    /// As long as it lives.
    explicit OwnKeys(QObject *parent);

    /// Of lists, trees and tables.
    static QList<QKeyCombination> ofRows();
    /// That widget gets these keys, and of the window's shortcuts no others.
    static void set(QWidget &widget, const QList<QKeyCombination> &keys);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

}
