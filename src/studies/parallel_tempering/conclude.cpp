// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/estimate.hpp"
#include "tempering.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::tempering {

namespace {

std::string label(Parameters const& point) {
    return fmt::format("N = {}, p = {}, {} sweeps", point.integer("N"), point.integer("p"),
                       point.integer("sweeps"));
}
std::string id(Parameters const& point) {
    return fmt::format("N{}_p{}_{}", point.integer("N"), point.integer("p"),
                       point.integer("sweeps"));
}

/// One value per replica of a point: f(row of the table).
template <class F>
std::vector<double> per_replica(Results const& results, index point, F const& f) {
    std::vector<double> values;
    for (index row = 0; row < results.records.rows(); ++row)
        if (results.records.point(row) == point) values.push_back(f(results.records.row(row)));
    return values;
}

/// Level l of a curve field.
auto at(Results const& results, std::string_view field, int l) {
    return [place = results.records.offset(field) + l](std::span<double const> row) {
        return row[static_cast<std::size_t>(place)];
    };
}

void add_enumeration(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& parameters = results.points[static_cast<std::size_t>(point)];
    if (parameters.integer("N") > largest_enumerated) return;
    auto const energy = [&](std::span<double const> row) {
        return at(results, "energy", levels - 1)(row) -
               at(results, "exact_energy", levels - 1)(row);
    };
    auto const found = [&](std::span<double const> row) {
        return at(results, "lowest", 0)(row) < at(results, "exact_lowest", 0)(row) + 1e-6 ? 1.0
                                                                                          : 0.0;
    };
    claims.push_back({.id = "energy_is_exact_" + id(parameters),
                      .statement = fmt::format("The mean energy per spin at the lowest "
                                               "temperature is that of enumeration ({}): "
                                               "difference",
                                               label(parameters)),
                      .source = "HukushimaNemoto1996",
                      .measured = mean_estimate(per_replica(results, point, energy)),
                      .relation = Relation::equal,
                      .predicted = 0,
                      .tolerance = 4e-3,
                      .note = "Tolerance: a fifth of the difference between neighbouring levels.",
                      .points = {point}});
    claims.push_back({.id = "ground_state_found_" + id(parameters),
                      .statement = fmt::format("The ground state is met in nearly every disorder "
                                               "sample ({}): share",
                                               label(parameters)),
                      .source = "HukushimaNemoto1996",
                      .measured = share_estimate(per_replica(results, point, found)),
                      .relation = Relation::greater,
                      .predicted = 0.8,
                      .note = "",
                      .points = {point}});
}

// For Gaussian couplings, integration by parts gives E<H>/N = -beta (c(1) - E<c(q)>), c being the
// covariance per spin and q the overlap of two independent replicas: true in equilibrium only, and
// the two sides are approached from opposite sides.
void add_identity(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& parameters = results.points[static_cast<std::size_t>(point)];
    if (parameters.text("couplings") != "gaussian") return;
    double self = 1;
    for (int k = 1; k < parameters.integer("p"); ++k)
        self *= 1 - static_cast<double>(k) / parameters.real("N");
    auto const beta = ladder(parameters).back();
    auto const gap = [&](std::span<double const> row) {
        return at(results, "energy", levels - 1)(row) +
               beta * (self - at(results, "covariance", levels - 1)(row));
    };
    claims.push_back(
        {.id = "equilibrium_identity_" + id(parameters),
         .statement = fmt::format("In equilibrium E<H>/N = -beta (c(1) - E<c(q)>), c the "
                                  "covariance, at the lowest temperature ({}): difference",
                                  label(parameters)),
         .source = "KatzgraberPalassiniYoung2001",
         .measured = mean_estimate(per_replica(results, point, gap)),
         .relation = Relation::equal,
         .predicted = 0,
         .tolerance = 0.05,
         .note = "Fluctuates from one disorder sample to the next: equal on average only. The "
                 "tolerance tells equilibrium from a quench, where the difference is of order 1.",
         .points = {point}});
}

void add_length(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& shorter = results.points[static_cast<std::size_t>(point)];
    for (std::size_t other = 0; other < results.points.size(); ++other) {
        auto const& longer = results.points[other];
        if (longer.integer("N") != shorter.integer("N") ||
            longer.integer("p") != shorter.integer("p") ||
            longer.text("couplings") != shorter.text("couplings") ||
            longer.real("coldest") != shorter.real("coldest") ||
            longer.integer("sweeps") <= shorter.integer("sweeps"))
            continue;
        auto const a =
            per_replica(results, static_cast<index>(other), at(results, "energy", levels - 1));
        auto const b = per_replica(results, point, at(results, "energy", levels - 1));
        std::vector<double> differences;  // the same disorder samples
        for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
            differences.push_back(b[i] - a[i]);
        claims.push_back(
            {.id =
                 fmt::format("length_does_not_matter_{}_{}", id(shorter), longer.integer("sweeps")),
             .statement = fmt::format("Energies at the lowest temperature do not depend on the "
                                      "length of the run ({} against {}): difference per spin, "
                                      "same disorder",
                                      label(shorter), longer.integer("sweeps")),
             .source = "KatzgraberPalassiniYoung2001",
             .measured = mean_estimate(differences),
             .relation = Relation::equal,
             .predicted = 0,
             .tolerance = 2e-3,
             .note = "Tolerance: a tenth of the difference between neighbouring levels.",
             .points = {point, static_cast<index>(other)}});
    }
}

// A ladder whose temperatures do not mix is many simulations that know nothing of each other.
void add_round_trips(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& parameters = results.points[static_cast<std::size_t>(point)];
    claims.push_back(
        {.id = "walkers_travel_" + id(parameters),
         .statement = fmt::format("Walkers travel between the ends of the ladder ({}): round trips "
                                  "per walker",
                                  label(parameters)),
         .source = "HukushimaNemoto1996",
         .measured = mean_estimate(per_replica(results, point,
                                               [&](std::span<double const> row) {
                                                   return at(results, "round_trips", 0)(row) /
                                                          (2 * levels);
                                               })),
         .relation = Relation::greater,
         .predicted = 1,
         .note = fmt::format(
             "A round trip takes {:.0f} sweeps in the mean.",
             mean_estimate(per_replica(results, point, at(results, "round_trip_time", 0))).value),
         .points = {point}});
}

Panel acceptances(Results const& results) {
    Panel panel{.title = "Exchanges",
                .x_label = "temperature",
                .y_label = "accepted swaps with the next colder level",
                .series = {}};
    for (std::size_t p = 0; p < results.points.size(); ++p) {
        Series measured{
            .label = label(results.points[p]), .x = {}, .y = {}, .colour = static_cast<int>(p)};
        auto const betas = ladder(results.points[p]);
        for (int l = 0; l + 1 < levels; ++l) {
            auto const mean = mean_estimate(
                per_replica(results, static_cast<index>(p), at(results, "acceptance", l)));
            if (std::isnan(mean.value)) continue;
            measured.x.push_back(1 / betas[static_cast<std::size_t>(l)]);
            measured.y.push_back(mean.value);
            measured.y_error.push_back(mean.standard_error);
        }
        panel.series.push_back(std::move(measured));
    }
    return panel;
}

Panel energies(Results const& results) {
    Panel panel{.title = "Mean energy",
                .x_label = "temperature",
                .y_label = "energy per spin",
                .series = {}};
    for (std::size_t p = 0; p < results.points.size(); ++p) {
        Series measured{
            .label = label(results.points[p]), .x = {}, .y = {}, .colour = static_cast<int>(p)};
        Series exact{.label = "",
                     .mark = Series::Mark::line,
                     .x = {},
                     .y = {},
                     .colour = static_cast<int>(p)};
        auto const betas = ladder(results.points[p]);
        for (int l = 0; l < levels; ++l) {
            auto const point = static_cast<index>(p);
            auto const mean = mean_estimate(per_replica(results, point, at(results, "energy", l)));
            if (std::isnan(mean.value)) continue;
            measured.x.push_back(1 / betas[static_cast<std::size_t>(l)]);
            measured.y.push_back(mean.value);
            measured.y_error.push_back(mean.standard_error);
            auto const known =
                mean_estimate(per_replica(results, point, at(results, "exact_energy", l)));
            if (std::isnan(known.value)) continue;
            exact.x.push_back(1 / betas[static_cast<std::size_t>(l)]);
            exact.y.push_back(known.value);
        }
        panel.series.push_back(std::move(measured));
        if (!exact.x.empty()) panel.series.push_back(std::move(exact));
    }
    return panel;
}

}  // namespace

Findings conclude(Results const& results) {
    Findings findings;
    for (std::size_t point = 0; point < results.points.size(); ++point) {
        add_enumeration(results, static_cast<index>(point), findings.claims);
        add_identity(results, static_cast<index>(point), findings.claims);
        add_length(results, static_cast<index>(point), findings.claims);
        add_round_trips(results, static_cast<index>(point), findings.claims);
    }
    findings.figures = {{.id = "energy",
                         .title = "Energy and exchanges against temperature",
                         .caption = "Mean over disorder samples with its standard error; lines: "
                                    "exact enumeration of the same samples.",
                         .panels = {energies(results), acceptances(results)}}};
    return findings;
}

}  // namespace spinscape::tempering
