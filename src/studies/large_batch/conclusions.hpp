// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <string>
#include <vector>

namespace spinscape::batches {

std::vector<Claim> claims(Results const& results);
std::vector<Figure> figures(Results const& results);

/// Which points of a sweep are compared, found by batch size and number of updates. -1: none.
struct Comparison {
    index small = -1;          ///< smallest batch
    index large = -1;          ///< largest batch, as many epochs
    index equal_updates = -1;  ///< largest batch, about as many updates
    /// As many epochs as `small`, any batch size, ascending: where measures and gap are correlated.
    std::vector<index> equal_epochs;
};
Comparison comparison(Results const& results);

/// "batch 25, 60 epochs"
std::string words(Parameters const& point);

}  // namespace spinscape::batches
