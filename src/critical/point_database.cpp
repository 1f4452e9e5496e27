// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/point_database.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace spinscape {

PointDatabase::PointDatabase(RelativeDistance distance, SamePoint same)
    : distance_(std::move(distance)), same_(same) {}

void PointDatabase::add(CriticalPoint found, index source) {
    if (!ends_.emplace(source, found.kind).second) return;
    if (is_critical(found.kind)) insert({std::move(found), {source}});
}

void PointDatabase::insert(UniquePoint found) {
    double const value = found.point.certificate.value;
    double const width = same_.value * std::max(std::abs(value), 1.0);
    auto nearest = points_.end();
    double closest = std::numeric_limits<double>::infinity();
    for (auto other = points_.lower_bound(value - width);
         other != points_.end() && other->first <= value + width; ++other) {
        double const distance = distance_(found.point.x, other->second.point.x);
        if (distance > same_.distance) nearest_other_ = std::min(nearest_other_, distance);
        if (distance < closest) {
            closest = distance;
            nearest = other;
        }
    }
    if (!(closest <= same_.distance)) {
        points_.emplace(value, std::move(found));
        return;
    }
    widest_same_ = std::max(widest_same_, closest);
    std::vector<index> sources;
    std::ranges::set_union(nearest->second.sources, found.sources, std::back_inserter(sources));
    if (found.sources.front() < nearest->second.sources.front()) {
        points_.erase(nearest);
        found.sources = std::move(sources);
        points_.emplace(value, std::move(found));
    } else {
        nearest->second.sources = std::move(sources);
    }
}

void PointDatabase::merge(PointDatabase const& other) {
    for (auto const& [value, point] : other.points_) insert(point);
    ends_.insert(other.ends_.begin(), other.ends_.end());
    widest_same_ = std::max(widest_same_, other.widest_same_);
    nearest_other_ = std::min(nearest_other_, other.nearest_other_);
}

std::vector<UniquePoint const*> PointDatabase::points() const {
    std::vector<UniquePoint const*> all;
    for (auto const& [value, point] : points_) all.push_back(&point);
    std::ranges::sort(all, {}, [](UniquePoint const* p) {
        return std::pair(p->point.certificate.value, p->sources.front());
    });
    return all;
}

std::vector<index> PointDatabase::hit_counts() const {
    std::vector<index> counts;
    for (auto const* point : points()) counts.push_back(point->hits());
    return counts;
}

index PointDatabase::ended_at(PointKind kind) const {
    return std::ranges::count_if(ends_, [kind](auto const& end) { return end.second == kind; });
}

void PointDatabase::save(ByteWriter& out) const {
    out.put(widest_same_);
    out.put(nearest_other_);
    out.put(std::ssize(ends_));
    for (auto const& [source, kind] : ends_) {
        out.put(source);
        out.put(kind);
    }
    out.put(std::ssize(points_));
    for (auto const& [value, unique] : points_) {
        auto const& point = unique.point;
        auto certificate = point.certificate;
        certificate.method = {};  // a view of a constant text, without meaning elsewhere
        out.put(certificate);
        out.put(point.kind);
        out.put(point.flatness);
        out.put(point.steps);
        out.put(point.cost);
        out.put_all(std::span<double const>(point.x));
        out.put_all(std::span<index const>(unique.sources));
    }
}

void PointDatabase::load(ByteReader& in) {
    PointDatabase saved(distance_, same_);
    saved.widest_same_ = in.get<double>();
    saved.nearest_other_ = in.get<double>();
    for (auto n = in.get<index>(); n > 0; --n) {
        auto const source = in.get<index>();
        saved.ends_.emplace(source, in.get<PointKind>());
    }
    for (auto n = in.get<index>(); n > 0; --n) {
        UniquePoint unique;
        auto& point = unique.point;
        point.certificate = in.get<Certificate>();
        point.kind = in.get<PointKind>();
        point.flatness = in.get<double>();
        point.steps = in.get<index>();
        point.cost = in.get<SurfaceCost>();
        point.x = in.get_all<double>();
        unique.sources = in.get_all<index>();
        saved.points_.emplace(point.certificate.value, std::move(unique));
    }
    merge(saved);
}

}  // namespace spinscape
