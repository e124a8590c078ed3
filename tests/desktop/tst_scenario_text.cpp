#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/models/completion.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/loader.h"
#include "app/desktop/models/scenario_edit.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/scenario_editor.h"
#include "app/desktop/views/scenario_view.h"
#include "resources/resources.h"
#endif

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QCompleter>
#include <QFile>
#include <QListWidget>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QTimer>

using namespace daruma;

namespace {

constexpr const char *commented = R"toml(# What it is about.

[scenario]
horizon = "1m"     # long enough

[supervisor.app]
max_restarts = 1      # tight
children     = ["a"]

[worker.a]
lifetime = "exp(5s)"

[[fault]]
inject = "panic"
into   = "a"
at     = "3s"
)toml";

RunSource sourceOf(const char *text, std::vector<Override> overrides = {})
{
    RunSource source;
    source.file = "test";
    source.text = text;
    source.overrides = std::move(overrides);
    return source;
}

struct Shown {
    MainWindow window;
    Document &document = window.document();
    ScenarioView *view = nullptr;

    explicit Shown(const QString &path = {})
    {
        if (path.isEmpty())
            window.openShipped(QStringLiteral("db-outage-30s"));
        else
            window.openFile(path);
        window.wait();
        window.show();
        window.showView(QStringLiteral("scenario"));
        window.activateWindow();
        view = qobject_cast<ScenarioView *>(window.view(QStringLiteral("scenario")));
        view->settle();
    }
    ScenarioEditor &editor() const { return view->editor(); }
    void putCursor(const QString &behind) const
    {
        QTextCursor cursor(editor().document());
        cursor.setPosition(int(editor().toPlainText().indexOf(behind) + behind.size()));
        editor().setTextCursor(cursor);
    }
};

/// Answers the next question of the window with "Cancel".
struct Canceller {
    QString asked;
    QTimer timer;

    Canceller()
    {
        QObject::connect(&timer, &QTimer::timeout, [this] {
            auto *question = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
            if (!question)
                return;
            asked = question->text();
            question->button(QMessageBox::Cancel)->click();
        });
        timer.start(10);
    }
};

}

class TestScenarioText : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void settingsAreWrittenWhereTheyStand_data();
    void settingsAreWrittenWhereTheyStand();
    void whatIsWrittenMakesTheSameRun_data();
    void whatIsWrittenMakesTheSameRun();
    void aTextWithoutChangesIsSavedAsItIs();
    void aScenarioIsSavedWithItsChanges();
    void keysAndValuesAreCompleted_data();
    void keysAndValuesAreCompleted();
    void theEditorCompletesByKeyboard();
    void problemsAreToldWhileOneTypes();
    void aClickOnAProblemGoesThere();
    void aFileThatCannotBeReadIsMendedInPlace();
    void theTextIsRunByKeyboardAndTakenBack();
    void plainKeysAreTypedNotShortcuts();
    void whatWasTypedIsNotOverwritten();
    void whoComesBackFindsWhatHeTyped();
    void theTextIsSavedIntoItsFile();
    void aFileThatAnotherProgramWritesIsReadAgain();
    void whatIsNoTextIsNotOpened();
    void settingsAreWrittenIntoTheText();

private:
    QTemporaryDir m_folder;
};

void TestScenarioText::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    prepareLook();
    applyTheme(ThemeChoice::Light);
}

void TestScenarioText::settingsAreWrittenWhereTheyStand_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("a number keeps its comment") << "supervisor.app.max_restarts"
                                                << "20"
                                                << "max_restarts = 1      # tight"
                                                << "max_restarts = 20      # tight";
    QTest::newRow("a text") << "scenario.horizon"
                            << "5m"
                            << "horizon = \"1m\"     # long"
                            << "horizon = \"5m\"     # long";
    QTest::newRow("a new key stands below the others") << "supervisor.app.within"
                                                       << "9s"
                                                       << "children     = [\"a\"]\n"
                                                       << "children     = [\"a\"]\nwithin       = \"9s\"\n";
    QTest::newRow("a list") << "supervisor.app.children"
                            << R"(["a"])"
                            << "[\"a\"]"
                            << "[\"a\"]";
    QTest::newRow("a table") << "worker.a.backoff"
                             << R"({ first = "1s", factor = 2 })"
                             << "lifetime = \"exp(5s)\"\n"
                             << "lifetime = \"exp(5s)\"\nbackoff  = { first = \"1s\", factor = 2 }\n";
    QTest::newRow("a fault that moves keeps its name") << "fault.\"panic a at 3s\".at"
                                                       << "4s"
                                                       << "at     = \"3s\"\n"
                                                       << "at     = \"4s\"\nname   = \"panic a at 3s\"\n";
}

