// SPDX-License-Identifier: BSD-3-Clause
#include "path_lanes.hpp"

#include "spinscape/base/batch.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/multiversion.hpp"

#include <cmath>
#include <string_view>

// Vectors are handed to functions that are always inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace spinscape {

struct PathLanes::Work {
    Work(SymmetricTensor const& the_tensor, std::span<std::complex<double> const> the_phases,
         index the_width)
        : tensor(the_tensor),
          phases(the_phases.begin(), the_phases.end()),
          N(tensor.dimension()),
          width(the_width),
          z(width * 2, N + 1),
          proposed(width * 2, N + 1),
          stage(width * 2, N + 1),
          slope(width * 2, N + 1),
          sum(width * 2, N + 1),
          matrix(width * 2, (N + 1) * (N + 2)) {
        for (int length = 0; length < tensor.order(); ++length)
            level.emplace_back(width * 2,
                               length < 2 ? 0 : static_cast<index>(tensor.count(length)));
    }

    /// Part 0 (real) or 1 (imaginary) of number i in a lane.
    [[nodiscard]] double& at(Batch<double>& numbers, index i, int part, index lane) const {
        return numbers[i][static_cast<std::size_t>(part * width + lane)];
    }

    SymmetricTensor const& tensor;
    std::vector<std::complex<double>> phases;
    index N, width;
    // A row per complex number: real parts of all lanes, then imaginary parts.
    Batch<double> z, proposed, stage, slope, sum;  // x_0, ..., x_{N-1}, lambda
    Batch<double> matrix;                          // N + 1 rows, right-hand side last
    std::vector<Batch<double>> level;              // C x^{p-length} for sorted tuples
};

namespace {

using Work = PathLanes::Work;

template <int width>
struct VectorOf;
template <>
struct VectorOf<4> {
    typedef double Type __attribute__((vector_size(32), may_alias));
    typedef long long Bits __attribute__((vector_size(32), may_alias));
};
template <>
struct VectorOf<8> {
    typedef double Type __attribute__((vector_size(64), may_alias));
    typedef long long Bits __attribute__((vector_size(64), may_alias));
};

/// One step of all lanes. Everything is inlined into propose_step.
template <int width>
struct Step {
    using V = typename VectorOf<width>::Type;
    using Bits = typename VectorOf<width>::Bits;

    /// Complex numbers of all lanes; aligned by hand, for where vectors are shorter than V, so is
    /// its alignment.
    struct alignas(width * 8) Lanes {
        V re, im;
    };

    Work& w;
    index N = w.N;
    int p = w.tensor.order();
    Lanes* z = numbers(w.z);
    Lanes* proposed = numbers(w.proposed);
    Lanes* slope = numbers(w.slope);
    Lanes* A = numbers(w.matrix);

    static SPINSCAPE_INLINE Lanes* numbers(Batch<double>& batch) {
        return reinterpret_cast<Lanes*>(batch[0].data());
    }
    static SPINSCAPE_INLINE Lanes zero() { return {V{}, V{}}; }
    static SPINSCAPE_INLINE Lanes product(Lanes const& a, Lanes const& b) {
        return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
    }
    static SPINSCAPE_INLINE void add_product(Lanes& sum, Lanes const& a, Lanes const& b) {
        sum.re += a.re * b.re;
        sum.re -= a.im * b.im;
        sum.im += a.re * b.im;
        sum.im += a.im * b.re;
    }
    static SPINSCAPE_INLINE void subtract_product(Lanes& sum, Lanes const& a, Lanes const& b) {
        sum.re -= a.re * b.re;
        sum.re += a.im * b.im;
        sum.im -= a.re * b.im;
        sum.im -= a.im * b.re;
    }
    static SPINSCAPE_INLINE V square(Lanes const& a) { return a.re * a.re + a.im * a.im; }
    static SPINSCAPE_INLINE void swap_where(Bits const& mask, V& a, V& b) {
        Bits const difference = ((Bits)a ^ (Bits)b) & mask;
        a = (V)((Bits)a ^ difference);
        b = (V)((Bits)b ^ difference);
    }

