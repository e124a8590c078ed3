#include "app/desktop/own_keys.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTextEdit>

namespace daruma {

namespace {

constexpr const char *ownProperty = "ownKeys";

QList<QKeyCombination> ownKeys(const QWidget &widget)
{
    if (const QVariant own = widget.property(ownProperty); own.isValid())
        return own.value<QList<QKeyCombination>>();
    if (qobject_cast<const QAbstractButton *>(&widget))
        return {Qt::Key_Space};
    if (qobject_cast<const QTabBar *>(&widget))
        return {Qt::Key_Left, Qt::Key_Right, Qt::Key_Home, Qt::Key_End};
    if (qobject_cast<const QAbstractItemView *>(&widget))
        return OwnKeys::ofRows();
    // A text that is read is scrolled, but never to the side.
    if (qobject_cast<const QTextEdit *>(&widget))
        return {Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End};
    return {};
}

/// Whether it wants any key that is plain: to be typed, to move a value, to find an entry by its letters. One
/// line of text says so itself.
bool takesAll(const QWidget &widget)
{
    if (const auto *text = qobject_cast<const QPlainTextEdit *>(&widget))
        return !text->isReadOnly();
    return qobject_cast<const QAbstractSpinBox *>(&widget) || qobject_cast<const QComboBox *>(&widget)
           || qobject_cast<const QAbstractSlider *>(&widget);
}

bool isPlain(const QKeyEvent &key)
{
    return !(key.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
           && (key.key() < Qt::Key_F1 || key.key() > Qt::Key_F35);
}

bool takes(const QWidget &widget, const QKeyEvent &key)
{
    const Qt::KeyboardModifiers modifiers = key.modifiers() & ~Qt::KeypadModifier;
    return (takesAll(widget) && isPlain(key))
           || ownKeys(widget).contains(QKeyCombination(modifiers, Qt::Key(key.key())));
}

}

OwnKeys::OwnKeys(QObject *parent)
    : QObject(parent)
{
    qApp->installEventFilter(this);
}

QList<QKeyCombination> OwnKeys::ofRows()
{
    return {Qt::Key_Left, Qt::Key_Right, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End};
}

void OwnKeys::set(QWidget &widget, const QList<QKeyCombination> &keys)
{
    widget.setProperty(ownProperty, QVariant::fromValue(keys));
}

bool OwnKeys::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ShortcutOverride)
        return false;
    const auto *widget = qobject_cast<const QWidget *>(watched);
    if (!widget || !takes(*widget, *static_cast<QKeyEvent *>(event)))
        return false;
    event->accept();
    return true;
}

}
