// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/waves.hpp"

#include "adaptive.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinscape {

namespace {

/// What complete waves of a point hold, as if it were all of a sweep: under point 0.
struct Earlier {
    std::vector<Parameters> points;
    RecordTable records;
    PointTable critical_points;

    [[nodiscard]] Results results(std::uint64_t master_seed, std::string const& folder) const {
        return {points, records, critical_points, master_seed, folder};
    }
};

}  // namespace

struct Waves::Implementation {
    struct Point {
        index seeds = 0, target = 0;                  // what they make without Study::enough
        index wave_size = 0;                          // 0: all replicas are one wave
        index wave = 0;                               // the one that is open
        index done = 0;                               // replicas before this are all finished
        bool ended = false;                           // by Study::enough, before `wave`
        std::shared_ptr<std::string const> shared;    // made when asked for
        std::vector<index> records, critical_points;  // rows in `finished`, in order of arrival
    };

    Implementation(Job const& of, Finished const& there) : job(of), finished(there) {
        for (auto const& given : job.points) {
            Point point;
            point.seeds = given.seeds;
            point.target = replicas_of(*job.study, given.parameters, given.seeds);
            point.wave_size = spinscape::wave_size(job, given.parameters);
            points.push_back(std::move(point));
        }
        for (index p = 0; p < std::ssize(points); ++p) settle(p);
        if (by_claims()) {
            grow_by_claims();
        } else if (job.adaptive) {
            for (index p = 0; p < std::ssize(points); ++p) grow_by_error(p);
        }
    }

    Point& at(index point) { return points[static_cast<std::size_t>(point)]; }
    [[nodiscard]] Point const& at(index point) const {
        return points[static_cast<std::size_t>(point)];
    }
    [[nodiscard]] index wanted(index p) const {
        auto const& point = at(p);
        return point.ended ? std::min(point.target, point.wave * point.wave_size) : point.target;
    }
    [[nodiscard]] index open(index p) const {
        auto const& point = at(p);
        return point.wave_size > 0 ? std::min(wanted(p), (point.wave + 1) * point.wave_size)
                                   : point.target;
    }
    [[nodiscard]] bool complete(index p) const { return at(p).done >= wanted(p); }
    [[nodiscard]] bool by_claims() const { return job.adaptive && job.adaptive->field.empty(); }

    /// Opens as many waves as complete ones allow.
    void settle(index p) {
        auto& point = at(p);
        while (finished.has(p, point.done)) ++point.done;
        // A wave is opened only when the job asks for replicas in it.
        while (point.wave_size > 0 && !point.ended) {
            auto const end = (point.wave + 1) * point.wave_size;
            if (point.done < end || point.target <= end) return;
            ++point.wave;
            point.shared.reset();
            if (job.study->enough)
                point.ended =
                    job.study->enough(earlier(p, end).results(job.master_seed, job.folder));
        }
    }

    /// Seeds are added to the point until its error is small enough or they must be computed.
    void grow_by_error(index p) {
        while (complete(p)) {
            auto const values = earlier(p, wanted(p)).records.column(0, job.adaptive->field);
            auto const grown = seeds_for_error(job, p, at(p).seeds, values);
            if (grown == at(p).seeds) return;
            set_seeds(p, grown);
        }
    }

    void grow_by_claims() {
        auto const all_complete = [&] {
            for (; incomplete < std::ssize(points); ++incomplete)
                if (!complete(incomplete)) return false;
            return true;
        };
        while (all_complete()) {
            std::vector<index> seeds;
            for (auto const& point : points) seeds.push_back(point.seeds);
            auto const grown = seeds_for_claims(job, seeds, wanted_of_all(), finished);
            if (grown == seeds) return;
            for (index p = 0; p < std::ssize(points); ++p)
                set_seeds(p, grown[static_cast<std::size_t>(p)]);
            incomplete = 0;
        }
    }

