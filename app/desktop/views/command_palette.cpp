#include "app/desktop/views/command_palette.h"

#include "app/desktop/actions.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace daruma {

namespace {

constexpr int actionRole = Qt::UserRole;

QString labelOf(const QAction &action)
{
    QString text = QString(action.text()).remove(u'&');
    const QString menu = QString(Actions::menuOf(action)).remove(u'&');
    if (!menu.isEmpty())
        text = menu + QStringLiteral(": ") + text;
    if (!action.shortcut().isEmpty())
        text += QStringLiteral("    ") + action.shortcut().toString(QKeySequence::NativeText);
    return text;
}

}

bool isSubsequence(const QString &wanted, const QString &text)
{
    qsizetype next = 0;
    for (const QChar c : text)
        if (next < wanted.size() && c.toLower() == wanted[next].toLower())
            ++next;
    return next == wanted.size();
}

CommandPalette::CommandPalette(const Actions &actions, QWidget *parent)
    : QDialog(parent, Qt::Popup)
    , m_actions(actions)
    , m_wanted(new QLineEdit)
    , m_list(new QListWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFixedSize(520, 360);
    m_wanted->setPlaceholderText(tr("Type what you want to do"));
    setWindowTitle(tr("Commands"));
    m_wanted->setAccessibleName(tr("Find a command"));
    m_list->setAccessibleName(tr("Commands"));
    m_wanted->installEventFilter(this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_wanted);
    layout->addWidget(m_list);
    connect(m_wanted, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_wanted, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::run);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
    fill({});
    m_wanted->setFocus();
}

void CommandPalette::fill(const QString &wanted)
{
    m_list->clear();
    const QString letters = QString(wanted).remove(u' ');
    for (QAction *action : m_actions.all()) {
        const QString label = labelOf(*action);
        if (!action->isEnabled() || !isSubsequence(letters, label))
            continue;
        auto *item = new QListWidgetItem(action->icon(), label);
        item->setData(actionRole, QVariant::fromValue<QObject *>(action));
        item->setToolTip(Actions::helpOf(*action));
        // What is found in one piece is meant rather than what has its letters here and there.
        if (label.contains(wanted, Qt::CaseInsensitive))
            m_list->insertItem(0, item);
        else
            m_list->addItem(item);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::run()
{
    const QListWidgetItem *item = m_list->currentItem();
    auto *action = item ? qobject_cast<QAction *>(item->data(actionRole).value<QObject *>()) : nullptr;
    close();
    if (action)
        action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int row = m_list->currentRow();
        if (key == Qt::Key_Down && row + 1 < m_list->count())
            m_list->setCurrentRow(row + 1);
        else if (key == Qt::Key_Up && row > 0)
            m_list->setCurrentRow(row - 1);
        else
            return QDialog::eventFilter(watched, event);
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

}
