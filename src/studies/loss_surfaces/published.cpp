// SPDX-License-Identifier: BSD-3-Clause
#include "published.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/stats/histogram.hpp"
#include "spinscape/store/published.hpp"
#include "spinscape/study/data.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinscape::surfaces {

namespace {

/// Columns of a file of jobs/data/choromanska2015; empty if the paper has none of this size.
std::vector<std::vector<double>> columns(std::string const& file, std::string const& job_folder) {
    try {
        return store::read_columns(find_data("data/choromanska2015/" + file, job_folder));
    } catch (Error const& error) {
        if (error.code() != ExitCode::missing_input) throw;
        return {};
    }
}

Series outline() {
    return {.label = "", .mark = Series::Mark::steps, .x = {}, .y = {}, .faint = true};
}

/// Density of the values in equal bins between their extremes.
void outline_of(std::vector<double> const& values, index bins, Series& series) {
    auto const [low, high] = std::minmax_element(values.begin(), values.end());
    Histogram histogram(automatic_edges(*low, *high, bins));
    for (double const x : values) histogram.add(x);
    auto const& edges = histogram.edges();
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        series.x.push_back((edges[i] + edges[i + 1]) / 2);
        series.y.push_back(static_cast<double>(histogram.counts()[i]) /
                           (static_cast<double>(values.size()) * (edges[i + 1] - edges[i])));
    }
}

}  // namespace

Series published_energy_density(index N, std::string const& job_folder) {
    auto series = outline();
    auto const table = columns(fmt::format("spinglass_Lambda_{}.txt", N), job_folder);
    if (table.size() < 2) return series;
    // The paper's bins are as fine as single minima; coarser ones can be compared by eye.
    auto const& centre = table[0];
    std::vector<double> values;
    for (std::size_t i = 0; i < centre.size(); ++i)
        values.insert(values.end(), static_cast<std::size_t>(table[1][i]), centre[i]);
    outline_of(values, 20, series);
    return series;
}

Series published_loss_density(index width, std::string const& job_folder) {
    auto series = outline();
    auto const table = columns(fmt::format("scatter_n{}.txt", width), job_folder);
    if (table.size() < 2) return series;
    auto const& test = table[1];
    outline_of(test, 40, series);
    return series;
}

}  // namespace spinscape::surfaces
