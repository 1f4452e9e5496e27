// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <vector>

namespace spinscape::spectral {

Findings conclude(Results const& results);

std::vector<Claim> blob_claims(Results const& results);
std::vector<Claim> image_claims(Results const& results);
std::vector<Figure> figures(Results const& results);

/// The parameter points of one system.
std::vector<index> points_of(Results const& results, std::string_view system);
/// Classes of a point: what the records' outputs had.
index class_count(Results const& results, index point);
/// Parameters of the network of a point; 0 if nothing was recorded.
index parameter_count(Results const& results, index point);

}  // namespace spinscape::spectral
