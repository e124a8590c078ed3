#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/models/job_model.h"
#include "app/desktop/models/verdict_text.h"
#include "app/desktop/views/jobs_view.h"
#include "app/desktop/views/scenario_editor.h"
#include "app/desktop/views/scenario_view.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QTimer>

using namespace daruma;

namespace {

constexpr const char *mine = R"toml([supervisor.app]
max_restarts = 3
children     = ["db"]

[worker.db]

[[fault]]
inject    = "outage"
into      = "db"
at        = "10s"
lasts     = "20s"
behaviour = { lifetime = "200ms" }
)toml";

/// Answers the next dialog for files.
struct FileChooser {
    QString proposed;
    bool wasAsked = false;
    QTimer timer;

    explicit FileChooser(const QString &path)
    {
        QObject::connect(&timer, &QTimer::timeout, [this, path] {
            auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
            if (!dialog)
                return;
            wasAsked = true;
            proposed = dialog->selectedFiles().value(0);
            timer.stop();
            if (path.isEmpty())
                return dialog->reject();
            // As it is typed: what it lists may not be read yet.
            dialog->findChild<QLineEdit *>("fileNameEdit")->setText(path);
            QMetaObject::invokeMethod(dialog, "accept");
        });
        timer.start(10);
    }
};

}

/// Which file a scenario belongs to, and what is written into it.
class TestScenarioFiles : public QObject, ShownWindow {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const char *name) const { return m_folder.filePath(name); }
    QString fileOf(const char *name, const char *text) const
    {
        QFile file(path(name));
        file.open(QIODevice::WriteOnly | QIODevice::Truncate);
        file.write(text);
        return file.fileName();
    }
    static QString textOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    ScenarioView &scenario() { return *qobject_cast<ScenarioView *>(m_window->view("scenario")); }
    QString stateOfText()
    {
        for (const QLabel *label : scenario().findChildren<QLabel *>())
            if (label->accessibleName() == "State of the text")
                return label->text();
        return {};
    }
    QString settingsText()
    {
        QString text;
        for (const QLabel *label : m_window->view("settings")->findChildren<QLabel *>())
            text += label->text() + '\n';
        return text;
    }
    void openFile(const QString &file)
    {
        QVERIFY(m_window->openFile(file));
        m_window->wait();
    }
    void trigger(const char *action)
    {
        m_window->actions()[QLatin1String(action)]->trigger();
        m_window->wait();
    }