    void set_seeds(index p, index seeds) {
        at(p).seeds = seeds;
        at(p).target =
            replicas_of(*job.study, job.points[static_cast<std::size_t>(p)].parameters, seeds);
        settle(p);
    }

    std::vector<index> wanted_of_all() const {
        std::vector<index> all;
        for (index p = 0; p < std::ssize(points); ++p) all.push_back(wanted(p));
        return all;
    }

    /// Notes the rows that have come since the last time.
    void look_up_rows() {
        for (; records_seen < finished.records.rows(); ++records_seen)
            at(finished.records.point(records_seen)).records.push_back(records_seen);
        for (; points_seen < finished.critical_points.rows(); ++points_seen)
            at(finished.critical_points.point(points_seen)).critical_points.push_back(points_seen);
    }

    /// Replicas 0 ... end - 1 of a point.
    Earlier earlier(index p, index end) {
        look_up_rows();
        auto const& point = at(p);
        Earlier result{{job.points[static_cast<std::size_t>(p)].parameters},
                       RecordTable(job.study->fields),
                       PointTable(job.study->point_fields)};
        for (index const row : point.records)
            if (auto const replica = finished.records.replica(row); replica < end)
                result.records.append(0, replica, finished.records.outcome(row),
                                      finished.records.row(row));
        for (index const row : point.critical_points)
            if (auto const replica = finished.critical_points.replica(row); replica < end)
                result.critical_points.append(0, replica, finished.critical_points.row(row));
        result.records.sort();
        result.critical_points.sort();
        return result;
    }

    Job const& job;
    Finished const& finished;
    std::vector<Point> points;
    index records_seen = 0, points_seen = 0;
    index incomplete = 0;  // points before this one are complete
};

Waves::Waves(Job const& job, Finished const& finished)
    : implementation_(std::make_unique<Implementation>(job, finished)) {}

Waves::~Waves() = default;

std::vector<index> Waves::advance(index point) {
    auto& all = *implementation_;
    if (!all.by_claims()) {
        auto const before = all.open(point);
        all.settle(point);
        if (all.job.adaptive) all.grow_by_error(point);
        return all.open(point) > before ? std::vector{point} : std::vector<index>();
    }
    std::vector<index> before, changed;
    for (index p = 0; p < std::ssize(all.points); ++p) before.push_back(all.open(p));
    all.settle(point);
    all.grow_by_claims();
    for (index p = 0; p < std::ssize(all.points); ++p)
        if (all.open(p) > before[static_cast<std::size_t>(p)]) changed.push_back(p);
    return changed;
}

index Waves::wanted(index point) const {
    return implementation_->wanted(point);
}

std::vector<index> Waves::wanted() const {
    return implementation_->wanted_of_all();
}

index Waves::open(index point) const {
    return implementation_->open(point);
}

std::shared_ptr<std::string const> Waves::shared(index p) {
    auto& all = *implementation_;
    auto& point = all.at(p);
    if (!point.shared) {
        std::string text;
        if (all.job.study->share && point.wave > 0)
            text = all.job.study->share(all.earlier(p, point.wave * point.wave_size)
                                            .results(all.job.master_seed, all.job.folder));
        point.shared = std::make_shared<std::string const>(std::move(text));
    }
    return point.shared;
}

std::vector<index> wanted_replicas(Job const& job, Finished const& finished) {
    return Waves(job, finished).wanted();
}

index wave_size(Job const& job, Parameters const& point) {
    return job.study->wave ? std::max<index>(job.study->wave(point), 0) : 0;
}

std::string why_no_shards(Job const& job) {
    if (job.adaptive) return "it has adaptive seeds, whose waves need the records of all shards";
    if (std::any_of(job.points.begin(), job.points.end(),
                    [&](Point const& point) { return wave_size(job, point.parameters) > 0; }))
        return fmt::format("replicas of study '{}' see what earlier waves of all shards found",
                           job.study->name);
    return "";
}

}  // namespace spinscape
