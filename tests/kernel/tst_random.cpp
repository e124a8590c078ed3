#include "simulator/kernel/random.h"
#include "tests/kernel/statistics.h"

#include <QTest>

#include <array>
#include <bit>
#include <cmath>
#include <set>

using namespace daruma;

namespace {

constexpr std::uint64_t app = 0x779547780a860970U;
constexpr std::uint64_t maxDraw = ~std::uint64_t{0};

/// The shares of one bits among the differences of two series of draws must be even in every position.
template <typename First, typename Second> bool bitsAreIndependent(First first, Second second)
{
    constexpr std::size_t pairs = 20'000;
    std::array<int, 64> differing{};
    for (std::size_t i = 0; i < pairs; ++i) {
        const std::uint64_t difference = first(i) ^ second(i);
        for (std::size_t bit = 0; bit < 64; ++bit)
            differing[bit] += static_cast<int>(difference >> bit & 1);
    }
    double sum = 0;
    for (const int count : differing) {
        const double excess = count - pairs / 2.0;
        sum += excess * excess / (pairs / 4.0);
    }
    return sum < statistics::chiSquareLimit(64);
}

double unit(std::uint64_t random)
{
    return static_cast<double>(random >> 11) * 0x1p-53;
}

double correlation(StreamKey a, StreamKey b, std::uint64_t lag)
{
    constexpr std::uint64_t count = 100'000;
    double sum = 0;
    for (std::uint64_t i = 0; i < count; ++i)
        sum += (unit(draw(a, i)) - 0.5) * (unit(draw(b, i + lag)) - 0.5);
    // In standard deviations: each factor has variance 1/12.
    return sum * 12 / std::sqrt(static_cast<double>(count));
}

}  // namespace

class TstRandom : public QObject {
    Q_OBJECT

private slots:
    void theBitsOfKeysAndDrawsNeverChange_data();
    void theBitsOfKeysAndDrawsNeverChange();
    void theHashesOfNamesNeverChange();
    void theNumbersOfPurposesNeverChange();
    void aPathHashTellsApartWhatTextsCannot();
    void aStreamNeverRepeatsADraw();
    void everyByteOfADrawIsEvenlySpread();
    void pairsOfNeighbouringDrawsAreEvenlySpread();
    void neighbouringStreamsAreIndependent_data();
    void neighbouringStreamsAreIndependent();
    void everyPartOfTheKeyMakesAnotherStream();
    void aScaledDrawIsEvenlySpreadAndInBounds();
    void aChanceOfZeroNeverHappensAndOneAlwaysDoes();
    void aChanceIsExact();
    void aChanceHappensAsOftenAsItSays_data();
    void aChanceHappensAsOftenAsItSays();
    void aLargerChanceKeepsWhatHappened();
    void whatIsNoProbabilityIsNotValid();
    void aChoiceFollowsItsWeights();
    void whatWeightsLeaveGoesToTheDefault();
    void decimalWeightsThatMeanOneLeaveNothing();
    void anEntryOfWeightZeroIsNeverPicked();
    void impossibleWeightsAreProblems();
};

void TstRandom::theBitsOfKeysAndDrawsNeverChange_data()
{
    QTest::addColumn<quint64>("seed");
    QTest::addColumn<quint64>("name");
    QTest::addColumn<int>("purpose");
    QTest::addColumn<QList<quint64>>("bits");
    const auto row = [](const char *tag, quint64 seed, quint64 name, Purpose purpose,
                        const QList<quint64> &bits) {
        QTest::newRow(tag) << seed << name << static_cast<int>(purpose) << bits;
    };
    row("all zero", 0, 0, Purpose::InitTime,
        {0x2f32a78496c67c60U, 0xd9eef7f073d37c42U, 0x2fcbde10b6f7c951U, 0xc55767b1c1eb6181U});
    row("the lifetime of app", 1, app, Purpose::Lifetime,
        {0xd78b26994fece860U, 0xdb01f4323a07007bU, 0xd221928716cf5b10U, 0xa6f0bd4bf1961100U});
    row("another purpose", 1, app, Purpose::InitResult,
        {0xc9535c4b3e0e525dU, 0x75a4a98a579cc78fU, 0xaa3c1e8b72e4e0b2U, 0x74b4c6d4644a0eddU});
    row("another seed", 2, app, Purpose::Lifetime,
        {0xd76b66947f8d1337U, 0x7a57598433b58821U, 0x656f90f46db573c0U, 0x8b92ec93797cabb1U});
    row("all ones", maxDraw, maxDraw, Purpose::Swarm,
        {0x4d4e703683befdb3U, 0x856dfdc5dc83303fU, 0x2dec396f8f06125cU, 0xcad2b27fea5294bcU});
}

