// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <span>

/// The three systems whose halting times are compared. Replica r belongs to disorder sample
/// r / starts; each records when it halted and where.
namespace spinscape::halting {

/// Step at which the logarithm of the relative residual of conjugate gradients is recorded.
constexpr index residual_step = 10;

void run_glass(Task& task);
void run_conjugate_gradient(Task& task);
void run_network(Task& task);

/// How conjugate gradients ended on A x = b from x = 0.
struct Solved {
    bool halted = false;
    double time = missing;  ///< step at which |r|/|b| falls to the accuracy, interpolated in ln |r|
    double residual = missing;      ///< |r|/|b| after the last step
    double log_residual = missing;  ///< ln |r|/|b| after step residual_step, if so many were made
};
/// A: n x n, symmetric and positive definite.
Solved conjugate_gradient(std::span<double const> A, std::span<double const> b, double accuracy,
                          index max_steps);

/// Columns of the n x m matrix X of A = X X^T.
index columns_of(Parameters const& parameters);

/// E ln |r_k|/|b| of conjugate gradients in exact arithmetic on A = X X^T, X n x m of independent
/// normal entries: |r_k|/|b| is a product of independent chi_{n-j} / chi_{m-j+1}, j = 1 ... k
/// [DeiftTrogdon2021].
double exact_log_residual(index n, index m, index k);

}  // namespace spinscape::halting
