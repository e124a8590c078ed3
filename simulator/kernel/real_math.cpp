#include "simulator/kernel/real_math.h"

#include "engine/contract.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

static_assert(std::numeric_limits<double>::is_iec559, "runs are only comparable with IEEE 754 doubles");
#if defined(__FAST_MATH__)
#error "fast math changes the last bits of a run"
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "intermediate results must have the precision of double"
#endif

namespace daruma {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact.
constexpr double ln2High = 0x1.62e42feep-1;
constexpr double ln2Low = 0x1.a39ef35793c76p-33;
constexpr double inverseLn2 = 0x1.71547652b82fep+0;
constexpr double inverseSqrtTwoPi = 0.39894228040143267794;
constexpr double halfLnTwoPi = 0.91893853320467274178;

constexpr int mantissaBits = 52;
constexpr std::uint64_t sqrtHalfBits = 0x3fe6a09e667f3bcd;

template <std::size_t N> double polynomial(const std::array<double, N> &coefficients, double x)
{
    double sum = coefficients[N - 1];
    for (std::size_t i = N - 1; i-- > 0;)
        sum = sum * x + coefficients[i];
    return sum;
}

/// 2 to the power of n, for exponents of normal numbers.
double powerOfTwo(std::int64_t n)
{
    return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << mantissaBits);
}

}  // namespace

double lnOf(double x)
{
    std::int64_t exponent = 0;
    auto bits = std::bit_cast<std::uint64_t>(x);
    constexpr std::uint64_t smallestNormal = 0x0010000000000000;
    constexpr std::uint64_t infinityBits = 0x7ff0000000000000;
    if (bits - smallestNormal >= infinityBits - smallestNormal) {
        if (x == 0)
            return -infinity;
        if (!(x > 0))
            return nan;
        if (x == infinity)
            return infinity;
        bits = std::bit_cast<std::uint64_t>(x * 0x1p54);
        exponent = -54;
    }
    // x = 2^exponent * m with m between sqrt(1/2) and sqrt(2), so that nothing cancels near 1.
    const std::uint64_t above = bits - sqrtHalfBits;
    exponent += static_cast<std::int64_t>(above) >> mantissaBits;
    const double m = std::bit_cast<double>(bits - (above & 0xfff0000000000000));

    // ln m = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + …); |s| < 0.172, so eleven terms are enough.
    // Summed in pairs, because a processor works on the pairs at the same time.
    const double s = (m - 1.0) / (m + 1.0);
    const double z = s * s;
    const double z2 = z * z;
    const double z4 = z2 * z2;
    const double terms0 = (2.0 / 3.0 + 2.0 / 5.0 * z) + z2 * (2.0 / 7.0 + 2.0 / 9.0 * z);
    const double terms4 = (2.0 / 11.0 + 2.0 / 13.0 * z) + z2 * (2.0 / 15.0 + 2.0 / 17.0 * z);
    const double terms8 = 2.0 / 19.0 + 2.0 / 21.0 * z;
    const double tail = s * (z * (terms0 + z4 * (terms4 + z4 * terms8)));
    const auto k = static_cast<double>(exponent);
    return k * ln2High + (2.0 * s + (tail + k * ln2Low));
}

double expOf(double x)
{
    if (x >= 709.8)
        return infinity;
    if (std::isnan(x))
        return x;
    if (x < -745.2)
        return 0.0;
    // x = n ln 2 + r with |r| < 0.35
    const auto n = static_cast<std::int64_t>(x * inverseLn2 + (x < 0 ? -0.5 : 0.5));
    const auto k = static_cast<double>(n);
    const double r = (x - k * ln2High) - k * ln2Low;
    const double r2 = r * r;
    const double r4 = r2 * r2;
    const double terms2 = (1.0 / 2.0 + 1.0 / 6.0 * r) + r2 * (1.0 / 24.0 + 1.0 / 120.0 * r);
    const double terms6 = (1.0 / 720.0 + 1.0 / 5040.0 * r) + r2 * (1.0 / 40320.0 + 1.0 / 362880.0 * r);
    const double terms10 =
        (1.0 / 3628800.0 + 1.0 / 39916800.0 * r) + r2 * (1.0 / 479001600.0 + 1.0 / 6227020800.0 * r);
    const double mantissa = 1.0 + (r + r2 * (terms2 + r4 * (terms6 + r4 * terms10)));
    // Two factors, because one alone leaves the range of normal numbers near its ends.
    const std::int64_t half = n / 2;
    return mantissa * powerOfTwo(half) * powerOfTwo(n - half);
}

