#include "tests/scenarios/play.h"

#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/policy_arithmetic.h"
#include "simulator/analysis/timeline.h"
#endif

#include <QFile>
#include <QTemporaryDir>

using namespace daruma;

/// OTP's machine with limits that are not OTP's, by dialects of the test's own. OTP's promises hold all the
/// same: whoever checks the runs counts as the dialect does.
class TestOwnLimits : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string scenario(const std::string &rules, const std::string &limit,
                         std::initializer_list<const char *> panics)
    {
        QFile file(m_folder.filePath("ours.toml"));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write");
        file.write(QByteArray::fromStdString("name = \"ours\"\ntitle = \"ours\"\nextends = \"otp\"\n"
                                             "[rules]\nwindow_stamps = \"exact\"\n"
                                             + rules));
        std::string text = "[scenario]\nhorizon = \"5m\"\ndialect = \"" + file.fileName().toStdString()
                           + "\"\n[supervisor.app]\nchildren = [\"a\"]\n" + limit + "[worker.a]\n";
        for (const char *at : panics)
            text += std::string("[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"") + at + "\"\n";
        return text;
    }

    std::string decisions(const std::string &text)
    {
        const Recording run = runOf(text);
        if (!run.result.invariants.empty())
            return run.result.invariants.front().message;
        return told(run, {.kinds = "restart gave_up"});
    }

private slots:
    void aFixedWindowForgetsAllOfItAtOnce()
    {
        const std::string text = scenario("window = \"fixed\"\n", "max_restarts = 2\nwithin = \"10s\"\n",
                                          {"1s", "10s", "11001ms", "12s", "13s"});
        TOLD(decisions(text), R"(1s: restart a#1 1/2
                10s: restart a#2 2/2
                11s1ms: restart a#3 1/2
                12s: restart a#4 2/2
                13s: gave_up app#1 3/2 over a panic)");
    }

    void aDecayingCountIsRoundedUp()
    {
        const std::string text = scenario("window = \"decaying\"\n", "max_restarts = 2\nwithin = \"10s\"\n",
                                          {"1s", "11s", "21s", "31s", "32s"});
        TOLD(decisions(text), R"(1s: restart a#1 1/2
                11s: restart a#2 2/2
                21s: restart a#3 2/2
                31s: restart a#4 2/2
                32s: gave_up app#1 3/2 over a panic)");
    }

    void whereTheNumberItselfIsTooManyOneLessIsAllowed()
    {
        const std::string text =
            scenario("trips = \"at\"\n", "max_restarts = 3\nwithin = \"10s\"\n", {"1s", "2s", "3s"});
        TOLD(decisions(text), R"(1s: restart a#1 1/2
                2s: restart a#2 2/2
                3s: gave_up app#1 3/2 over a panic)");
        const Model model = modelOf(text);
        QCOMPARE(limitText(effectiveLimit(model.supervisors.front().flags)),
                 std::string("2 restarts in 10 s"));
        const Recording run = record(model, 1);
        std::vector<std::uint32_t> allowed;
        for (const TimelineRow &row : timeline(model, run))
            if (row.budget)
                allowed.push_back(row.budget->allowed);
        QCOMPARE(allowed, (std::vector<std::uint32_t>{2, 2, 2}));
    }

    void unlimitedStaysSoWhereTheNumberIsTooMany()
    {
        SupervisorSpec flags;
        flags.rules.tripTest = TripTest::At;
        flags.limit.max = RestartLimitSpec::unlimited;
        QVERIFY(effectiveLimit(flags).isUnlimited());
        flags.limit.max = 0;
        QCOMPARE(effectiveLimit(flags).max, 0U);
    }
};

QTEST_APPLESS_MAIN(TestOwnLimits)
#include "tst_own_limits.moc"
