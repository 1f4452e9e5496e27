// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/certificate.hpp"

#include "spinscape/base/memory.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace spinscape {

namespace {

void count_by_eigenvalues(TangentHessian& H, Certificate& result) {
    result.method = "eigenvalues of the dense Riemannian Hessian";
    auto const spectrum = linalg::symmetric_eigenvalues(H.matrix, H.dimension);
    if (spectrum.empty()) return;
    result.lowest = spectrum.front();
    result.highest = spectrum.back();
    for (double const eigenvalue : spectrum) {
        if (eigenvalue < -result.threshold)
            ++result.index;
        else if (eigenvalue <= result.threshold)
            ++result.nullity;
    }
}

/// Number of eigenvalues of sign * H below -threshold.
index count_below(TangentHessian const& H, double sign, double threshold) {
    auto shifted = H.matrix;
    for (auto& entry : shifted) entry *= sign;
    for (index i = 0; i < H.dimension; ++i)
        shifted[static_cast<std::size_t>(i * H.dimension + i)] += threshold;
    return linalg::negative_inertia(shifted, H.dimension);
}

void count_by_inertia(TangentHessian const& H, Certificate& result) {
    result.method = "inertia of the dense Riemannian Hessian";
    result.index = count_below(H, 1, result.threshold);
    result.nullity = H.dimension - result.index - count_below(H, -1, result.threshold);
}

/// Made after a check that the machine can hold what follows.
TangentHessian dense_hessian(Surface& surface) {
    auto const n = surface.dimension();
    require_memory(certificate_memory(n),
                   "the dense Hessian of " + std::to_string(n) +
                       " variables (Lanczos and stochastic quadrature need vectors only)");
    return surface.hessian();
}

/// The lowest eigenvalues, until one is above the threshold, and the highest one.
void certify_by_lanczos(Surface& surface, CertifyOptions const& options, Certificate& result) {
    result.method = "Lanczos with full reorthogonalisation";
    auto const n = surface.tangent_dimension();
    for (index wanted = std::min<index>(8, n);; wanted = std::min(4 * wanted, n)) {
        auto const ends = end_eigenvalues(hessian_operator(surface),
                                          {.lowest = wanted, .highest = 1, .tolerance = 1e-10},
                                          Stream(0, Purpose::probe, wanted));
        result.products += ends.products;
        if (ends.lowest.empty() || ends.highest.empty()) return;
        result.lowest = ends.lowest.front().value;
        result.highest = ends.highest.front().value;
        result.eigenvalue_error = std::numeric_limits<double>::epsilon() *
                                  static_cast<double>(surface.dimension()) * ends.scale;
        for (auto const& pair : ends.lowest)
            result.eigenvalue_error = std::max(result.eigenvalue_error, pair.bound);
        result.threshold = options.threshold > 0 ? options.threshold : result.eigenvalue_error;
        result.threshold = std::max(result.threshold, options.uncertainty);
        result.index = result.nullity = 0;
        for (auto const& pair : ends.lowest) {
            if (pair.value < -result.threshold) ++result.index;
            if (std::abs(pair.value) <= result.threshold) ++result.nullity;
        }
        if (wanted == n || result.index + result.nullity < wanted) return;
    }
}

}  // namespace

Certificate certify(Surface& surface, CertifyOptions const& options) {
    Certificate result{.value = surface.value(),
                       .gradient_norm = surface.gradient_norm(),
                       .expected_nullity = surface.expected_nullity(),
                       .gradients = 1};
    if (options.by_lanczos) {
        certify_by_lanczos(surface, options, result);
        return result;
    }
    result.hessians = 1;
    auto H = dense_hessian(surface);
    result.eigenvalue_error = H.rounding;
    result.threshold = options.threshold > 0 ? options.threshold : result.eigenvalue_error;
    result.threshold = std::max(result.threshold, options.uncertainty);
    if (options.by_inertia)
        count_by_inertia(H, result);
    else
        count_by_eigenvalues(H, result);
    return result;
}

std::vector<double> hessian_spectrum(Surface& surface) {
    auto H = dense_hessian(surface);
    return linalg::symmetric_eigenvalues(H.matrix, H.dimension);
}

}  // namespace spinscape
