#include "app/desktop/actions.h"

#include "app/desktop/theme.h"

#include <QMenu>
#include <QMenuBar>
#include <QWidget>

namespace daruma {

namespace {

constexpr const char *menuProperty = "menu";
constexpr const char *groupProperty = "startsGroup";
constexpr const char *runProperty = "isAboutRun";

}

Actions::Actions(QWidget *window)
    : QObject(window)
    , m_window(window)
{}

QAction *Actions::add(const ActionSpec &spec, std::function<void()> run)
{
    auto *action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    action->setShortcuts(spec.keys);
    action->setCheckable(spec.isCheckable);
    action->setStatusTip(spec.help);
    action->setProperty(menuProperty, spec.menu);
    action->setProperty(groupProperty, spec.startsGroup);
    action->setProperty(runProperty, spec.isAboutRun);
    if (!spec.icon.isEmpty())
        action->setIcon(icon(spec.icon));
    QString tip = QString(spec.text).remove(u'&').remove(QStringLiteral("…"));
    if (!spec.keys.isEmpty())
        tip += QStringLiteral("  (%1)").arg(spec.keys.first().toString(QKeySequence::NativeText));
    if (!spec.help.isEmpty())
        tip += u'\n' + spec.help;
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    m_window->addAction(action);
    m_actions.push_back(action);
    return action;
}

QAction *Actions::operator[](const QString &id) const
{
    for (QAction *action : m_actions)
        if (action->objectName() == id)
            return action;
    return nullptr;
}

QString Actions::menuOf(const QAction &action)
{
    return action.property(menuProperty).toString();
}

QString Actions::helpOf(const QAction &action)
{
    return action.statusTip();
}

bool Actions::isAboutRun(const QAction &action)
{
    return action.property(runProperty).toBool();
}

void Actions::fill(QMenuBar &bar) const
{
    QList<QMenu *> menus;
    for (QAction *action : m_actions) {
        const QString title = menuOf(*action);
        if (title.isEmpty())
            continue;
        QMenu *menu = nullptr;
        for (QMenu *known : menus)
            if (known->title() == title)
                menu = known;
        if (!menu) {
            menu = bar.addMenu(title);
            menus.append(menu);
        }
        if (action->property(groupProperty).toBool())
            menu->addSeparator();
        menu->addAction(action);
    }
}

}
