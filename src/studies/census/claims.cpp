// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::glass_census {

namespace {

/// The exact means have no error of their own; tolerances are the bias of a search that misses one
/// point in twenty, or of each index one in ten, which is what is to be excluded.
constexpr double tolerance = 0.05, tolerance_by_index = 0.10, energy_tolerance = 0.02;
/// Level of the claims on numbers below a level.
constexpr double level = -1;

std::vector<PSpinTerm> model(int p) {
    return {{.p = p}};
}

/// sum / number of pairs (sum, number) over samples, with the error of a ratio of means.
Estimate ratio_of_means(std::vector<double> const& sums, std::vector<double> const& numbers) {
    double sum = 0, number = 0;
    index n = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (std::isnan(sums[i]) || std::isnan(numbers[i])) continue;
        sum += sums[i];
        number += numbers[i];
        ++n;
    }
    if (number == 0 || n < 2) return {};
    double squares = 0;
    for (std::size_t i = 0; i < sums.size(); ++i)
        if (!std::isnan(sums[i]) && !std::isnan(numbers[i]))
            squares += std::pow(sums[i] - sum / number * numbers[i], 2);
    auto const size = static_cast<double>(n);
    return {sum / number, std::sqrt(squares * size / (size - 1)) / number, n};
}

Point measure_point(Results const& results, std::size_t i) {
    auto const& parameters = results.points[i];
    auto const number = static_cast<index>(i);
    Point point{.number = number,
                .p = static_cast<int>(parameters.integer("p")),
                .N = parameters.integer("N"),
                .name = {}};
    point.name = fmt::format("p{}_N{}", point.p, point.N);
    auto const column = [&](std::string_view field, index element = 0) {
        return results.records.column(number, field, element);
    };
    point.points = mean_estimate(column("points"));
    for (index k = 0; k < point.N; ++k) {
        auto const counts = column("points_by_index", k);
        point.by_index.push_back(mean_estimate(counts));
        point.energy.push_back(ratio_of_means(column("energy_by_index", k), counts));
    }
    for (index l = 0; l < std::ssize(levels()); ++l)
        point.below.push_back(mean_estimate(column("points_below", l)));
    auto sums = column("euler_sum");
    for (auto& sum : sums)
        if (!std::isnan(sum)) sum = sum == (point.N % 2 == 1 ? 2 : 0) ? 1 : 0;
    point.right_sum = share_estimate(sums);
    auto const complete = column("complete");
    point.complete = share_estimate(complete);
    point.flagged = std::ranges::count(complete, 0.0);
    point.searched_further =
        std::ranges::count_if(column("repeated_paths"), [](double n) { return n > 0; });
    point.steps = mean_estimate(column("steps")).value;
    point.exact = theory::mean_critical_points(model(point.p), point.N);
    point.exact_by_index = theory::mean_critical_points_by_index(model(point.p), point.N);
    return point;
}

void add_numbers(Point const& point, std::vector<Claim>& claims) {
    auto const exact = point.exact.number();
    claims.push_back(
        {.id = "points_" + point.name,
         .statement = fmt::format("Mean number of critical points at p = {}, N = {}, exact {:.6g}",
                                  point.p, point.N, exact),
         .source = "Auffinger2013",
         .measured = point.points,
         .relation = Relation::equal,
         .predicted = exact,
         .tolerance = tolerance * exact,
         .note = "Tolerance: 5 %, what a search that misses one point in twenty loses.",
         .points = {point.number}});
    double squares = 0;
    for (index k = 0; k < point.independent_indices(); ++k) {
        auto const i = static_cast<std::size_t>(k);
        auto const mean = point.exact_by_index[i].number();
        claims.push_back(
            {.id = fmt::format("points_{}_index_{}", point.name, k),
             .statement = fmt::format(
                 "Mean number of critical points of index {} at p = {}, N = {}, exact {:.6g}", k,
                 point.p, point.N, mean),
             .source = "Auffinger2013",
             .measured = point.by_index[i],
             .relation = Relation::equal,
             .predicted = mean,
             .tolerance = tolerance_by_index * mean,
             .note = "Tolerance: 10 %.",
             .points = {point.number}});
        if (point.by_index[i].standard_error > 0)
            squares +=
                std::pow((point.by_index[i].value - mean) / point.by_index[i].standard_error, 2);
    }
    auto const indices = static_cast<double>(point.independent_indices());
    claims.push_back(
        {.id = "deviations_" + point.name,
         .statement =
             fmt::format("Deviations of the means by index from the exact ones are those "
                         "of chance at p = {}, N = {}: root mean square in standard errors",
                         point.p, point.N),
         .source = "Auffinger2013",
         .measured = {std::sqrt(squares / indices), 1 / std::sqrt(2 * indices), point.points.n},
         .relation = Relation::less,
         .predicted = 3,
         .note = "1 is expected. Sharper than the claims on each index: their tolerances do not "
                 "enter.",
         .points = {point.number}});
}

