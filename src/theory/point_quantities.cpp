// SPDX-License-Identifier: BSD-3-Clause
#include "point_quantities.hpp"

#include "quantities.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/theory/kac_rice.hpp"

namespace spinscape::theory {

namespace {

using Terms = std::vector<PSpinTerm> (*)(Arguments const&);

Value number(CriticalPointMean const& mean) {
    return {mean.number(), mean.number() * mean.error};
}

/// Order statistics cost most: all indices of a model are computed together.
template <class Pick>
auto by_index(Terms terms, Pick pick) {
    return [=](std::vector<Arguments> const& all) {
        std::map<Arguments, std::vector<CriticalPointMean>> known;
        std::vector<Value> values;
        for (auto arguments : all) {
            auto const k = static_cast<std::size_t>(arguments.at("k"));
            arguments.erase("k");
            auto& means = known[arguments];
            if (means.empty())
                means = mean_critical_points_by_index(terms(arguments), whole(arguments, "N"),
                                                      arguments.at("u"));
            if (k >= means.size())
                throw Error(ExitCode::bad_input, "--k " + std::to_string(k) +
                                                     ": with N = " + std::to_string(means.size()) +
                                                     " indices go from 0 to N - 1");
            values.push_back(pick(means[k]));
        }
        return values;
    };
}

}  // namespace

void append_critical_points(std::vector<Quantity>& quantities, std::string const& model,
                            std::vector<Argument> const& arguments, Terms terms) {
    auto const with = [&](double largest_N, bool index_too) {
        auto all = arguments;
        all.push_back({"N", "number of spins", true, required, 1, largest_N});
        if (index_too)
            all.push_back({"k", "index: number of negative eigenvalues", true, 0, 0, largest_N});
        all.push_back({"u", "only points below this energy per spin", false, unbounded, -unbounded,
                       unbounded});
        return all;
    };
    auto const in_all = [terms](Arguments const& a) {
        return mean_critical_points(terms(a), whole(a, "N"), a.at("u"));
    };
    quantities.push_back({model, "mean_critical_points", "exact mean number of critical points",
                          "Auffinger2013", with(1e5, false),
                          each([in_all](Arguments const& a) { return number(in_all(a)); })});
    quantities.push_back({model, "log_mean_critical_points",
                          "its logarithm, for N where the number itself overflows", "Auffinger2013",
                          with(1e5, false), each([in_all](Arguments const& a) {
                              auto const mean = in_all(a);
                              return Value{mean.log_number, mean.error};
                          })});
    quantities.push_back({model, "mean_critical_points_of_index",
                          "exact mean number of critical points of index k", "Auffinger2013",
                          with(largest_N_by_index, true), by_index(terms, number)});
    quantities.push_back(
        {model, "mean_energy_of_index",
         "mean energy per spin of a critical point of index k, each counting alike",
         "Auffinger2013", with(largest_N_by_index, true),
         by_index(terms, [](CriticalPointMean const& mean) {
             return Value{mean.energy, mean.error};
         })});
}

}  // namespace spinscape::theory
