// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/theory/chain_exit.hpp"
#include "spinscape/theory/escape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace spinscape::escapes {

namespace {

double well(double x) {
    return x * x * x * x / 4 - x * x / 2;
}

/// The steps of minibatch SGD along x as a normal chain.
theory::ChainExit sgd_exit(Group const& group) {
    auto const& p = group.parameters;
    double const eta = p.real("learning_rate"), b = p.real("additive"),
                 c = p.real("multiplicative"), B = p.real("batch"), lambda = p.real("lambda");
    bool const saddle = group.saddle();
    theory::NormalChain const chain{
        [=](double x) { return x - eta * (saddle ? -lambda * x : x * x * x - x); },
        [=](double x) { return eta * std::sqrt((b * b + c * c * x * x) / B); }};
    double const a = p.real("distance");
    // No chain of ours comes near -4 in the well.
    return saddle ? theory::chain_exit(chain, -a, a, 0) : theory::chain_exit(chain, -4, 1, -1);
}

void add_theory(Group& group) {
    auto const& p = group.parameters;
    double const epsilon = group.epsilon();
    if (group.sgd()) {
        auto const exit = sgd_exit(group);
        group.exact = exit.mean_steps * p.real("learning_rate");
        group.exact_error = exit.error * p.real("learning_rate");
    }
    if (group.saddle()) {
        theory::QuadraticSaddle const law(p.real("lambda"), epsilon, p.real("distance"));
        group.asymptotic = law.asymptotic_mean();
        if (group.sgd()) return;
        auto const mean = law.mean();
        group.exact = mean.value;
        group.exact_error = mean.error;
        return;
    }
    double const n = p.real("directions"), coupling = p.real("coupling");
    group.asymptotic = theory::eyring_kramers_time(
        {.height = 0.25,
         .unstable_curvature = 1,
         .log_determinant_minimum = std::log(2.0) + n * std::log1p(coupling),
         .log_abs_determinant_saddle = 0},
        epsilon);
    if (group.sgd() || (coupling > 0 && n > 0)) return;
    auto const mean = theory::mean_first_passage(theory::overdamped(well, epsilon), -1, 1,
                                                 -std::numeric_limits<double>::infinity());
    group.exact = mean.value;
    group.exact_error = mean.error;
}

void extrapolate(Group& group) {
    group.time = group.by_step.front();
    if (group.steps.size() < 2) return;
    double const h = group.steps[0], H = group.steps[1];
    auto const &fine = group.by_step[0], &coarse = group.by_step[1];
    double const w = H / (H - h), W = -h / (H - h);
    group.time = {w * fine.value + W * coarse.value,
                  std::hypot(w * fine.standard_error, W * coarse.standard_error),
                  std::min(fine.n, coarse.n)};
}

}  // namespace

double Group::epsilon() const {
    if (!sgd()) return parameters.real("epsilon");
    return parameters.real("learning_rate") * std::pow(parameters.real("additive"), 2) /
           (2 * parameters.real("batch"));
}

std::vector<Group> groups(Results const& results) {
    std::map<std::string, std::vector<index>> same;
    std::vector<std::string> order;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto values = results.points[i].values();
        values.erase("step");
        std::string key;
        for (auto const& [name, value] : values) key += name + "=" + to_text(value) + ";";
        if (!same.contains(key)) order.push_back(key);
        same[key].push_back(static_cast<index>(i));
    }
    std::vector<Group> list;
    for (auto const& key : order) {
        Group group;
        group.points = same[key];
        auto const at = [&](index i) -> Parameters const& {
            return results.points[static_cast<std::size_t>(i)];
        };
        std::ranges::sort(group.points, {}, [&](index i) { return at(i).real("step"); });
        group.parameters = at(group.points.front());
        for (index const i : group.points) {
            group.steps.push_back(at(i).real(group.sgd() ? "learning_rate" : "step"));
            group.by_step.push_back(mean_estimate(results.records.column(i, "time")));
        }
        extrapolate(group);
        add_theory(group);
        list.push_back(std::move(group));
    }
    return list;
}

}  // namespace spinscape::escapes
