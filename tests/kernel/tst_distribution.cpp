#include "simulator/kernel/distribution.h"
#include "simulator/kernel/distribution_text.h"
#include "tests/kernel/statistics.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <locale>
#include <string>
#include <vector>

using namespace daruma;

namespace {

constexpr std::uint64_t app = 0x779547780a860970U;
constexpr std::uint64_t sampleCount = 100'000;
constexpr std::uint64_t maxDraw = ~std::uint64_t{0};

Distribution read(const char *text)
{
    const auto distribution = parseDistribution(text);
    if (!distribution)
        qFatal("%s: %s", text, distribution.error().message.c_str());
    return *distribution;
}

StreamKey lifetimes(std::uint64_t seed)
{
    return streamKey(seed, app, Purpose::Lifetime);
}

/// Samples in seconds.
std::vector<double> samplesOf(const Distribution &distribution, std::uint64_t seed)
{
    std::vector<double> samples;
    for (std::uint64_t i = 0; i < sampleCount; ++i)
        samples.push_back(static_cast<double>(distribution.sample(lifetimes(seed), i).ns()) / 1e9);
    return samples;
}

double normalBelow(double x)
{
    return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

double normalDensity(double x)
{
    return std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
}

/// Of a normal variate whose negative values become 0.
double cutMean(double mean, double deviation)
{
    const double ratio = mean / deviation;
    return mean * normalBelow(ratio) + deviation * normalDensity(ratio);
}

double cutDeviation(double mean, double deviation)
{
    const double ratio = mean / deviation;
    const double square =
        (mean * mean + deviation * deviation) * normalBelow(ratio) + mean * deviation * normalDensity(ratio);
    return std::sqrt(square - cutMean(mean, deviation) * cutMean(mean, deviation));
}

struct Law {
    const char *text;
    double mean;       ///< seconds
    double deviation;  ///< seconds
    std::function<double(double)> upTo;
};

/// The distribution functions, written with the C library and apart from the code under test.
std::vector<Law> laws()
{
    const double e = std::exp(0.5);
    const double weibullMean = 3600 * std::tgamma(1 + 1 / 0.7);
    const double weibullSquare = 3600.0 * 3600.0 * std::tgamma(1 + 2 / 0.7);
    return {
        {"uniform(100ms, 300ms)", 0.2, 0.2 / std::sqrt(12.0), [](double x) { return (x - 0.1) / 0.2; }},
        {"exp(30s)", 30, 30, [](double x) { return 1 - std::exp(-x / 30); }},
        {"normal(10s, 2s)", cutMean(10, 2), cutDeviation(10, 2),
         [](double x) { return normalBelow((x - 10) / 2); }},
        {"normal(2s, 1500ms)", cutMean(2, 1.5), cutDeviation(2, 1.5),
         [](double x) { return x < 0 ? 0.0 : normalBelow((x - 2) / 1.5); }},
        {"lognormal(200ms, 1)", 0.2 * e, 0.2 * std::sqrt((std::exp(1.0) - 1) * std::exp(1.0)),
         [](double x) { return normalBelow(std::log(x / 0.2)); }},
        {"weibull(1h, 0.7)", weibullMean, std::sqrt(weibullSquare - weibullMean * weibullMean),
         [](double x) { return 1 - std::exp(-std::pow(x / 3600, 0.7)); }},
        {"weibull(90s, 3)", 90 * std::tgamma(1 + 1 / 3.0),
         90 * std::sqrt(std::tgamma(1 + 2 / 3.0) - std::pow(std::tgamma(1 + 1 / 3.0), 2)),
         [](double x) { return 1 - std::exp(-std::pow(x / 90, 3)); }},
    };
}

void lawRows()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < laws().size(); ++i)
        QTest::newRow(laws()[i].text) << static_cast<int>(i);
}

/// The probability of exactly k events where `mean` are expected.
double poisson(int k, double mean)
{
    return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
}

/// How many events of a Poisson process fall between two moments of one run, the faults of `seed`.
std::size_t arrivals(const Distribution &gap, std::uint64_t seed, Duration begin, Duration end)
{
    const StreamKey key = streamKey(seed, nameHash("db goes away"), Purpose::FaultTime);
    std::size_t count = 0;
    Duration now;
    for (std::uint64_t i = 0;; ++i) {
        now = now + gap.sample(key, i);
        if (now >= end)
            return count;
        count += now >= begin;
    }
}

}  // namespace

