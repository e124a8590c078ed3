#ifndef Q_MOC_RUN
#include "app/desktop/models/archive.h"
#include "app/desktop/models/injection.h"
#include "app/desktop/views/inject_dialog.h"
#include "app/desktop/views/scenario_editor.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QApplication>
#include <QDockWidget>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTest>
#include <QUrl>
#include <QWindow>

using namespace daruma;

/// A file is opened wherever it is dropped.
class TestFileDrops : public QObject, protected ShownWindow {
    Q_OBJECT

    QString write(const char *name)
    {
        QString path = m_settings.filePath(QLatin1String(name) + QStringLiteral(".toml"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("%s cannot be written", qPrintable(path));
        file.write(QStringLiteral("[scenario]\nname = \"%1\"\nhorizon = \"1s\"\n[supervisor.app]\n"
                                  "children = [\"w\"]\n[worker.w]\n")
                       .arg(QLatin1String(name))
                       .toUtf8());
        return path;
    }
    /// As the system does, to the window that is there; whether it was taken.
    static bool drop(QWidget &target, const QMimeData &data)
    {
        QWindow *window = target.window()->windowHandle();
        const QPoint at = target.mapTo(target.window(), target.rect().center());
        QDragEnterEvent entered(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        entered.ignore();
        QApplication::sendEvent(window, &entered);
        QDragMoveEvent moved(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        moved.ignore();
        QApplication::sendEvent(window, &moved);
        if (!moved.isAccepted())
            return false;
        QDropEvent dropped(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window, &dropped);
        return dropped.isAccepted();
    }
    bool dropFiles(QWidget &target, const QStringList &files)
    {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString &file : files)
            urls << QUrl::fromLocalFile(file);
        data.setUrls(urls);
        data.setText(files.join(u'\n'));
        const bool isTaken = drop(target, data);
        m_window->wait();
        return isTaken;
    }
    QWidget *target(const QString &name)
    {
        if (name == "timeline")
            return &timeline();
        if (name == "start")
            return m_window->centralWidget();
        const QString view = name.section(' ', 0, 0);
        m_window->showView(view);
        QApplication::processEvents();
        if (name.endsWith("text"))
            return m_window->view(view)->findChild<QPlainTextEdit *>()->viewport();
        if (name.endsWith("line"))
            return m_window->view(view)->findChild<QLineEdit *>();
        return m_window->view(view);
    }

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void aFileIsOpenedWhereverItIsDropped_data()
    {
        QTest::addColumn<QString>("place");
        for (const char *place : {"start", "timeline", "tree", "tree line", "events line", "scenario text",
                                  "database text", "jobs line", "why"})
            QTest::addRow("%s", place) << QString(place);
    }
    void aFileIsOpenedWhereverItIsDropped()
    {
        QFETCH(QString, place);
        if (place != "start")
            open("db-outage-30s");
        QWidget *widget = target(place);
        const auto *text = qobject_cast<QPlainTextEdit *>(widget->parentWidget());
        const QString before = text ? text->toPlainText() : QString();
        QVERIFY(dropFiles(*widget, {write("dropped")}));
        QCOMPARE(document().title(), QString("dropped"));
        if (const auto *line = qobject_cast<QLineEdit *>(widget))
            QVERIFY(line->text().isEmpty());
        QVERIFY(!text || !text->toPlainText().contains("file:"));
    }

    void aFloatingDockTakesThemToo()
    {
        open("db-outage-30s");
        auto *dock = m_window->findChild<QDockWidget *>("events");
        dock->setFloating(true);
        dock->show();
        QVERIFY(QTest::qWaitForWindowExposed(dock));
        QVERIFY(dock->isWindow());
        QVERIFY(dropFiles(*m_window->view("events"), {write("dropped")}));
        QCOMPARE(document().title(), QString("dropped"));
    }

    void theFirstThatCanBeOpenedIs()
    {
        QVERIFY(dropFiles(timeline(), {"/nowhere/at-all.toml", write("second")}));
        QCOMPARE(document().title(), QString("second"));
    }

    void wordsAreDroppedWhereOneTypes()
    {
        open("db-outage-30s");
        auto *line = qobject_cast<QLineEdit *>(target("events line"));
        QMimeData words;
        words.setText("conn");
        QVERIFY(drop(*line, words));
        QCOMPARE(line->text(), QString("conn"));
        QVERIFY(!drop(timeline(), words));
        QMimeData link;
        link.setUrls({QUrl("https://example.org/a.toml")});
        QVERIFY(!drop(timeline(), link));
    }

    void whileAQuestionIsOpenNothingElseIs()
    {
        open("db-outage-30s");
        InjectDialog dialog(document().run(), {FaultKind::Panic, NodeId{1}, 0}, m_window.get());
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        dropFiles(*dialog.findChild<QLineEdit *>(), {write("dropped")});
        QCOMPARE(document().title(), QString("db-outage-30s"));
    }
};

QTEST_MAIN(TestFileDrops)
#include "tst_file_drops.moc"
