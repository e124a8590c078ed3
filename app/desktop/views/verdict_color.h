#pragma once

#include "app/desktop/models/verdict_text.h"
#include "app/desktop/theme.h"

namespace daruma {

inline const QColor &verdictColor(const Run &run)
{
    return isGood(run) ? colors().good : colors().bad;
}

}