void TstRandom::theBitsOfKeysAndDrawsNeverChange()
{
    QFETCH(quint64, seed);
    QFETCH(quint64, name);
    QFETCH(int, purpose);
    const StreamKey key = streamKey(seed, name, static_cast<Purpose>(purpose));
    const QList<quint64> bits{key.value, draw(key, 0), draw(key, 1), draw(key, maxDraw)};
    QTEST(bits, "bits");
}

void TstRandom::theHashesOfNamesNeverChange()
{
    QCOMPARE(nameHash(""), 0x2d06800538d394c2U);
    QCOMPARE(nameHash("app"), 0x5f6c72f41a0fc720U);
    QCOMPARE(nameHash("db goes away"), 0x68745fb00cf522d6U);
    QCOMPARE(extendPathHash(rootlessPathHash, "app"), app);
    QCOMPARE(extendPathHash(app, "web"), 0x021251427e608a02U);
    QCOMPARE(extendPathHash(extendPathHash(app, "web"), "pool[3]"), 0x7db6af9ac4175771U);
}

void TstRandom::theNumbersOfPurposesNeverChange()
{
    const std::array purposes{Purpose::InitTime,     Purpose::InitResult, Purpose::Lifetime,
                              Purpose::ExitReason,   Purpose::StopTime,   Purpose::StopReason,
                              Purpose::ReloadTime,   Purpose::Backoff,    Purpose::FaultTime,
                              Purpose::FaultChance,  Purpose::FaultDelay, Purpose::FaultAfter,
                              Purpose::OutageLength, Purpose::Ties,       Purpose::Swarm};
    for (std::size_t i = 0; i < purposes.size(); ++i)
        QCOMPARE(static_cast<std::size_t>(purposes[i]), i + 1);
}

void TstRandom::aPathHashTellsApartWhatTextsCannot()
{
    const std::uint64_t parent = extendPathHash(rootlessPathHash, "a");
    const std::set<std::uint64_t> hashes{parent,
                                         extendPathHash(parent, "b"),
                                         extendPathHash(rootlessPathHash, "a/b"),
                                         extendPathHash(extendPathHash(rootlessPathHash, "b"), "a"),
                                         extendPathHash(parent, ""),
                                         nameHash("a"),
                                         nameHash("a/b")};
    QCOMPARE(hashes.size(), std::size_t{7});
}

