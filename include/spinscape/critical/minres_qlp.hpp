// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/symmetric_operator.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace spinscape {

struct MinresOptions {
    /// Ends when |b - A x| <= tolerance |b|, or when |A r| <= tolerance |A| |r|: then the residual
    /// r is orthogonal to the range of A, and x solves the least-squares problem.
    double tolerance = 1e-10;
    index most_products = 0;  ///< 0: four times the dimension
    /// Directions that would lengthen x beyond this many times |b| / |A| are taken as part of the
    /// kernel: the reciprocal of the smallest eigenvalue, relative to |A|, that counts as not zero.
    double largest_condition = 1e12;
};

struct MinresResult {
    enum class End : std::int8_t {
        solved,         ///< |b - A x| <= tolerance |b|
        least_squares,  ///< b is not in the range of A; x is the shortest minimiser of |b - A x|
        out_of_budget,
        not_finite  ///< a product was; x is what was there before
    };
    std::vector<double> x;
    double residual = missing;  ///< |b - A x|, by recurrence
    double norm = missing;      ///< lower bound of |A|, from the Lanczos coefficients
    index products = 0;
    End end = End::out_of_budget;
};

/// The shortest x that minimises |b - A x| for symmetric A, indefinite or singular, b in its range
/// or not: MINRES-QLP ([ChoiPaigeSaunders2011]). Lanczos turns A into a tridiagonal T = Q L P with
/// rotations Q from the left, as in MINRES, and P from the right, which leave L lower triangular;
/// small eigenvalues show in its last two diagonal elements, where they can be left out. Short
/// recurrences: memory of eight vectors, one product per step.
MinresResult minres_qlp(SymmetricOperator const& A, std::span<double const> b,
                        MinresOptions const& options = {});

}  // namespace spinscape
