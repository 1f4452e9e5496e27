// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/random.hpp"

#include "spinscape/base/contract.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace spinscape {

namespace {

/// Finaliser of splitmix64: a bijection of 64-bit words that scatters neighbouring inputs.
std::uint64_t scatter(std::uint64_t z) {
    z += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

}  // namespace

Stream::Stream(std::uint64_t master_seed, Purpose purpose, index replica, index step,
               std::uint64_t salt)
    : key_(scatter(scatter(scatter(master_seed) ^ static_cast<std::uint64_t>(purpose)) ^ salt)),
      replica_(static_cast<std::uint32_t>(replica)),
      step_(static_cast<std::uint32_t>(step)) {
    SPINSCAPE_EXPECT(0 <= replica && replica < (index{1} << 32));
    SPINSCAPE_EXPECT(0 <= step && step < (index{1} << 32));
}

std::uint32_t Stream::bits() {
    auto const block = position_ / 4;
    if (block != cached_block_) {
        r123::Philox4x32::ctr_type const counter = {{static_cast<std::uint32_t>(block),
                                                     static_cast<std::uint32_t>(block >> 32), step_,
                                                     replica_}};
        r123::Philox4x32::key_type const key = {
            {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
        auto const words = r123::Philox4x32{}(counter, key);
        for (int i = 0; i < 4; ++i) cache_[i] = words[static_cast<std::size_t>(i)];
        cached_block_ = block;
    }
    return cache_[position_++ % 4];
}

double Stream::uniform() {
    return (static_cast<double>(bits()) + 0.5) * 0x1p-32;
}

double Stream::normal() {
    auto const pair = position_ & ~std::uint64_t{1};
    auto const second = position_ & 1;
    position_ = pair;
    auto const u = uniform();
    auto const v = uniform();
    position_ = pair + second + 1;
    auto const radius = std::sqrt(-2 * std::log(u));
    auto const angle = 2 * std::numbers::pi * v;
    return radius * (second != 0 ? std::sin(angle) : std::cos(angle));
}

// Multiply-shift with rejection ([Lemire2019]): no division but in the rare case.
index Stream::below(index n) {
    SPINSCAPE_EXPECT(0 < n && n < (index{1} << 31));
    auto const range = static_cast<std::uint32_t>(n);
    auto product = std::uint64_t{bits()} * range;
    if (static_cast<std::uint32_t>(product) < range) {
        std::uint32_t const threshold = (0 - range) % range;
        while (static_cast<std::uint32_t>(product) < threshold)
            product = std::uint64_t{bits()} * range;
    }
    return static_cast<index>(product >> 32);
}

void Stream::fill_uniform(std::span<double> out) {
    for (auto& x : out) x = uniform();
}

void Stream::fill_uniform(std::span<float> out) {
    for (auto& x : out) x = static_cast<float>(uniform());
}

void Stream::fill_normal(std::span<double> out) {
    position_ += position_ & 1;
    for (auto& x : out) x = normal();
}

void Stream::fill_normal(std::span<float> out) {
    position_ += position_ & 1;
    for (auto& x : out) x = static_cast<float>(normal());
}

void Stream::permutation(std::span<std::int32_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::int32_t>(i);
    for (auto i = std::ssize(out) - 1; i > 0; --i) {
        auto const j = below(i + 1);
        std::swap(out[static_cast<std::size_t>(i)], out[static_cast<std::size_t>(j)]);
    }
}

}  // namespace spinscape
