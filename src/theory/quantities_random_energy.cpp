// SPDX-License-Identifier: BSD-3-Clause
#include "quantities.hpp"
#include "spinscape/theory/random_energy.hpp"

namespace spinscape::theory {

namespace {

Argument size() {
    return {"N", "number of spins", true, required, 1, random_energy_largest_N};
}
Argument temperature() {
    return {"beta", "inverse temperature", false, required, 1e-3, 100};
}

}  // namespace

std::vector<Quantity> random_energy_quantities() {
    auto const finite = [](double RandomEnergyState::*member) {
        return each([member](Arguments const& a) {
            auto const state = random_energy(whole(a, "N"), a.at("beta"));
            return Value{state.*member, state.error};
        });
    };
    auto const limit = [](double RandomEnergyState::*member) {
        return each([member](Arguments const& a) {
            return closed(random_energy_limit(a.at("beta")).*member);
        });
    };
    auto const minimum = [](double RandomEnergyMinimum::*member) {
        return each([member](Arguments const& a) {
            auto const lowest = random_energy_minimum(whole(a, "N"));
            return Value{lowest.*member, lowest.error};
        });
    };
    std::vector<Quantity> all = {
        {"random-energy",
         "beta_c",
         "inverse temperature of freezing; minus the ground state energy",
         "Derrida1981",
         {},
         each([](Arguments const&) { return closed(random_energy_beta_c()); })},
        {"random-energy",
         "minimum_mean",
         "mean of the lowest level per spin",
         "Derrida1981",
         {size()},
         minimum(&RandomEnergyMinimum::mean)},
        {"random-energy",
         "minimum_sd",
         "its standard deviation",
         "Derrida1981",
         {size()},
         minimum(&RandomEnergyMinimum::sd)}};
    struct Named {
        char const *name, *description;
        double RandomEnergyState::*member;
    };
    for (auto const& [name, description, member] :
         {Named{"log_partition", "mean of ln Z per spin", &RandomEnergyState::log_partition},
          Named{"energy", "mean energy per spin", &RandomEnergyState::energy},
          Named{"entropy", "mean entropy per spin", &RandomEnergyState::entropy},
          Named{"participation", "mean sum of squared Boltzmann weights",
                &RandomEnergyState::participation}}) {
        std::string const limit_name = std::string(name) + "_limit",
                          limit_description = std::string(description) + ", N = infinity";
        all.push_back({"random-energy",
                       name,
                       description,
                       "Derrida1981",
                       {size(), temperature()},
                       finite(member)});
        all.push_back({"random-energy",
                       limit_name,
                       limit_description,
                       "Derrida1981",
                       {temperature()},
                       limit(member)});
    }
    return all;
}

}  // namespace spinscape::theory
