#include "simulator/kernel/random.h"
#include "simulator/kernel/real_math.h"

#include <QTest>

#include <array>
#include <bit>
#include <cmath>
#include <limits>

using namespace daruma;

namespace {

constexpr std::uint64_t points = 200'000;

/// A number in [low, high), another one for each i.
double between(double low, double high, std::uint64_t i)
{
    return low + (high - low) * (static_cast<double>(draw(StreamKey{42}, i) >> 11) * 0x1p-53);
}

double relativeError(double value, double reference)
{
    return value == reference ? 0.0 : std::abs(value / reference - 1.0);
}

std::uint64_t bitsOf(double value)
{
    return std::bit_cast<std::uint64_t>(value);
}

}  // namespace

class TstRealMath : public QObject {
    Q_OBJECT

private slots:
    void theBitsOfResultsNeverChange_data();
    void theBitsOfResultsNeverChange();
    void theLogarithmIsAccurate_data();
    void theLogarithmIsAccurate();
    void theLogarithmKnowsItsBorders();
    void theExponentialIsAccurate();
    void theExponentialKnowsItsBorders();
    void theInverseNormalIsAccurate();
    void theInverseNormalUndoesTheNormal();
    void theInverseNormalKnowsItsBorders();
    void theNormalIsAccurate();
    void theGammaFunctionIsAccurate();
};

void TstRealMath::theBitsOfResultsNeverChange_data()
{
    using Function = double (*)(double);
    struct Sample {
        const char *name;
        Function function;
        double x;
        double result;
    };
    static const std::array samples{
        Sample{"lnOf", lnOf, 0x1.56e1fc2f8f359p-997, -0x1.5963447f87fb5p+9},
        Sample{"lnOf", lnOf, 0x1.3333333333333p-2, -0x1.34378fcbda721p+0},
        Sample{"lnOf", lnOf, 0x1.6666666666666p-1, -0x1.6d3c324e13f5p-2},
        Sample{"lnOf", lnOf, 0x1.199999999999ap+0, 0x1.8663f793c46ccp-4},
        Sample{"lnOf", lnOf, 0x1.4p+3, 0x1.26bb1bbb55516p+1},
        Sample{"lnOf", lnOf, 0x1.81cd6c8b43958p+13, 0x1.2d79559791e31p+3},
        Sample{"expOf", expOf, -0x1.5e4p+9, 0x1.4ff475c68ca02p-1011},
        Sample{"expOf", expOf, -0x1p+0, 0x1.78b56362cef38p-2},
        Sample{"expOf", expOf, -0x1.0624dd2f1a9fcp-10, 0x1.ff7cfe56f1a9ep-1},
        Sample{"expOf", expOf, 0x1.999999999999ap-4, 0x1.1aec7b35a00d4p+0},
        Sample{"expOf", expOf, 0x1p+0, 0x1.5bf0a8b14576ap+1},
        Sample{"expOf", expOf, 0x1.0a66666666666p+5, 0x1.078401f5a3ec8p+48},
        Sample{"expOf", expOf, 0x1.5e4p+9, 0x1.8625c7d4f56c2p+1010},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.d83c94fb6d2acp-64, -0x1.206cb7a01518dp+3},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.12e0be826d695p-30, -0x1.7fdc11f44b5a7p+2},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.0624dd2f1a9fcp-10, -0x1.8b8cbb720447p+1},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.999999999999ap-3, -0x1.aee8fa73a1333p-1},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.ccccccccccccdp-2, -0x1.015abc78e92cfp-3},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.199999999999ap-1, 0x1.015abc78e92d4p-3},
        Sample{"inverseNormalCdf", inverseNormalCdf, 0x1.fae147ae147aep-1, 0x1.29c5c4630ff0cp+1},
        Sample{"normalCdf", normalCdf, -0x1.4p+2, 0x1.33ca2f1ep-22},
        Sample{"normalCdf", normalCdf, -0x1p+0, 0x1.44ed0bb7cb20ap-3},
        Sample{"normalCdf", normalCdf, 0x1.3333333333333p-2, 0x1.3c5ee2cc40b79p-1},
        Sample{"normalCdf", normalCdf, 0x1.4p+1, 0x1.fcd21635036c7p-1},
        Sample{"gammaOf", gammaOf, 0x1p+0, 0x1.000000000000ap+0},
        Sample{"gammaOf", gammaOf, 0x1.8p+0, 0x1.c5bf891b4ef6fp-1},
        Sample{"gammaOf", gammaOf, 0x1.0cccccccccccdp+2, 0x1.f06d99f25d3f2p+2},
        Sample{"gammaOf", gammaOf, 0x1.0a66666666666p+5, 0x1.2069372b95f88p+119}};
    QTest::addColumn<quint64>("bits");
    QTest::addColumn<quint64>("expected");
    for (const Sample &sample : samples) {
        QTest::addRow("%s(%g)", sample.name, sample.x)
            << quint64{bitsOf(sample.function(sample.x))} << quint64{bitsOf(sample.result)};
    }
}

void TstRealMath::theBitsOfResultsNeverChange()
{
    QFETCH(quint64, bits);
    QTEST(bits, "expected");
}

void TstRealMath::theLogarithmIsAccurate_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<bool>("ofExponents");
    QTest::newRow("over the whole range") << -740.0 << 709.0 << true;
    QTest::newRow("between 0 and 1") << 0.0 << 1.0 << false;
    QTest::newRow("around 1") << 0.9 << 1.1 << false;
    QTest::newRow("next to 1") << 1.0 - 1e-9 << 1.0 + 1e-9 << false;
    QTest::newRow("where the reduction changes over") << 0.7071067 << 0.7071068 << false;
}

