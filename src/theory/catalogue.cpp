// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/catalogue.hpp"

#include "quantities.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/nearest.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace spinscape::theory {

namespace {

std::string joined(std::vector<std::string> const& names) {
    std::string text;
    for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string number(double x) {
    std::ostringstream text;
    text << x;
    return text.str();
}

void check(Quantity const& quantity, Argument const& argument, double value) {
    auto const what = quantity.name + ": --" + argument.name + " " + number(value) + ": ";
    if (argument.integer && value != std::floor(value))
        throw Error(ExitCode::usage, what + "must be an integer");
    if (!(value >= argument.minimum && value <= argument.maximum))
        throw Error(ExitCode::usage, what + "must be from " + number(argument.minimum) + " to " +
                                         number(argument.maximum));
}

}  // namespace

std::vector<Quantity> const& catalogue() {
    static auto const all = [] {
        std::vector<Quantity> quantities;
        for (auto const& of_model :
             {p_spin_quantities(), mixed_p_spin_quantities(), random_energy_quantities(),
              tracy_widom_quantities(), gaussian_field_quantities(), escape_quantities()})
            quantities.insert(quantities.end(), of_model.begin(), of_model.end());
        return quantities;
    }();
    return all;
}

Quantity const& find_quantity(std::string const& model, std::string const& name) {
    std::vector<std::string> models, names;
    for (auto const& quantity : catalogue()) {
        if (quantity.model == model && quantity.name == name) return quantity;
        if (models.empty() || models.back() != quantity.model) models.push_back(quantity.model);
        if (quantity.model == model) names.push_back(quantity.name);
    }
    if (names.empty())
        throw Error(ExitCode::usage, "there is no model '" + model + "'; one of " + joined(models) +
                                         did_you_mean(model, models));
    throw Error(ExitCode::usage, "model " + model + " has no quantity '" + name + "'; one of " +
                                     joined(names) + did_you_mean(name, names));
}

std::vector<Arguments> combinations(
    Quantity const& quantity,
    std::vector<std::pair<std::string, std::vector<double>>> const& given) {
    std::vector<std::string> names;
    for (auto const& argument : quantity.arguments) names.push_back(argument.name);
    for (auto const& [name, values] : given)
        if (std::ranges::find(names, name) == names.end())
            throw Error(ExitCode::usage, quantity.name + " has no argument --" + name +
                                             "; its arguments: " + joined(names) +
                                             did_you_mean(name, names));
    std::vector<Arguments> all = {{}};
    for (auto const& argument : quantity.arguments) {
        auto const found =
            std::ranges::find_if(given, [&](auto const& g) { return g.first == argument.name; });
        if (found == given.end() && std::isnan(argument.standard))
            throw Error(ExitCode::usage, quantity.name + " needs --" + argument.name + " (" +
                                             argument.description + ")");
        auto const values =
            found == given.end() ? std::vector<double>{argument.standard} : found->second;
        std::vector<Arguments> longer;
        for (auto const& arguments : all)
            for (double const value : values) {
                check(quantity, argument, value);
                longer.push_back(arguments);
                longer.back()[argument.name] = value;
            }
        all = std::move(longer);
    }
    return all;
}

}  // namespace spinscape::theory
