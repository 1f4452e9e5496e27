// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

namespace spinscape::halting {

namespace {

constexpr double lowest = -3, highest = 5, bin = 0.25;

Series histogram(Point const& point, int colour) {
    auto const z = normalised(point.sample.all());
    auto const bins = static_cast<std::size_t>((highest - lowest) / bin);
    Series series{.label = point.name,
                  .mark = Series::Mark::steps,
                  .x = {},
                  .y = std::vector<double>(bins),
                  .colour = colour};
    for (std::size_t i = 0; i < bins; ++i)
        series.x.push_back(lowest + (static_cast<double>(i) + 0.5) * bin);
    for (double const t : z)
        if (t >= lowest && t < highest)
            series.y[static_cast<std::size_t>((t - lowest) / bin)] +=
                1 / (bin * static_cast<double>(z.size()));
    return series;
}

Series law(std::string label, double (*density)(double)) {
    Series series{
        .label = std::move(label), .mark = Series::Mark::line, .x = {}, .y = {}, .faint = true};
    for (double z = lowest; z <= highest; z += 0.05) {
        series.x.push_back(z);
        series.y.push_back(density(z));
    }
    return series;
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    Figure figure{.id = "normalised_halting_times",
                  .title = "Normalised halting times",
                  .caption =
                      "(t - mean) / standard deviation over disorder samples and starts. "
                      "Lines: the laws after which the two classes are named.",
                  .panels = {}};
    for (auto const& system : systems()) {
        auto const points = points_of(results, system);
        if (points.empty()) continue;
        Panel panel{.title = system == "glass"                ? "Gradient descent, spherical glass"
                             : system == "conjugate_gradient" ? "Conjugate gradients"
                                                              : "SGD, networks",
                    .x_label = "normalised halting time",
                    .y_label = "density",
                    .series = {law("Gumbel", gumbel_density), law("normal", normal_density)}};
        int colour = 0;
        for (auto const& point : points) panel.series.push_back(histogram(point, colour++));
        figure.panels.push_back(std::move(panel));
    }
    if (figure.panels.empty()) return {};
    return {figure};
}

}  // namespace spinscape::halting