void TstRealMath::theLogarithmIsAccurate()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(bool, ofExponents);
    double worst = 0;
    for (std::uint64_t i = 0; i < points; ++i) {
        const double x = ofExponents ? std::exp(between(low, high, i)) : between(low, high, i);
        worst = std::max(worst, relativeError(lnOf(x), std::log(x)));
    }
    QVERIFY2(worst < 1e-15, qPrintable(QString::number(worst)));
}

void TstRealMath::theLogarithmKnowsItsBorders()
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    QCOMPARE(bitsOf(lnOf(1.0)), bitsOf(0.0));
    QCOMPARE(lnOf(0.0), -infinity);
    QCOMPARE(lnOf(-0.0), -infinity);
    QCOMPARE(lnOf(infinity), infinity);
    QVERIFY(std::isnan(lnOf(-1.0)) && std::isnan(lnOf(-infinity)) && std::isnan(lnOf(std::nan(""))));
    for (const double x : {5e-324, 2.2e-308, std::numeric_limits<double>::min(), 1.7e308})
        QVERIFY(relativeError(lnOf(x), std::log(x)) < 1e-15);
}

void TstRealMath::theExponentialIsAccurate()
{
    double worst = 0;
    for (std::uint64_t i = 0; i < points; ++i) {
        const double x = i % 2 ? between(-708, 709.7, i) : between(-2, 2, i);
        worst = std::max(worst, relativeError(expOf(x), std::exp(x)));
    }
    QVERIFY2(worst < 1e-15, qPrintable(QString::number(worst)));
}

void TstRealMath::theExponentialKnowsItsBorders()
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    QCOMPARE(bitsOf(expOf(0.0)), bitsOf(1.0));
    QCOMPARE(expOf(710.0), infinity);
    QCOMPARE(expOf(infinity), infinity);
    QCOMPARE(expOf(-746.0), 0.0);
    QCOMPARE(expOf(-infinity), 0.0);
    QVERIFY(std::isnan(expOf(std::nan(""))));
    QVERIFY(relativeError(expOf(709.78), std::exp(709.78)) < 1e-15);
    QVERIFY(relativeError(expOf(-740.0), std::exp(-740.0)) < 0.01);  // a number of few bits
}

void TstRealMath::theInverseNormalIsAccurate()
{
    struct Sample {
        double p;
        double x;
    };
    // Computed with 40 digits for exactly these doubles.
    static constexpr std::array samples{
        Sample{1e-300, -37.047096299361199237}, Sample{1e-50, -14.933337534788488981},
        Sample{1e-20, -9.2623400897984075796},  Sample{1e-10, -6.3613409024040561991},
        Sample{1e-05, -4.2648907939228246102},  Sample{0.01, -2.3263478740408410931},
        Sample{0.07, -1.4757910281791706856},   Sample{0.0751, -1.4388253927525399824},
        Sample{0.2, -0.84162123357291416552},   Sample{0.3, -0.52440051270804081597},
        Sample{0.49, -0.025068908258711058033}, Sample{0.6, 0.25334710313579974132},
        Sample{0.99, 2.3263478740408407676}};
    for (const Sample &sample : samples) {
        const double error = relativeError(inverseNormalCdf(sample.p), sample.x);
        QVERIFY2(error < 1e-14, qPrintable(QString::number(sample.p)));
    }
}

void TstRealMath::theInverseNormalUndoesTheNormal()
{
    double worst = 0;
    for (std::uint64_t i = 0; i < points; ++i) {
        const double p = between(0.0, 0.5, i) * (i % 3 ? 1.0 : 1e-12);
        const double back = 0.5 * std::erfc(-inverseNormalCdf(p) / std::sqrt(2.0));
        worst = std::max(worst, relativeError(back, p));
    }
    // In the tails erfc magnifies the last bit of its argument by the square of it.
    QVERIFY2(worst < 1e-13, qPrintable(QString::number(worst)));
}

void TstRealMath::theInverseNormalKnowsItsBorders()
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    QCOMPARE(inverseNormalCdf(0.5), 0.0);
    QCOMPARE(inverseNormalCdf(0.0), -infinity);
    QCOMPARE(inverseNormalCdf(1.0), infinity);
    QVERIFY(std::isnan(inverseNormalCdf(-0.1)) && std::isnan(inverseNormalCdf(1.1)));
    QVERIFY(std::isnan(inverseNormalCdf(std::nan(""))));
    double last = -infinity;
    for (int i = 1; i < 100'000; ++i) {
        const double x = inverseNormalCdf(i / 100'000.0);
        QVERIFY(x > last);
        last = x;
    }
}

void TstRealMath::theNormalIsAccurate()
{
    double worst = 0;
    for (std::uint64_t i = 0; i < points; ++i) {
        const double x = between(-10, 10, i);
        worst = std::max(worst, std::abs(normalCdf(x) - 0.5 * std::erfc(-x / std::sqrt(2.0))));
    }
    QVERIFY2(worst < 1e-14, qPrintable(QString::number(worst)));
    QCOMPARE(normalCdf(0.0), 0.5);
    QCOMPARE(normalCdf(HUGE_VAL), 1.0);
    QCOMPARE(normalCdf(-HUGE_VAL), 0.0);
    QVERIFY(std::isnan(normalCdf(std::nan(""))));
}

void TstRealMath::theGammaFunctionIsAccurate()
{
    double worst = 0;
    for (int i = 100; i < 17'100; ++i) {
        const double x = i / 100.0;
        worst = std::max(worst, relativeError(gammaOf(x), std::tgamma(x)));
    }
    QVERIFY2(worst < 1e-12, qPrintable(QString::number(worst)));
    QCOMPARE(gammaOf(1e9), HUGE_VAL);
}

QTEST_APPLESS_MAIN(TstRealMath)
#include "tst_real_math.moc"
