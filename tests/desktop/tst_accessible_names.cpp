#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/injection.h"
#include "app/desktop/view_table.h"
#include "app/desktop/views/command_palette.h"
#include "app/desktop/views/inject_dialog.h"
#include "app/desktop/views/text_window.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QAccessible>
#include <QAccessibleWidget>
#include <QApplication>
#include <QTest>

using namespace daruma;

/// Whoever has the window read out to him is told what has the focus.
class TestAccessibleNames : public QObject, protected ShownWindow {
    Q_OBJECT

    /// What in it can have the focus and says nothing of itself.
    static QStringList nameless(const QWidget &in)
    {
        QStringList found;
        for (QWidget *widget : in.findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->focusProxy())
                continue;
            // Qt's own, which its parent speaks for.
            const QString type = widget->metaObject()->className();
            if (widget->objectName().startsWith("qt_")
                || (type.startsWith("QComboBox") && type != "QComboBox") || type == "QScrollBar"
                || type == "QTabBar" || type == "QMainWindowTabBar")
                continue;
            const QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
            if (spoken && !spoken->text(QAccessible::Name).isEmpty())
                continue;
            found << type + ' ' + widget->objectName() + " in "
                         + widget->parentWidget()->metaObject()->className();
        }
        return found;
    }

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void allThatCanHaveTheFocusHasAName()
    {
        QCOMPARE(nameless(*m_window).join(u", "), QString());
        open("db-outage-30s");
        document().select(document().run()->find("app/db_sup/conn"));
        document().change("supervisor.db_sup.max_restarts", "5");
        m_window->wait();
        for (const ViewRow &row : viewTable()) {
            m_window->showView(row.name);
            m_window->wait();
            QVERIFY(!m_window->view(row.name)->accessibleName().isEmpty()
                    || m_window->view(row.name)->focusPolicy() == Qt::NoFocus);
        }
        QCOMPARE(nameless(*m_window).join(u", "), QString());
        document().select(document().run()->find("app/db_sup"));
        QCOMPARE(nameless(*m_window).join(u", "), QString());
    }

    void soHaveTheWindowsBesideIt()
    {
        open("db-outage-30s");
        InjectDialog inject(document().run(), {FaultKind::Delay, NodeId{2}, 0}, m_window.get());
        QCOMPARE(nameless(inject).join(u", "), QString());
        m_window->actions()["help"]->trigger();
        m_window->actions()["shortcuts"]->trigger();
        m_window->actions()["palette"]->trigger();
        QApplication::processEvents();
        const QList<QWidget *> windows{m_window->findChild<HelpWindow *>(),
                                       m_window->findChild<TextWindow *>(),
                                       m_window->findChild<CommandPalette *>()};
        for (const QWidget *window : windows) {
            QVERIFY(window);
            QVERIFY(!window->windowTitle().isEmpty() || !window->accessibleName().isEmpty());
            QCOMPARE(nameless(*window).join(u", "), QString());
        }
    }

    void aNamelessOneIsFound()
    {
        QWidget page;
        auto *button = new QWidget(&page);
        button->setFocusPolicy(Qt::TabFocus);
        QCOMPARE(nameless(page).size(), 1);
        button->setAccessibleName("a name");
        QCOMPARE(nameless(page).join(u", "), QString());
    }
};

QTEST_MAIN(TestAccessibleNames)
#include "tst_accessible_names.moc"
