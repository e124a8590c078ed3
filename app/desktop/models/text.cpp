#include "app/desktop/models/text.h"

namespace daruma {

QString percentText(double share, int digits)
{
    constexpr int mostDigits = 7;
    const auto written = [share](int behindPoint) { return QString::number(100 * share, 'f', behindPoint); };
    const auto isRounded = [&](const QString &text) {
        const double read = text.toDouble();
        return (read == 0 || read == 100) && share != 0 && share != 1;
    };
    while (digits < mostDigits && isRounded(written(digits)))
        ++digits;
    return written(digits) + QStringLiteral(" %");
}

}
