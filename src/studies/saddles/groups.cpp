// SPDX-License-Identifier: BSD-3-Clause
#include "groups.hpp"

#include "exchange.hpp"
#include "searches.hpp"

namespace spinscape::saddle_study {

PointKind kind_at(RecordTable const& records, index row) {
    return static_cast<PointKind>(static_cast<int>(records.at(row, "kind")));
}

std::vector<Group> groups_of(Results const& results) {
    auto const& records = results.records;
    std::vector<Group> groups;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        Group group{.point = static_cast<index>(i), .parameters = &results.points[i]};
        group.rows = records.rows_of(group.point);
        auto unique = unique_rows(records, group.rows);
        group.unique = std::move(unique.first);
        group.hits = std::move(unique.hits);
        if (!group.rows.empty()) groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<double> column(Results const& results, std::vector<index> const& rows,
                           std::string_view field, index element) {
    std::vector<double> values;
    for (auto const row : rows) values.push_back(results.records.at(row, field, element));
    return values;
}

theory::FieldCovariance covariance_of(Group const& group) {
    return group.parameters->text("covariance") == "gaussian" ? theory::FieldCovariance::gaussian()
                                                              : theory::FieldCovariance::rational();
}

}  // namespace spinscape::saddle_study