void TestScenarioText::settingsAreWrittenWhereTheyStand()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, before);
    QFETCH(QString, after);
    const QString text = QString::fromUtf8(commented);
    QVERIFY(text.contains(before));
    const std::string written = withSettings(sourceOf(commented, {{key.toStdString(), value.toStdString()}}));
    QCOMPARE(QString::fromStdString(written), QString(text).replace(before, after));
}

void TestScenarioText::whatIsWrittenMakesTheSameRun_data()
{
    QTest::addColumn<QString>("name");
    for (const Resource &scenario : shippedScenarios())
        QTest::newRow(std::string(scenario.name).c_str())
            << QString::fromUtf8(scenario.name.data(), qsizetype(scenario.name.size()));
}

void TestScenarioText::whatIsWrittenMakesTheSameRun()
{
    QFETCH(QString, name);
    RunSource source = shippedSource(name);
    source.overrides = {{"scenario.horizon", "10s"}, {"scenario.about", "\"what\" it is"}};
    source.seed = 7;
    const auto changed = Run::make(source);
    QVERIFY(changed);
    RunSource written = source;
    written.text = withSettings(source);
    written.overrides.clear();
    written.seed.reset();
    const auto read = Run::make(written);
    QVERIFY(read);
    QCOMPARE((*read)->seed(), std::uint64_t{7});
    QVERIFY((*read)->result().fingerprint == (*changed)->result().fingerprint);
}

void TestScenarioText::aTextWithoutChangesIsSavedAsItIs()
{
    QCOMPARE(withSettings(sourceOf(commented)), std::string(commented));
}

void TestScenarioText::aScenarioIsSavedWithItsChanges()
{
    Shown shown;
    shown.document.change(QStringLiteral("supervisor.db_sup.max_restarts"), QStringLiteral("17"));
    shown.document.wait();
    const QString path = m_folder.filePath(QStringLiteral("saved.toml"));
    QVERIFY(shown.window.saveScenario(path));
    const auto source = scenarioFile(path);
    QVERIFY(source);
    const auto run = Run::make(*source);
    QVERIFY(run);
    QVERIFY((*run)->result().fingerprint == shown.document.run()->result().fingerprint);
    QVERIFY(!shown.window.saveScenario(m_folder.filePath(QStringLiteral("no/such/folder.toml"))));
}

void TestScenarioText::keysAndValuesAreCompleted_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QString>("word");
    QTest::newRow("a header") << "[sup"
                              << "[sup"
                              << "[supervisor.";
    QTest::newRow("a key of a supervisor") << "[supervisor.app]\nmax"
                                           << "max"
                                           << "max_restarts";
    QTest::newRow("a key of a fault") << "[worker.a]\n[[fault]]\n  inj"
                                      << "inj"
                                      << "inject";
    QTest::newRow("a choice") << "[worker.a]\nrestart = \"tr"
                              << "\"tr"
                              << "\"transient\"";
    QTest::newRow("a choice without its quote") << "[[fault]]\ninject = "
                                                << ""
                                                << "\"outage\"";
    QTest::newRow("a node") << "[[fault]]\ninto = \"d"
                            << "\"d"
                            << "\"db\"";
    QTest::newRow("a second name of a list") << "[supervisor.a]\nchildren = [\"web\", \"d"
                                             << "\"d"
                                             << "\"db\"";
    QTest::newRow("a dialect") << "[scenario]\ndialect = \"eli"
                               << "\"eli"
                               << "\"elixir\"";
    QTest::newRow("nothing in a comment") << "[worker.a]\n# res"
                                          << ""
                                          << "";
    QTest::newRow("nothing for a name of one's own") << "[[fault]]\nname = \"d"
                                                     << "\"d"
                                                     << "";
    QTest::newRow("nothing at all") << ""
                                    << ""
                                    << "[scenario]";
}

void TestScenarioText::keysAndValuesAreCompleted()
{
    QFETCH(QString, text);
    QFETCH(QString, prefix);
    QFETCH(QString, word);
    const Completion found = completionAt(text, text.size(), {QStringLiteral("db"), QStringLiteral("web")});
    QCOMPARE(found.prefix, prefix);
    if (word.isEmpty())
        QCOMPARE(found.words, QStringList());
    else
        QVERIFY2(found.words.contains(word), qPrintable(found.words.join(u' ')));
}

