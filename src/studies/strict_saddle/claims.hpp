// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <string_view>
#include <vector>

namespace spinscape::recovery {

/// Shares of the run at which the error is recorded.
std::vector<double> progress();

/// A curve of [Ge2015], digitised: reconstruction error against iterations of one run.
struct PublishedCurve {
    std::string_view figure;
    std::vector<double> iterations, error;
};
/// That of the settings of a point; null if the paper shows none.
PublishedCurve const* published(Parameters const& point);

Findings conclude(Results const& results);
std::vector<Figure> figures(Results const& results);

}  // namespace spinscape::recovery
