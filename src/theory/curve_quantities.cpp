// SPDX-License-Identifier: BSD-3-Clause
#include "curve_quantities.hpp"

#include "quantities.hpp"
#include "spinscape/theory/mean_field_dynamics.hpp"

#include <algorithm>

namespace spinscape::theory {

namespace {

/// Integrates once per model and bath, for all times asked for.
template <class Pick>
auto along_curves(std::vector<PSpinTerm> (*terms)(Arguments const&), Pick pick) {
    return [=](std::vector<Arguments> const& all) {
        std::map<Arguments, std::vector<double>> times_of;
        auto const without_time = [](Arguments arguments) {
            arguments.erase("t");
            return arguments;
        };
        for (auto const& arguments : all)
            times_of[without_time(arguments)].push_back(arguments.at("t"));
        std::map<Arguments, MeanFieldCurve> curves;
        for (auto& [arguments, times] : times_of) {
            std::ranges::sort(times);
            auto const model = terms(arguments);
            MeanFieldOptions options{.temperature = arguments.at("T"),
                                     .start_beta = arguments.at("start_beta")};
            options.step = std::min(options.step, 0.5 * largest_step(model, options));
            curves[arguments] = mean_field_dynamics(model, times, options);
        }
        std::vector<Value> values;
        for (auto const& arguments : all) {
            auto const& curve = curves.at(without_time(arguments));
            auto const at = std::ranges::lower_bound(curve.times, arguments.at("t"));
            values.push_back(pick(curve, static_cast<std::size_t>(at - curve.times.begin())));
        }
        return values;
    };
}

}  // namespace

void append_curves(std::vector<Quantity>& quantities, std::string const& model,
                   std::vector<Argument> const& arguments,
                   std::vector<PSpinTerm> (*terms)(Arguments const&)) {
    auto all = arguments;
    all.push_back({"t", "time (gradient flow ds/dt = -grad H)", false, required, 0, 200});
    all.push_back({"T", "temperature of the bath, 0: gradient flow", false, 0, 0, 1e3});
    all.push_back({"start_beta", "inverse temperature of the start, 0: uniform", false, 0, 0, 1e3});
    quantities.push_back({model, "energy_at", "energy per spin of Langevin dynamics, N = infinity",
                          "CugliandoloKurchan1993", all,
                          along_curves(terms, [](MeanFieldCurve const& c, std::size_t i) {
                              return Value{c.energy[i], c.energy_error[i]};
                          })});
    quantities.push_back({model, "correlation_at", "overlap C(t, 0) with the start, N = infinity",
                          "CugliandoloKurchan1993", all,
                          along_curves(terms, [](MeanFieldCurve const& c, std::size_t i) {
                              return Value{c.correlation[i], c.correlation_error[i]};
                          })});
}

}  // namespace spinscape::theory
