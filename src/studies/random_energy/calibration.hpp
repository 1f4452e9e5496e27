// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// How far the probabilities of a classifier can be believed ([Guo2017]).
namespace spinscape::levels {

/// Rows of ln p(c | sample) and the true class of each.
struct Answers {
    BatchView<double const> log_probabilities;
    std::span<std::int32_t const> labels;
};

struct Calibration {
    double loss = 0;   ///< mean -ln p(label) in nats
    double error = 0;  ///< expected calibration error: sum over bins n_b/n |accuracy - confidence|
};
/// Of the samples `chosen`, with probabilities softmax(ln p / T); 15 equal bins of the largest
/// probability.
Calibration calibration(Answers const& answers, std::span<index const> chosen, double T);

/// The temperature that minimises the mean loss of softmax(ln p / T) over the samples `chosen`: the
/// loss is convex in 1/T. Between 1/100 and 100, to 1e-8 of it; where the classes are separated
/// without error, at the lower end.
double effective_temperature(Answers const& answers, std::span<index const> chosen);

}  // namespace spinscape::levels
