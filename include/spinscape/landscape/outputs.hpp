// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/dataset.hpp"
#include "spinscape/landscape/architecture.hpp"

#include <span>

namespace spinscape {

/// What the network at x answers to every sample: row i holds the outputs z_L of sample i, one per
/// class. In double precision, one layer after another, sums over the inputs in their order.
Batch<double> network_outputs(Architecture const& architecture, std::span<double const> x,
                              Samples const& samples);

/// Takes ln sum_c exp(z_c) from each row: ln p(c | sample), the logarithm of softmax.
void to_log_probabilities(BatchView<double> outputs);

}  // namespace spinscape
