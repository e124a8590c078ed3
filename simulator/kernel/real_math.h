#pragma once

/// Real functions whose results are the same to the last bit on every machine, compiler and optimisation
/// level: they consist of IEEE 754 additions, multiplications, divisions and square roots of doubles alone.
/// The C library's own differ in the last bit from one version to the next.

namespace daruma {

/// The natural logarithm; relative error below 1e-15. -inf at 0, NaN below, inf at inf.
double lnOf(double x);

/// e to the power of x; relative error below 1e-15 for normal numbers. Past the range: inf or 0.
double expOf(double x);

/// The x below which a standard normal variate lies with probability p (Wichura's algorithm AS 241, PPND16);
/// relative error below 1e-14. -inf at 0, inf at 1, NaN outside.
double inverseNormalCdf(double p);

/// The probability that a standard normal variate lies below x; absolute error below 1e-14.
double normalCdf(double x);

/// The gamma function for x >= 1; relative error below 1e-12. inf past the range.
double gammaOf(double x);

}  // namespace daruma
