#pragma once

#include <QString>

#include <string_view>

namespace daruma {

/// A text of the core, which is UTF-8, as one of Qt.
inline QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

}