    /// C x^{p-2} for sorted pairs, one index after the other contracted.
    SPINSCAPE_INLINE void contract(Lanes const* x) {
        for (int length = p - 1; length >= 2; --length) {
            auto const count = static_cast<index>(w.tensor.count(length));
            auto* out = numbers(w.level[static_cast<std::size_t>(length)]);
            auto const* place = w.tensor.extensions(length).data();
            if (length == p - 1) {
                auto const* in = w.tensor.entries().data();
                for (index m = 0; m < count; ++m) {
                    auto sum = zero();
                    for (index l = 0; l < N; ++l) {
                        double const c = in[*place++];
                        sum.re += c * x[l].re;
                        sum.im += c * x[l].im;
                    }
                    out[m] = sum;
                }
            } else {
                auto const* in = numbers(w.level[static_cast<std::size_t>(length + 1)]);
                for (index m = 0; m < count; ++m) {
                    auto sum = zero();
                    for (index l = 0; l < N; ++l) add_product(sum, in[*place++], x[l]);
                    out[m] = sum;
                }
            }
        }
    }

    /// Jacobian of  F = t C x^{p-1} + (1-t) D x^{p-1} - lambda x,  and of the patch
    /// conj(z) . x = 1, at point y and time t; beside it -F and the patch's defect, or (along_path)
    /// -dF/dt.
    SPINSCAPE_INLINE void assemble(Lanes const* y, V const& t, bool along_path) {
        auto const columns = N + 2;
        contract(y);
        auto const lambda = y[N];
        V const s = 1 - t, slopes = (p - 1.0) * t, phase_slopes = (p - 1.0) * s;
        for (index i = 0; i < N; ++i) A[i * columns + N + 1] = zero();
        // C x^{p-1} is summed in the last column while the pairs are at hand.
        auto const* pairs = p == 2 ? nullptr : numbers(w.level[2]);
        auto const* constant = w.tensor.entries().data();
        index pair = 0;
        for (index i = 0; i < N; ++i) {
            auto sum = A[i * columns + N + 1];
            for (index j = i; j < N; ++j, ++pair) {
                Lanes const c = p == 2 ? Lanes{V{} + constant[pair], V{}} : pairs[pair];
                add_product(sum, c, y[j]);
                if (j > i) add_product(A[j * columns + N + 1], c, y[i]);
                A[i * columns + j] = A[j * columns + i] = {slopes * c.re, slopes * c.im};
            }
            A[i * columns + N + 1] = sum;
        }
        for (index i = 0; i < N; ++i) {
            auto const& phase = w.phases[static_cast<std::size_t>(i)];
            Lanes d = {V{} + phase.real(), V{} + phase.imag()};  // a_i x_i^{p-2}
            for (int k = 0; k < p - 2; ++k) d = product(d, y[i]);
            auto& diagonal = A[i * columns + i];
            diagonal.re += phase_slopes * d.re - lambda.re;
            diagonal.im += phase_slopes * d.im - lambda.im;
            A[i * columns + N] = {-y[i].re, -y[i].im};
            auto& right = A[i * columns + N + 1];
            auto const Dx = product(d, y[i]);
            if (along_path) {
                right = {Dx.re - right.re, Dx.im - right.im};
            } else {
                auto const scaled = product(lambda, y[i]);
                right = {scaled.re - t * right.re - s * Dx.re,
                         scaled.im - t * right.im - s * Dx.im};
            }
        }
        auto defect = zero();
        for (index j = 0; j < N; ++j) {
            Lanes const c = {z[j].re, -z[j].im};
            A[N * columns + j] = c;
            subtract_product(defect, c, y[j]);
        }
        defect.re += 1;
        A[N * columns + N] = zero();
        A[N * columns + N + 1] = along_path ? zero() : defect;
    }

    /// Gaussian elimination; each lane has its own pivots. The solution goes to `slope`.
    SPINSCAPE_INLINE void solve() {
        auto const n = N + 1, columns = n + 1;
        for (index k = 0; k < n; ++k) {
            auto* const pivot = A + k * columns;
            for (index i = k + 1; i < n; ++i) {
                auto* const row = A + i * columns;
                Bits const larger = square(row[k]) > square(pivot[k]);
                for (index j = k; j < columns; ++j) {
                    swap_where(larger, pivot[j].re, row[j].re);
                    swap_where(larger, pivot[j].im, row[j].im);
                }
            }
            V const scale = 1 / square(pivot[k]);
            Lanes const inverse = {pivot[k].re * scale, -pivot[k].im * scale};
            for (index j = k + 1; j < columns; ++j) pivot[j] = product(inverse, pivot[j]);
            for (index i = k + 1; i < n; ++i) {
                auto* const row = A + i * columns;
                auto const factor = row[k];
                for (index j = k + 1; j < columns; ++j) {
                    auto entry = row[j];
                    subtract_product(entry, factor, pivot[j]);
                    row[j] = entry;
                }
            }
        }
        for (index i = n; i-- > 0;) {
            auto sum = A[i * columns + n];
            for (index j = i + 1; j < n; ++j) subtract_product(sum, A[i * columns + j], slope[j]);
            slope[i] = sum;
        }
    }

