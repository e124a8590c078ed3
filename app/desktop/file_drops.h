#pragma once

#include <QObject>
#include <QStringList>

class QDropEvent;
class QMainWindow;

namespace daruma {

/// Files that are dropped on a window or one of its floating docks, wherever: what one types into would take
/// their addresses as text.
class FileDrops : public QObject {
    Q_OBJECT

public:
    explicit FileDrops(QMainWindow *window);

signals:
    void dropped(const QStringList &files);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool isOurs(const QObject *target) const;

    QMainWindow *m_window;
};

}
