// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <ctime>
#include <vector>

/// What one core of this machine can do, measured once in the run that uses it (best of several).
namespace spinscape::limits {

/// Processor time of this thread, as in the rates of Google Benchmark: both bear a busy machine.
inline double thread_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class F>
double best_seconds(int repeats, F const& f) {
    double best = 1e300;
    for (int i = 0; i < repeats; ++i) {
        auto const start = thread_seconds();
        f();
        best = std::min(best, thread_seconds() - start);
    }
    return best;
}

/// Flops per second of a product of two 1024 x 1024 matrices.
template <class Real>
double gemm_rate() {
    static double const rate = [] {
        linalg::use_one_thread();
        index const n = 1024;
        std::vector<Real> A(n * n, 1), B(n * n, 1), C(n * n);
        return 2.0 * n * n * n / best_seconds(20, [&] {
                   linalg::gemm(linalg::Op::plain, linalg::Op::plain, n, n, n, Real{1}, A.data(), n,
                                B.data(), n, Real{0}, C.data(), n);
               });
    }();
    return rate;
}

/// Bytes per second of reading 512 MiB, several lines under way at once.
inline double read_rate() {
    static double const rate = [] {
        std::vector<float> a(std::size_t{1} << 27, 1.0F);
        typedef float Line __attribute__((vector_size(64), may_alias, aligned(4)));
        volatile float sink = 0;
        double const seconds = best_seconds(5, [&] {
            Line sum[4] = {};
            auto const* lines = reinterpret_cast<Line const*>(a.data());
            auto const quarter = a.size() / 64;
            for (std::size_t i = 0; i < quarter; ++i)
                for (std::size_t part = 0; part < 4; ++part) {
                    __builtin_prefetch(lines + part * quarter + i + 32);
                    sum[part] += lines[part * quarter + i];
                }
            sink = sum[0][0] + sum[1][0] + sum[2][0] + sum[3][0];
        });
        return static_cast<double>(a.size() * sizeof(float)) / seconds;
    }();
    return rate;
}

}  // namespace spinscape::limits
