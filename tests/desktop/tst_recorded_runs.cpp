#ifndef Q_MOC_RUN
#include "app/desktop/views/timeline_view.h"
#include "app/desktop/views/view.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QTest>
#include <QTextBrowser>
#include <sqlite3.h>

using namespace daruma;

/// A run of a database that is made again as another one.
class TestRecordedRuns : public QObject, bench::CampaignWindow {
    Q_OBJECT

    QString m_withoutEvents;

    QString changed(const QString &database, const char *sql)
    {
        const QString path = m_folder.filePath(QStringLiteral("changed.db"));
        QFile::remove(path);
        sqlite3 *opened = nullptr;
        const bool isDone = QFile::copy(database, path)
                            && sqlite3_open(path.toUtf8().constData(), &opened) == SQLITE_OK
                            && sqlite3_exec(opened, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
        sqlite3_close(opened);
        return isDone ? path : QString();
    }
    QString said() { return QString::fromStdString(document().run()->divergence()); }
    QTextBrowser &why() { return *view<View>("why")->findChild<QTextBrowser *>(); }

private slots:
    void initTestCase()
    {
        record(3, {});
        m_withoutEvents = m_folder.filePath(QStringLiteral("without.db"));
        QVERIFY(QFile::rename(m_recorded, m_withoutEvents));
        record(3, {}, RecordPolicy::All);
    }
    void init() { showWindow({1280, 900}); }
    void cleanup() { m_window.reset(); }

    void otherRulesAreSaid()
    {
        open(changed(m_recorded, "UPDATE campaign SET rules_version = 99"), 1);
        QVERIFY(document().run());
        QVERIFY2(said().contains(QLatin1String("version 99 of the rules")), qPrintable(said()));
        // It is the same run all the same.
        QVERIFY2(!said().contains(QLatin1String("fingerprint")), qPrintable(said()));
        QVERIFY(!document().run()->firstDivergent().isValid());
        QVERIFY(why().toPlainText().contains(QLatin1String("version 99 of the rules")));
    }

    void theFirstEventThatDiffersIsALinkAndAMark()
    {
        open(changed(m_recorded, "UPDATE run SET fingerprint = '00' || substr(fingerprint, 3), "
                                 "overrides = 'supervisor.db_sup.max_restarts=9' WHERE id = 1"),
             1);
        QVERIFY(document().run());
        const EventId first = document().run()->firstDivergent();
        QVERIFY(first.isValid());
        const QString link = QStringLiteral("event:%1").arg(first.value);
        QVERIFY2(why().toHtml().contains(link), qPrintable(said()));
        document().setCursor(EventId{0});
        emit why().anchorClicked(QUrl(link));
        QCOMPARE(document().focus().cursor, first);
        // The line would hide under that of the cursor.
        document().setCursor(EventId{0});
        settle();
        const TimelineView &timeline = m_window->timeline();
        const QImage picture = m_window->timeline().grab().toImage();
        const int x = timeline.xOf(document().run()->timeAt(first));
        int marked = 0;
        for (int y = 0; y < picture.height(); ++y)
            marked += picture.pixelColor(x, y) == colors().warning;
        QVERIFY2(marked > 10, qPrintable(QString::number(marked)));
    }

    void eventsThatWereNotRecordedCannotBeCompared()
    {
        open(changed(m_withoutEvents, "UPDATE run SET fingerprint = '00' || substr(fingerprint, 3)"), 1);
        QVERIFY(document().run());
        QVERIFY2(said().contains(QLatin1String("is not the one that was recorded")), qPrintable(said()));
        QVERIFY2(said().contains(QLatin1String("events of that run were not recorded")), qPrintable(said()));
        QVERIFY(!document().run()->firstDivergent().isValid());
    }

    void aDatabaseThatIsGoneIsSaid()
    {
        RunSource source = shippedSource(QStringLiteral("db-outage-30s"));
        source.recordedFingerprint = "00";
        source.recordedIn = "/nowhere/at/all.db";
        source.recordedId = 1;
        const auto run = Run::make(source);
        QVERIFY(run);
        const std::string &text = (*run)->divergence();
        QVERIFY2(text.find("not known: ") != std::string::npos && text.find("all.db") != std::string::npos,
                 text.c_str());
    }

    void theSameRunSaysNothing()
    {
        open(m_recorded, 1);
        QVERIFY(document().run());
        QCOMPARE(said(), QString());
    }
};

QTEST_MAIN(TestRecordedRuns)

#include "tst_recorded_runs.moc"
