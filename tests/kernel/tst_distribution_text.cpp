#include "simulator/kernel/distribution_text.h"
#include "simulator/kernel/random.h"

#include <QTest>

#include <limits>

using namespace daruma;

class TstDistributionText : public QObject {
    Q_OBJECT

private slots:
    void aDurationIsRead_data();
    void aDurationIsRead();
    void aWrongDurationIsExplained_data();
    void aWrongDurationIsExplained();
    void aDurationIsWrittenExactly_data();
    void aDurationIsWrittenExactly();
    void everyDurationIsReadBack();
    void peopleSeeWhatTheyCareAbout_data();
    void peopleSeeWhatTheyCareAbout();
    void aDistributionIsReadAndWritten_data();
    void aDistributionIsReadAndWritten();
    void aWrongDistributionIsExplained_data();
    void aWrongDistributionIsExplained();
};

void TstDistributionText::aDurationIsRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("ns");
    const auto row = [](const char *text, qint64 ns) { QTest::newRow(text) << QString(text) << ns; };
    row("0s", 0);
    row("1ns", 1);
    row("7us", 7'000);
    row("1500ms", 1'500'000'000);
    row("30s", 30'000'000'000);
    row("1m30s", 90'000'000'000);
    row("2h", 7'200'000'000'000);
    row("1d", 86'400'000'000'000);
    row("1.5s", 1'500'000'000);
    row("0.1h", 360'000'000'000);
    row("0.000000001s", 1);
    row("1.10000000000000000000000000000s", 1'100'000'000);
    row("1m0.5s2ms", 60'502'000'000);
    row("30s1m", 90'000'000'000);
    row("  10m\t", 600'000'000'000);
    row("0001s", 1'000'000'000);
    row("36500d", longestDuration.ns());
    row("3153600000000000000ns", longestDuration.ns());
}

void TstDistributionText::aDurationIsRead()
{
    QFETCH(QString, text);
    QFETCH(qint64, ns);
    const auto duration = parseDuration(text.toStdString());
    QCOMPARE(duration ? duration->ns() : -1, ns);
}

void TstDistributionText::aWrongDurationIsExplained_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *tag, const char *text, int offset, const char *message) {
        QTest::newRow(tag) << QString(text) << offset << QString(message);
    };
    row("nothing", "", 0, "a duration is a number with a unit, such as 30s or 1m30s");
    row("blanks", "  ", 0, "a duration is a number with a unit, such as 30s or 1m30s");
    row("a word", "soon", 0, "a duration is a number with a unit, such as 30s or 1m30s");
    row("a number alone", "30", 2,
        "the unit of 30 is missing: the units are ns us ms s m h d, written behind it");
    row("a blank before the unit", " 30 s", 3, "a duration is written without blanks: 30s");
    row("a blank between two terms", "1h 30m", 2, "a duration is written without blanks: 1h30m");
    row("a blank and another mistake", "1h 30", 2,
        "a duration is a number with a unit, such as 30s or 1m30s");
    row("a second number alone", "1m30", 4,
        "the unit of 30 is missing: the units are ns us ms s m h d, written behind it");
    row("another tool's unit", "10min", 2,
        "unknown unit \"min\", did you mean \"m\"? the units are ns us ms s m h d");
    row("another tool's unit behind a blank", "5 secs", 2,
        "unknown unit \"secs\", did you mean \"s\"? the units are ns us ms s m h d");
    row("a micro sign", "5\u00b5s", 1,
        "unknown unit \"\u00b5s\", did you mean \"us\"? the units are ns us ms s m h d");
    row("an unheard unit", "3fortnights", 1, "unknown unit \"fortnights\": the units are ns us ms s m h d");
    row("below zero", "-5s", 0, "a duration cannot be negative");
    row("below zero later", "1m-5s", 1, "unknown unit \"m-\": the units are ns us ms s m h d");
    row("a point without digits", "1.s", 2, "digits are missing behind the point");
    row("a point first", ".5s", 0, "a duration is a number with a unit, such as 30s or 1m30s");
    row("an exponent", "1e3s", 1, "unknown unit \"e\": the units are ns us ms s m h d");
    row("finer than time", "1.5ns", 0, "a duration is a whole number of nanoseconds");
    row("finer than time, in days", "1s0.000000000000001d", 2, "a duration is a whole number of nanoseconds");
    row("too many digits", "0.1111111111111111111s", 0, "a duration is a whole number of nanoseconds");
    row("a nanosecond too long", "3153600000000000001ns", 0, "a duration is at most 100 years (36500d)");
    row("too long in sum", "36500d1ns", 0, "a duration is at most 100 years (36500d)");
    row("past 64 bits", "99999999999999999999999999s", 0, "a duration is at most 100 years (36500d)");
    row("an infinity", "infinity", 0, "a duration is a number with a unit, such as 30s or 1m30s");
}

void TstDistributionText::aWrongDurationIsExplained()
{
    QFETCH(QString, text);
    QFETCH(int, offset);
    QFETCH(QString, message);
    const auto duration = parseDuration(text.toStdString());
    QVERIFY(!duration);
    QCOMPARE(QString::fromStdString(duration.error().message), message);
    QCOMPARE(static_cast<int>(duration.error().offset), offset);
}

void TstDistributionText::aDurationIsWrittenExactly_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QString>("text");
    const auto row = [](qint64 ns, const char *text) { QTest::newRow(text) << ns << QString(text); };
    row(0, "0s");
    row(1, "1ns");
    row(1'500'000'000, "1s500ms");
    row(90'000'000'000, "1m30s");
    row(86'400'000'000'000 + 1, "1d1ns");
    row(7'200'000'000'000, "2h");
    row(-5'000'000'000, "-5s");
    row(std::numeric_limits<qint64>::max(), "never");
    row(std::numeric_limits<qint64>::min(), "-106751d23h47m16s854ms775us808ns");
}

void TstDistributionText::aDurationIsWrittenExactly()
{
    QFETCH(qint64, ns);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(toText(Duration::nanoseconds(ns))), text);
}

void TstDistributionText::everyDurationIsReadBack()
{
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        // Of every magnitude, and with every number of trailing zeros.
        const std::uint64_t shift = draw(StreamKey{1}, i) % 62;
        const auto limit = static_cast<std::uint64_t>(longestDuration.ns());
        std::uint64_t ns = (draw(StreamKey{2}, i) >> 2 >> shift) % limit;
        for (std::uint64_t cut = 1; cut <= ns && draw(StreamKey{3}, i + cut) % 2; cut *= 10)
            ns -= ns % cut;
        const Duration duration = Duration::nanoseconds(static_cast<std::int64_t>(ns));
        const auto back = parseDuration(toText(duration));
        QVERIFY2(back && *back == duration, toText(duration).c_str());
    }
}

void TstDistributionText::peopleSeeWhatTheyCareAbout_data()
{
    QTest::addColumn<qint64>("ns");
    QTest::addColumn<QString>("text");
    const auto row = [](qint64 ns, const char *text) {
        QTest::addRow("%lld ns", static_cast<long long>(ns)) << ns << QString(text);
    };
    row(0, "0 s");
    row(1, "1 ns");
    row(999, "999 ns");
    row(1'500, "1.5 us");
    row(200'000'000, "200 ms");
    row(1'050'000, "1.05 ms");
    row(10'610'000'000, "10.6 s");
    row(12'000'000'000, "12 s");
    row(9'996'000'000, "10 s");
    row(999'400'000, "999 ms");
    row(999'500'000, "1 s");
    row(59'940'000'000, "59.9 s");
    row(59'950'000'000, "1 min");
    row(123'000'000'000, "2 min 3 s");
    row(3'599'499'000'000, "59 min 59 s");
    row(3'599'500'000'000, "1 h");
    row(3'660'000'000'000, "1 h 1 min");
    row(86'399'000'000'000, "1 d");
    row(273'600'000'000'000, "3 d 4 h");
    row(-200'000'000, "-200 ms");
    row(std::numeric_limits<qint64>::max(), "never");
    row(std::numeric_limits<qint64>::max() - 1, "106751 d");
    row(std::numeric_limits<qint64>::min(), "-106751 d");
}

void TstDistributionText::peopleSeeWhatTheyCareAbout()
{
    QFETCH(qint64, ns);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(human(Duration::nanoseconds(ns))), text);
}

void TstDistributionText::aDistributionIsReadAndWritten_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written");
    const auto row = [](const char *text, const char *written) {
        QTest::newRow(text) << QString(text) << QString(written);
    };
    row("never", "never");
    row(" 1500ms ", "1s500ms");
    row("0ms", "0s");
    row("uniform(100ms, 300ms)", "uniform(100ms, 300ms)");
    row("uniform( 0s,90s )", "uniform(0s, 1m30s)");
    row("exp(30s)", "exp(30s)");
    row("exp (1h)", "exp(1h)");
    row("normal(1s, 0s)", "normal(1s, 0s)");
    row("lognormal(200ms, 0.10)", "lognormal(200ms, 0.1)");
    row("lognormal(200ms, -0)", "lognormal(200ms, 0)");
    row("weibull(1h, 1.5e0)", "weibull(1h, 1.5)");
    row("weibull(1h, 0.30000000000000004)", "weibull(1h, 0.30000000000000004)");
}

void TstDistributionText::aDistributionIsReadAndWritten()
{
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto distribution = parseDistribution(text.toStdString());
    QVERIFY(distribution);
    QCOMPARE(QString::fromStdString(toText(*distribution)), written);
    QVERIFY(parseDistribution(toText(*distribution)) == *distribution);
}

void TstDistributionText::aWrongDistributionIsExplained_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *tag, const char *text, int offset, const char *message) {
        QTest::newRow(tag) << QString(text) << offset << QString(message);
    };
    row("nothing", "", 0, "meant is a duration such as 1m30s, a distribution such as exp(30s), or never");
    row("a word", " sometimes", 1,
        "meant is a duration such as 1m30s, a distribution such as exp(30s), or never");
    row("a duration with a wrong unit", " 5sec", 2,
        "unknown unit \"sec\", did you mean \"s\"? the units are ns us ms s m h d");
    row("a negative duration", "-1s", 0, "a duration cannot be negative");
    row("an unknown name", " gamma(1s)", 1,
        "unknown distribution \"gamma\": there are uniform(a, b), exp(mean), normal(mean, sd), "
        "lognormal(median, sigma), weibull(scale, shape)");
    row("an open bracket", "exp(30s", 7, "a \")\" is missing");
    row("something behind", "exp(30s) s", 8, "nothing may follow the \")\"");
    row("too few arguments", "uniform(1s)", 0, "it is written uniform(a, b)");
    row("too many arguments", "exp(1s, 2s)", 0, "it is written exp(mean)");
    row("an empty argument", "exp()", 4, "a duration is a number with a unit, such as 30s or 1m30s");
    row("a wrong first argument", "uniform(x, 2s)", 8,
        "a duration is a number with a unit, such as 30s or 1m30s");
    row("a wrong second argument", "uniform(1s,  2)", 14,
        "the unit of 2 is missing: the units are ns us ms s m h d, written behind it");
    row("a reversed range", "uniform(2s, 1s)", 12, "the upper end is shorter than the lower one");
    row("a mean of 0", "exp( 0s)", 5, "must be longer than 0");
    row("a median of 0", "lognormal(0s, 1)", 10, "must be longer than 0");
    row("a scale of 0", "weibull(0s, 1)", 8, "must be longer than 0");
    row("a sigma with a unit", "lognormal(1s, 1s)", 14, "sigma is a plain number, such as 0.5");
    row("a negative sigma", "lognormal(1s, -1)", 14, "sigma must lie between 0 and 100");
    row("a shape of 0", "weibull(1s, 0)", 12, "the shape must lie between 0.01 and 1000");
    row("a shape that is no number", "weibull(1s, nan)", 12, "the shape must lie between 0.01 and 1000");
    row("never within", "exp(never)", 4, "a duration is a number with a unit, such as 30s or 1m30s");
}

void TstDistributionText::aWrongDistributionIsExplained()
{
    QFETCH(QString, text);
    QFETCH(int, offset);
    QFETCH(QString, message);
    const auto distribution = parseDistribution(text.toStdString());
    QVERIFY(!distribution);
    QCOMPARE(QString::fromStdString(distribution.error().message), message);
    QCOMPARE(static_cast<int>(distribution.error().offset), offset);
}

QTEST_APPLESS_MAIN(TstDistributionText)
#include "tst_distribution_text.moc"
