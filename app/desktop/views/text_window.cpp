#include "app/desktop/views/text_window.h"

#include "app/desktop/actions.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "resources/resources.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace daruma {

TextWindow::TextWindow(const QString &title, const QString &html, QWidget *parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    resize(560, 640);
    auto *text = new QTextBrowser;
    text->setFrameShape(QFrame::NoFrame);
    text->setAccessibleName(title);
    text->setHtml(html);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(text);
}

QString shortcutsHtml(const Actions &actions)
{
    QString html;
    QString menu;
    for (const QAction *action : actions.all()) {
        if (action->shortcuts().isEmpty())
            continue;
        const QString title = QString(Actions::menuOf(*action)).remove(u'&');
        if (title != menu)
            html += (menu.isEmpty() ? QString() : QStringLiteral("</table>"))
                    + QStringLiteral("<h3>%1</h3><table cellpadding=\"3\">").arg(title.toHtmlEscaped());
        menu = title;
        QStringList keys;
        for (const QKeySequence &key : action->shortcuts())
            keys << key.toString(QKeySequence::NativeText).toHtmlEscaped();
        html +=
            QStringLiteral("<tr><td width=\"170\"><b>%1</b></td><td>%2</td></tr>")
                .arg(keys.join(QStringLiteral(", ")), QString(action->text()).remove(u'&').toHtmlEscaped());
    }
    html += QStringLiteral("</table>");
    return html
           + TextWindow::tr(
               "<h3>On the timeline</h3><table cellpadding=\"3\">"
               "<tr><td width=\"170\"><b>Click</b></td><td>Cursor and place</td></tr>"
               "<tr><td><b>Drag</b></td><td>Marks a range</td></tr>"
               "<tr><td><b>Drag the axis</b></td><td>Moves the cursor</td></tr>"
               "<tr><td><b>Shift+drag, middle drag</b></td><td>Pans</td></tr>"
               "<tr><td><b>Wheel</b></td><td>Scrolls; with Ctrl it zooms, with Shift it pans</td></tr>"
               "<tr><td><b>Double click</b></td><td>Zooms to a bar; on a name folds it</td></tr>"
               "<tr><td><b>Up, Down</b></td><td>The place above or below</td></tr>"
               "<tr><td><b>Enter</b></td><td>Folds the selected place, or unfolds it</td></tr></table>");
}

HelpWindow::HelpWindow(QWidget *parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Help"));
    resize(960, 680);
    auto *topics = new QListWidget;
    topics->setAccessibleName(tr("Help topics"));
    topics->setMaximumWidth(190);
    auto *text = new QTextBrowser;
    text->setAccessibleName(tr("Help"));
    text->setFrameShape(QFrame::NoFrame);
    text->setOpenExternalLinks(true);
    for (const Resource &topic : helpTopics())
        topics->addItem(qt(topic.name));
    auto *layout = new QHBoxLayout(this);
    layout->addWidget(topics);
    layout->addWidget(text, 1);
    connect(topics, &QListWidget::currentRowChanged, this, [text](int row) {
        if (row >= 0)
            text->setMarkdown(qt(helpTopics()[std::size_t(row)].content));
    });
    const QList<QListWidgetItem *> own = topics->findItems(QStringLiteral("desktop"), Qt::MatchExactly);
    topics->setCurrentRow(own.isEmpty() ? 0 : topics->row(own.front()));
}

}
