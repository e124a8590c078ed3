#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

/// What the README shows is what the program prints.
class TestReadme : public QObject {
    Q_OBJECT

private:
    static QString contents(const QString &name)
    {
        QFile file(QStringLiteral(DARUMA_SOURCE_DIR "/") + name);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    static QString output(const QStringList &arguments)
    {
        QProcess daruma;
        daruma.setWorkingDirectory(DARUMA_SOURCE_DIR);
        daruma.start(DARUMA_BIN_DIR "/daruma", arguments);
        daruma.waitForFinished();
        return QString::fromUtf8(daruma.readAllStandardOutput());
    }

    static QString between(const QString &text, const QString &before, const QString &after)
    {
        const qsizetype from = text.indexOf(before) + before.size();
        return text.mid(from, text.indexOf(after, from) - from);
    }

private slots:
    void theRunItShowsIsARealOne()
    {
        const QString shown = between(contents("README.md"), "```text\n", "```\n");
        QCOMPARE(shown, output({"run", "scenarios/db-outage-30s.toml", "--record", "none"}));
    }

    void itsPictureIsTheExportOfThatRun()
    {
        QCOMPARE(contents("resources/readme/db-outage-30s.svg"),
                 output({"export", "scenarios/db-outage-30s.toml", "--format", "svg"}));
    }

    void itsScenarioCanBeRun()
    {
        QFile file(QDir::temp().filePath("daruma-readme.toml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(between(contents("README.md"), "```toml\n", "```\n").toUtf8());
        file.close();
        const QString said = output({"run", file.fileName(), "--record", "none"});
        QVERIFY2(said.contains("app gave up"), qPrintable(said));
        file.remove();
    }
};

QTEST_APPLESS_MAIN(TestReadme)
#include "tst_readme.moc"
