#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace daruma {

/// What a child is for (axis A2). Only shapes with roles look at it.
enum class Role : std::uint8_t { Service, Worker, Job, Sidecar, Supervisor };

inline constexpr std::array<std::string_view, 5> roleNames{"service", "worker", "job", "sidecar",
                                                           "supervisor"};

/// So many failures within a minute are allowed where no limit is set (rust-tokio-supervisor 0.1.3,
/// policy/task_role_defaults.rs).
constexpr std::uint32_t failuresAllowed(Role role)
{
    constexpr std::uint32_t allowed[] = {10, 3, 1, 5, 3};
    return allowed[static_cast<std::size_t>(role)];
}

/// Whether that role is started again after it has done its work, whatever its restart type.
constexpr bool restartsAfterSuccess(Role role)
{
    return role == Role::Service;
}

}  // namespace daruma
