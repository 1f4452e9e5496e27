// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/point_kind.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/stats/point_table.hpp"

#include <string>
#include <vector>

/// The columns that every study of critical points has, so that files of all studies read alike.
namespace spinscape::studies {

/// The standard columns of Study::point_fields: value, gradient_norm, index, index_fraction,
/// nullity, expected_nullity, lowest and highest with their bound, kind, method, cost, distance,
/// hits. A study adds its own behind them.
/// `value` names the landscape's value ("energy", "loss") and `value_description` its
/// normalisation; `methods` are the codes 0, 1, ... of the column `method`.
std::vector<Field> critical_point_fields(std::string const& value,
                                         std::string const& value_description,
                                         std::vector<std::string> methods);

/// What the certificate does not tell of a point.
struct FoundPoint {
    PointKind kind = PointKind::minimum;
    index method = 0;           ///< a code of `methods`
    double cost = missing;      ///< of search and certificate, in gradient evaluations
    double distance = missing;  ///< from the start of the search, Euclidean
    index hits = 1;             ///< searches of this replica that ended here
};

/// Values of the standard columns; `value` is the column's name, its value the certificate's times
/// `scale` (1/N for a glass, whose certificate is extensive).
PointValues critical_point_values(std::string const& value, Certificate const& certificate,
                                  index tangent_dimension, FoundPoint const& found,
                                  double scale = 1);

}  // namespace spinscape::studies