void TestScenarioText::theEditorCompletesByKeyboard()
{
    Shown shown;
    shown.putCursor(QStringLiteral("[worker.web]\n"));
    QTest::keyClicks(&shown.editor(), "res");
    QVERIFY(shown.editor().completion()->popup()->isVisible());
    QTest::keyClick(shown.editor().completion()->popup(), Qt::Key_Return);
    QVERIFY(!shown.editor().completion()->popup()->isVisible());
    QVERIFY(shown.editor().toPlainText().contains(QStringLiteral("[worker.web]\nrestart[worker.metrics]")));
    shown.putCursor(QStringLiteral("\nrestart"));
    QTest::keyClicks(&shown.editor(), " = ");
    QTest::keyClick(&shown.editor(), Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(shown.editor().completion()->popup()->isVisible());
    QCOMPARE(shown.editor().completion()->popup()->model()->rowCount(), 3);
    QTest::keyClick(shown.editor().completion()->popup(), Qt::Key_Escape);
}

void TestScenarioText::problemsAreToldWhileOneTypes()
{
    Shown shown;
    QCOMPARE(shown.view->problems().count(), 0);
    shown.putCursor(QStringLiteral("horizon = \"2"));
    QTest::keyClicks(&shown.editor(), "x");
    shown.putCursor(QStringLiteral("children     = [\"d"));
    QTest::keyClicks(&shown.editor(), "x");
    shown.view->settle();
    QVERIFY2(shown.view->problems().count() >= 2, "all problems at once");
    QVERIFY(shown.view->problems().isVisible());
    const auto isWrong = [](const auto &one) { return one.cursor.selectedText() == "\"dxb_sup\""; };
    QVERIFY(std::ranges::any_of(shown.editor().extraSelections(), isWrong));
    // The run is still there: nothing was run.
    QCOMPARE(shown.document.forks().size(), std::size_t(1));
    while (shown.view->isEdited() && shown.editor().document()->isUndoAvailable())
        shown.editor().undo();
    shown.view->settle();
    QCOMPARE(shown.view->problems().count(), 0);
}

void TestScenarioText::aClickOnAProblemGoesThere()
{
    Shown shown;
    shown.putCursor(QStringLiteral("horizon = \"2"));
    const int line = shown.editor().textCursor().blockNumber();
    QTest::keyClicks(&shown.editor(), "x");
    shown.view->settle();
    shown.editor().goTo(1, 1);
    QListWidget &list = shown.view->problems();
    QVERIFY(list.count() > 0);
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualItemRect(list.item(0)).center());
    QCOMPARE(shown.editor().textCursor().blockNumber(), line);
}

