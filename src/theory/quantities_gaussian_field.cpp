// SPDX-License-Identifier: BSD-3-Clause
#include "quantities.hpp"
#include "spinscape/theory/bray_dean.hpp"

namespace spinscape::theory {

namespace {

/// The defaults are those of f(u) = exp(-u).
std::vector<Argument> with_covariance(std::vector<Argument> further) {
    std::vector<Argument> all = {
        {"f0", "f(0) of the covariance N f(|x - y|^2 / 2N)", false, 1, 1e-12, 1e12},
        {"f1", "f'(0), negative", false, -1, -1e12, -1e-12},
        {"f2", "f''(0)", false, 1, 1e-12, 1e12}};
    all.insert(all.end(), further.begin(), further.end());
    return all;
}
Argument fraction() {
    return {"alpha", "index divided by N", false, required, 0, 1};
}

/// Of the centre: the fraction is flat at its ends, where rounding costs most.
Value inverted(double value) {
    return {value, 1e-10 * std::max(1.0, std::abs(value))};
}

FieldCovariance covariance(Arguments const& a) {
    return {a.at("f0"), a.at("f1"), a.at("f2")};
}

}  // namespace

std::vector<Quantity> gaussian_field_quantities() {
    auto const quantity = [](std::string name, std::string description, Argument argument,
                             double (*f)(FieldCovariance const&, double), Value (*kind)(double)) {
        return Quantity{"gaussian-field",
                        std::move(name),
                        std::move(description),
                        "BrayDean2007",
                        with_covariance({argument}),
                        each([f, kind, x = argument.name](Arguments const& a) {
                            return kind(f(covariance(a), a.at(x)));
                        })};
    };
    Argument const size{"N", "dimension", true, required, 1, 1e9};
    return {
        quantity("energy_of_index", "energy per dimension of critical points of this index",
                 fraction(), energy_of_index_fraction, inverted),
        quantity("index_fraction", "share of negative eigenvalues at a critical point of energy u",
                 {"u", "energy per dimension", false, required, -1e6, 1e6},
                 index_fraction_of_energy, closed),
        quantity(
            "complexity", "lim ln(critical points of this index per unit volume)/N", fraction(),
            [](FieldCovariance const& f, double alpha) {
                return field_complexity(f, centre_of_index_fraction(alpha));
            },
            inverted),
        quantity(
            "energy_line_slope", "of the energy on the mean eigenvalue, exact at every N", size,
            [](FieldCovariance const& f, double N) { return energy_line(f, N).slope; }, closed),
        quantity(
            "energy_line_variance", "of the energy around that line", size,
            [](FieldCovariance const& f, double N) { return energy_line(f, N).variance; }, closed),
    };
}

}  // namespace spinscape::theory
