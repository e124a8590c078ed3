#include <QDir>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

const QString golden = QStringLiteral(DARUMA_SOURCE_DIR "/resources/pictures/");

/// How many pixels differ; all of them where the sizes do.
qsizetype differentPixels(const QImage &a, const QImage &b)
{
    if (a.size() != b.size())
        return qsizetype(a.width()) * a.height();
    qsizetype count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            count += a.pixel(x, y) != b.pixel(x, y) ? 1 : 0;
    return count;
}

}

/// The pictures of README and help, made again: they show what the app looks like now, to the pixel. With
/// DARUMA_UPDATE_GOLDEN=1 they are replaced. Debian 12 has the very fonts and libraries; elsewhere the
/// pictures may differ, and the test is skipped.
class TestGoldenPictures : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

private slots:
    void initTestCase()
    {
        QFile release(QStringLiteral("/etc/os-release"));
        const bool isKnown =
            release.open(QIODevice::ReadOnly) && release.readAll().contains("VERSION_ID=\"12\"");
        if (!isKnown)
            QSKIP("pictures are compared on Debian 12 alone");
    }

    void picturesAreUpToDate_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("scale");
        QTest::newRow("window-light") << QStringList{"db-outage-30s-delayed", "--theme", "light"} << 1;
        QTest::newRow("window-dark") << QStringList{"db-outage-30s-delayed", "--theme", "dark"} << 1;
        QTest::newRow("start-light") << QStringList{"--theme", "light", "--size", "1280x900"} << 1;
        QTest::newRow("start-dark") << QStringList{"--theme", "dark", "--size", "1280x900"} << 1;
        QTest::newRow("timeline-light-2x") << QStringList{"control-must-fail", "--theme", "light",   "--view",
                                                          "timeline",          "--size",  "1000x620"}
                                           << 2;
        QTest::newRow("timeline-dark-2x")
            << QStringList{"control-must-fail", "--theme", "dark", "--view", "timeline", "--size", "1000x620"}
            << 2;
    }
    void picturesAreUpToDate()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, scale);
        const QString name = QString::fromLatin1(QTest::currentDataTag()) + ".png";
        const QString made = m_folder.filePath(name);
        QProcess app;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QString::number(scale));
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        app.setProcessEnvironment(environment);
        app.start(QStringLiteral(DARUMA_BIN_DIR "/daruma-desktop"), arguments + QStringList{"--grab", made});
        QVERIFY(app.waitForFinished(60'000));
        QCOMPARE(app.exitCode(), 0);
        if (qEnvironmentVariableIntValue("DARUMA_UPDATE_GOLDEN")) {
            QDir().mkpath(golden);
            QFile::remove(golden + name);
            QVERIFY(QFile::copy(made, golden + name));
            return;
        }
        const QImage now(made);
        const QImage before(golden + name);
        QVERIFY2(!before.isNull(), qPrintable("there is no " + golden + name));
        const qsizetype different = differentPixels(now, before);
        if (different > 0) {
            const QString kept = QStringLiteral(DARUMA_BIN_DIR "/") + name;
            QFile::remove(kept);
            QFile::copy(made, kept);
        }
        QVERIFY2(different == 0, qPrintable(QStringLiteral("%1 pixels differ; the new picture is %2/%3")
                                                .arg(different)
                                                .arg(QStringLiteral(DARUMA_BIN_DIR), name)));
    }
};

QTEST_GUILESS_MAIN(TestGoldenPictures)
#include "tst_golden_pictures.moc"
