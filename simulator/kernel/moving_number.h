#pragma once

#include "simulator/kernel/expectation.h"

namespace daruma {

/// A number of the expectation language at some moment, and how it goes on from there until the next event:
/// (value + slope * t) / divisor with t in ns. Exact; what does not fit into 128 bits and what was divided by
/// zero is undefined, and every comparison with it is false.
struct MovingNumber {
    __extension__ typedef __int128 Wide;

    Wide value = 0;
    Wide slope = 0;
    Wide divisor = 1;  ///< > 0
    bool isDefined = true;
};

MovingNumber add(const MovingNumber &a, const MovingNumber &b);
MovingNumber subtract(const MovingNumber &a, const MovingNumber &b);
/// Products and quotients of two numbers that both move are not linear: undefined. The parser refuses them.
MovingNumber multiply(const MovingNumber &a, const MovingNumber &b);
MovingNumber divide(const MovingNumber &a, const MovingNumber &b);

/// A truth, and when it may become another by itself, without an event: never earlier than it does.
struct Truth {
    bool holds = false;
    Instant until = Instant::never();
};

/// `op` is a comparison; `until` is the exact moment.
Truth compare(ExpressionOp op, const MovingNumber &a, const MovingNumber &b, Instant now);

}  // namespace daruma