void TestScenarioText::aFileThatCannotBeReadIsMendedInPlace()
{
    const QString path = m_folder.filePath(QStringLiteral("broken.toml"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("[supervisor.app]\nchildren = [\"a\"]\n") > 0);
    file.close();
    MainWindow window;
    window.show();
    window.openFile(path);
    window.wait();
    auto *view = qobject_cast<ScenarioView *>(window.view(QStringLiteral("scenario")));
    view->settle();
    QVERIFY(!window.document().run());
    QVERIFY(view->isVisible());
    QVERIFY(view->problems().count() > 0);
    QTest::keyClick(&view->editor(), Qt::Key_End, Qt::ControlModifier);
    QTest::keyClicks(&view->editor(), "[worker.a]");
    QTest::keyClick(&view->editor(), Qt::Key_Return, Qt::ControlModifier);
    window.wait();
    QVERIFY(window.document().run());
    QCOMPARE(view->problems().count(), 0);
}

void TestScenarioText::theTextIsRunByKeyboardAndTakenBack()
{
    Shown shown;
    const std::string before = shown.document.source().text;
    shown.putCursor(QStringLiteral("[supervisor.db_sup]\nmax_restarts = "));
    QTest::keyClicks(&shown.editor(), "3");
    QVERIFY(shown.view->isEdited());
    QTest::keyClick(&shown.editor(), Qt::Key_Return, Qt::ControlModifier);
    shown.document.wait();
    QCOMPARE(shown.document.forks().size(), std::size_t(2));
    QVERIFY(!shown.view->isEdited());
    QVERIFY(shown.document.run()->source().text.find("max_restarts = 31") != std::string::npos);
    shown.document.undoStack().undo();
    shown.document.wait();
    QCOMPARE(shown.editor().toPlainText().toStdString(), before);
}

void TestScenarioText::plainKeysAreTypedNotShortcuts()
{
    Shown shown;
    const EventId cursor = shown.document.focus().cursor;
    shown.editor().goTo(1, 3);
    QTest::keyClick(&shown.editor(), Qt::Key_Left);
    QCOMPARE(shown.editor().textCursor().positionInBlock(), 1);
    QTest::keyClicks(&shown.editor(), "rge, ");
    QVERIFY(shown.editor().toPlainText().startsWith(QStringLiteral("#rge,  The")));
    QCOMPARE(shown.document.focus().cursor, cursor);
}

void TestScenarioText::whatWasTypedIsNotOverwritten()
{
    Shown shown;
    shown.editor().goTo(1, 3);
    QTest::keyClicks(&shown.editor(), "typed ");
    const QString typed = shown.editor().toPlainText();
    shown.document.replaceText(QString::fromUtf8(commented), QStringLiteral("elsewhere"));
    shown.document.wait();
    QCOMPARE(shown.editor().toPlainText(), typed);
}

void TestScenarioText::whoComesBackFindsWhatHeTyped()
{
    Shown shown;
    QVERIFY(shown.view->unsaved().isEmpty());
    const QString typed = shown.editor().toPlainText() + "# a thought\n";
    shown.editor().setPlainText(typed);
    QCOMPARE(shown.view->unsaved(), QStringList{"db-outage-30s"});
    shown.window.openShipped(QStringLiteral("refused-in-init"));
    shown.window.wait();
    QVERIFY(!shown.editor().toPlainText().contains("a thought"));
    QCOMPARE(shown.view->unsaved(), QStringList{"db-outage-30s"});
    // Whoever closes the window is asked.
    Canceller question;
    QVERIFY(!shown.window.close());
    QVERIFY(question.asked.contains("db-outage-30s"));
    shown.window.openShipped(QStringLiteral("db-outage-30s"));
    shown.window.wait();
    QCOMPARE(shown.editor().toPlainText(), typed);
    QVERIFY(shown.view->saveTo(m_folder.filePath("kept.toml")));
    QVERIFY(shown.view->unsaved().isEmpty());
    QVERIFY(shown.window.close());
}

void TestScenarioText::theTextIsSavedIntoItsFile()
{
    const QString path = m_folder.filePath(QStringLiteral("mine.toml"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(commented) > 0);
    file.close();
    Shown shown(path);
    shown.editor().goTo(1, 3);
    QTest::keyClicks(&shown.editor(), "Mine. ");
    QTest::keyClick(&shown.editor(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), shown.editor().toPlainText());
    QVERIFY(shown.editor().toPlainText().startsWith(QStringLiteral("# Mine. What")));
}

void TestScenarioText::aFileThatAnotherProgramWritesIsReadAgain()
{
    const QString path = m_folder.filePath(QStringLiteral("shared.toml"));
    const auto write = [&](const QByteArray &text) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    };
    const auto onDisk = [&] {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    write(commented);
    Shown shown(path);
    const RunPtr first = shown.document.run();
    const QByteArray other = QByteArray(commented).replace("horizon = \"1m\"", "horizon = \"2m\"");
    QVERIFY(other != commented);
    write(other);
    QTRY_COMPARE(shown.editor().toPlainText(), QString::fromUtf8(other));
    shown.window.wait();
    QVERIFY(shown.document.run() != first);
    QVERIFY(shown.view->unsaved().isEmpty());
    // What was typed is not lost, and what was written elsewhere is not overwritten unasked.
    shown.editor().setPlainText(QString::fromUtf8(other) + "# mine\n");
    const QByteArray third = other + "# theirs\n";
    write(third);
    QTest::qWait(500);
    QVERIFY(shown.editor().toPlainText().contains("# mine"));
    Canceller question;
    shown.view->save();
    QVERIFY(!question.asked.isEmpty());
    QCOMPARE(onDisk(), third);
}

void TestScenarioText::whatIsNoTextIsNotOpened()
{
    const QString path = m_folder.filePath(QStringLiteral("latin.toml"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("# caf\xe9\n") > 0);
    file.close();
    Shown shown;
    const QString before = shown.editor().toPlainText();
    QVERIFY(!shown.window.openFile(path));
    QCOMPARE(shown.editor().toPlainText(), before);
}

void TestScenarioText::settingsAreWrittenIntoTheText()
{
    Shown shown;
    shown.document.change(QStringLiteral("supervisor.db_sup.max_restarts"), QStringLiteral("17"));
    shown.document.wait();
    const Fingerprint changed = shown.document.run()->result().fingerprint;
    shown.document.replaceAll(QString::fromStdString(withSettings(shown.document.source())),
                              QStringLiteral("written"));
    shown.document.wait();
    QVERIFY(shown.document.source().overrides.empty());
    QVERIFY(shown.document.run()->result().fingerprint == changed);
    QVERIFY(shown.editor().toPlainText().contains(QStringLiteral("max_restarts = 17")));
}

QTEST_MAIN(TestScenarioText)
#include "tst_scenario_text.moc"
