#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Ended {
    int code = -1;
    QString output;
    QString errors;
};

Ended run(const QStringList &arguments)
{
    QProcess app;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    app.setProcessEnvironment(environment);
    app.start(QStringLiteral(DARUMA_BIN_DIR "/daruma-desktop"), arguments);
    if (!app.waitForFinished(20'000))
        return {-1, {}, app.errorString()};
    return {app.exitCode(), QString::fromUtf8(app.readAllStandardOutput()),
            QString::fromUtf8(app.readAllStandardError())};
}

}

/// What is typed behind `daruma-desktop`.
class TestDesktopCommand : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString picture() const { return m_folder.filePath("picture.png"); }
    QImage grab(QStringList arguments) const
    {
        const Ended ended = run(arguments << "--grab" << picture());
        if (ended.code != 0)
            qWarning("%s", qPrintable(ended.errors));
        return ended.code == 0 ? QImage(picture()) : QImage();
    }

private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void helpNeedsNoScreenAndNamesEveryOption()
    {
        const Ended ended = run({"--help"});
        QCOMPARE(ended.code, 0);
        for (const char *option :
             {"--at", "--run", "--view", "--grab", "--size", "--set", "--select", "--theme"})
            QVERIFY2(ended.output.contains(option), option);
    }

    void whatIsAskedForIsRefusedWithAReason_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QStringList &arguments, const char *reason,
                            int code = 3) { QTest::newRow(name) << arguments << QString(reason) << code; };
        const QString incident = "db-outage-30s";
        row("an unknown option", {"--nonsense"}, "nonsense", 2);
        row("two files", {incident, "other.toml"}, "other.toml");
        row("a file that is not there", {"no-such-file.toml"}, "no-such-file.toml");
        row("a view that there is none of", {incident, "--view", "sofa"},
            "`sofa`; there are window, timeline");
        row("a run of no file", {"--run", "1"}, "--run");
        row("a run that is no number", {"x.db", "--run", "first"}, "--run");
        row("a run of a scenario",
            {QStringLiteral(DARUMA_SOURCE_DIR "/scenarios/db-outage-30s.toml"), "--run", "1"},
            "is no database");
        row("a size that is none", {incident, "--size", "big"}, "1280x800");
        row("a theme that there is none of", {incident, "--theme", "pink"}, "pink");
        row("an event that there is none of", {incident, "--at", "5000"}, "5000");
        row("a place that there is none of", {incident, "--select", "app/sofa"}, "app/sofa");
        row("a setting without a value", {incident, "--set", "supervisor.app"}, "KEY=VALUE");
        row("a setting that the reader refuses", {incident, "--set", "supervisor.app.within=zzz"}, "within");
        row("a picture into nowhere", {incident, "--grab", "/no/such/folder/a.png"}, "cannot be written");
        row("a database that is none", {QStringLiteral(DARUMA_SOURCE_DIR "/no-such.db")},
            "could not be read");
    }
    void whatIsAskedForIsRefusedWithAReason()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, reason);
        QFETCH(int, code);
        if (!arguments.contains("--grab"))
            arguments << "--grab" << picture();
        const Ended ended = run(arguments);
        QCOMPARE(ended.code, code);
        QVERIFY2(ended.errors.contains(reason), qPrintable(ended.errors));
    }

    void whatIsAskedForIsSeenInThePicture()
    {
        const QImage plain = grab({"db-outage-30s"});
        QCOMPARE(plain.size(), QSize(1280, 800));
        QCOMPARE(grab({"db-outage-30s"}), plain);
        QCOMPARE(grab({"db-outage-30s", "--size", "1500x900"}).size(), QSize(1500, 900));
        for (const QStringList &wish :
             {QStringList{"--at", "3"}, QStringList{"--select", "app/web"}, QStringList{"--theme", "dark"},
              QStringList{"--set", "supervisor.app.max_restarts=20"}, QStringList{"--view", "statistics"}}) {
            const QImage other = grab(QStringList{"db-outage-30s"} + wish);
            QVERIFY2(!other.isNull() && other != plain, qPrintable(wish.join(' ')));
        }
    }
};

QTEST_GUILESS_MAIN(TestDesktopCommand)
#include "tst_desktop_command.moc"
