#include "simulator/kernel/moving_number.h"

#include <limits>

namespace daruma {

namespace {

using Wide = MovingNumber::Wide;

/// Half of what the type holds, so that the sum of two can be looked at.
constexpr Wide widest = (Wide{1} << 126) - 1;

bool isNarrow(Wide a)
{
    return a == static_cast<std::int64_t>(a);
}

/// Clears `fits` where the product is beyond `widest`.
Wide product(Wide a, Wide b, bool &fits)
{
    if (isNarrow(a) && isNarrow(b))
        return a * b;
    const Wide sizeOfA = a < 0 ? -a : a;
    const Wide sizeOfB = b < 0 ? -b : b;
    if (sizeOfA > widest / sizeOfB) {
        fits = false;
        return 0;
    }
    return a * b;
}

Wide sum(Wide a, Wide b, bool &fits)
{
    const Wide result = a + b;
    if (result > widest || result < -widest)
        fits = false;
    return fits ? result : 0;
}

int sign(Wide a)
{
    return a < 0 ? -1 : a > 0 ? 1 : 0;
}

bool holds(ExpressionOp op, int sign)
{
    switch (op) {
    case ExpressionOp::Less:
        return sign < 0;
    case ExpressionOp::LessEqual:
        return sign <= 0;
    case ExpressionOp::Equal:
        return sign == 0;
    case ExpressionOp::NotEqual:
        return sign != 0;
    case ExpressionOp::Greater:
        return sign > 0;
    case ExpressionOp::GreaterEqual:
        return sign >= 0;
    default:
        DARUMA_UNREACHABLE("not a comparison");
    }
}

Instant later(Instant now, Wide nanoseconds)
{
    const Wide at = now.ns() + nanoseconds;
    return at >= Instant::never().ns() ? Instant::never() : Instant::fromNs(static_cast<std::int64_t>(at));
}

}  // namespace

MovingNumber add(const MovingNumber &a, const MovingNumber &b)
{
    MovingNumber result;
    bool &fits = result.isDefined;
    fits = a.isDefined && b.isDefined;
    if (a.divisor == b.divisor) {
        result.value = sum(a.value, b.value, fits);
        result.slope = sum(a.slope, b.slope, fits);
        result.divisor = a.divisor;
        return result;
    }
    result.value = sum(product(a.value, b.divisor, fits), product(b.value, a.divisor, fits), fits);
    result.slope = sum(product(a.slope, b.divisor, fits), product(b.slope, a.divisor, fits), fits);
    result.divisor = product(a.divisor, b.divisor, fits);
    return result;
}

MovingNumber subtract(const MovingNumber &a, const MovingNumber &b)
{
    MovingNumber negative = b;
    negative.value = -b.value;
    negative.slope = -b.slope;
    return add(a, negative);
}

MovingNumber multiply(const MovingNumber &a, const MovingNumber &b)
{
    MovingNumber result;
    bool &fits = result.isDefined;
    fits = a.isDefined && b.isDefined && (a.slope == 0 || b.slope == 0);
    result.value = product(a.value, b.value, fits);
    result.slope = sum(product(a.slope, b.value, fits), product(b.slope, a.value, fits), fits);
    result.divisor = product(a.divisor, b.divisor, fits);
    return result;
}

MovingNumber divide(const MovingNumber &a, const MovingNumber &b)
{
    MovingNumber inverse;
    inverse.isDefined = b.isDefined && b.slope == 0 && b.value != 0;
    if (inverse.isDefined) {
        inverse.value = b.value < 0 ? -b.divisor : b.divisor;
        inverse.divisor = b.value < 0 ? -b.value : b.value;
    }
    return multiply(a, inverse);
}

Truth compare(ExpressionOp op, const MovingNumber &a, const MovingNumber &b, Instant now)
{
    const MovingNumber difference = subtract(a, b);
    if (!difference.isDefined)
        return {};
    const Truth truth{holds(op, sign(difference.value)), Instant::never()};
    const Wide distance = difference.slope > 0 ? -difference.value : difference.value;
    const Wide speed = difference.slope > 0 ? difference.slope : -difference.slope;
    // The sign changes where the difference reaches zero, and again just after that.
    if (speed == 0 || distance < 0)
        return truth;
    const int after = sign(difference.slope);
    const Wide whole = distance / speed;
    const bool meetsZero = whole * speed == distance && whole > 0;
    if (meetsZero && holds(op, 0) != truth.holds)
        return {truth.holds, later(now, whole)};
    if (holds(op, after) != truth.holds)
        return {truth.holds, later(now, whole + 1)};
    return truth;
}

}  // namespace daruma
