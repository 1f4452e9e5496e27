// SPDX-License-Identifier: BSD-3-Clause
// What is known exactly about Hessians of networks and glasses, by every tool: a linear network
// with planted eigenvalues, the 2-spin glass whose Hessians are shifts of each other, moments.
#include "spinscape/critical/certificate.hpp"
#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/critical/network_hessians.hpp"
#include "spinscape/critical/search.hpp"
#include "spinscape/critical/spectral_density.hpp"
#include "spinscape/critical/trace.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {
namespace {

std::vector<double> normals(index n, index salt) {
    std::vector<double> v(static_cast<std::size_t>(n));
    Stream(3, Purpose::start, salt).fill_normal(std::span<double>(v));
    return v;
}

/// Outputs a linear map of the inputs, squared loss: H = mean of (x,1)(x,1)^T for each output, and
/// samples in pairs +-s_k e_k make that diag(s_k^2 / D, 1).
struct PlantedNetwork {
    std::vector<double> scales{3, 3, 2, 1, 0, 0};
    index outputs = 3;
    Network<double> f;

    PlantedNetwork() : f(architecture(), samples()) {}
    [[nodiscard]] Architecture architecture() const {
        return {
            .inputs = std::ssize(scales), .hidden = {}, .outputs = outputs, .loss = Loss::squared};
    }
    [[nodiscard]] std::shared_ptr<Samples const> samples() const {
        Samples data;
        for (std::size_t k = 0; k < scales.size(); ++k)
            for (double const sign : {1.0, -1.0}) {
                for (std::size_t i = 0; i < scales.size(); ++i)
                    data.features.push_back(static_cast<float>(i == k ? sign * scales[k] : 0));
                data.labels.push_back(static_cast<std::int32_t>(k) % 3);
            }
        return std::make_shared<Samples const>(std::move(data));
    }
    [[nodiscard]] std::vector<double> spectrum() const {
        std::vector<double> values;
        for (index c = 0; c < outputs; ++c) {
            for (double const s : scales)
                values.push_back(s * s / static_cast<double>(scales.size()));
            values.push_back(1);
        }
        std::ranges::sort(values);
        return values;
    }
};

TEST(Toolbox, ANetworkWithPlantedEigenvalues) {
    PlantedNetwork const planted;
    auto const expected = planted.spectrum();
    auto const n = std::ssize(expected);
    auto const surface = surface_of(planted.f);
    auto const x = normals(n, 0);
    surface->move_to(x);
    auto const spectrum = hessian_spectrum(*surface);
    ASSERT_EQ(std::ssize(spectrum), n);
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(spectrum[i], expected[i], 1e-13);
    auto const by_spectrum = certify(*surface, {.threshold = 1e-9}),
               by_inertia = certify(*surface, {.threshold = 1e-9, .by_inertia = true});
    for (auto const& certificate : {by_spectrum, by_inertia}) {
        EXPECT_EQ(certificate.index, 0);
        EXPECT_EQ(certificate.nullity, 6);  // two inputs that are always 0
    }
    PreparedHessian hessian(planted.f, x);
    auto const H = hessian_operator(hessian);
    auto const ends = end_eigenvalues(H, {.lowest = 7, .highest = 12, .tolerance = 1e-10},
                                      Stream(1, Purpose::probe, 0));
    ASSERT_TRUE(ends.converged);
    for (std::size_t k = 0; k < 12; ++k)
        EXPECT_NEAR(ends.highest[k].value, expected[expected.size() - 1 - k],
                    ends.highest[k].bound + 1e-13);
    for (std::size_t k = 0; k < 7; ++k)
        EXPECT_NEAR(ends.lowest[k].value, expected[k], ends.lowest[k].bound + 1e-13);
    // Five different eigenvalues: the Krylov space of any vector ends with the fifth step.
    auto const density =
        spectral_density(H, {.probes = 40, .steps = 20}, Stream(1, Purpose::probe, 1));
    EXPECT_EQ(density.products, 40 * 5);
    auto const zero = density.share(-0.01, 0.01);
    EXPECT_NEAR(zero.value, 6.0 / 21, 3.3 * zero.standard_error);
    double const trace = std::accumulate(expected.begin(), expected.end(), 0.0);
    // The matrix is diagonal: sign vectors see its trace exactly.
    EXPECT_NEAR(hutchinson_trace(H, 4, Stream(1, Purpose::probe, 2)).value, trace, 1e-12);
}

// At its k-th critical point the Hessian of a 2-spin glass has the eigenvalues l_j - l_k of its
// couplings, and energies differ by N (l_j - l_k) / 2.
TEST(Toolbox, AGlassWhoseHessiansAreShiftsOfEachOther) {
    index const N = 12;
    SphericalPSpin<double> const f(N, {{.p = 2}}, 7, 0);
    auto const surface = surface_of(f);
    std::vector<double> energies;
    std::vector<std::vector<double>> spectra;
    for (index k = 0; k < N; ++k) {
        auto start = normals(N, k);
        surface->retract(start);
        auto const found = find_critical_point(
            *surface, start,
            {.method = SearchMethod::eigenvector_following, .most_steps = 500, .target_index = k});
        ASSERT_TRUE(is_critical(found.kind)) << k;
        ASSERT_EQ(found.certificate.index, k);
        EXPECT_EQ(found.certificate.nullity, 0);
        energies.push_back(found.certificate.value);
        spectra.push_back(hessian_spectrum(*surface));
    }
    for (std::size_t k = 0; k < energies.size(); ++k)
        for (std::size_t j = 0, i = 0; j < energies.size(); ++j) {
            if (j == k) continue;
            EXPECT_NEAR(static_cast<double>(N) / 2 * spectra[k][i++], energies[j] - energies[k],
                        1e-7);
        }
}

/// v^T H^p v for p < 2 steps, by the rule and by products.
void expect_exact_moments(SymmetricOperator const& H, std::vector<double> v) {
    if (H.project) H.project(v);
    double squares = 0;
    for (double const component : v) squares += component * component;
    for (auto& component : v) component /= std::sqrt(squares);
    index const steps = 6;
    auto const rule = lanczos_quadrature(H, v, steps);
    ASSERT_EQ(std::ssize(rule.nodes), steps);
    auto power = v;
    std::vector<double> image(v.size());
    for (index degree = 0; degree <= 2 * steps; ++degree) {
        double moment = 0, scale = 0;
        for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
            moment += rule.weights[i] * std::pow(rule.nodes[i], degree);
            scale += rule.weights[i] * std::pow(std::abs(rule.nodes[i]), degree);
        }
        double const exact = std::inner_product(v.begin(), v.end(), power.begin(), 0.0);
        if (degree < 2 * steps)
            EXPECT_NEAR(moment, exact, 1e-11 * scale) << degree;
        else
            EXPECT_GT(std::abs(moment - exact), 1e-8 * scale);
        H.times(power, image);
        power.swap(image);
    }
}

TEST(Toolbox, MomentsAreExactOnNetworksAndGlasses) {
    Samples data;
    data.features.resize(50 * 4);
    Stream(2, Purpose::disorder, 0).fill_normal(std::span<float>(data.features));
    for (int i = 0; i < 50; ++i) data.labels.push_back(i % 3);
    auto const samples = std::make_shared<Samples const>(data);
    for (auto const activation : {Activation::relu, Activation::tanh}) {
        Network<double> const f(
            {.inputs = 4, .hidden = {5}, .outputs = 3, .activation = activation}, samples);
        PreparedHessian hessian(f, normals(f.dimension(), 1));
        expect_exact_moments(hessian_operator(hessian), normals(f.dimension(), 2));
    }
    for (int const p : {3, 4}) {
        SphericalPSpin<double> const f(25, {{.p = p}}, 7, 0);
        auto const surface = surface_of(f);
        auto x = normals(25, 1);
        surface->retract(x);
        surface->move_to(x);
        expect_exact_moments(hessian_operator(*surface), normals(25, 2));
    }
}

}  // namespace
}  // namespace spinscape
