#include "app/desktop/actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/injection.h"
#include "app/desktop/views/inject_dialog.h"
#include "app/desktop/views/timeline_view.h"

#include <QMenu>

namespace daruma {

void MainWindow::addInjectActions()
{
    const QString menu = tr("&Run");
    m_actions->add({"inject",
                    menu,
                    tr("In&ject here…"),
                    {Qt::CTRL | Qt::Key_I},
                    "inject",
                    tr("Writes a fault into the scenario: at the cursor, into the selected place"),
                    false,
                    true},
                   [this] { askForInjection(FaultKind::Panic); });
    m_actions->add({"inject-panic", menu, tr("Inject a panic here"), {}, "inject", {}},
                   [this] { inject(FaultKind::Panic); });
    m_actions->add({"inject-kill", menu, tr("Inject a kill here"), {}, "inject", {}},
                   [this] { inject(FaultKind::Kill); });
    m_actions->add({"inject-hang", menu, tr("Inject a hang here"), {}, "inject", {}},
                   [this] { inject(FaultKind::Hang); });
    m_actions->add({"inject-delay", menu, tr("Inject a delay here…"), {}, "inject", {}},
                   [this] { askForInjection(FaultKind::Delay); });
    const auto offer = [this](QWidget *view) {
        view->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(view, &QWidget::customContextMenuRequested, this, [this, view](const QPoint &at) {
            if (view == m_timeline)
                m_timeline->lookAt(at);
            m_clicked = view == m_timeline ? m_timeline->momentAt(at) : std::nullopt;
            showContextMenu(view->mapToGlobal(at));
        });
    };
    offer(m_timeline);
    if (QWidget *tree = view(QStringLiteral("tree")))
        offer(tree);
}

void MainWindow::showContextMenu(const QPoint &global)
{
    if (!m_document->run() || !m_document->focus().node.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char *id : {"inject-panic", "inject-kill", "inject-hang", "inject-delay", "inject"})
        menu->addAction((*m_actions)[QLatin1String(id)]);
    menu->addSeparator();
    menu->addAction((*m_actions)[QStringLiteral("view-settings")]);
    // Between two events the cursor stands behind the first; the fault goes where the mouse was.
    connect(
        menu, &QMenu::aboutToHide, this, [this] { m_clicked.reset(); }, Qt::QueuedConnection);
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
    return Injection{kind, m_document->focus().node, m_clicked.value_or(m_document->now())};
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
