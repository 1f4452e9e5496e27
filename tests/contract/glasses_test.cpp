// SPDX-License-Identifier: BSD-3-Clause
#include "landscape_contract.hpp"
#include "spinscape/landscape/diluted_p_spin.hpp"
#include "spinscape/landscape/gaussian_field.hpp"
#include "spinscape/landscape/monkey_saddle.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/landscape/spiked.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>
#include <utility>
#include <vector>

namespace spinscape {
namespace {

template <class L>
std::vector<std::string> broken(L const& f, contract::Options const& options) {
    Batch<typename L::Real> x(f.dimension(), 5);
    for (index r = 0; r < 5; ++r) {
        Stream stream(6, Purpose::start, r);
        stream.fill_normal(x[r]);
        f.manifold().retract(x[r]);
    }
    return contract::violations(f, BatchView<typename L::Real const>(x.view()), options);
}

using Model = std::pair<index, std::vector<PSpinTerm>>;

class GlassContract : public testing::TestWithParam<Model> {};

TEST_P(GlassContract, Double) {
    auto const& [N, terms] = GetParam();
    EXPECT_THAT(broken(SphericalPSpin<double>(N, terms, 8, 0), {.step = 1e-2, .rounding = 1e-13}),
                testing::IsEmpty());
}

TEST_P(GlassContract, Single) {
    auto const& [N, terms] = GetParam();
    EXPECT_THAT(broken(SphericalPSpin<float>(N, terms, 8, 0), {.step = 0.2, .rounding = 2e-6}),
                testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    PSpin, GlassContract,
    testing::Values(Model{9, {{.p = 2}}}, Model{9, {{.p = 3}}}, Model{37, {{.p = 3}}},
                    Model{8, {{.p = 4}}}, Model{6, {{.p = 5}}},
                    Model{10, {{.p = 3, .coefficient = 0.7}, {.p = 4, .coefficient = 0.5}}}));

constexpr contract::Options in_double = {.step = 1e-2, .rounding = 1e-13},
                            in_single = {.step = 0.2, .rounding = 2e-6};

TEST(GlassContract, CouplingsOfOtherLaws) {
    for (auto const law : {CouplingLaw::sign, CouplingLaw::uniform, CouplingLaw::laplace})
        EXPECT_THAT(broken(SphericalPSpin<double>(9, {{.p = 3}}, 8, 0, law), in_double),
                    testing::IsEmpty());
}

using Diluted = std::pair<Model, std::vector<double>>;

class DilutedContract : public testing::TestWithParam<Diluted> {};

TEST_P(DilutedContract, Double) {
    auto const& [model, kept] = GetParam();
    EXPECT_THAT(broken(DilutedPSpin<double>(model.first, model.second, kept, 8, 0), in_double),
                testing::IsEmpty());
}

TEST_P(DilutedContract, Single) {
    auto const& [model, kept] = GetParam();
    EXPECT_THAT(broken(DilutedPSpin<float>(model.first, model.second, kept, 8, 0), in_single),
                testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    PSpin, DilutedContract,
    testing::Values(Diluted{{9, {{.p = 2}}}, {0.7}}, Diluted{{9, {{.p = 3}}}, {1.0}},
                    Diluted{{37, {{.p = 3}}}, {0.1}}, Diluted{{12, {{.p = 4}}}, {0.3}},
                    Diluted{{9, {{.p = 5}}}, {0.2}},
                    Diluted{{12, {{.p = 2}, {.p = 3, .coefficient = -0.5}}}, {0.5, 0.2}}));

TEST(SpikedContract, DenseAndDiluted) {
    for (int const order : {1, 2, 3, 4}) {
        Spike const spike = {.lambda = 1.5, .order = order};
        EXPECT_THAT(
            broken(Spiked(SphericalPSpin<double>(9, {{.p = 3}}, 8, 0), spike, 8, 0), in_double),
            testing::IsEmpty());
        EXPECT_THAT(broken(Spiked(DilutedPSpin<float>(12, {{.p = 3}}, {0.5}, 8, 0), spike, 8, 0),
                           in_single),
                    testing::IsEmpty());
    }
}

std::vector<double> random_symmetric(index n) {
    std::vector<double> A(static_cast<std::size_t>(n * n));
    Stream stream(5, Purpose::disorder, 0);
    for (index i = 0; i < n; ++i)
        for (index j = 0; j <= i; ++j)
            A[static_cast<std::size_t>(i * n + j)] = A[static_cast<std::size_t>(j * n + i)] =
                stream.normal();
    return A;
}

TEST(QuadraticContract, FlatAndOnTheSphere) {
    EXPECT_THAT(broken(Quadratic<Flat>(random_symmetric(7), 7, {}), {}), testing::IsEmpty());
    EXPECT_THAT(broken(Quadratic<Sphere>(random_symmetric(7), 7, {7.0}), {}), testing::IsEmpty());
}

TEST(MonkeySaddleContract, Double) {
    EXPECT_THAT(broken(MonkeySaddle{}, {}), testing::IsEmpty());
}

TEST(GaussianFieldContract, BothCovariances) {
    for (auto const covariance :
         {GaussianField::Covariance::gaussian, GaussianField::Covariance::rational})
        for (index const N : {1, 7})
            EXPECT_THAT(
                broken(GaussianField(N, covariance, 8, 0, 100), {.step = 2e-2, .rounding = 1e-13}),
                testing::IsEmpty());
}

}  // namespace
}  // namespace spinscape
