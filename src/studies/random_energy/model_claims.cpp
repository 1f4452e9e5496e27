// SPDX-License-Identifier: BSD-3-Clause
// The random energy model against its exact solution at finite N: corrections are of order ln N /
// N, far above these errors, so that nothing is compared with the limit.
#include "claims.hpp"
#include "classifier.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape::levels {

namespace {

constexpr auto source = "Derrida1981";
constexpr index warm = 3, cold = 6;  // numbers of beta = 1 and 2

/// Asked of the measurement; the exact values are good to 1e-10. The limit N = infinity is further
/// away than this from N = 18 and below wherever it differs visibly.
constexpr double of_free_energy = 0.01, of_entropy = 0.01, of_participation = 0.03,
                 of_lowest = 0.01, of_spread = 0.1;

Claim exact_claim(index point, std::string id, std::string statement, Estimate const& measured,
                  double predicted, double tolerance, double limit) {
    return {.id = std::move(id),
            .statement = std::move(statement),
            .source = source,
            .measured = measured,
            .relation = Relation::equal,
            .predicted = predicted,
            .tolerance = tolerance,
            .note = fmt::format("Exact at this N; at N = infinity {:.5g}. The tolerance is what "
                                "this sweep is asked to resolve.",
                                limit),
            .points = {point}};
}

void add_thermodynamics(Results const& results, Size const& size, std::vector<Claim>& claims) {
    auto const [point, spins] = size;
    auto const N = static_cast<index>(spins);
    auto const& exact = exact_states(N);
    auto const at = [&](index b) -> auto const& {
        return exact[static_cast<std::size_t>(b)];
    };
    for (index const b : {warm, cold}) {
        double const beta = betas()[static_cast<std::size_t>(b)];
        auto const limit = theory::random_energy_limit(beta);
        claims.push_back(exact_claim(point, fmt::format("rem_free_energy_{}_beta_{:g}", N, beta),
                                     fmt::format("ln Z / N of {} spins at beta = {:g}", N, beta),
                                     mean_of(results, point, "log_partition", b),
                                     at(b).log_partition, of_free_energy * at(b).log_partition,
                                     limit.log_partition));
        claims.push_back(
            exact_claim(point, fmt::format("rem_energy_{}_beta_{:g}", N, beta),
                        fmt::format("Energy per spin of {} spins at beta = {:g}", N, beta),
                        mean_of(results, point, "energy", b), at(b).energy,
                        -of_free_energy * at(b).energy, limit.energy));
        claims.push_back(
            exact_claim(point, fmt::format("rem_participation_{}_beta_{:g}", N, beta),
                        fmt::format("Sum of squared weights of {} spins at beta = {:g}", N, beta),
                        mean_of(results, point, "participation", b), at(b).participation,
                        of_participation, limit.participation));
    }
    claims.push_back(exact_claim(point, fmt::format("rem_entropy_{}", N),
                                 fmt::format("Entropy per spin of {} spins at freezing", N),
                                 mean_of(results, point, "entropy", freezing), at(freezing).entropy,
                                 of_entropy, 0));
}

void add_lowest_level(Results const& results, Size const& size, std::vector<Claim>& claims) {
    auto const [point, spins] = size;
    auto const N = static_cast<index>(spins);
    auto const exact = theory::random_energy_minimum(N);
    claims.push_back(exact_claim(point, fmt::format("rem_lowest_{}", N),
                                 fmt::format("Mean of the lowest level of {} spins, per spin", N),
                                 mean_of(results, point, "lowest"), exact.mean,
                                 -of_lowest * exact.mean, -theory::random_energy_beta_c()));
    claims.push_back(
        exact_claim(point, fmt::format("rem_lowest_spread_{}", N),
                    fmt::format("Standard deviation of the lowest level of {} spins, per spin", N),
                    standard_deviation_estimate(results.records.column(point, "lowest")), exact.sd,
                    of_spread * exact.sd, 0));
}

/// ln of the entropy at freezing against ln N.
void add_entropy_crisis(Results const& results, std::vector<Size> const& list,
                        std::vector<Claim>& claims) {
    std::vector<double> x, y, error, exact, equal;
    index n = 0;
    for (auto const& [point, spins] : list) {
        auto const entropy = mean_of(results, point, "entropy", freezing);
        if (!(entropy.value > 0) || !(entropy.standard_error > 0)) return;
        x.push_back(std::log(spins));
        y.push_back(std::log(entropy.value));
        error.push_back(entropy.standard_error / entropy.value);
        exact.push_back(std::log(exact_states(static_cast<index>(spins))[freezing].entropy));
        n += entropy.n;
    }
    if (x.size() < 2) return;
    auto const fit = fit_line(x, y, error);
    claims.push_back(
        {.id = "rem_entropy_crisis",
         .statement = "The entropy per spin at the freezing temperature vanishes as N grows: slope "
                      "of its logarithm against ln N",
         .source = source,
         .measured = {fit.slope, fit.slope_error, n},
         .relation = Relation::less,
         .predicted = 0,
         .note = fmt::format("The exact entropies of these N have the slope {:.3f}; -1/2 at N = "
                             "infinity, where weights fill half a normal law of width sqrt(N).",
                             fit_line(x, exact, error).slope)});
}

}  // namespace

std::vector<Size> models(Results const& results) {
    std::vector<Size> list;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& point = results.points[i];
        if (point.text("system") == "rem" && point.integer("p") == 0)
            list.push_back({static_cast<index>(i), point.real("N")});
    }
    std::ranges::stable_sort(list, {}, &Size::size);
    return list;
}

std::vector<Classifiers> classifiers(Results const& results) {
    std::vector<Classifiers> list;
    std::vector<std::pair<index, index>> trainings;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& point = results.points[i];
        if (point.text("system") != "classifier") continue;
        std::pair<index, index> const training = {point.integer("epochs"),
                                                  point.integer("train_samples")};
        auto const place = std::ranges::find(trainings, training) - trainings.begin();
        if (place == std::ssize(trainings)) {
            trainings.push_back(training);
            auto const& [epochs, samples] = training;
            list.push_back({.id = fmt::format("_{}_epochs_of_{}", epochs, samples),
                            .words = fmt::format(", {} epochs of {} images", epochs, samples),
                            .sizes = {}});
            if (place == 0) list.back().id = list.back().words = "";
        }
        list[static_cast<std::size_t>(place)].sizes.push_back(
            {static_cast<index>(i), point.real("width")});
    }
    for (auto& one : list) std::ranges::stable_sort(one.sizes, {}, &Size::size);
    return list;
}

std::vector<theory::RandomEnergyState> const& exact_states(index N) {
    static std::map<index, std::vector<theory::RandomEnergyState>> known;
    auto& states = known[N];
    if (states.empty())
        for (double const beta : betas()) states.push_back(theory::random_energy(N, beta));
    return states;
}

Estimate mean_of(Results const& results, index point, std::string_view field, index element) {
    return mean_estimate(results.records.column(point, field, element));
}

index spins_of(Results const& results, index point) {
    for (double const N : results.records.column(point, "spins"))
        if (!std::isnan(N)) return static_cast<index>(N);
    return 0;
}

std::vector<Claim> model_claims(Results const& results) {
    auto const list = models(results);
    std::vector<Claim> claims;
    for (auto const& size : list) {
        add_thermodynamics(results, size, claims);
        add_lowest_level(results, size, claims);
    }
    add_entropy_crisis(results, list, claims);
    return claims;
}

}  // namespace spinscape::levels