    SPINSCAPE_INLINE void move(Lanes const* from, V const& step, Lanes const* direction,
                               Lanes* out) {
        for (index i = 0; i <= N; ++i)
            out[i] = {from[i].re + step * direction[i].re, from[i].im + step * direction[i].im};
    }

    SPINSCAPE_INLINE void propose(double const* t_data, double const* dt_data, double* first,
                                  double* second) {
        V t, dt;
        for (int l = 0; l < width; ++l) {
            t[l] = t_data[l];
            dt[l] = dt_data[l];
        }
        auto* const stage = numbers(w.stage);
        auto* const sum = numbers(w.sum);
        for (index i = 0; i <= N; ++i) sum[i] = zero();
        for (int k = 0; k < 4; ++k) {
            V const ahead = (k == 0 ? 0.0 : k < 3 ? 0.5 : 1.0) * dt;
            if (k > 0) move(z, ahead, slope, stage);
            assemble(k == 0 ? z : stage, t + ahead, true);
            solve();
            move(sum, V{} + (k == 0 || k == 3 ? 1.0 / 6 : 1.0 / 3), slope, sum);
        }
        move(z, dt, sum, proposed);
        for (auto* const length : {first, second}) {
            assemble(proposed, t + dt, false);
            solve();
            V squares = {};
            for (index i = 0; i < N; ++i) squares += square(slope[i]);
            move(proposed, V{} + 1, slope, proposed);
            for (int l = 0; l < width; ++l) length[l] = std::sqrt(squares[l]);
        }
    }
};

// As many lanes as one vector holds; longer ones would be taken apart number by number.
SPINSCAPE_INLINE void propose_step(InstructionSet set, Work& work, double const* t,
                                   double const* dt, double* first, double* second) {
    if (set == InstructionSet::x86_64_v4)
        Step<8>{work}.propose(t, dt, first, second);
    else
        Step<4>{work}.propose(t, dt, first, second);
}

index vector_width() {
    return std::string_view(instruction_set()) == "x86-64-v4" ? 8 : 4;
}

}  // namespace

PathLanes::PathLanes(SymmetricTensor const& tensor, std::span<std::complex<double> const> phases)
    : work_(std::make_unique<Work>(tensor, phases, vector_width())) {
    SPINSCAPE_EXPECT(std::ssize(phases) == tensor.dimension());
    // Lanes that never get a path compute with this one.
    std::vector<std::complex<double>> x(phases.size());
    x[0] = 1;
    for (index lane = 0; lane < lanes(); ++lane) set(lane, x, phases[0]);
}

PathLanes::~PathLanes() = default;

index PathLanes::lanes() const {
    return work_->width;
}

void PathLanes::set(index lane, std::span<std::complex<double> const> x,
                    std::complex<double> lambda) {
    for (index i = 0; i <= work_->N; ++i) {
        auto const number = i < work_->N ? x[static_cast<std::size_t>(i)] : lambda;
        work_->at(work_->proposed, i, 0, lane) = number.real();
        work_->at(work_->proposed, i, 1, lane) = number.imag();
    }
    accept(lane);
}

void PathLanes::get(index lane, std::span<std::complex<double>> x,
                    std::complex<double>& lambda) const {
    for (index i = 0; i <= work_->N; ++i) {
        auto& number = i < work_->N ? x[static_cast<std::size_t>(i)] : lambda;
        number = {work_->at(work_->z, i, 0, lane), work_->at(work_->z, i, 1, lane)};
    }
}

void PathLanes::propose(Numbers const& t, Numbers const& dt, Numbers& first, Numbers& second) {
    multiversion<propose_step>(*work_, t.data(), dt.data(), first.data(), second.data());
}

void PathLanes::accept(index lane) {
    auto const N = work_->N;
    double squares = 0;
    for (index i = 0; i < N; ++i)
        for (int const part : {0, 1})
            squares += std::pow(work_->at(work_->proposed, i, part, lane), 2);
    // x -> s x takes lambda -> s^{p-2} lambda.
    auto const scale = 1 / std::sqrt(squares);
    auto const of_lambda = std::pow(scale, work_->tensor.order() - 2);
    for (index i = 0; i <= N; ++i)
        for (int const part : {0, 1})
            work_->at(work_->z, i, part, lane) =
                (i < N ? scale : of_lambda) * work_->at(work_->proposed, i, part, lane);
}

}  // namespace spinscape
