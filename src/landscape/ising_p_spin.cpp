// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/ising_p_spin.hpp"

#include "replicas_in_registers.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace spinscape {

namespace {

/// One spin of all configurations, or a sum over spins.
template <int bytes>
using Lanes = kernels::Replicas<float, IsingFields::lanes, bytes>;

double binomial(index n, index k) {
    double result = 1;
    for (index a = 1; a <= k; ++a)
        result *= static_cast<double>(n - k + a) / static_cast<double>(a);
    return std::round(result);
}

/// Calls f(tuple) for all i1 < ... < ip below N in lexicographic order.
template <class F>
void for_tuples(index N, int p, F const& f) {
    std::vector<index> tuple(static_cast<std::size_t>(p));
    for (std::size_t a = 0; a < tuple.size(); ++a) tuple[a] = static_cast<index>(a);
    for (;;) {
        f(std::span<index const>(tuple));
        std::size_t a = tuple.size();
        while (a > 0 && tuple[a - 1] == N - static_cast<index>(tuple.size() - a) - 1) --a;
        if (a == 0) return;
        ++tuple[a - 1];
        for (; a < tuple.size(); ++a) tuple[a] = tuple[a - 1] + 1;
    }
}

// A slab holds the couplings of one spin with p - 1 others, for every set of others that are
// smaller than N, zeros where the spin itself is among them. p = 2: one row. Else for each prefix
// j1 < ... < j_{p-3} a leaf: pairs a < b above the prefix, four rows a, ..., a+3 at a time, each
// over b = a + 1, ..., N - 1, with zeros where b is not above the row.

index leaf_size(index N, index first) {
    index size = 0;
    for (index a = first; a + 1 < N; a += 4) size += 4 * (N - a - 1);
    return size;
}

index slab_size(index N, int others, index first = 0) {
    if (others == 1) return N;
    if (others == 2) return leaf_size(N, first);
    index size = 0;
    for (index j = first; j < N; ++j) size += slab_size(N, others - 1, j + 1);
    return size;
}

/// Place of the couplings to a sorted set of others in a slab.
index place(index N, std::span<index const> others, index first = 0) {
    if (others.size() == 1) return others[0];
    if (others.size() == 2) {
        index at = 0, a = first;
        for (; a + 4 <= others[0]; a += 4) at += 4 * (N - a - 1);
        return at + (others[0] - a) * (N - a - 1) + (others[1] - a - 1);
    }
    index at = 0;
    for (index j = first; j < others[0]; ++j)
        at += slab_size(N, static_cast<int>(others.size()) - 1, j + 1);
    return at + place(N, others.subspan(1), others[0] + 1);
}

/// sum_{a<b} c_ab s_a s_b of 16 configurations: each row of spins is loaded once for four rows of
/// couplings, eight registers of sums (AVX2) are in flight.
template <int bytes>
SPINSCAPE_INLINE Lanes<bytes> leaf(float const*& c, index N, index first, float const* s) {
    constexpr auto lanes = IsingFields::lanes;
    Lanes<bytes> sum = {};
    for (index a = first; a + 1 < N; a += 4) {
        auto const length = N - a - 1;
        Lanes<bytes> row[4] = {};
        for (index k = 0; k < length; ++k) {
            auto const sk = Lanes<bytes>::at(s + (a + 1 + k) * lanes);
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) row[r].add(c[r * length + k], sk);
        }
#pragma GCC unroll 4
        for (int r = 0; r < 4; ++r) sum = sum + Lanes<bytes>::at(s + (a + r) * lanes) * row[r];
        c += 4 * length;
    }
    return sum;
}

template <int bytes>
SPINSCAPE_INLINE void row_sum_of(float const* c, index N, float const* s, float* out) {
    Lanes<bytes> even = {}, odd = {};
    for (index j = 0; j + 1 < N; j += 2) {
        even.add(c[j], Lanes<bytes>::at(s + j * IsingFields::lanes));
        odd.add(c[j + 1], Lanes<bytes>::at(s + (j + 1) * IsingFields::lanes));
    }
    if (N % 2 == 1) even.add(c[N - 1], Lanes<bytes>::at(s + (N - 1) * IsingFields::lanes));
    (even + odd).to(out);
}