void TstRandom::aStreamNeverRepeatsADraw()
{
    std::set<std::uint64_t> draws;
    for (std::uint64_t i = 0; i < 50'000; ++i)
        draws.insert(draw(StreamKey{7}, i));
    QCOMPARE(draws.size(), std::size_t{50'000});
}

void TstRandom::everyByteOfADrawIsEvenlySpread()
{
    for (int byte = 0; byte < 8; ++byte) {
        std::vector<double> counts(256);
        for (std::uint64_t i = 0; i < 100'000; ++i)
            ++counts[draw(streamKey(1, app, Purpose::Lifetime), i) >> (8 * byte) & 0xff];
        QVERIFY2(statistics::countsAreEven(counts), qPrintable(QString::number(byte)));
    }
}

void TstRandom::pairsOfNeighbouringDrawsAreEvenlySpread()
{
    // Counters, seeds and keys as they stand next to each other in practice.
    std::vector<double> byCounter(256);
    std::vector<double> bySeed(256);
    std::vector<double> byRawKey(256);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        const auto cell = [](std::uint64_t a, std::uint64_t b) { return (a >> 60) << 4 | b >> 60; };
        const StreamKey key = streamKey(3, app, Purpose::FaultTime);
        ++byCounter[cell(draw(key, i), draw(key, i + 1))];
        const auto first = [](std::uint64_t seed) {
            return draw(streamKey(seed, app, Purpose::FaultTime), 1);
        };
        ++bySeed[cell(first(i), first(i + 1))];
        ++byRawKey[cell(draw(StreamKey{i}, 1), draw(StreamKey{i + 1}, 1))];
    }
    QVERIFY(statistics::countsAreEven(byCounter));
    QVERIFY(statistics::countsAreEven(bySeed));
    QVERIFY(statistics::countsAreEven(byRawKey));
}

void TstRandom::neighbouringStreamsAreIndependent_data()
{
    QTest::addColumn<quint64>("first");
    QTest::addColumn<quint64>("second");
    const auto row = [](const char *tag, StreamKey first, StreamKey second) {
        QTest::newRow(tag) << quint64{first.value} << quint64{second.value};
    };
    row("keys that differ in the lowest bit", StreamKey{0}, StreamKey{1});
    row("keys that differ in the highest bit", StreamKey{0}, StreamKey{std::uint64_t{1} << 63});
    row("neighbouring seeds", streamKey(1, app, Purpose::Lifetime), streamKey(2, app, Purpose::Lifetime));
    row("neighbouring purposes", streamKey(1, app, Purpose::InitTime),
        streamKey(1, app, Purpose::InitResult));
    row("neighbouring names", streamKey(1, app, Purpose::Lifetime), streamKey(1, app ^ 1, Purpose::Lifetime));
    row("siblings", streamKey(1, extendPathHash(app, "pool[0]"), Purpose::Lifetime),
        streamKey(1, extendPathHash(app, "pool[1]"), Purpose::Lifetime));
    row("a seed that makes up for the name", streamKey(1, 2, Purpose::Lifetime),
        streamKey(2, 1, Purpose::Lifetime));
}

void TstRandom::neighbouringStreamsAreIndependent()
{
    QFETCH(quint64, first);
    QFETCH(quint64, second);
    const StreamKey a{first};
    const StreamKey b{second};
    QVERIFY(bitsAreIndependent([&](std::uint64_t i) { return draw(a, i); },
                               [&](std::uint64_t i) { return draw(b, i); }));
    for (const std::uint64_t lag : {0, 1, 2, 100})
        QVERIFY2(std::abs(correlation(a, b, lag)) < 3.3, qPrintable(QString::number(correlation(a, b, lag))));
}

void TstRandom::everyPartOfTheKeyMakesAnotherStream()
{
    std::set<std::uint64_t> keys;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (std::uint64_t name = 0; name < 20; ++name) {
            for (int purpose = 1; purpose <= 15; ++purpose)
                keys.insert(streamKey(seed, name, static_cast<Purpose>(purpose)).value);
        }
    }
    QCOMPARE(keys.size(), std::size_t{20} * 20 * 15);
}

void TstRandom::aScaledDrawIsEvenlySpreadAndInBounds()
{
    QCOMPARE(scaleToBound(maxDraw, 0), std::uint64_t{0});
    QCOMPARE(scaleToBound(maxDraw, 1), std::uint64_t{0});
    QCOMPARE(scaleToBound(0, maxDraw), std::uint64_t{0});
    QCOMPARE(scaleToBound(maxDraw, maxDraw), maxDraw - 1);
    std::vector<double> counts(7);
    for (std::uint64_t i = 0; i < 70'000; ++i)
        ++counts.at(scaleToBound(draw(StreamKey{5}, i), 7));
    QVERIFY(statistics::countsAreEven(counts));
}

void TstRandom::aChanceOfZeroNeverHappensAndOneAlwaysDoes()
{
    for (const std::uint64_t random : {std::uint64_t{0}, std::uint64_t{1}, maxDraw - 1, maxDraw}) {
        QVERIFY(!Chance::fromDouble(0.0).happens(random));
        QVERIFY(!Chance().happens(random));
        QVERIFY(Chance::fromDouble(1.0).happens(random));
        QVERIFY(Chance::fromRatio(3, 3).happens(random));
    }
    QVERIFY(Chance::fromDouble(0.0).isNever());
    QVERIFY(Chance::fromDouble(1.0).isAlways());
    // The smallest and the largest chance that are neither.
    QVERIFY(Chance::fromDouble(0x1p-63).happens(1));
    QVERIFY(!Chance::fromDouble(0x1p-63).happens(2));
    QVERIFY(!Chance::fromDouble(std::nextafter(1.0, 0.0)).happens(maxDraw));
}

void TstRandom::aChanceIsExact()
{
    QCOMPARE(Chance::fromDouble(0.5).threshold(), std::uint64_t{1} << 62);
    QCOMPARE(Chance::fromDouble(0.1).threshold(), 922337203685477632U);  // 2^63 times the double 0.1
    QCOMPARE(Chance::fromDouble(1.5 * 0x1p-63).threshold(), std::uint64_t{2});
    QCOMPARE(Chance::fromDouble(1.25 * 0x1p-63).threshold(), std::uint64_t{1});
    QCOMPARE(Chance::fromRatio(1, 3).threshold(), 3074457345618258602U);
    QCOMPARE(Chance::fromRatio(1, 4), Chance::fromDouble(0.25));
    QCOMPARE(Chance::fromDouble(0.3).toDouble(), 0.3);
}

void TstRandom::aChanceHappensAsOftenAsItSays_data()
{
    QTest::addColumn<double>("probability");
    for (const double p : {0.001, 0.1, 0.5, 0.93})
        QTest::newRow(qPrintable(QString::number(p))) << p;
}

void TstRandom::aChanceHappensAsOftenAsItSays()
{
    QFETCH(double, probability);
    constexpr std::uint64_t draws = 100'000;
    constexpr double trials = draws;
    double hits = 0;
    for (std::uint64_t i = 0; i < draws; ++i)
        hits += Chance::fromDouble(probability).happens(streamKey(1, app, Purpose::FaultChance), i);
    const double deviation = std::sqrt(trials * probability * (1 - probability));
    QVERIFY(std::abs(hits - trials * probability) < 3.3 * deviation);
}

void TstRandom::aLargerChanceKeepsWhatHappened()
{
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        const std::uint64_t random = draw(StreamKey{1}, i);
        QVERIFY(!Chance::fromDouble(0.3).happens(random) || Chance::fromDouble(0.4).happens(random));
    }
}

void TstRandom::whatIsNoProbabilityIsNotValid()
{
    QVERIFY(Chance::isValid(0.0) && Chance::isValid(-0.0) && Chance::isValid(1.0));
    QVERIFY(!Chance::isValid(-1e-300) && !Chance::isValid(std::nextafter(1.0, 2.0)));
    QVERIFY(!Chance::isValid(std::nan("")) && !Chance::isValid(HUGE_VAL));
    QVERIFY(!Chance::fromDouble(-0.0).happens(0));
}

void TstRandom::aChoiceFollowsItsWeights()
{
    const std::array weights{0.6, 0.3, 0.1};
    const WeightedChoice choice(weights, 0);
    std::vector<double> counts(3);
    for (std::uint64_t i = 0; i < 50'000; ++i)
        ++counts.at(choice.pick(streamKey(1, app, Purpose::ExitReason), i));
    const std::array expected{30'000.0, 15'000.0, 5'000.0};
    QVERIFY(statistics::countsFit(counts, expected));
    QCOMPARE(choice.pick(0), std::size_t{0});
    QCOMPARE(choice.pick(maxDraw), std::size_t{2});
}

void TstRandom::whatWeightsLeaveGoesToTheDefault()
{
    const std::array weights{0.25, 0.25};
    const WeightedChoice choice(weights, 17);
    const std::uint64_t half = std::uint64_t{1} << 63;
    QCOMPARE(choice.pick(half - 1), std::size_t{1});
    QCOMPARE(choice.pick(half), std::size_t{17});
    QCOMPARE(WeightedChoice({}, 4).pick(0), std::size_t{4});
    QCOMPARE(WeightedChoice().pick(maxDraw), std::size_t{0});
}

void TstRandom::decimalWeightsThatMeanOneLeaveNothing()
{
    const std::array sevenTwoOne{0.7, 0.2, 0.1};
    QVERIFY(0.7 + 0.2 + 0.1 < 1.0);
    QCOMPARE(WeightedChoice(sevenTwoOne, 9).pick(maxDraw), std::size_t{2});
    const std::vector<double> tenths(10, 0.1);
    QCOMPARE(WeightedChoice(tenths, 99).pick(maxDraw), std::size_t{9});
}

void TstRandom::anEntryOfWeightZeroIsNeverPicked()
{
    const std::array weights{0.0, 0.7, 0.2, 0.1, 0.0};
    const WeightedChoice choice(weights, 9);
    QCOMPARE(choice.pick(0), std::size_t{1});
    QCOMPARE(choice.pick(maxDraw), std::size_t{3});
}

void TstRandom::impossibleWeightsAreProblems()
{
    const std::array tooMuch{0.5, 0.5, 0.1};
    const std::array negative{0.5, -0.1};
    const std::array fine{1.0, 0.0};
    QVERIFY(!WeightedChoice::validate(fine));
    QCOMPARE(WeightedChoice::validate(tooMuch)->firstBad, std::size_t{2});
    QCOMPARE(WeightedChoice::validate(negative)->firstBad, std::size_t{1});
    QVERIFY(WeightedChoice::validate(std::array{std::nan("")}));
}

QTEST_APPLESS_MAIN(TstRandom)
#include "tst_random.moc"
