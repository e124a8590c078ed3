#include "tests/analysis/running.h"

#ifndef Q_MOC_RUN
#include "simulator/analysis/spans.h"
#include "simulator/kernel/duration_text.h"
#endif

using namespace daruma;

namespace {

QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString fieldOf(const Span &span, std::string_view name)
{
    for (const SpanField &field : span.fields)
        if (field.name == name)
            return qt(field.value);
    return {};
}

/// A line for each span, indented below what it is part of: `1s + 50ms wait_for_termination b`.
QString outline(const std::vector<Span> &spans)
{
    QStringList lines;
    for (const Span &span : spans) {
        QString indent;
        for (std::uint32_t above = span.parent; above != Span::none; above = spans[above].parent)
            indent += "  ";
        const QString key = fieldOf(span, "key");
        lines << indent + qt(toText(Duration::nanoseconds(span.from))) + " + "
                     + qt(toText(Duration::nanoseconds(span.until - span.from))) + " " + qt(span.name) + " "
                     + (key.isEmpty() ? fieldOf(span, "system") : key) + (span.failed ? " failed" : "");
    }
    return lines.join('\n');
}

const Span &named(const std::vector<Span> &spans, std::string_view name)
{
    for (const Span &span : spans)
        if (span.name == name)
            return span;
    qFatal("no such span");
}

const char *const group = "[supervisor.app]\nstrategy = \"one_for_all\"\nmax_restarts = 1\n"
                          "children = [\"a\", \"b\"]\n"
                          "[worker.a]\ninit_time = \"10ms\"\n[worker.b]\nstop_time = \"50ms\"\n"
                          "[[fault]]\ninject = \"exit\"\ninto = \"a\"\nat = \"1s\"\nreason = \"panic:lost\"\n"
                          "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"2s\"\n";

}  // namespace

class TestSpans : public QObject {
    Q_OBJECT

private slots:
    void whatADeathBringsAboutStandsInside()
    {
        const Ran ran(group);
        const QString expected = "0s + 10ms startup app\n"
                                 "  0s + 10ms startup a\n"
                                 "  10ms + 0s startup b\n"
                                 "1s + 60ms term a failed\n"
                                 "  1s + 60ms try_restart app\n"
                                 "    1s + 50ms teardown app\n"
                                 "      1s + 50ms wait_for_termination b\n"
                                 "    1s50ms + 10ms startup a\n"
                                 "    1s60ms + 0s startup b\n"
                                 "2s + 50ms term a failed\n"
                                 "  2s + 50ms try_restart app failed\n"
                                 "    2s + 50ms teardown app\n"
                                 "      2s + 50ms wait_for_termination b\n"
                                 "2s50ms + 0s term app";
        QCOMPARE(outline(spansOf(ran.model(), ran.run)), expected);
    }

    void fieldsSayWhoWhyAndHow()
    {
        const Ran ran(group);
        const std::vector<Span> spans = spansOf(ran.model(), ran.run);
        const Span &term = named(spans, "term");
        QCOMPARE(fieldOf(term, "system"), QString("app"));
        QCOMPARE(fieldOf(term, "burden"), QString("none"));
        QCOMPARE(fieldOf(term, "reason"), QString("panic"));
        QCOMPARE(fieldOf(term, "policy"), QString("permanent"));
        QCOMPARE(fieldOf(term, "wants_restart"), QString("true"));
        QCOMPARE(fieldOf(term, "otel.status_code"), QString("ERROR"));
        const Span &wait = named(spans, "wait_for_termination");
        QCOMPARE(fieldOf(wait, "burden"), QString("settling"));
        QCOMPARE(fieldOf(wait, "reason"), QString("shutdown"));
        QCOMPARE(fieldOf(wait, "otel.status_code"), QString("OK"));
        QCOMPARE(fieldOf(named(spans, "try_restart"), "allowed"), QString("true"));
    }

