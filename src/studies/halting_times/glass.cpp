// SPDX-License-Identifier: BSD-3-Clause
#include "runs.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/diluted_p_spin.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::halting {

namespace {

/// Starts first ... first + count - 1, all in one disorder sample.
template <class Glass>
void descend_in(Task& task, Glass const& glass, index disorder, index first, index count) {
    auto const& parameters = task.parameters();
    auto const N = glass.dimension();
    Batch<float> s(N, count);
    for (index i = 0; i < count; ++i) {
        Stream stream(task.master_seed(), Purpose::start, first + i, 0,
                      static_cast<std::uint64_t>(N));
        random_on_sphere(stream, s[i]);
    }
    SphereDescent::Options options;
    options.schedule = StepSchedule::constant(parameters.real("step_size"));
    options.tolerance = parameters.real("accuracy") * std::sqrt(static_cast<double>(N));
    options.max_steps = parameters.integer("max_steps");
    auto const timer = task.phase("descent");
    auto const result = descend(glass, s.view(), options);
    for (index i = 0; i < count; ++i) {
        auto const& end = result.ends[static_cast<std::size_t>(i)];
        task.finish(first + i, end.outcome);
        task.record(first + i, "disorder", static_cast<double>(disorder));
        task.record(first + i, "end_value", end.energy);
        if (end.outcome == Outcome::converged)
            task.record(first + i, "halting_time", static_cast<double>(end.steps));
    }
}

void run_disorder(Task& task, index disorder, index first, index count) {
    auto const& parameters = task.parameters();
    auto const N = parameters.integer("N");
    std::vector<PSpinTerm> const terms = {{.p = static_cast<int>(parameters.integer("p"))}};
    auto const law = coupling_law(parameters.text("law"));
    if (auto const kept = parameters.real("kept"); kept < 1) {
        auto const glass = [&] {
            auto const timer = task.phase("disorder");
            return DilutedPSpin<float>(N, terms, {kept}, task.master_seed(), disorder, law);
        }();
        descend_in(task, glass, disorder, first, count);
    } else {
        auto const glass = [&] {
            auto const timer = task.phase("disorder");
            return SphericalPSpin<float>(N, terms, task.master_seed(), disorder, law);
        }();
        descend_in(task, glass, disorder, first, count);
    }
}

}  // namespace

void run_glass(Task& task) {
    auto const starts = task.parameters().integer("starts");
    auto const end = task.first() + task.count();
    auto first = task.first();
    task.resume([&](ByteReader& in) { first = in.get<index>(); });
    while (first < end) {
        auto const disorder = first / starts;
        auto const count = std::min(end, (disorder + 1) * starts) - first;
        run_disorder(task, disorder, first, count);
        first += count;
        if (first < end && task.pause([&](ByteWriter& out) { out.put(first); })) return;
    }
}

}  // namespace spinscape::halting