private slots:
    void initTestCase()
    {
        prepare();
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    }
    void init() { show(); }

    void aTextThatIsTypedHasTheLastWord()
    {
        open("db-outage-30s");
        document().change("supervisor.app.max_restarts", "15");
        document().change("supervisor.app.within", "\"7s\"");
        document().change("worker.conn.backoff", "\"1s\"");
        m_window->wait();
        scenario().editor().setPlainText(
            QString(scenario().text()).replace("max_restarts = 1", "max_restarts = 4"));
        trigger("run-text");
        // The limit was typed anew; the others were not touched.
        QCOMPARE(document().changed("supervisor.app.max_restarts"), QString());
        QCOMPARE(document().changed("supervisor.app.within"), QString("\"7s\""));
        QCOMPARE(document().changed("worker.conn.backoff"), QString("\"1s\""));
        scenario().editor().setPlainText(mine);
        trigger("run-text");
        QVERIFY(!document().isRefused());
        QCOMPARE(document().changed("supervisor.app.max_restarts"), QString());
        QCOMPARE(document().changed("worker.conn.backoff"), QString());
        QVERIFY(document().run()->find("app/db").isValid());
    }

    void savingAsAnotherFileGoesOnWithThatFile()
    {
        open("db-outage-30s");
        document().change("supervisor.db_sup.max_restarts", "30");
        m_window->wait();
        const RunPtr changed = document().run();
        QVERIFY(settingsText().contains("As the file has it"));
        QVERIFY(m_window->saveScenario(path("mine.toml")));
        m_window->wait();
        QCOMPARE(document().source().file, path("mine.toml").toStdString());
        QVERIFY(document().source().overrides.empty());
        QVERIFY(document().run()->result().fingerprint == changed->result().fingerprint);
        QVERIFY(m_window->windowTitle().contains("mine.toml"));
        QCOMPARE(stateOfText(), QString("mine.toml"));
        QVERIFY(scenario().unfinished().isEmpty());
        // What the file has is what is shown now.
        QVERIFY(document().filedRun() == document().run());
        QVERIFY(!settingsText().contains("As the file has it"));
        document().change("supervisor.db_sup.max_restarts", "1");
        m_window->wait();
        QVERIFY(settingsText().contains("As the file has it: <b"));
        trigger("undo");
        // What was done before is still there, and can be gone back to.
        trigger("undo");
        QCOMPARE(document().source().file, std::string("db-outage-30s"));
        QVERIFY(document().forks().size() >= 3);
    }

    void whatIsTypedAfterwardsIsSavedIntoThatFile()
    {
        open("db-outage-30s");
        QVERIFY(m_window->saveScenario(path("typed.toml")));
        m_window->wait();
        scenario().editor().setPlainText(mine);
        QVERIFY(!scenario().unfinished().isEmpty());
        trigger("save");
        QCOMPARE(textOf(path("typed.toml")), QString(mine));
        QVERIFY(scenario().unfinished().isEmpty());
    }

    void whatWasTypedAndNotRunIsSavedToo()
    {
        open("db-outage-30s");
        scenario().editor().setPlainText(mine);
        QVERIFY(m_window->saveScenario(path("unrun.toml")));
        m_window->wait();
        QCOMPARE(textOf(path("unrun.toml")), QString(mine));
        QVERIFY(document().run()->find("app/db").isValid());
        QVERIFY(scenario().unfinished().isEmpty());
    }

    void whatCameFromNoFileIsAskedForOne()
    {
        open("db-outage-30s");
        FileChooser chooser(path("asked.toml"));
        trigger("save");
        QVERIFY(chooser.wasAsked);
        QVERIFY(chooser.proposed.endsWith("db-outage-30s.toml"));
        QVERIFY(QFile::exists(path("asked.toml")));
        QCOMPARE(document().source().file, path("asked.toml").toStdString());
    }

    void aNewScenarioRunsAndBelongsToNoFile()
    {
        trigger("new");
        QVERIFY(document().run());
        QVERIFY(m_window->view("scenario")->isVisible());
        QVERIFY(document().run()->find("app/web").isValid());
        QVERIFY(scenario().unfinished().isEmpty());
        const std::string first = document().source().file;
        scenario().editor().setPlainText(mine);
        QVERIFY(!scenario().unfinished().isEmpty());
        trigger("new");
        QVERIFY(document().source().file != first);
        QVERIFY(scenario().text() != mine);
        FileChooser chooser({});
        trigger("save");
        QVERIFY(chooser.wasAsked);
    }

    void closingOffersToSave()
    {
        const QString file = fileOf("closed.toml", "[supervisor.app]\n");
        openFile(file);
        scenario().editor().setPlainText(mine);
        QMessageBox::StandardButton wanted = QMessageBox::Cancel;
        QTimer answer;
        answer.setSingleShot(true);
        connect(&answer, &QTimer::timeout, this, [&wanted] {
            auto *question = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
            QVERIFY(question && question->button(wanted));
            question->button(wanted)->click();
        });
        answer.start(100);
        QVERIFY(!m_window->close());
        QCOMPARE(textOf(file), QString("[supervisor.app]\n"));
        wanted = QMessageBox::Save;
        answer.start(100);
        QVERIFY(m_window->close());
        QCOMPARE(textOf(file), QString(mine));
    }

    void whatShrinkingMakesIsNotWrittenOverTheWhole()
    {
        const QString file = fileOf("whole.toml", mine);
        openFile(file);
        const RunPtr whole = document().run();
        auto *jobs = qobject_cast<JobsView *>(m_window->view("jobs"));
        m_window->showView("jobs");
        jobs->shrink();
        jobs->settle();
        jobs->jobs().openResult(0);
        m_window->wait();
        QVERIFY(document().run() != whole);
        QCOMPARE(document().source().file, path("whole-shrunk.toml").toStdString());
        QVERIFY(!scenario().unfinished().isEmpty());
        FileChooser chooser({});
        trigger("save");
        QVERIFY(chooser.wasAsked);
        QCOMPARE(textOf(file), QString(mine));
        trigger("undo");
        QVERIFY(document().run() == whole);
    }

    void aFileThatIsTakenAwayIsSaidAndWrittenAgain()
    {
        const QString file = fileOf("gone.toml", mine);
        openFile(file);
        QVERIFY(QFile::remove(file));
        QTRY_VERIFY(stateOfText().contains("gone"));
        trigger("save");
        QCOMPARE(textOf(file), QString(mine));
        QTRY_COMPARE(stateOfText(), "Saved as " + file);
    }
};

QTEST_MAIN(TestScenarioFiles)
#include "tst_scenario_files.moc"
