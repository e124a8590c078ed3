#pragma once

#include "app/desktop/models/run.h"

#include <QColor>
#include <QString>

namespace daruma {

/// `gave up`.
QString verdictName(const Run &run);
/// `3 restarts, over at 2 min 0.4 s: root gave up`.
QString verdictSentence(const Run &run);
QColor verdictColor(const Run &run);

}
