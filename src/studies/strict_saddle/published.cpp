// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

namespace spinscape::recovery {

std::vector<double> progress() {
    std::vector<double> points = {0, 0.0001, 0.003, 0.01, 0.03};
    for (int k = 1; k <= 20; ++k) points.push_back(0.05 * k);
    return points;
}

PublishedCurve const* published(Parameters const& point) {
    static PublishedCurve const pairwise{
        "1a",
        {0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000},
        {1.515, 1.288, 1.043, 0.809, 0.619, 0.393, 0.173, 0.039, 0.006}};
    static PublishedCurve const reconstruction{
        "1b",
        {0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 10000},
        {1.525, 1.312, 1.006, 0.762, 0.572, 0.439, 0.316, 0.253, 0.220, 0.143}};
    static PublishedCurve const ica_constant{
        "2a", {0, 100, 200, 300, 400, 500, 1000}, {1.58, 1.217, 0.633, 0.395, 0.191, 0.083, 0.086}};
    static PublishedCurve const ica_decaying{
        "2b", {1, 300, 1000, 10000}, {1.59, 0.44, 0.058, 0.005}};
    if (point.integer("d") != 10 || point.text("start") != "orthogonal" ||
        point.text("dynamics") != "noisy")
        return nullptr;
    double const eta = point.real("learning_rate");
    auto const& problem = point.text("problem");
    bool const constant = point.real("decay") == 0;
    if (problem == "pairwise") return constant && eta == 2e-4 ? &pairwise : nullptr;
    if (problem == "reconstruction") return constant && eta == 1e-4 ? &reconstruction : nullptr;
    if (eta != 0.0045) return nullptr;
    return constant ? &ica_constant : &ica_decaying;
}

}  // namespace spinscape::recovery
