#include "app/desktop/actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/injection.h"
#include "app/desktop/views/inject_dialog.h"
#include "app/desktop/views/timeline_view.h"

#include <QContextMenuEvent>
#include <QMenu>

#include <functional>

namespace daruma {

void MainWindow::addInjectActions()
{
    const auto add = [this](ActionSpec spec, std::function<void()> act) {
        spec.menu = tr("&Run");
        spec.icon = QStringLiteral("inject");
        spec.isAboutRun = true;
        m_actions->add(spec, std::move(act));
    };
    add({.id = "inject",
         .text = tr("In&ject here…"),
         .keys = {Qt::CTRL | Qt::Key_I},
         .help = tr("Writes a fault into the scenario: at the cursor, into the selected place"),
         .startsGroup = true},
        [this] { askForInjection(FaultKind::Panic); });
    add({.id = "inject-panic", .text = tr("Inject a panic here")}, [this] { inject(FaultKind::Panic); });
    add({.id = "inject-kill", .text = tr("Inject a kill here")}, [this] { inject(FaultKind::Kill); });
    add({.id = "inject-hang", .text = tr("Inject a hang here")}, [this] { inject(FaultKind::Hang); });
    add({.id = "inject-delay", .text = tr("Inject a delay here…")},
        [this] { askForInjection(FaultKind::Delay); });
    m_timeline->installEventFilter(this);
    if (QWidget *tree = view(QStringLiteral("tree")))
        tree->installEventFilter(this);
}

/// The menu of the timeline and the tree. The mouse means what is under it; a key the cursor and the
/// selection.
bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ContextMenu)
        return QMainWindow::eventFilter(watched, event);
    const auto *wanted = static_cast<QContextMenuEvent *>(event);
    if (watched == m_timeline && wanted->reason() == QContextMenuEvent::Mouse)
        m_timeline->lookAt(wanted->pos());
    showInjectionMenu(wanted->globalPos());
    return true;
}

void MainWindow::showInjectionMenu(const QPoint &global)
{
    if (!proposedInjection(FaultKind::Panic))
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char *id : {"inject-panic", "inject-kill", "inject-hang", "inject-delay", "inject"})
        menu->addAction((*m_actions)[QLatin1String(id)]);
    menu->addSeparator();
    menu->addAction((*m_actions)[QStringLiteral("view-settings")]);
    menu->popup(global);
}

std::optional<Injection> MainWindow::proposedInjection(FaultKind kind)
{
    if (!m_document->run())
        return {};
    if (!m_document->focus().node.isValid()) {
        showMessage(tr("Select a place first, in the tree or the timeline: there the fault is injected."));
        return {};
    }
    return Injection{kind, m_document->focus().node, m_document->now()};
}

void MainWindow::inject(FaultKind kind)
{
    if (const auto injection = proposedInjection(kind))
        inject(*injection);
}

void MainWindow::inject(const Injection &injection)
{
    const Run &run = *m_document->run();
    const QString what = QString::fromStdString(titleOf(run, injection));
    m_document->replaceText(QString::fromStdString(withFault(run, injection)), what);
    showMessage(tr("Injected: %1. Undo takes it back.").arg(what));
}

void MainWindow::askForInjection(FaultKind kind)
{
    const auto proposal = proposedInjection(kind);
    if (!proposal)
        return;
    InjectDialog dialog(m_document->run(), *proposal, this);
    if (dialog.exec() == QDialog::Accepted)
        inject(dialog.injection());
}

}
