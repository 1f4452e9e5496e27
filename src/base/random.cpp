// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/random.hpp"

#include "philox.hpp"
#include "random_vectors.hpp"
#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <type_traits>
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

/// Words are made this many at a time: they stay in the first-level cache.
constexpr index chunk_words = 2048;
/// Of them, and what is made along.
constexpr index room_for_words = chunk_words + 4 * random_detail::blocks_at_once;

/// Kernels take registers of 32 bytes where there are any.
constexpr bool has_vectors(InstructionSet set) {
    return SPINSCAPE_RANDOM_VECTORS != 0 && set != InstructionSet::baseline;
}

/// `blocks` blocks of four words from block number `first` on, and up to blocks_at_once - 1 more.
SPINSCAPE_INLINE void fill_words(InstructionSet set, std::uint64_t key, std::uint32_t step,
                                 std::uint32_t replica, std::uint64_t first, index blocks,
                                 std::uint32_t* out) {
    if (has_vectors(set)) {
        for (index i = 0; i < blocks; i += random_detail::blocks_at_once)
            random_detail::philox_blocks(key, step, replica, first + static_cast<std::uint64_t>(i),
                                         out + 4 * i);
        return;
    }
    auto const key0 = static_cast<std::uint32_t>(key);
    auto const key1 = static_cast<std::uint32_t>(key >> 32);
    for (index i = 0; i < blocks; ++i) {
        auto const block = first + static_cast<std::uint64_t>(i);
        std::uint32_t counter[4] = {static_cast<std::uint32_t>(block),
                                    static_cast<std::uint32_t>(block >> 32), step, replica};
        random_detail::philox4x32(counter, key0, key1);
        out[4 * i] = counter[0];
        out[4 * i + 1] = counter[1];
        out[4 * i + 2] = counter[2];
        out[4 * i + 3] = counter[3];
    }
}

template <class Real>
SPINSCAPE_INLINE void to_normals(InstructionSet set, std::uint32_t const* words, index pairs,
                                 Real* out) {
    index i = 0;
    if (has_vectors(set))
        for (; i + random_detail::pairs_at_once <= pairs; i += random_detail::pairs_at_once)
            random_detail::normal_pairs(words + 2 * i, out + 2 * i);
    for (; i < pairs; ++i) {
        auto const [a, b] = random_detail::normal_pair(words[2 * i], words[2 * i + 1]);
        out[2 * i] = static_cast<Real>(a);
        out[2 * i + 1] = static_cast<Real>(b);
    }
}

template <class Real>
SPINSCAPE_INLINE void to_uniforms(std::uint32_t const* words, index n, Real* out) {
    for (index i = 0; i < n; ++i)
        if constexpr (std::is_same_v<Real, double>)
            out[i] = random_detail::uniform_from(words[i]);
        else  // 23 bits and the half fill the 24-bit mantissa: no rounding, hence neither 0 nor 1
            out[i] =
                (static_cast<float>(static_cast<std::int32_t>(words[i] >> 9)) + 0.5F) * 0x1p-23F;
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
        cache_[0] = static_cast<std::uint32_t>(block);
        cache_[1] = static_cast<std::uint32_t>(block >> 32);
        cache_[2] = step_;
        cache_[3] = replica_;
        random_detail::philox4x32(cache_, static_cast<std::uint32_t>(key_),
                                  static_cast<std::uint32_t>(key_ >> 32));
        cached_block_ = block;
    }
    return cache_[position_++ % 4];
}

double Stream::uniform() {
    return random_detail::uniform_from(bits());
}

double Stream::normal() {
    auto const second = position_ & 1;
    position_ -= second;
    auto const k0 = bits();
    auto const k1 = bits();
    position_ -= 1 - second;
    auto const pair = random_detail::normal_pair(k0, k1);
    return second != 0 ? pair.second : pair.first;
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

template <class Consume>
void Stream::for_words(index count, Consume&& consume) {
    alignas(64) std::uint32_t words[room_for_words];
    for (index done = 0; done < count;) {
        auto const offset = static_cast<index>(position_ % 4);
        auto const n = std::min(count - done, chunk_words - offset);
        multiversion<fill_words>(key_, step_, replica_, position_ / 4, (offset + n + 3) / 4, words);
        consume(words + offset, done, n);
        position_ += static_cast<std::uint64_t>(n);
        done += n;
    }
}

template <class Real>
void Stream::fill_uniform_any(std::span<Real> out) {
    for_words(std::ssize(out), [&](std::uint32_t const* words, index at, index n) {
        multiversion<to_uniforms<Real>>(words, n, out.data() + at);
    });
}

template <class Real>
void Stream::fill_normal_any(std::span<Real> out) {
    position_ += position_ & 1;
    auto const even = std::ssize(out) / 2 * 2;
    for_words(even, [&](std::uint32_t const* words, index at, index n) {
        multiversion<to_normals<Real>>(words, n / 2, out.data() + at);
    });
    if (even < std::ssize(out)) out.back() = static_cast<Real>(normal());
}

void Stream::fill_uniform(std::span<double> out) {
    fill_uniform_any(out);
}
void Stream::fill_uniform(std::span<float> out) {
    fill_uniform_any(out);
}
void Stream::fill_normal(std::span<double> out) {
    fill_normal_any(out);
}
void Stream::fill_normal(std::span<float> out) {
    fill_normal_any(out);
}

// Draws what below(i + 1) would for i = n-1 ... 1, from words made many at a time.
void Stream::permutation(std::span<std::int32_t> out) {
    auto* const order = out.data();
    for (index i = 0; i < std::ssize(out); ++i) order[i] = static_cast<std::int32_t>(i);
    for (auto i = std::ssize(out) - 1; i > 0;)
        for_words(i, [&](std::uint32_t const* words, index, index n) {
            for (index w = 0; w < n; ++w) {
                auto const range = static_cast<std::uint32_t>(i + 1);
                auto const product = std::uint64_t{words[w]} * range;
                auto const fraction = static_cast<std::uint32_t>(product);
                if (fraction < range && fraction < (0 - range) % range) continue;
                std::swap(order[i--], order[product >> 32]);
            }
        });
}

}  // namespace spinscape
