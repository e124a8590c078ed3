#include "app/desktop/actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/text.h"
#include "app/desktop/views/start_screen.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>

namespace daruma {

namespace {

constexpr int mostRecentFiles = 8;

/// In the folder of a running window, which goes with it.
bool isTemporary(const QString &path)
{
    const QString ours = QDir(QDir::tempPath()).filePath(QCoreApplication::applicationName() + u'-');
    return path.startsWith(ours);
}

/// Those that can still be opened.
QStringList recentFiles()
{
    QStringList files = QSettings().value(QStringLiteral("recent")).toStringList();
    files.removeIf([](const QString &path) { return isTemporary(path) || !QFileInfo::exists(path); });
    return files;
}

}

void MainWindow::noteRecent(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    if (isTemporary(absolute))
        return;
    QStringList recent = recentFiles();
    recent.removeAll(absolute);
    recent.prepend(absolute);
    QSettings().setValue(QStringLiteral("recent"), recent.mid(0, mostRecentFiles));
    showRecentFiles();
}

/// Behind the command that opens a file.
void MainWindow::addRecentMenu()
{
    m_recentMenu = new QMenu(tr("Re&cent"), this);
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::showRecentFiles);
    QAction *open = (*m_actions)["open"];
    for (const QAction *top : menuBar()->actions()) {
        const QList<QAction *> commands = top->menu()->actions();
        if (const qsizetype place = commands.indexOf(open); place >= 0)
            top->menu()->insertMenu(commands.value(place + 1), m_recentMenu);
    }
}

void MainWindow::showRecentFiles()
{
    const QStringList recent = recentFiles();
    m_start->setRecentFiles(recent);
    m_recentMenu->clear();
    for (const QString &path : recent) {
        const QFileInfo info(path);
        QAction *action = m_recentMenu->addAction(QStringLiteral("%1  –  %2")
                                                      .arg(info.fileName(), info.absolutePath())
                                                      .replace(u'&', QStringLiteral("&&")));
        connect(action, &QAction::triggered, this, [this, path] { openFile(path); });
    }
    if (recent.isEmpty())
        m_recentMenu->addAction(tr("Nothing was open lately"))->setEnabled(false);
}

/// `name – file or database, run N – Daruma`: runs of one name are told apart.
void MainWindow::showTitle()
{
    const RunPtr &run = m_document->run();
    const QString archive = QFileInfo(m_document->archive().path()).fileName();
    if (m_stack->currentWidget() == m_start || (!run && archive.isEmpty()))
        return setWindowTitle(QStringLiteral("Daruma"));
    if (!run)
        return setWindowTitle(tr("%1 – Daruma").arg(archive));
    const RunSource &source = run->source();
    const QString database = source.recordedIn.empty() ? m_document->archive().path() : qt(source.recordedIn);
    const QString file = QFileInfo(qt(source.file)).fileName();
    QString where;
    if (source.recordedId != 0 && !database.isEmpty())
        where = tr("%1, run %2").arg(QFileInfo(database).fileName()).arg(source.recordedId);
    else if (file != m_document->title())
        where = file;
    setWindowTitle(where.isEmpty() ? tr("%1 – Daruma").arg(m_document->title())
                                   : tr("%1 – %2 – Daruma").arg(m_document->title(), where));
}

}
