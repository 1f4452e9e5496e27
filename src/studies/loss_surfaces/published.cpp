// SPDX-License-Identifier: BSD-3-Clause
#include "published.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/stats/histogram.hpp"
#include "spinscape/store/published.hpp"
#include "spinscape/study/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

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

}  // namespace

Series published_energy_density(index N, std::string const& job_folder) {
    auto series = outline();
    auto const table = columns(fmt::format("spinglass_Lambda_{}.txt", N), job_folder);
    if (table.size() < 2) return series;
    auto const& centre = table[0];
    auto const& count = table[1];
    // Empty bins are left out of the files: the bin width is the smallest distance of two centres.
    double width = std::numeric_limits<double>::infinity(), total = 0;
    for (std::size_t i = 1; i < centre.size(); ++i)
        width = std::min(width, centre[i] - centre[i - 1]);
    for (double const n : count) total += n;
    for (std::size_t i = 0; i < centre.size(); ++i) {
        if (i > 0 && centre[i] - centre[i - 1] > 1.5 * width) {
            series.x.insert(series.x.end(), {centre[i - 1] + width, centre[i] - width});
            series.y.insert(series.y.end(), {0, 0});
        }
        series.x.push_back(centre[i]);
        series.y.push_back(count[i] / (total * width));
    }
    return series;
}

Series published_loss_density(index width, std::string const& job_folder) {
    auto series = outline();
    auto const table = columns(fmt::format("scatter_n{}.txt", width), job_folder);
    if (table.size() < 2) return series;
    auto const& test = table[1];
    auto const [low, high] = std::minmax_element(test.begin(), test.end());
    Histogram histogram(automatic_edges(*low, *high, 40));
    for (double const x : test) histogram.add(x);
    auto const& edges = histogram.edges();
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        series.x.push_back((edges[i] + edges[i + 1]) / 2);
        series.y.push_back(static_cast<double>(histogram.counts()[i]) /
                           (static_cast<double>(test.size()) * (edges[i + 1] - edges[i])));
    }
    return series;
}

}  // namespace spinscape::surfaces
