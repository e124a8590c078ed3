#include "app/desktop/file_drops.h"

#include <QApplication>
#include <QDockWidget>
#include <QDropEvent>
#include <QMainWindow>
#include <QMimeData>
#include <QUrl>

namespace daruma {

namespace {

QStringList filesOf(const QDropEvent &drop)
{
    QStringList files;
    for (const QUrl &url : drop.mimeData()->urls())
        if (url.isLocalFile())
            files << url.toLocalFile();
    return files;
}

}

FileDrops::FileDrops(QMainWindow *window)
    : QObject(window)
    , m_window(window)
{
    window->setAcceptDrops(true);
    // One that floats is a window of its own.
    for (QDockWidget *dock : window->findChildren<QDockWidget *>())
        dock->setAcceptDrops(true);
    qApp->installEventFilter(this);
}

bool FileDrops::isOurs(const QObject *target) const
{
    const auto *widget = qobject_cast<const QWidget *>(target);
    if (!widget)
        return false;
    const QWidget *window = widget->window();
    return window == m_window
           || (qobject_cast<const QDockWidget *>(window) && window->parentWidget() == m_window);
}

bool FileDrops::eventFilter(QObject *watched, QEvent *event)
{
    const QEvent::Type type = event->type();
    if (type != QEvent::DragEnter && type != QEvent::DragMove && type != QEvent::Drop)
        return false;
    auto *drop = static_cast<QDropEvent *>(event);
    const QStringList files = filesOf(*drop);
    if (files.isEmpty() || !isOurs(watched))
        return false;
    drop->acceptProposedAction();
    if (type == QEvent::Drop)
        emit dropped(files);
    return true;
}

}
