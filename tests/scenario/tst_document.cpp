#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/document.h"
#include "tests/scenario/reading.h"
#endif

#include <QTest>

using namespace daruma;
using namespace daruma::test;

/// A scenario that was written from its document runs as before.
class TestDocument : public QObject {
    Q_OBJECT

private slots:
    void whatIsWrittenRunsAsBefore_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *folder : {"scenarios", "scenarios/dialects", "tests/scenario/good"})
            for (const QString &path : filesIn(folder, "*.toml"))
                QTest::newRow(qPrintable(path.section('/', -2))) << path;
    }

    void whatIsWrittenRunsAsBefore()
    {
        QFETCH(QString, path);
        const std::string text = contentOf(path);
        const auto before = readScenario(text, path.toStdString());
        QVERIFY(before);
        const auto document = scenarioDocument(text);
        QVERIFY(document);
        const std::string written = scenarioText(*document);
        const auto after = readScenario(written, path.toStdString());
        QVERIFY2(after, qPrintable(problemsOf(written)));
        QCOMPARE(after->model.nodes.size(), before->model.nodes.size());
        QCOMPARE(after->model.faults.size(), before->model.faults.size());
        Limits limits;
        limits.eventsPerRun = 20'000;
        const auto resultOf = [&](Model model) {
            model.limits = limits;
            return Simulation(model).run(model.seed);
        };
        const RunResult was = resultOf(before->model);
        const RunResult is = resultOf(after->model);
        QCOMPARE(is.events, was.events);
        QCOMPARE(is.endText, was.endText);
        QCOMPARE(is.restarts, was.restarts);
        QCOMPARE(scenarioText(*scenarioDocument(written)), written);
    }

    void overridesAreWrittenIntoIt()
    {
        const std::string text = "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n";
        const auto document =
            scenarioDocument(text, {{"supervisor.app.max_restarts", "7"}, {"worker.w.count", "2"}}, "elixir");
        QVERIFY(document);
        QCOMPARE(
            QString::fromStdString(scenarioText(*document)),
            QString("[scenario]\ndialect = \"elixir\"\n\n[supervisor.app]\nmax_restarts = 7\nchildren     = "
                    "[\"w\"]\n\n[worker.w]\ncount = 2\n"));
    }

    void textsAreQuotedAsTomlWantsIt()
    {
        const std::string text = "[supervisor.\"a b\"]\nid = \"tab\\tquote\\\"back\\\\line\\n\\u0001\"\n";
        const auto document = scenarioDocument(text);
        QVERIFY(document);
        const auto again = scenarioDocument(scenarioText(*document));
        QVERIFY(again);
        QCOMPARE(scenarioText(*again), scenarioText(*document));
        QVERIFY(scenarioText(*document).find("[supervisor.\"a b\"]") == 0);
    }
};

QTEST_APPLESS_MAIN(TestDocument)
#include "tst_document.moc"