    void whoeverIsKilledInTheEndWasAborted()
    {
        const Ran ran("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\nstop_time = \"never\"\n"
                      "[[command]]\nat = \"1s\"\ndo = \"shutdown\"\nto = \"app\"\n");
        const std::vector<Span> spans = spansOf(ran.model(), ran.run);
        for (const Span &span : spans)
            if (span.name == "wait_for_termination" && fieldOf(span, "key") == "a") {
                QCOMPARE(fieldOf(span, "burden"), QString("aborted"));
                QCOMPARE(fieldOf(span, "reason"), QString("abort"));
                QCOMPARE(span.until - span.from, std::int64_t(5'000'000'000));
                return;
            }
        QFAIL("no span of its end");
    }

    void aStartThatFailsSaysWhy()
    {
        const Ran ran("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\ninit_result = \"panic:no disk\"\n");
        const std::vector<Span> spans = spansOf(ran.model(), ran.run);
        QCOMPARE(spans.size(), std::size_t(2));
        QVERIFY(spans[0].failed && spans[1].failed);
        QCOMPARE(fieldOf(spans[1], "panic"), QString("no disk"));
        QCOMPARE(fieldOf(spans[1], "otel.status_description"), QString("no disk"));
    }

    // spry 0.0.4, system.rs: startup, term, try_restart, teardown, wait_for_termination, their nesting and
    // all of their fields.
    void aSystemIsTornDownAndStartedAsAWhole()
    {
        const Ran ran("[scenario]\ndialect = \"spry\"\n[supervisor.app]\nmax_restarts = 2\n"
                      "children = [\"a\", \"b\"]\n"
                      "[worker.a]\ninit_result = [\"ok\", \"panic:no disk\", \"ok\"]\n"
                      "[worker.b]\nrestart = \"transient\"\nstop_time = \"50ms\"\n"
                      "[[fault]]\ninject = \"exit\"\ninto = \"a\"\nat = \"1s\"\nreason = \"panic:lost\"\n"
                      "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"2s\"\n");
        const std::vector<Span> spans = spansOf(ran.model(), ran.run);
        const QString expected = "0s + 0s startup app\n"
                                 "  0s + 0s startup a\n"
                                 "  0s + 0s startup b\n"
                                 "1s + 50ms term a failed\n"
                                 "  1s + 50ms try_restart app\n"
                                 "    1s + 50ms teardown app\n"
                                 "      1s + 50ms wait_for_termination b\n"
                                 "    1s50ms + 0s startup app failed\n"
                                 "      1s50ms + 0s startup a failed\n"
                                 "  1s50ms + 0s try_restart app\n"
                                 "    1s50ms + 0s teardown app\n"
                                 "    1s50ms + 0s startup app\n"
                                 "      1s50ms + 0s startup a\n"
                                 "      1s50ms + 0s startup b\n"
                                 "2s + 0s term a failed\n"
                                 "  2s + 0s try_restart app failed\n"
                                 "2s + 0s term app failed\n"
                                 "2s + 0s term b";
        QCOMPARE(outline(spans), expected);
        const auto fields = [&spans](std::size_t i) {
            QStringList list;
            for (const SpanField &field : spans[i].fields)
                list << qt(field.name) + "=" + qt(field.value);
            return list.join(' ');
        };
        QCOMPARE(fields(3),
                 QString("system=app key=a burden=none wants_restart=true reason=panic policy=permanent "
                         "otel.status_code=ERROR panic=lost otel.status_message=lost "
                         "otel.status_description=lost"));
        QCOMPARE(fields(4), QString("system=app allowed=true"));
        QCOMPARE(fields(5), QString("system=app"));
        QCOMPARE(fields(6), QString("system=app key=b burden=settling reason=shutdown policy=transient "
                                    "otel.status_code=OK"));
        QCOMPARE(fields(7), QString("system=app otel.status_code=ERROR panic=no disk "
                                    "otel.status_message=no disk otel.status_description=no disk"));
        QCOMPARE(fields(11), QString("system=app otel.status_code=OK"));
        // A panic without a text.
        QCOMPARE(fieldOf(spans[14], "panic"), QString("unknown"));
        QCOMPARE(fields(15), QString("system=app allowed=false"));
        QCOMPARE(fieldOf(spans[16], "panic"), QString("TooManyRestarts(Panicked(Any { .. }))"));
        QCOMPARE(fieldOf(spans[17], "reason"), QString("abort"));
    }

    void aStartThatNobodyAwaitsIsNoPartOfThatOfItsSupervisor()
    {
        const Ran ran("[scenario]\ndialect = \"suture\"\nhorizon = \"5s\"\n[supervisor.app]\n"
                      "children = [\"a\"]\n[worker.a]\ninit_time = \"1s\"\n"
                      "init_result = [\"error\", \"error\", \"error\", \"ok\"]\n");
        QCOMPARE(outline(spansOf(ran.model(), ran.run)), QString("0s + 0s startup app\n"
                                                                 "0s + 1s startup a failed\n"
                                                                 "1s + 1s try_restart app\n"
                                                                 "  1s + 1s startup a failed\n"
                                                                 "2s + 1s try_restart app\n"
                                                                 "  2s + 1s startup a failed\n"
                                                                 "3s + 1s try_restart app\n"
                                                                 "  3s + 1s startup a"));
    }

    void whatTriesAFailedRestartAgainStandsBesideIt()
    {
        const Ran ran(
            "[supervisor.app]\nmax_restarts = 9\nchildren = [\"a\"]\n[worker.a]\n"
            "lifetime = [\"1s\", \"never\"]\ninit_result = [\"ok\", \"error\", \"error\", \"ok\"]\n");
        const std::vector<Span> spans = spansOf(ran.model(), ran.run);
        QCOMPARE(outline(spans), QString("0s + 0s startup app\n"
                                         "  0s + 0s startup a\n"
                                         "1s + 0s term a failed\n"
                                         "  1s + 0s try_restart app\n"
                                         "    1s + 0s startup a failed\n"
                                         "  1s + 0s try_restart app\n"
                                         "    1s + 0s startup a failed\n"
                                         "  1s + 0s try_restart app\n"
                                         "    1s + 0s startup a"));
        // An error is no panic.
        QCOMPARE(fieldOf(spans[4], "panic"), QString());
        QCOMPARE(fieldOf(spans[4], "otel.status_message"), QString("error"));
        QCOMPARE(fieldOf(spans[2], "panic"), QString("unknown"));
    }

    void everySpanLiesInWhatItIsPartOf()
    {
        const Ran ran(
            "[scenario]\nhorizon = \"10m\"\n[supervisor.app]\nmax_restarts = 5\nchildren = [\"db\", "
            "\"web\"]\n[worker.db]\nlifetime = \"exp(20s)\"\ninit_time = \"exp(100ms)\"\n"
            "[supervisor.web]\nstrategy = \"rest_for_one\"\nchildren = [\"w\"]\n"
            "[worker.w]\ncount = 5\nlifetime = \"exp(10s)\"\nstop_time = \"exp(1s)\"\n");
        const std::vector<Span> spans = spansOf(ran.model(), ran.run);
        QVERIFY(spans.size() > 50);
        for (std::size_t i = 0; i < spans.size(); ++i) {
            QVERIFY(spans[i].from <= spans[i].until);
            if (spans[i].parent == Span::none)
                continue;
            QVERIFY(spans[i].parent < i);
            QVERIFY(spans[spans[i].parent].from <= spans[i].from);
            QVERIFY(spans[spans[i].parent].until >= spans[i].until);
        }
    }
};

QTEST_APPLESS_MAIN(TestSpans)
#include "tst_spans.moc"