class TstDistribution : public QObject {
    Q_OBJECT

private slots:
    void theNanosecondsOfSamplesNeverChange_data();
    void theNanosecondsOfSamplesNeverChange();
    void samplesFollowTheirDistribution_data() { lawRows(); }
    void samplesFollowTheirDistribution();
    void theTestOfDistributionsNoticesAWrongOne();
    void meansAreWithinTheirStandardError_data() { lawRows(); }
    void meansAreWithinTheirStandardError();
    void quantilesAreExactOutInTheTails();
    void theNumberOfArrivalsIsPoisson_data();
    void theNumberOfArrivalsIsPoisson();
    void theMostExtremeDrawsAreFinite();
    void samplesGrowWithTheDraw();
    void everyNanosecondOfASmallRangeIsEquallyLikely();
    void aFixedDurationNeedsNoChance();
    void neverIsNever();
    void whatIsBeyondAHundredYearsNeverHappens();
    void normalIsCutAtZero();
    void degenerateParametersAreFixedValues();
    void parametersAreToldApart();
    void samplesStayTheSameInEveryLocale();
};

void TstDistribution::theNanosecondsOfSamplesNeverChange_data()
{
    QTest::addColumn<QList<qint64>>("expected");
    QTest::addColumn<double>("mean");
    const auto row = [](const char *text, const QList<qint64> &expected, double mean) {
        QTest::newRow(text) << expected << mean;
    };
    row("uniform(100ms, 300ms)", {264164955, 296954253, 168388684, 284595783}, 0x1.999999999999ap-3);
    row("exp(30s)", {51581731034, 125537128806, 12553930928, 76910280233}, 0x1.ep+4);
    row("normal(2s, 1500ms)", {3377769224, 5246134341, 1389252572, 4138097038}, 0x1.0823ce0075c68p+1);
    row("lognormal(200ms, 1.25)", {630465469, 2991198186, 120224542, 1188045618}, 0x1.bf53070847a1ap-2);
    row("weibull(1h, 0.7)", {7808219473268, 27821162164845, 1037085626533, 13816330054030},
        0x1.1ccf6f17466c6p+12);
}

void TstDistribution::theNanosecondsOfSamplesNeverChange()
{
    QFETCH(QList<qint64>, expected);
    QFETCH(double, mean);
    const Distribution distribution = read(QTest::currentDataTag());
    QList<qint64> samples;
    for (std::uint64_t incarnation = 1; incarnation <= 4; ++incarnation)
        samples << distribution.sample(lifetimes(1), incarnation).ns();
    QCOMPARE(samples, expected);
    QCOMPARE(std::bit_cast<std::uint64_t>(distribution.meanSeconds()), std::bit_cast<std::uint64_t>(mean));
}

void TstDistribution::samplesFollowTheirDistribution()
{
    QFETCH(int, index);
    const Law law = laws()[static_cast<std::size_t>(index)];
    // A cut distribution jumps at 0.
    const auto below = [&](double x) { return x <= 0 ? 0.0 : law.upTo(x); };
    const double distance = statistics::distance(samplesOf(read(law.text), 7), below, law.upTo);
    QVERIFY2(distance < statistics::distanceLimit, qPrintable(QString::number(distance)));
}

void TstDistribution::theTestOfDistributionsNoticesAWrongOne()
{
    const auto wrong = [](double x) { return 1 - std::exp(-x / 30.6); };
    QVERIFY(statistics::distance(samplesOf(read("exp(30s)"), 7), wrong, wrong) > statistics::distanceLimit);
}

void TstDistribution::meansAreWithinTheirStandardError()
{
    QFETCH(int, index);
    const Law law = laws()[static_cast<std::size_t>(index)];
    double sum = 0;
    for (const double sample : samplesOf(read(law.text), 11))
        sum += sample;
    const double error = law.deviation / std::sqrt(static_cast<double>(sampleCount));
    QVERIFY(std::abs(sum / static_cast<double>(sampleCount) - law.mean) < 3.3 * error);
    QVERIFY(std::abs(read(law.text).meanSeconds() / law.mean - 1) < 1e-12);
}

