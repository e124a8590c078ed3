#pragma once

#include <span>
#include <string_view>

namespace daruma {

/// A file that is compiled into the program. It lives as long as the program does.
struct Resource {
    std::string_view name;     ///< the file's name without folder and ending, such as "otp"
    std::string_view content;  ///< its bytes as they are
};

/// resources/help/*.md, resources/dialects/*.toml and scenarios/*.toml, each ordered by name.
std::span<const Resource> helpTopics();
std::span<const Resource> dialects();
std::span<const Resource> shippedScenarios();

/// The JSON Schema of the scenario format, resources/schema*.json.
std::string_view schema();

}
