// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <span>
#include <string>
#include <vector>

/// The few BLAS and LAPACK calls in use, typed for float and double, row-major.
namespace spinscape::linalg {

enum class Op { plain, transposed };

/// C (m x n) <- alpha op(A) op(B) + beta C, with inner dimension k and row strides lda, ldb, ldc.
void gemm(Op op_a, Op op_b, index m, index n, index k, float alpha, float const* A, index lda,
          float const* B, index ldb, float beta, float* C, index ldc);
void gemm(Op op_a, Op op_b, index m, index n, index k, double alpha, double const* A, index lda,
          double const* B, index ldb, double beta, double* C, index ldc);

/// y <- alpha op(A) x + beta y, A: m x n with rows of n numbers.
void gemv(Op op, index m, index n, double alpha, double const* A, double const* x, double beta,
          double* y);

/// Eigenvalues of a symmetric matrix (n x n), ascending. A is destroyed.
/// Throws Error(internal) when LAPACK does not converge.
std::vector<double> symmetric_eigenvalues(std::span<double> A, index n);

/// Eigenvalues, ascending, and A overwritten by the eigenvectors, one per row.
std::vector<double> symmetric_eigen(std::span<double> A, index n);

/// Eigenvalues, ascending, of the symmetric tridiagonal matrix with this diagonal (n numbers) and
/// these n - 1 numbers beside it; out_vectors (n x n) gets the eigenvectors, one per row.
std::vector<double> tridiagonal_eigen(std::span<double const> diagonal,
                                      std::span<double const> beside,
                                      std::span<double> out_vectors);

/// Number of negative eigenvalues by inertia (Bunch-Kaufman L D L^T). A is destroyed.
index negative_inertia(std::span<double> A, index n);

/// One BLAS thread per process from now on: parallelism is over replicas. [OpenBLAS] ignores MPI.
void use_one_thread();

/// Threads a BLAS call uses now; before use_one_thread() what environment and cores led it to.
int blas_threads();

/// "OpenBLAS 0.3.21 ... SkylakeX": library and the kernel chosen at run time, for provenance.
std::string blas_description();

}  // namespace spinscape::linalg