void TstDistribution::quantilesAreExactOutInTheTails()
{
    // 2^-40 from either end, where a million samples would not reach.
    const std::uint64_t low = (std::uint64_t{1} << 24) - 1;
    const double p = (static_cast<double>(low >> 1) + 0.5) * 0x1p-63;
    const auto ns = [](const Distribution &d, std::uint64_t random) { return d.quantile(random).ns(); };
    const auto close = [](std::int64_t value, double expected) {
        return std::abs(static_cast<double>(value) - expected) <= 0.5 + expected * 1e-13;
    };
    QVERIFY(close(ns(read("exp(30s)"), ~low), -30e9 * std::log(p)));
    QVERIFY(close(ns(read("weibull(1s, 0.5)"), ~low), 1e9 * std::log(p) * std::log(p)));
    const std::int64_t above = ns(read("normal(100s, 1s)"), ~low) - 100'000'000'000;
    const std::int64_t under = 100'000'000'000 - ns(read("normal(100s, 1s)"), low);
    QVERIFY(std::abs(above - under) <= 1);
    QVERIFY(std::abs(0.5 * std::erfc(static_cast<double>(above) / 1e9 / std::sqrt(2.0)) / p - 1) < 1e-7);
}

void TstDistribution::theNumberOfArrivalsIsPoisson_data()
{
    QTest::addColumn<int>("begin");
    QTest::addColumn<int>("end");
    QTest::addColumn<int>("most");
    // `most` collects the tail, so that each class expects enough.
    QTest::newRow("from the start of the run") << 0 << 60 << 6;
    QTest::newRow("in a window in its middle") << 300 << 360 << 6;
    QTest::newRow("in a short window") << 100 << 105 << 2;
    QTest::newRow("in a long window") << 50 << 200 << 13;
}

void TstDistribution::theNumberOfArrivalsIsPoisson()
{
    QFETCH(int, begin);
    QFETCH(int, end);
    QFETCH(int, most);
    constexpr std::uint64_t runs = 20'000;
    const auto classes = static_cast<std::size_t>(most) + 1;
    std::vector<double> counts(classes);
    const Distribution gap = read("exp(30s)");
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
        const std::size_t k = arrivals(gap, seed, Duration::seconds(begin), Duration::seconds(end));
        ++counts[std::min(k, classes - 1)];
    }
    std::vector<double> expected;
    double rest = runs;
    for (int k = 0; k < most; ++k) {
        expected.push_back(runs * poisson(k, (end - begin) / 30.0));
        rest -= expected.back();
    }
    expected.push_back(rest);
    QVERIFY(*std::min_element(expected.begin(), expected.end()) > 5);
    QVERIFY(statistics::countsFit(counts, expected));
}

