// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/trace.hpp"

#include "orthonormal_rows.hpp"

#include <algorithm>

namespace spinscape {

namespace {

void fill_signs(Stream& stream, std::span<double> out) {
    for (auto& component : out) component = (stream.bits() & 1U) != 0 ? 1 : -1;
}

double dot(std::span<double const> a, std::span<double const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// Quadratic forms of sign vectors from which the rows of `removed` have been taken out.
std::vector<double> quadratic_forms(SymmetricOperator const& H, index probes, Stream& stream,
                                    critical_detail::OrthonormalRows const& removed) {
    std::vector<double> v(static_cast<std::size_t>(H.dimension)), image(v.size()), forms;
    for (index k = 0; k < probes; ++k) {
        fill_signs(stream, v);
        if (H.project) H.project(v);
        removed.remove_from(v);
        H.times(v, image);
        forms.push_back(dot(v, image));
    }
    return forms;
}

/// Orthonormal basis of the images of `count` random sign vectors.
critical_detail::OrthonormalRows sketch(SymmetricOperator const& H, index count, Stream& stream) {
    critical_detail::OrthonormalRows basis(H.dimension);
    std::vector<double> v(static_cast<std::size_t>(H.dimension)), image(v.size());
    for (index k = 0; k < count; ++k) {
        fill_signs(stream, v);
        if (H.project) H.project(v);
        H.times(v, image);
        double const before = critical_detail::norm(image);
        basis.remove_from(image);
        // Less than this is rounding: the rank of H is exhausted.
        if (critical_detail::norm(image) > 1e-12 * before && basis.make_unit(image))
            basis.append(image);
    }
    return basis;
}

}  // namespace

SampledValue hutchinson_trace(SymmetricOperator const& H, index probes, Stream stream) {
    critical_detail::OrthonormalRows const none(H.dimension);
    return sampled_value(quadratic_forms(H, probes, stream, none));
}

SampledValue hutch_plus_plus_trace(SymmetricOperator const& H, index products, Stream stream) {
    index const third = std::max<index>(products / 3, 2);
    auto const basis = sketch(H, third, stream);
    std::vector<double> image(static_cast<std::size_t>(H.dimension));
    double on_basis = 0;
    for (index i = 0; i < basis.size(); ++i) {
        H.times(basis[i], image);
        on_basis += dot(basis[i], image);
    }
    auto result = sampled_value(quadratic_forms(H, third, stream, basis));
    result.value += on_basis;
    return result;
}

}  // namespace spinscape