void set_sum(float const** c, index N, int others, index first, float const* spins, float* out);

/// Sum over the sets of `others` spins from `first` on; moves c to their end. One more level of
/// products for each spin of the prefix.
template <int bytes>
SPINSCAPE_INLINE void set_sum_of(float const** c, index N, int others, index first, float const* s,
                                 float* out) {
    if (others == 2) return leaf<bytes>(*c, N, first, s).to(out);
    Lanes<bytes> sum = {};
    for (index j = first; j < N; ++j) {
        Lanes<bytes> inner;
        if (others == 3) {
            inner = leaf<bytes>(*c, N, j + 1, s);
        } else {
            alignas(64) float deeper[IsingFields::lanes];
            set_sum(c, N, others - 1, j + 1, s, deeper);
            inner = Lanes<bytes>::at(deeper);
        }
        sum = sum + Lanes<bytes>::at(s + j * IsingFields::lanes) * inner;
    }
    sum.to(out);
}

SPINSCAPE_INLINE void row_sum(InstructionSet set, float const* c, index N, float const* s,
                              float* out) {
    switch (set) {
        case InstructionSet::x86_64_v4:
            return row_sum_of<64>(c, N, s, out);
        case InstructionSet::x86_64_v3:
            return row_sum_of<32>(c, N, s, out);
        default:
            return row_sum_of<16>(c, N, s, out);
    }
}

SPINSCAPE_INLINE void set_sum_body(InstructionSet set, float const** c, index N, int others,
                                   index first, float const* s, float* out) {
    switch (set) {
        case InstructionSet::x86_64_v4:
            return set_sum_of<64>(c, N, others, first, s, out);
        case InstructionSet::x86_64_v3:
            return set_sum_of<32>(c, N, others, first, s, out);
        default:
            return set_sum_of<16>(c, N, others, first, s, out);
    }
}

void set_sum(float const** c, index N, int others, index first, float const* spins, float* out) {
    multiversion<set_sum_body>(c, N, others, first, spins, out);
}

/// The sum over pairs of a leaf for one configuration; out <- out + `prefix` times its gradient.
SPINSCAPE_INLINE void leaf_gradient(float const** c, index N, index first, double prefix,
                                    double const* s, double* out, double* total) {
    for (index a = first; a + 1 < N; a += 4) {
        auto const length = N - a - 1;
        for (index row = a; row < std::min(a + 4, N); ++row) {
            auto const* values = *c + (row - a) * length;
            double const factor = prefix * s[row];
            double sum[8] = {};
            index k = 0;
            for (; k + 8 <= length; k += 8)
                for (index l = 0; l < 8; ++l) {
                    double const value = static_cast<double>(values[k + l]);
                    sum[l] += value * s[a + 1 + k + l];
                    out[a + 1 + k + l] += value * factor;
                }
            for (; k < length; ++k) {
                sum[0] += static_cast<double>(values[k]) * s[a + 1 + k];
                out[a + 1 + k] += static_cast<double>(values[k]) * factor;
            }
            for (index l = 1; l < 8; ++l) sum[0] += sum[l];
            out[row] += prefix * sum[0];
            *total += s[row] * sum[0];
        }
        *c += 4 * length;
    }
}

/// The same for all sets of `others` spins from `first` on.
double set_gradient(float const** c, index N, int others, index first, double prefix,
                    double const* s, double* out) {
    double total = 0;
    if (others == 2) {
        multiversion<leaf_gradient>(c, N, first, prefix, s, out, &total);
        return total;
    }
    for (index j = first; j < N; ++j) {
        double const inner = set_gradient(c, N, others - 1, j + 1, prefix * s[j], s, out);
        out[j] += prefix * inner;
        total += s[j] * inner;
    }
    return total;
}

}  // namespace

