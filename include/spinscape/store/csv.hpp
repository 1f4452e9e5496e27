// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/store/tree.hpp"

#include <string>

namespace spinscape::store {

/// One long table of a group (RFC 4180, point as decimal sign, numbers that read back exactly): a
/// row per element of `dimension`, a column per variable along it; a curve takes a column per
/// element, name[0], name[1], ...; missing values are empty cells.
std::string to_csv(Group const& group, std::string const& dimension);

}  // namespace spinscape::store