double inverseNormalCdf(double p)
{
    static constexpr std::array<double, 8> centre{3.3871328727963666080e0,  1.3314166789178437745e+2,
                                                  1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                                  4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static constexpr std::array<double, 8> centreBelow{1.0,
                                                       4.2313330701600911252e+1,
                                                       6.8718700749205790830e+2,
                                                       5.3941960214247511077e+3,
                                                       2.1213794301586595867e+4,
                                                       3.9307895800092710610e+4,
                                                       2.8729085735721942674e+4,
                                                       5.2264952788528545610e+3};
    static constexpr std::array<double, 8> side{1.42343711074968357734e0,  4.63033784615654529590e0,
                                                5.76949722146069140550e0,  3.64784832476320460504e0,
                                                1.27045825245236838258e0,  2.41780725177450611770e-1,
                                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr std::array<double, 8> sideBelow{1.0,
                                                     2.05319162663775882187e0,
                                                     1.67638483018380384940e0,
                                                     6.89767334985100004550e-1,
                                                     1.48103976427480074590e-1,
                                                     1.51986665636164571966e-2,
                                                     5.47593808499534494600e-4,
                                                     1.05075007164441684324e-9};
    static constexpr std::array<double, 8> tail{6.65790464350110377720e0,  5.46378491116411436990e0,
                                                1.78482653991729133580e0,  2.96560571828504891230e-1,
                                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr std::array<double, 8> tailBelow{1.0,
                                                     5.99832206555887937690e-1,
                                                     1.36929880922735805310e-1,
                                                     1.48753612908506148525e-2,
                                                     7.86869131145613259100e-4,
                                                     1.84631831751005468180e-5,
                                                     1.42151175831644588870e-7,
                                                     2.04426310338993978564e-15};

    if (!(p >= 0 && p <= 1))
        return nan;
    if (p == 0 || p == 1)
        return p == 0 ? -infinity : infinity;
    const double q = p - 0.5;
    if (q >= -0.425 && q <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * polynomial(centre, r) / polynomial(centreBelow, r);
    }
    const double r = std::sqrt(-lnOf(q < 0 ? p : 1.0 - p));
    const double x = r <= 5.0 ? polynomial(side, r - 1.6) / polynomial(sideBelow, r - 1.6)
                              : polynomial(tail, r - 5.0) / polynomial(tailBelow, r - 5.0);
    return q < 0 ? -x : x;
}

double normalCdf(double x)
{
    if (!(x > -9.0 && x < 9.0))
        return x != x ? x : (x > 0 ? 1.0 : 0.0);
    // Marsaglia 2004: 1/2 + density(x) (x + x^3/3 + x^5/(3*5) + …), whose terms all have the same sign.
    double sum = x;
    double term = x;
    for (int odd = 3; sum + term != sum || odd == 3; odd += 2) {
        term *= x * x / odd;
        sum += term;
    }
    const double result = 0.5 + sum * inverseSqrtTwoPi * expOf(-0.5 * x * x);
    return result < 0.0 ? 0.0 : (result > 1.0 ? 1.0 : result);
}

double gammaOf(double x)
{
    DARUMA_ASSERT(x >= 1.0, "the gamma function is offered from 1 upwards");
    if (x > 172.0)
        return infinity;
    // Stirling's series is exact enough from 16 upwards; below, gamma(x) = gamma(x + 1) / x.
    double divisor = 1.0;
    while (x < 16.0) {
        divisor *= x;
        x += 1.0;
    }
    const double y = 1.0 / (x * x);
    static constexpr std::array<double, 6> series{1.0 / 12.0,    -1.0 / 360.0, 1.0 / 1260.0,
                                                  -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0};
    const double logarithm = (x - 0.5) * lnOf(x) - x + halfLnTwoPi + polynomial(series, y) / x;
    return expOf(logarithm) / divisor;
}

}  // namespace daruma
