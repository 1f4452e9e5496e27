// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::degenerate {

std::vector<Figure> figures(Results const& results, std::vector<Family> const& families) {
    Panel distance{.title = "Descent from near the saddle",
                   .x_label = "distance",
                   .y_label = "time to leave",
                   .series = {},
                   .x_log = true,
                   .y_log = true};
    Panel temperature{.title = "Noise from the saddle",
                      .x_label = "temperature",
                      .y_label = "time to leave",
                      .series = {},
                      .x_log = true,
                      .y_log = true};
    int colour = 0;
    for (auto const& family : families) {
        auto const label =
            fmt::format("{}, H = {}{}", family.parameters.text("saddle"), family.hidden(),
                        family.along_mode() ? ", along the mode" : "");
        Series series{.label = label, .x = {}, .y = {}, .colour = colour};
        Series exact{.label = "", .mark = Series::Mark::line, .x = {}, .y = {}, .colour = colour};
        for (std::size_t i = 0; i < family.points.size(); ++i) {
            auto const mean = mean_estimate(results.records.column(family.points[i], "time"));
            if (std::isnan(mean.value)) continue;
            series.x.push_back(family.scales[i]);
            series.y.push_back(mean.value);
            series.y_error.push_back(std::isnan(mean.standard_error) ? 0 : mean.standard_error);
            if (!family.along_mode()) continue;
            exact.x.push_back(family.scales[i]);
            exact.y.push_back(exact_time(family, family.scales[i]));
        }
        auto& panel = family.noisy() ? temperature : distance;
        panel.series.push_back(std::move(series));
        if (family.along_mode()) panel.series.push_back(std::move(exact));
        ++colour;
    }
    Figure figure{.id = "escape_from_degenerate_saddles",
                  .title = "Time to leave the saddles of deep linear networks",
                  .caption =
                      "Mean times with standard errors until the loss has fallen by half of "
                      "what the next mode is worth; lines: exact times along the mode.",
                  .panels = {}};
    for (auto* panel : {&distance, &temperature})
        if (!panel->series.empty()) figure.panels.push_back(std::move(*panel));
    return {figure};
}

}  // namespace spinscape::degenerate
