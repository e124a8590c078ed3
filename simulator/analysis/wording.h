#pragma once

#include "simulator/kernel/sink.h"

#include <string>

namespace daruma {

/// `panic`, or `panic:TEXT`.
std::string toText(ExitReason reason, const Names &names);

}
