#pragma once

#include "simulator/scenario/definitions.h"

#include <set>
#include <string>

namespace daruma {

/// Deeper trees are an error: every path names all levels, so that their lengths would grow with the square.
inline constexpr std::size_t maxTreeDepth = 200;

/// Puts the tree together: who lists whom, the root, the children of each supervisor and the nodes.
/// `started`: the names that start_child commands give. What is wrong becomes a problem, and the rest of the
/// tree is still built, so that the rest of the file can be checked. Returns false where there is no root.
bool buildTree(Drafts &drafts, const std::set<std::string, std::less<>> &started, Model &model,
               Problems &problems);

/// Adds the child's backoff to its supervisor's; the same delays are kept once.
std::uint8_t addBackoff(SupervisorSpec &flags, const BackoffSpec &backoff, Place place, Problems &problems);

/// OTP rule 52: a significant child needs a parent that can shut down, and must be able to end for good.
/// `dialect`: of that parent.
void checkSignificant(const Draft &child, const ChildSpec &spec, const SupervisorSpec &parent,
                      const Dialect *dialect, std::string_view parentTitle, Problems &problems);

}
