// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "symmetric_tensor.hpp"

#include <complex>
#include <span>
#include <vector>

namespace spinscape {

/// A point x of complex projective space with C x^{p-1} = lambda x, |x| = 1.
struct ComplexEigenvector {
    std::vector<std::complex<double>> x;
    std::complex<double> lambda;
    double last_step = missing;  ///< of Newton's method; x is as good as this squared
    bool reached = false;        ///< false: the path was given up
    index steps = 0;             ///< along the path
};

/// ((p-1)^N - 1) / (p - 2), or N for p = 2: how many eigenvectors a generic tensor has
/// [CartwrightSturmfels2013].
double eigenvector_count(int p, index N);

/// Follows eigenvectors of t C + (1 - t) D from t = 0 to t = 1. D is diagonal with random phases,
/// D x^{p-1} = (a_i x_i^{p-1}), whose eigenvectors are known: x_i = 0 or a root of
/// a_i x_i^{p-2} = lambda. As many as a generic C has, all simple; hence for almost all phases no
/// two paths meet and none diverges, and together they end in all eigenvectors of C.
struct PathOptions {
    index phases = 0;         ///< number of the draw of phases
    double tolerance = 1e-3;  ///< of the predictor, in units of |x|
    index max_steps = 1000;   ///< then a path is given up
};

/// The ends of the given paths, each of 0, ..., eigenvector_count - 1. A path never depends on
/// others.
std::vector<ComplexEigenvector> follow_paths(SymmetricTensor const& tensor,
                                             std::span<index const> paths,
                                             PathOptions const& options);

}  // namespace spinscape
