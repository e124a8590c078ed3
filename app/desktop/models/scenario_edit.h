#pragma once

#include "app/desktop/models/run.h"

#include <string>

namespace daruma {

/// The scenario with all that is set over its text (settings, dialect, seed) written into it, as a person
/// would: each value where it stands, everything else, comments too, as it was. Where that cannot be done the
/// file is written anew, without comments. REQUIRES: the source can be read.
std::string withSettings(const RunSource &source);

}
