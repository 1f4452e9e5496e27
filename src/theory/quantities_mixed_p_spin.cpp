// SPDX-License-Identifier: BSD-3-Clause
#include "curve_quantities.hpp"
#include "point_quantities.hpp"
#include "quantities.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"

#include <string>

namespace spinscape::theory {

namespace {

constexpr int highest = 10;

/// Weights of the covariance f(q) = f2 q^2 + f3 q^3 + ...
std::vector<Argument> weights() {
    std::vector<Argument> all;
    for (int p = 2; p <= highest; ++p)
        all.push_back({"f" + std::to_string(p),
                       "weight of q^" + std::to_string(p) + " in the covariance f(q)", false, 0, 0,
                       1e6});
    return all;
}

std::vector<PSpinTerm> model(Arguments const& a) {
    std::vector<PSpinTerm> terms;
    for (int p = 2; p <= highest; ++p)
        if (double const f = a.at("f" + std::to_string(p)); f > 0)
            terms.push_back({p, std::sqrt(f)});
    if (terms.empty() || terms.back().p == 2)
        throw Error(ExitCode::usage,
                    "mixed-p-spin needs a weight of order three or more: --f3 ...");
    return terms;
}

}  // namespace

std::vector<Quantity> mixed_p_spin_quantities() {
    auto const of_model = [](double (*f)(std::span<PSpinTerm const>), Value (*kind)(double)) {
        return each([f, kind](Arguments const& a) { return kind(f(model(a))); });
    };
    std::vector<Quantity> all = {
        {"mixed-p-spin", "E_th", "energy of marginal minima", "FolenaZamponi2023", weights(),
         of_model(threshold_energy, closed)},
        {"mixed-p-spin", "E_alg", "energy that Hessian ascent and message passing reach",
         "Montanari2021", weights(), of_model(algorithmic_energy, solved)},
        {"mixed-p-spin", "E_gs", "ground state, one step of replica symmetry breaking",
         "CrisantiSommers1992", weights(), of_model(ground_state_energy, solved)},
        {"mixed-p-spin", "T_d", "dynamical temperature", "CrisantiSommers1992", weights(),
         of_model(dynamical_temperature, solved)},
        {"mixed-p-spin", "T_K", "Kauzmann temperature", "FranzParisi1995", weights(),
         of_model(kauzmann_temperature, solved)},
        {"mixed-p-spin", "mu_mg", "Lagrange multiplier of marginal minima", "FolenaZamponi2023",
         weights(), of_model(marginal_multiplier, closed)},
    };
    append_critical_points(all, "mixed-p-spin", weights(), model);
    append_curves(all, "mixed-p-spin", weights(), model);
    return all;
}

}  // namespace spinscape::theory