void TstDistribution::theMostExtremeDrawsAreFinite()
{
    for (const Law &law : laws()) {
        const Distribution distribution = read(law.text);
        QVERIFY(distribution.quantile(0) >= Duration::zero());
        QVERIFY(distribution.quantile(0) < distribution.quantile(maxDraw));
        QVERIFY(distribution.quantile(maxDraw) < longestDuration);
    }
    QCOMPARE(read("exp(1s)").quantile(0), Duration::zero());
    QCOMPARE(read("exp(1s)").quantile(maxDraw).ns(), 44'361'419'556);  // 64 ln 2
    QCOMPARE(read("weibull(1s, 2)").quantile(0), Duration::zero());
    QCOMPARE(read("uniform(5ns, 7ns)").quantile(0).ns(), 5);
    QCOMPARE(read("uniform(5ns, 7ns)").quantile(maxDraw).ns(), 7);
    QCOMPARE(read("uniform(0s, 36500d)").quantile(maxDraw), longestDuration);
}

void TstDistribution::samplesGrowWithTheDraw()
{
    for (const Law &law : laws()) {
        const Distribution distribution = read(law.text);
        Duration last;
        for (std::uint64_t i = 0; i < 4'096; ++i) {
            const Duration sample = distribution.quantile(i << 52 | 0xfffff);
            QVERIFY2(sample >= last, law.text);
            last = sample;
        }
    }
}

void TstDistribution::everyNanosecondOfASmallRangeIsEquallyLikely()
{
    std::vector<double> counts(5);
    for (std::uint64_t i = 0; i < sampleCount; ++i)
        ++counts.at(static_cast<std::size_t>(read("uniform(3ns, 7ns)").sample(lifetimes(1), i).ns() - 3));
    QVERIFY(statistics::countsAreEven(counts));
}

void TstDistribution::aFixedDurationNeedsNoChance()
{
    const Distribution fixed = Distribution::fixed(Duration::milliseconds(50));
    QVERIFY(fixed.isFixed() && !fixed.isNever() && !fixed.isZero());
    QCOMPARE(fixed.sample(lifetimes(1), 1), Duration::milliseconds(50));
    QCOMPARE(fixed.quantile(maxDraw), Duration::milliseconds(50));
    QCOMPARE(fixed.meanSeconds(), 0.05);
    QVERIFY(Distribution().isZero() && Distribution() == Distribution::fixed(Duration::zero()));
}

void TstDistribution::neverIsNever()
{
    const Distribution never = Distribution::never();
    QVERIFY(never.isNever() && !never.isFixed() && !never.isZero());
    QVERIFY(never.sample(lifetimes(1), 1).isNever());
    QVERIFY(never.first().isNever());
    QCOMPARE(never.meanSeconds(), HUGE_VAL);
    QCOMPARE(Distribution::fixed(Duration::never()), never);
}

void TstDistribution::whatIsBeyondAHundredYearsNeverHappens()
{
    QVERIFY(Distribution::exponential(longestDuration).quantile(maxDraw).isNever());
    const Duration second = Duration::seconds(1);
    QVERIFY(Distribution::lognormal(second, Distribution::maxSigma).quantile(maxDraw).isNever());
    QVERIFY(Distribution::weibull(second, Distribution::minShape).quantile(maxDraw).isNever());
    QVERIFY(Distribution::normal(longestDuration, Duration::seconds(1)).quantile(maxDraw).isNever());
    QCOMPARE(Distribution::weibull(second, Distribution::minShape).quantile(0), Duration::zero());
}

void TstDistribution::normalIsCutAtZero()
{
    const std::vector<double> samples = samplesOf(read("normal(0s, 1s)"), 3);
    const auto zeros = static_cast<double>(std::count(samples.begin(), samples.end(), 0.0));
    QVERIFY(*std::min_element(samples.begin(), samples.end()) == 0.0);
    QVERIFY(std::abs(zeros - sampleCount / 2.0) < 3.3 * std::sqrt(sampleCount / 4.0));
}

void TstDistribution::degenerateParametersAreFixedValues()
{
    for (const char *text : {"uniform(2s, 2s)", "normal(2s, 0s)", "lognormal(2s, 0)"}) {
        for (const std::uint64_t random : {std::uint64_t{0}, std::uint64_t{1} << 63, maxDraw})
            QCOMPARE(read(text).quantile(random), Duration::seconds(2));
        QCOMPARE(read(text).meanSeconds(), 2.0);
    }
}

void TstDistribution::parametersAreToldApart()
{
    QVERIFY(read("uniform(1s, 2s)") == Distribution::uniform(Duration::seconds(1), Duration::seconds(2)));
    QVERIFY(read("uniform(1s, 2s)") != read("normal(1s, 2s)"));
    QVERIFY(read("weibull(1s, 2)") != read("weibull(1s, 3)"));
    QCOMPARE(read("uniform(1s, 2s)").second(), Duration::seconds(2));
    QCOMPARE(read("lognormal(1s, 0.3)").factor(), 0.3);
}

void TstDistribution::samplesStayTheSameInEveryLocale()
{
    struct Commas : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
    };
    const Distribution before = read("weibull(1234s, 0.75)");
    const std::locale previous = std::locale::global(std::locale(std::locale(), new Commas));
    const Distribution after = read("weibull(1234s, 0.75)");
    const std::string text = toText(after);
    const std::string people = human(Duration::milliseconds(10'600));
    std::locale::global(previous);
    QCOMPARE(after, before);
    QCOMPARE(text, "weibull(20m34s, 0.75)");
    QCOMPARE(people, "10.6 s");
}

QTEST_APPLESS_MAIN(TstDistribution)
#include "tst_distribution.moc"
