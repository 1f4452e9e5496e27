// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/linalg/blas.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"

#include <cblas.h>

#include <cmath>

extern "C" {
void dsyevd_(char const* jobz, char const* uplo, int const* n, double* a, int const* lda, double* w,
             double* work, int const* lwork, int* iwork, int const* liwork, int* info);
void dstevd_(char const* jobz, int const* n, double* d, double* e, double* z, int const* ldz,
             double* work, int const* lwork, int* iwork, int const* liwork, int* info);
void dsytrf_(char const* uplo, int const* n, double* a, int const* lda, int* ipiv, double* work,
             int const* lwork, int* info);
}

namespace spinscape::linalg {

namespace {

CBLAS_TRANSPOSE cblas(Op op) {
    return op == Op::plain ? CblasNoTrans : CblasTrans;
}

std::vector<double> eigen(std::span<double> A, index n, char const* job) {
    SPINSCAPE_EXPECT(std::ssize(A) == n * n);
    std::vector<double> w(static_cast<std::size_t>(n));
    if (n == 0) return w;
    int const order = static_cast<int>(n);
    int info = 0, query = -1, integer_size = 0;
    double size = 0;
    dsyevd_(job, "U", &order, A.data(), &order, w.data(), &size, &query, &integer_size, &query,
            &info);
    std::vector<double> work(static_cast<std::size_t>(size));
    std::vector<int> iwork(static_cast<std::size_t>(integer_size));
    int const work_size = static_cast<int>(work.size());
    dsyevd_(job, "U", &order, A.data(), &order, w.data(), work.data(), &work_size, iwork.data(),
            &integer_size, &info);
    if (info != 0)
        throw Error(ExitCode::internal, "dsyevd did not converge (info " + std::to_string(info) +
                                            "); is the matrix finite?");
    return w;
}

}  // namespace

void gemm(Op op_a, Op op_b, index m, index n, index k, float alpha, float const* A, index lda,
          float const* B, index ldb, float beta, float* C, index ldc) {
    cblas_sgemm(CblasRowMajor, cblas(op_a), cblas(op_b), static_cast<int>(m), static_cast<int>(n),
                static_cast<int>(k), alpha, A, static_cast<int>(lda), B, static_cast<int>(ldb),
                beta, C, static_cast<int>(ldc));
}

void gemm(Op op_a, Op op_b, index m, index n, index k, double alpha, double const* A, index lda,
          double const* B, index ldb, double beta, double* C, index ldc) {
    cblas_dgemm(CblasRowMajor, cblas(op_a), cblas(op_b), static_cast<int>(m), static_cast<int>(n),
                static_cast<int>(k), alpha, A, static_cast<int>(lda), B, static_cast<int>(ldb),
                beta, C, static_cast<int>(ldc));
}

void gemv(Op op, index m, index n, double alpha, double const* A, double const* x, double beta,
          double* y) {
    cblas_dgemv(CblasRowMajor, cblas(op), static_cast<int>(m), static_cast<int>(n), alpha, A,
                static_cast<int>(n), x, 1, beta, y, 1);
}

std::vector<double> symmetric_eigenvalues(std::span<double> A, index n) {
    return eigen(A, n, "N");
}

std::vector<double> symmetric_eigen(std::span<double> A, index n) {
    return eigen(A, n, "V");
}

std::vector<double> tridiagonal_eigen(std::span<double const> diagonal,
                                      std::span<double const> beside,
                                      std::span<double> out_vectors) {
    auto const n = std::ssize(diagonal);
    SPINSCAPE_EXPECT(std::ssize(beside) + 1 >= n && std::ssize(out_vectors) == n * n);
    std::vector<double> d(diagonal.begin(), diagonal.end()), e(beside.begin(), beside.end());
    if (n == 0) return d;
    int const order = static_cast<int>(n);
    int info = 0, query = -1, integer_size = 0;
    double size = 0;
    dstevd_("V", &order, d.data(), e.data(), out_vectors.data(), &order, &size, &query,
            &integer_size, &query, &info);
    std::vector<double> work(static_cast<std::size_t>(size));
    std::vector<int> iwork(static_cast<std::size_t>(integer_size));
    int const work_size = static_cast<int>(work.size());
    dstevd_("V", &order, d.data(), e.data(), out_vectors.data(), &order, work.data(), &work_size,
            iwork.data(), &integer_size, &info);
    if (info != 0)
        throw Error(ExitCode::internal, "dstevd did not converge (info " + std::to_string(info) +
                                            "); is the matrix finite?");
    return d;
}

index negative_inertia(std::span<double> A, index n) {
    SPINSCAPE_EXPECT(std::ssize(A) == n * n);
    if (n == 0) return 0;
    int const order = static_cast<int>(n);
    std::vector<int> pivot(static_cast<std::size_t>(n));
    int info = 0, query = -1;
    double size = 0;
    dsytrf_("U", &order, A.data(), &order, pivot.data(), &size, &query, &info);
    std::vector<double> work(static_cast<std::size_t>(size));
    int const work_size = static_cast<int>(work.size());
    dsytrf_("U", &order, A.data(), &order, pivot.data(), work.data(), &work_size, &info);
    if (info < 0) throw Error(ExitCode::internal, "dsytrf: argument " + std::to_string(-info));
    // Column-major upper triangle: D(i,i) at A[i + i n], D(i-1,i) at A[i-1 + i n].
    index negative = 0;
    for (index i = 0; i < n; ++i) {
        auto const at = [&](index row, index column) {
            return A[static_cast<std::size_t>(row + column * n)];
        };
        if (pivot[static_cast<std::size_t>(i)] > 0) {
            if (at(i, i) < 0) ++negative;
        } else {  // a 2x2 block of D has one eigenvalue of each sign, or two of the sign of its
                  // trace
            double const a = at(i, i), b = at(i, i + 1), c = at(i + 1, i + 1);
            if (a * c - b * b < 0)
                ++negative;
            else if (a + c < 0)
                negative += 2;
            ++i;
        }
    }
    return negative;
}

void use_one_thread() {
    openblas_set_num_threads(1);
}

int blas_threads() {
    return openblas_get_num_threads();
}

std::string blas_description() {
    return std::string(openblas_get_config()) + ", kernel " + openblas_get_corename();
}

}  // namespace spinscape::linalg