void add_energies(Point const& point, std::vector<Claim>& claims) {
    auto const below = theory::mean_critical_points(model(point.p), point.N, level).number();
    auto const all_levels = levels();
    auto const at =
        std::ranges::find_if(all_levels, [](double u) { return std::abs(u - level) < 1e-9; });
    claims.push_back(
        {.id = "points_below_" + point.name,
         .statement = fmt::format("Mean number of critical points of energy per spin below {} at "
                                  "p = {}, N = {}, exact {:.6g}",
                                  level, point.p, point.N, below),
         .source = "Auffinger2013",
         .measured = point.below[static_cast<std::size_t>(at - all_levels.begin())],
         .relation = Relation::equal,
         .predicted = below,
         .tolerance = tolerance_by_index * below,
         .note = "Tolerance: 10 %.",
         .points = {point.number}});
    claims.push_back(
        {.id = "energy_of_minima_" + point.name,
         .statement = fmt::format("Mean energy per spin of a minimum, each counting the same, at "
                                  "p = {}, N = {}, exact {:.5f}",
                                  point.p, point.N, point.exact_by_index[0].energy),
         .source = "Auffinger2013",
         .measured = point.energy[0],
         .relation = Relation::equal,
         .predicted = point.exact_by_index[0].energy,
         .tolerance = energy_tolerance,
         .note = "Tolerance: 0.02, small against the distances between indices.",
         .points = {point.number}});
}

void add_completeness(Point const& point, std::vector<Claim>& claims) {
    auto const note = fmt::format(
        "{} samples were searched further, {} stayed flagged; {:.0f} steps along paths per sample.",
        point.searched_further, point.flagged, point.steps);
    claims.push_back(
        {.id = "complete_" + point.name,
         .statement = fmt::format("All complex solutions are found and every critical point is "
                                  "proven at p = {}, N = {}: share of samples",
                                  point.p, point.N),
         .source = "CartwrightSturmfels2013",
         .measured = point.complete,
         .relation = Relation::greater,
         .predicted = 0.99,
         .note = note,
         .points = {point.number}});
    // For odd p and even N the points +-s cancel in pairs, found or not.
    if (point.p % 2 == 1 && point.N % 2 == 0) return;
    claims.push_back(
        {.id = "euler_" + point.name,
         .statement = fmt::format("The alternating sum over indices is the Euler characteristic of "
                                  "the sphere at p = {}, N = {}: share of samples",
                                  point.p, point.N),
         .source = "Auffinger2013",
         .measured = point.right_sum,
         .relation = Relation::greater,
         .predicted = 0.99,
         .note = note,
         .points = {point.number}});
}

}  // namespace

std::vector<double> levels() {
    std::vector<double> values;
    for (int i = -25; i <= 25; ++i) values.push_back(0.1 * i);
    return values;
}

std::vector<Point> measure(Results const& results) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < results.points.size(); ++i)
        if (!results.records.rows_of(static_cast<index>(i)).empty())
            points.push_back(measure_point(results, i));
    return points;
}

std::vector<Claim> claims(std::vector<Point> const& points) {
    std::vector<Claim> all;
    for (auto const& point : points) {
        add_numbers(point, all);
        // For p = 2 energies of all indices reach from edge to edge of one spectrum: levels say
        // nothing new.
        if (point.p > 2) add_energies(point, all);
        add_completeness(point, all);
    }
    return all;
}

}  // namespace spinscape::glass_census
