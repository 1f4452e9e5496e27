// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/ising_metropolis.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

constexpr index lanes = IsingFields::lanes;
constexpr index between_recounts = 128;

}  // namespace

IsingWalkers::IsingWalkers(IsingPSpin const& model, IsingFields const& fields,
                           std::uint64_t master_seed, index disorder, index first, index count)
    : model_(model),
      fields_(fields),
      master_seed_(master_seed),
      disorder_(disorder),
      first_(first),
      count_(count),
      energies_(static_cast<std::size_t>(count)) {
    auto const N = model.dimension();
    auto const groups = (count + lanes - 1) / lanes;
    storage_.resize(static_cast<std::size_t>(groups * (N + IsingFields::padding) * lanes + lanes));
    auto const misaligned =
        reinterpret_cast<std::uintptr_t>(storage_.data()) / sizeof(float) % lanes;
    spins_ = storage_.data() + (lanes - misaligned) % lanes;
    uniforms_.resize(static_cast<std::size_t>(N * lanes));
    thresholds_.resize(static_cast<std::size_t>(N * lanes));
    for (index w = 0; w < count; ++w) {
        Stream stream(master_seed, Purpose::start, disorder, 0,
                      static_cast<std::uint64_t>(first + w));
        for (index i = 0; i < N; ++i)
            group(w / lanes)[i * lanes + w % lanes] = stream.bits() >> 31 != 0 ? -1.0F : 1.0F;
        recount(first + w);
    }
}

float* IsingWalkers::group(index g) const {
    return spins_ + g * (model_.dimension() + IsingFields::padding) * lanes;
}

std::vector<std::int8_t> IsingWalkers::spins(index walker) const {
    auto const w = walker - first_;
    SPINSCAPE_EXPECT(0 <= w && w < count_);
    std::vector<std::int8_t> s(static_cast<std::size_t>(model_.dimension()));
    for (std::size_t i = 0; i < s.size(); ++i)
        s[i] = group(w / lanes)[static_cast<index>(i) * lanes + w % lanes] > 0 ? 1 : -1;
    return s;
}

void IsingWalkers::recount(index walker) {
    energies_[static_cast<std::size_t>(walker - first_)] = model_.energy(spins(walker));
}

void IsingWalkers::sweep(index sweep, std::span<double const> betas) {
    SPINSCAPE_EXPECT(std::ssize(betas) == count_);
    auto const N = model_.dimension();
    for (index g = 0; g * lanes < count_; ++g) {
        auto const here = std::min(lanes, count_ - g * lanes);
        for (index l = 0; l < here; ++l) {
            Stream stream(master_seed_, Purpose::noise, disorder_, sweep,
                          static_cast<std::uint64_t>(first_ + g * lanes + l));
            auto const row = std::span(uniforms_).subspan(static_cast<std::size_t>(l * N),
                                                          static_cast<std::size_t>(N));
            stream.fill_uniform(row);
            for (index i = 0; i < N; ++i)
                thresholds_[static_cast<std::size_t>(i * lanes + l)] =
                    -std::log(row[static_cast<std::size_t>(i)]);
        }
        auto* s = group(g);
        alignas(64) float field[lanes];
        for (index i = 0; i < N; ++i) {
            fields_(i, s, field);
            auto* spin = s + i * lanes;
            for (index l = 0; l < here; ++l) {
                auto const w = static_cast<std::size_t>(g * lanes + l);
                double const change = -2 * static_cast<double>(spin[l] * field[l]);
                if (betas[w] * change > thresholds_[static_cast<std::size_t>(i * lanes + l)])
                    continue;
                spin[l] = -spin[l];
                energies_[w] += change;
                ++flips_;
            }
        }
    }
    if (sweep % between_recounts == between_recounts - 1)
        for (index w = 0; w < count_; ++w) recount(first_ + w);
}

void IsingWalkers::put(index walker, std::span<double const> spins, double energy) {
    auto const w = walker - first_;
    SPINSCAPE_EXPECT(0 <= w && w < count_ && std::ssize(spins) == model_.dimension());
    for (index i = 0; i < model_.dimension(); ++i)
        group(w / lanes)[i * lanes + w % lanes] =
            static_cast<float>(spins[static_cast<std::size_t>(i)]);
    energies_[static_cast<std::size_t>(w)] = energy;
}

}  // namespace spinscape
