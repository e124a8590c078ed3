#pragma once

#include "app/cli/command.h"

namespace daruma {

/// Commands that set settings of a scenario side by side.
Subcommand compareCommand();
Subcommand tuneCommand();

}
