#pragma once

#include "app/desktop/models/run.h"

#include <string>
#include <vector>

namespace daruma {

/// The scenario with all that is set over its text (settings, dialect, seed) written into it, as a person
/// would: each value where it stands, everything else, comments too, as it was. Where that cannot be done the
/// file is written anew, without comments. REQUIRES: the source can be read.
std::string withSettings(const RunSource &source);

/// Of the settings over a text those that still lie over it when it was changed: where somebody wrote another
/// value into the text, or took the table away, that is what he meant last.
std::vector<Override> settingsOver(const TomlValue &before, const TomlValue &after,
                                   std::vector<Override> settings);

}
