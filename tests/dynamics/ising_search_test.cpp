// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/ising_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace spinscape {
namespace {

std::vector<std::int8_t> signs(std::span<double const> spins) {
    return {spins.begin(), spins.end()};
}

TEST(IsingConfiguration, FieldsFollowEveryFlip) {
    for (int const p : {2, 3, 4, 5}) {
        index const N = 13;
        IsingPSpin const model(N, p, CouplingLaw::gaussian, 21, 0);
        IsingFields const fields(model);
        IsingConfiguration at(model, fields, Stream(1, Purpose::start, 0));
        Stream stream(2, Purpose::probe, 0);
        for (int flips = 0; flips < 30; ++flips) {
            EXPECT_NEAR(at.energy(), model.energy(signs(at.spins())), 1e-4) << p;
            for (index i = 0; i < N; ++i) {
                auto s = signs(at.spins());
                auto& spin = s[static_cast<std::size_t>(i)];
                spin = static_cast<std::int8_t>(-spin);
                EXPECT_NEAR(at.change(i), model.energy(s) - at.energy(), 1e-4) << p << " " << i;
            }
            at.flip(stream.below(N));
        }
        EXPECT_EQ(at.flips(), 30);
    }
}

TEST(GreedyDescent, EndsWhereNoFlipHelps) {
    index const N = 40;
    IsingPSpin const model(N, 3, CouplingLaw::gaussian, 21, 0);
    IsingFields const fields(model);
    for (index start = 0; start < 5; ++start) {
        IsingConfiguration at(model, fields, Stream(1, Purpose::start, start));
        double const before = at.energy();
        auto const flips = greedy_descent(at, 1000);
        EXPECT_GT(flips, 3);
        EXPECT_LT(flips, 100);
        EXPECT_LT(at.energy(), before);
        for (index i = 0; i < N; ++i) EXPECT_GE(at.change(i), -1e-6);
    }
}

/// Lowest energy after so many flips.
double lowest(IsingPSpin const& model, IsingFields const& fields, double tau, int flips) {
    IsingConfiguration at(model, fields, Stream(1, Purpose::start, 0));
    ExtremalOptimisation search(at, tau, Stream(1, Purpose::noise, 0));
    for (int k = 0; k < flips; ++k) search.advance();
    return search.lowest();
}

TEST(ExtremalOptimisation, FindsGroundStatesThatDescentMisses) {
    index const N = 18;
    int descents = 0;
    for (index disorder = 0; disorder < 6; ++disorder) {
        IsingPSpin const model(N, 3, CouplingLaw::gaussian, 21, disorder);
        IsingFields const fields(model);
        double const ground = std::ranges::min(model.all_energies());
        EXPECT_NEAR(lowest(model, fields, 1.4, 5000), ground, 1e-4);
        IsingConfiguration at(model, fields, Stream(1, Purpose::start, 0));
        greedy_descent(at, 1000);
        if (at.energy() < ground + 1e-4) ++descents;
    }
    EXPECT_LT(descents, 6);
}

TEST(ExtremalOptimisation, RanksFollowThePowerLaw) {
    // tau -> infinity always flips the worst spin, tau -> 0 any: only what lies between searches.
    index const N = 40;
    IsingPSpin const model(N, 3, CouplingLaw::gaussian, 21, 1);
    IsingFields const fields(model);
    double const middle = lowest(model, fields, 1.4, 4000);
    EXPECT_LT(middle, lowest(model, fields, 1e-3, 4000) - 0.1 * static_cast<double>(N));
    EXPECT_LE(middle, lowest(model, fields, 20, 4000));
    IsingConfiguration at(model, fields, Stream(1, Purpose::start, 0)), copy = at;
    ExtremalOptimisation search(at, 1.4, Stream(1, Purpose::noise, 0));
    for (int k = 0; k < 300; ++k) search.advance();
    ByteWriter out;
    search.write(out);
    ExtremalOptimisation again(copy, 1.4, Stream(1, Purpose::noise, 0));
    ByteReader in(out.bytes());
    again.read(in);
    for (int k = 0; k < 300; ++k) {
        search.advance();
        again.advance();
    }
    EXPECT_EQ(search.lowest(), again.lowest());
    EXPECT_TRUE(std::ranges::equal(at.spins(), copy.spins()));
}

}  // namespace
}  // namespace spinscape
