// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/random_walk_metropolis.hpp"

#include "spinscape/dynamics/cooling.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/potentials.hpp"
#include "spinscape/landscape/quadratic.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

struct Mean {
    double value, error;
};

/// Average of the last coordinate squared, with the spread between replicas as error.
template <class L>
Mean last_squared(L const& f, Batch<double>& x, MetropolisOptions const& options) {
    RandomWalkMetropolis dynamics(f, x.view(), options, {.master_seed = 3});
    int const steps = 6000;
    for (int k = 0; k < 300; ++k) dynamics.advance();
    std::vector<double> sums(static_cast<std::size_t>(x.replicas()));
    for (int k = 0; k < steps; ++k) {
        dynamics.advance();
        for (index r = 0; r < x.replicas(); ++r)
            sums[static_cast<std::size_t>(r)] += x[r].back() * x[r].back() / steps;
    }
    auto const n = static_cast<double>(sums.size());
    double mean = 0, squares = 0;
    for (double const s : sums) mean += s / n;
    for (double const s : sums) squares += (s - mean) * (s - mean);
    return {mean, std::sqrt(squares / (n * (n - 1)))};
}

TEST(RandomWalkMetropolis, KeepsTheBoltzmannLawOfAParabola) {
    // Variance T / c, whatever the step and however many coordinates move.
    Quadratic<Flat> const f({1, 0, 0, 0, 2, 0, 0, 0, 4}, 3, Flat{});
    for (index const moved : {0, 1, 2})
        for (double const step : {0.3, 1.5}) {
            Batch<double> x(3, 100);
            auto const m = last_squared(f, x, {.temperature = 0.5, .step = step, .moved = moved});
            EXPECT_NEAR(m.value, 0.5 / 4, 4 * m.error) << moved << " " << step;
            EXPECT_LT(m.error, 0.05 * 0.5 / 4);
        }
}

TEST(RandomWalkMetropolis, AndOnASphere) {
    Quadratic<Sphere> const f({1, 0, 0, 0, 1, 0, 0, 0, 4}, 3, {3.0});
    double above = 0, below = 0;  // x_3 = sqrt 3 u, u uniform at T = infinity
    for (double u = -1; u < 1; u += 1e-4) {
        double const weight = std::exp(-3 * 3 * u * u / 2);
        above += 3 * u * u * weight;
        below += weight;
    }
    Batch<double> x(3, 100);
    for (index r = 0; r < 100; ++r) {
        Stream stream(2, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    auto const m = last_squared(f, x, {.temperature = 1, .step = 0.8});
    EXPECT_NEAR(m.value, above / below, 4 * m.error);
    EXPECT_LT(m.error, 0.03 * above / below);
    EXPECT_GT(std::abs(m.value - 1), 10 * m.error);  // where every proposal is accepted
}

TEST(RandomWalkMetropolis, StepsAdaptAndStatesContinue) {
    Quadratic<Flat> const f({1, 0, 0, 4}, 2, Flat{});
    MetropolisOptions const options{.temperature = 0.01, .step = 50, .target_acceptance = 0.4};
    Batch<double> x(2, 4), y(2, 4), z(2, 4);
    RandomWalkMetropolis whole(f, x.view(), options, {.master_seed = 3, .first_replica = 7});
    for (int k = 0; k < 2000; ++k) whole.advance();
    EXPECT_NEAR(static_cast<double>(whole.accepted(2)) / 2000, 0.4, 0.05);
    EXPECT_LT(whole.step(2), 1);

    ByteWriter saved;
    {
        RandomWalkMetropolis part(f, y.view(), options, {.master_seed = 3, .first_replica = 7});
        for (int k = 0; k < 700; ++k) part.advance();
        part.save(saved);
    }
    RandomWalkMetropolis rest(f, y.view(), options, {.master_seed = 3, .first_replica = 7});
    ByteReader in(saved.bytes());
    rest.load(in);
    for (int k = 700; k < 2000; ++k) rest.advance();
    RandomWalkMetropolis alone(f, z.view().slice(2, 1), options,
                               {.master_seed = 3, .first_replica = 9});
    for (int k = 0; k < 2000; ++k) alone.advance();
    for (index r = 0; r < 4; ++r) EXPECT_TRUE(std::ranges::equal(x[r], y[r]));
    EXPECT_TRUE(std::ranges::equal(x[2], z[2]));
}

TEST(RandomWalkMetropolis, StepsInFlatDirectionsStayFinite) {
    Quadratic<Flat> const flat({0, 0, 0, 0}, 2, Flat{});
    Batch<double> x(2, 1);
    RandomWalkMetropolis free(flat, x.view(), {.step = 0.1, .target_acceptance = 0.4}, {});
    RandomWalkMetropolis bounded(flat, x.view(),
                                 {.step = 0.1, .target_acceptance = 0.4, .largest_step = 0.5}, {});
    for (int k = 0; k < 200; ++k) {
        free.advance();
        bounded.advance();
    }
    EXPECT_GT(free.step(0), 1e3);
    EXPECT_EQ(bounded.step(0), 0.5);
}

TEST(Cooling, Laws) {
    Cooling cooling{.law = Cooling::Law::linear, .hottest = 2, .coldest = 0.5, .steps = 4};
    EXPECT_DOUBLE_EQ(cooling.at(0), 2);
    EXPECT_DOUBLE_EQ(cooling.at(1), 1.5);
    EXPECT_DOUBLE_EQ(cooling.at(3), 0.5);
    cooling.law = Cooling::Law::geometric;
    EXPECT_DOUBLE_EQ(cooling.at(0), 2);
    EXPECT_NEAR(cooling.at(1) / cooling.at(0), cooling.at(3) / cooling.at(2), 1e-12);
    EXPECT_DOUBLE_EQ(cooling.at(3), 0.5);
    cooling.law = Cooling::Law::inverse;
    EXPECT_DOUBLE_EQ(cooling.at(1), 1);  // 1/T: 0.5, 1, 1.5, 2
    EXPECT_DOUBLE_EQ(cooling.at(3), 0.5);
}

}  // namespace
}  // namespace spinscape
