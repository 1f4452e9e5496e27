// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/ising_p_spin.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

std::vector<std::int8_t> configuration(index N, std::size_t bits) {
    std::vector<std::int8_t> s;
    for (index i = 0; i < N; ++i) s.push_back((bits >> i & 1) != 0 ? -1 : 1);
    return s;
}

TEST(IsingPSpin, AllEnergiesAreThoseOfTheDefinition) {
    for (int const p : {2, 3, 4, 5, 9}) {
        IsingPSpin const model(9, p, CouplingLaw::gaussian, 3, 1);
        auto const all = model.all_energies();
        ASSERT_EQ(all.size(), 512U);
        for (std::size_t bits = 0; bits < all.size(); bits += 7)
            EXPECT_NEAR(all[bits], model.energy(configuration(9, bits)), 1e-12) << p;
        // Turning all spins changes the sign for odd p.
        EXPECT_NEAR(all[5], (p % 2 == 0 ? 1 : -1) * all[511 - 5], 1e-12);
    }
}

// E[H(s)^2] = N (N-1) ... (N-p+1) / N^{p-1}; between configurations that differ in one spin,
// every coupling with it changes sign: C(N-1, p-1) of C(N, p).
TEST(IsingPSpin, Covariance) {
    index const N = 8, samples = 4000;
    int const p = 3;
    double square = 0, product = 0;
    for (index d = 0; d < samples; ++d) {
        auto const all = IsingPSpin(N, p, CouplingLaw::sign, 11, d).all_energies();
        square += all[0] * all[0] / static_cast<double>(samples);
        product += all[0] * all[4] / static_cast<double>(samples);
    }
    double const variance = 8.0 * 7 * 6 / 64, share = 1 - 2.0 * p / N;
    double const error = 4 * variance * std::sqrt(2.0 / static_cast<double>(samples));
    EXPECT_NEAR(square, variance, error);
    EXPECT_NEAR(product, variance * share, error);
}

TEST(IsingPSpin, FieldsAreDifferencesOfEnergies) {
    for (int const p : {2, 3, 4, 5}) {
        index const N = 11;
        IsingPSpin const model(N, p, CouplingLaw::gaussian, 5, 2);
        IsingFields const fields(model);
        alignas(64) float spins[(11 + IsingFields::padding) * IsingFields::lanes] = {};
        for (index l = 0; l < IsingFields::lanes; ++l) {
            auto const s = configuration(N, static_cast<std::size_t>(97 * l + 13));
            for (index i = 0; i < N; ++i)
                spins[i * IsingFields::lanes + l] = s[static_cast<std::size_t>(i)];
        }
        for (index i = 0; i < N; ++i) {
            alignas(64) float out[IsingFields::lanes];
            fields(i, spins, out);
            for (index l = 0; l < IsingFields::lanes; ++l) {
                auto s = configuration(N, static_cast<std::size_t>(97 * l + 13));
                double const here = model.energy(s);
                auto& spin = s[static_cast<std::size_t>(i)];
                spin = static_cast<std::int8_t>(-spin);
                double const change = model.energy(s) - here;
                EXPECT_NEAR(out[l], change / (2 * spin), 1e-5) << p << " " << i << " " << l;
            }
        }
    }
}

TEST(IsingPSpin, Refusals) {
    EXPECT_THROW(IsingPSpin(3, 4, CouplingLaw::sign, 1, 0), Error);
    EXPECT_THROW(IsingPSpin(3, 1, CouplingLaw::sign, 1, 0), Error);
    EXPECT_THROW(IsingPSpin(27, 2, CouplingLaw::sign, 1, 0).all_energies(), Error);
}

}  // namespace
}  // namespace spinscape