IsingPSpin::IsingPSpin(index N, int p, CouplingLaw law, std::uint64_t master_seed, index disorder)
    : N_(N), p_(p) {
    if (p < 2 || p > N)
        throw Error(ExitCode::bad_input, "Ising p-spin glass: p = " + std::to_string(p) +
                                             " with N = " + std::to_string(N) +
                                             ": must be 2 <= p <= N");
    scale_ = std::exp(0.5 * (std::lgamma(p + 1.0) - (p - 1) * std::log(static_cast<double>(N))));
    Stream stream(master_seed, Purpose::disorder, disorder, p,
                  static_cast<std::uint64_t>(N) | std::uint64_t{1} << 63);
    couplings_.resize(static_cast<std::size_t>(binomial(N, p)));
    draw_couplings(law, stream, couplings_);
}

double IsingPSpin::energy(std::span<std::int8_t const> s) const {
    SPINSCAPE_EXPECT(std::ssize(s) == N_);
    double sum = 0;
    auto const* J = couplings_.data();
    for_tuples(N_, p_, [&](std::span<index const> tuple) {
        int sign = 1;
        for (auto const i : tuple) sign *= s[static_cast<std::size_t>(i)];
        sum += sign * static_cast<double>(*J++);
    });
    return scale_ * sum;
}

std::vector<double> IsingPSpin::all_energies() const {
    if (N_ > 26)
        throw Error(ExitCode::bad_input, "Ising p-spin glass: all energies of N = " +
                                             std::to_string(N_) + " are too many; N <= 26");
    // H(s) = sum over masks of coefficient times parity of the spins down in the mask.
    std::vector<double> H(std::size_t{1} << N_);
    auto const* J = couplings_.data();
    for_tuples(N_, p_, [&](std::span<index const> tuple) {
        std::size_t mask = 0;
        for (auto const i : tuple) mask |= std::size_t{1} << i;
        H[mask] = scale_ * static_cast<double>(*J++);
    });
    for (std::size_t half = 1; half < H.size(); half *= 2)
        for (std::size_t start = 0; start < H.size(); start += 2 * half)
            for (std::size_t i = start; i < start + half; ++i) {
                double const a = H[i], b = H[i + half];
                H[i] = a + b;
                H[i + half] = a - b;
            }
    return H;
}

double IsingPSpin::memory_bytes(index N, int p) {
    return sizeof(float) * binomial(N, p);
}

IsingFields::IsingFields(IsingPSpin const& model)
    : N_(model.N_),
      p_(model.p_),
      slab_(static_cast<std::size_t>(slab_size(N_, p_ - 1))),
      values_(static_cast<std::size_t>(N_) * slab_) {
    auto const* J = model.couplings_.data();
    std::vector<index> others(static_cast<std::size_t>(p_ - 1));
    for_tuples(N_, p_, [&](std::span<index const> tuple) {
        auto const value = static_cast<float>(model.scale_ * static_cast<double>(*J++));
        for (auto const i : tuple) {
            std::ranges::remove_copy(tuple, others.begin(), i);
            values_[static_cast<std::size_t>(i) * slab_ +
                    static_cast<std::size_t>(place(N_, others))] = value;
        }
    });
}

void IsingFields::operator()(index i, float const* spins, float* out) const {
    auto const* c = values_.data() + static_cast<std::size_t>(i) * slab_;
    if (p_ == 2) return multiversion<row_sum>(c, N_, spins, out);
    set_sum(&c, N_, p_ - 1, 0, spins, out);
}

void IsingFields::response(index i, std::span<double const> spins, std::span<double> out) const {
    SPINSCAPE_EXPECT(std::ssize(spins) == N_ && std::ssize(out) == N_);
    auto const* c = values_.data() + static_cast<std::size_t>(i) * slab_;
    if (p_ == 2) {
        std::copy_n(c, N_, out.begin());
        return;
    }
    std::ranges::fill(out, 0.0);
    set_gradient(&c, N_, p_ - 1, 0, 1, spins.data(), out.data());
}

double IsingFields::memory_bytes(index N, int p) {
    return sizeof(float) * static_cast<double>(N) * static_cast<double>(slab_size(N, p - 1));
}

}  // namespace spinscape
