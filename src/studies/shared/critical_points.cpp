// SPDX-License-Identifier: BSD-3-Clause
#include "critical_points.hpp"

namespace spinscape::studies {

std::vector<Field> critical_point_fields(std::string const& value,
                                         std::string const& value_description,
                                         std::vector<std::string> methods) {
    constexpr auto integer = Field::Type::integer;
    return {
        {.name = value, .description = value_description},
        {.name = "gradient_norm", .description = "|Riemannian gradient|, Euclidean norm"},
        {.name = "index", .type = integer, .description = "negative eigenvalues of the Hessian"},
        {.name = "index_fraction", .description = "index over the dimension of the tangent space"},
        {.name = "nullity",
         .type = integer,
         .description = "eigenvalues that are zero within eigenvalue_threshold"},
        {.name = "expected_nullity",
         .type = integer,
         .description = "zero eigenvalues that known symmetries of the landscape force"},
        {.name = "lowest_eigenvalue", .description = "lowest eigenvalue of the Riemannian Hessian"},
        {.name = "highest_eigenvalue",
         .description = "highest eigenvalue of the Riemannian Hessian"},
        {.name = "eigenvalue_error", .description = "bound on the error of both eigenvalues"},
        {.name = "eigenvalue_threshold", .description = "below this an eigenvalue counts as zero"},
        {.name = "kind",
         .type = integer,
         .description = "what the search ended at; from gradient_flat on: rejected",
         .meanings = {point_kind_names.begin(), point_kind_names.end()}},
        {.name = "method",
         .type = integer,
         .description = "how the point was searched",
         .meanings = std::move(methods)},
        {.name = "cost", .description = "search and certificate, in gradient evaluations"},
        {.name = "distance", .description = "Euclidean distance from the start of the search"},
        {.name = "hits", .type = integer, .description = "searches of the replica that ended here"},
    };
}

PointValues critical_point_values(std::string const& value, Certificate const& certificate,
                                  index tangent_dimension, FoundPoint const& found, double scale) {
    auto const number = [](index n) { return static_cast<double>(n); };
    PointValues values;
    values.set(value, certificate.value * scale)
        .set("gradient_norm", certificate.gradient_norm)
        .set("index", number(certificate.index))
        .set("index_fraction", number(certificate.index) / number(tangent_dimension))
        .set("nullity", number(certificate.nullity))
        .set("expected_nullity", number(certificate.expected_nullity))
        .set("lowest_eigenvalue", certificate.lowest)
        .set("highest_eigenvalue", certificate.highest)
        .set("eigenvalue_error", certificate.eigenvalue_error)
        .set("eigenvalue_threshold", certificate.threshold)
        .set("kind", static_cast<double>(found.kind))
        .set("method", number(found.method))
        .set("cost", found.cost)
        .set("distance", found.distance)
        .set("hits", number(found.hits));
    return values;
}

}  // namespace spinscape::studies
