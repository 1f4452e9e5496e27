// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace spinscape {

/// Labelled samples: features row-major, one row of `inputs` numbers per sample.
struct Samples {
    std::vector<float> features;
    std::vector<std::int32_t> labels;  ///< 0 ... classes - 1

    [[nodiscard]] index count() const { return static_cast<index>(labels.size()); }
};

struct Dataset {
    std::string name;    ///< for provenance
    std::string origin;  ///< where it is from, licence
    index inputs = 0;    ///< features per sample = channels * height * width
    index classes = 0;
    index width = 0, height = 0, channels = 1;
    Samples train, test;
};

}  // namespace spinscape
