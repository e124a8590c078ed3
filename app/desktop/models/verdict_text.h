#pragma once

#include "app/desktop/models/run.h"

#include <QString>

namespace daruma {

/// What became of the root, which is what one wants to know first: `app died`, `app survives`.
QString verdictName(const Run &run);
/// `3 restarts, over at 2 min 0.4 s; 1 of 3 expectations is not met`.
QString verdictSentence(const Run &run);
/// Where the root lives or ended as it should.
bool isGood(const Run &run);

}
