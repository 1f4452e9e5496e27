// SPDX-License-Identifier: BSD-3-Clause
#include "measure.hpp"

#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/critical/network_hessians.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::spectral {

namespace {

constexpr double bin_width = 0.25, largest_u = 9, decades_below_one = 6;

double u_of(double eigenvalue) {
    double const size = std::max(0.0, decades_below_one + std::log10(std::abs(eigenvalue)));
    return eigenvalue < 0 ? -size : size;
}

std::size_t bin_of(double eigenvalue) {
    auto const last = static_cast<index>(bin_centres().size()) - 1;
    auto const bin = static_cast<index>(std::floor((u_of(eigenvalue) + largest_u) / bin_width));
    return static_cast<std::size_t>(std::clamp<index>(bin, 0, last));
}

std::vector<double> values_of(std::vector<RitzPair> const& pairs) {
    std::vector<double> values;
    for (auto const& pair : pairs) values.push_back(pair.value);
    values.resize(ranks, missing);
    return values;
}

}  // namespace

Ends measure_ends(PreparedHessian& hessian, index classes, Stream const& stream) {
    using Part = PreparedHessian::Part;
    // Copies of an eigenvalue do not occur among those of a network's Hessian that are not zero.
    auto const ends = end_eigenvalues(
        hessian_operator(hessian),
        {.lowest = 1, .highest = ranks, .tolerance = 1e-6, .multiplicities = false}, stream);
    if (!ends.converged) return {std::vector<double>(ranks, missing)};
    Ends result{.top = values_of(ends.highest), .lowest = ends.lowest.front().value};
    std::vector<double> g(static_cast<std::size_t>(hessian.dimension()));
    hessian.gradient(g);
    double squares = 0, within = 0;
    for (double const component : g) squares += component * component;
    for (index k = 0; k < std::min(classes, std::ssize(ends.highest)); ++k) {
        auto const& v = ends.highest[static_cast<std::size_t>(k)].vector;
        double along = 0;
        for (std::size_t i = 0; i < g.size(); ++i) along += g[i] * v[i];
        within += along * along;
    }
    result.gradient_share = within / squares;
    auto const rest = end_eigenvalues(
        hessian_operator(hessian, Part::rest),
        {.lowest = 1, .highest = 1, .tolerance = 1e-3, .multiplicities = false}, stream);
    if (rest.converged) result.rest_norm = rest.scale;
    return result;
}

std::vector<double> gauss_newton_top(PreparedHessian& hessian, Stream const& stream) {
    return values_of(
        end_eigenvalues(hessian_operator(hessian, PreparedHessian::Part::gauss_newton),
                        {.lowest = 0, .highest = ranks, .tolerance = 1e-6, .multiplicities = false},
                        stream)
            .highest);
}

Gap largest_gap(std::span<double const> top) {
    Gap result;
    double const floor = near_zero * top[0];
    for (std::size_t r = 0; r + 1 < top.size(); ++r) {
        if (!(top[r] > floor)) break;
        double const next = std::isnan(top[r + 1]) ? floor : std::max(top[r + 1], floor);
        if (!(top[r] / next <= result.ratio))
            result = {.outliers = static_cast<double>(r + 1), .ratio = top[r] / next};
    }
    return result;
}

std::vector<double> const& bin_centres() {
    static std::vector<double> const centres = [] {
        std::vector<double> list;
        for (double u = -largest_u; u < largest_u; u += bin_width)
            list.push_back(u + bin_width / 2);
        return list;
    }();
    return centres;
}

std::vector<double> binned(std::vector<double> const& eigenvalues) {
    std::vector<double> shares(bin_centres().size());
    for (double const eigenvalue : eigenvalues)
        shares[bin_of(eigenvalue)] += 1 / static_cast<double>(eigenvalues.size());
    return shares;
}

BinnedDensity binned(SpectralDensity const& density) {
    BinnedDensity result;
    for (std::size_t bin = 0; bin < bin_centres().size(); ++bin) {
        auto const share =
            density.mean([&](double node) { return bin_of(node) == bin ? 1.0 : 0.0; });
        result.share.push_back(share.value);
        result.standard_error.push_back(share.standard_error);
    }
    return result;
}

Shares shares_of(std::vector<double> const& eigenvalues) {
    auto const n = static_cast<double>(eigenvalues.size());
    double const top = eigenvalues.back();
    Shares shares{0, 0};
    for (double const eigenvalue : eigenvalues) {
        if (std::abs(eigenvalue) < near_zero * top) shares.near_zero += 1 / n;
        if (eigenvalue < -negative * top) shares.negative += 1 / n;
    }
    return shares;
}

}  // namespace spinscape::spectral
