// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/point_kind.hpp"
#include "spinscape/study/study.hpp"
#include "spinscape/theory/bray_dean.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace spinscape::saddle_study {

/// The searches of one parameter point.
struct Group {
    index point = 0;
    Parameters const* parameters = nullptr;
    std::vector<index> rows;  ///< of all searches
    /// Accepted, each different critical point once (its first search), and how often it was met.
    std::vector<index> unique, hits;

    [[nodiscard]] bool field() const { return parameters->text("system") == "field"; }
    [[nodiscard]] std::string name() const {
        return field()
                   ? fmt::format("{}_{}", parameters->text("covariance"), parameters->integer("N"))
                   : fmt::format("width_{}_{}", parameters->integer("width"),
                                 parameters->text("search"));
    }
};

std::vector<Group> groups_of(Results const& results);
std::vector<Figure> figures_of(Results const& results, std::vector<Group> const& groups);

/// Values of a field in these rows.
std::vector<double> column(Results const& results, std::vector<index> const& rows,
                           std::string_view field, index element = 0);
PointKind kind_at(RecordTable const& records, index row);
theory::FieldCovariance covariance_of(Group const& group);

}  // namespace spinscape::saddle_study
