#pragma once

#include <QString>

#include <string_view>

namespace daruma {

/// A text of the core, which is UTF-8, as one of Qt.
inline QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// `99.97 %`: with at least so many digits behind the point, and with more where it would read as all or as
/// none and is neither.
QString percentText(double share, int digits);

}
