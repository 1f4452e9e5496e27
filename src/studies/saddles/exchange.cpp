// SPDX-License-Identifier: BSD-3-Clause
#include "exchange.hpp"

#include "groups.hpp"
#include "searches.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::saddle_study {

std::map<index, PointDatabase> databases_of(RecordTable const& records,
                                            std::vector<index> const& rows) {
    std::map<index, PointDatabase> all;
    for (auto const row : rows) {
        double const kind = records.at(row, "kind"), disorder = records.at(row, "disorder");
        if (std::isnan(kind)) continue;
        CriticalPoint found;
        found.kind = static_cast<PointKind>(static_cast<int>(kind));
        found.certificate.value = records.at(row, "height");
        found.x.push_back(records.at(row, "norm"));
        for (index q = 0; q < std::ssize(quantile_shares()); ++q)
            found.x.push_back(records.at(row, "eigenvalues", q));
        auto const landscape = std::isnan(disorder) ? index{-1} : static_cast<index>(disorder);
        all.try_emplace(landscape, plain_distance)
            .first->second.add(std::move(found), records.replica(row));
    }
    return all;
}

UniqueRows unique_rows(RecordTable const& records, std::vector<index> const& rows) {
    std::map<index, index> row_of;
    for (auto const row : rows) row_of[records.replica(row)] = row;
    UniqueRows result;
    for (auto const& [landscape, database] : databases_of(records, rows))
        for (auto const* point : database.points()) {
            result.first.push_back(row_of.at(point->sources.front()));
            result.hits.push_back(point->hits());
        }
    return result;
}

std::map<index, Reach> reach_of(RecordTable const& records, std::vector<index> const& rows) {
    std::map<index, Reach> all;
    std::map<index, index> target;  // by search
    for (auto const row : rows) {
        if (std::isnan(records.at(row, "kind"))) continue;
        auto const k = static_cast<index>(records.at(row, "target_index"));
        target[records.replica(row)] = k;
        ++all[k].searches;
    }
    for (auto const& [landscape, database] : databases_of(records, rows))
        for (auto const* unique : database.points()) {
            std::map<index, index> hits;  // by target
            for (auto const source : unique->sources) ++hits[target.at(source)];
            for (auto const& [k, count] : hits) all[k].once += count == 1 ? 1 : 0;
        }
    return all;
}

std::string share(Results const& earlier) {
    ByteWriter out;
    auto const all = reach_of(earlier.records, earlier.records.rows_of(0));
    out.put(std::ssize(all));
    for (auto const& [target, reach] : all) {
        out.put(target);
        out.put(reach);
    }
    return out.bytes();
}

bool exhausted(Parameters const& parameters, RecordTable const& records,
               std::vector<index> const& rows) {
    auto const all = reach_of(records, rows);
    // Of targets that are chosen from 0 ... dimension, each must have been looked for.
    double targets = 1;
    if (parameters.text("target") != "start")
        for (auto const row : rows)
            if (double const n = records.at(row, "dimension"); !std::isnan(n))
                targets =
                    static_cast<double>(highest_target(parameters, static_cast<index>(n))) + 1;
    return static_cast<double>(all.size()) >= targets &&
           std::ranges::all_of(all, [&](auto const& entry) {
               return entry.second.unseen() <= parameters.real("exhausted");
           });
}

double alternating_sum(RecordTable const& records, std::vector<index> const& rows) {
    double sum = 0;
    for (auto const row : unique_rows(records, rows).first) {
        if (kind_at(records, row) == PointKind::degenerate) return missing;
        bool const odd = std::fmod(records.at(row, "index"), 2) != 0;
        sum += (odd ? -1 : 1) * records.at(row, "images");
    }
    return sum;
}

bool enough(Results const& earlier) {
    auto const& p = earlier.points.front();
    auto const rows = earlier.records.rows_of(0);
    return exhausted(p, earlier.records, rows) &&
           (p.real("ridge") == 0 || alternating_sum(earlier.records, rows) == 1);
}

index highest_target(Parameters const& parameters, index dimension) {
    auto const given = parameters.integer("highest_target");
    return given > 0 ? std::min<index>(given, dimension) : dimension;
}

index target_of(std::string const& shared, index highest, double exhausted, Stream& choices) {
    if (shared.empty()) return choices.below(highest + 1);
    std::vector<double> weights(static_cast<std::size_t>(highest + 1), 1.0);
    ByteReader in(shared);
    for (auto n = in.get<index>(); n > 0; --n) {
        auto const target = in.get<index>();
        auto const unseen = in.get<Reach>().unseen();
        weights.at(static_cast<std::size_t>(target)) = unseen > exhausted ? unseen : 0;
    }
    double total = 0;
    for (double const weight : weights) total += weight;
    if (total == 0) return choices.below(highest + 1);
    double left = choices.uniform() * total;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        left -= weights[k];
        if (left < 0 && weights[k] > 0) return static_cast<index>(k);
    }
    return highest;  // rounding
}

}  // namespace spinscape::saddle_study
