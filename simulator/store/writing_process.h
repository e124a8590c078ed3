#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// Names this process: its number and when it began, so that a later process of the same number is another.
std::string writingProcess();

/// Does the process of that name live? Only of processes of this machine can this be told.
bool isAlive(std::string_view process);

/// The name of this machine.
std::string hostName();

}
