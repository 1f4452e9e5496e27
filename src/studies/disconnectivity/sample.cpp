// SPDX-License-Identifier: BSD-3-Clause
#include "sample.hpp"

#include "shared/critical_points.hpp"
#include "spinscape/critical/search.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::disconnection {

DisconnectivityGraph Sample::graph() const {
    std::vector<double> values;
    for (auto const& minimum : minima) values.push_back(scale * minimum.certificate.value);
    std::vector<Passage> passages;
    for (auto const& saddle : saddles)
        if (saddle.one >= 0 && saddle.other >= 0)
            passages.push_back({scale * saddle.certificate.value, saddle.one, saddle.other});
    return {std::move(values), std::move(passages)};
}

std::vector<Field> fields() {
    using enum Field::Type;
    return {
        {.name = "minima", .type = integer, .description = "different minima of the sample"},
        {.name = "transition_states",
         .type = integer,
         .description = "different saddles of index 1"},
        {.name = "loose_ends",
         .type = integer,
         .description = "descents from transition states that ended at no listed minimum"},
        {.name = "components",
         .type = integer,
         .description = "sets of minima that are not connected with each other"},
        {.name = "lowest_value",
         .description = "of the global minimum; glass: energy per spin, network: loss with ridge"},
        {.name = "mean_height", .description = "mean value of the other minima above the global"},
        {.name = "mean_barrier",
         .description = "mean over the other minima of the climb to the global minimum"},
        {.name = "highest_barrier", .description = "largest of these"},
        {.name = "mean_escape",
         .description = "mean over the other minima of the climb to any lower minimum"},
        {.name = "relative_escape", .description = "mean_escape / mean_height"},
        {.name = "funnel_share",
         .description = "share of the minima whose monotonic sequence ends at the global one"},
        {.name = "complete",
         .type = integer,
         .description = "glass: 1 if all critical points are proven to be found"},
        {.name = "bands",
         .type = integer,
         .description = "elastic bands; glass: one for each pair of minima"},
        {.name = "bands_at_saddle",
         .description = "share of the bands that led to a saddle of index 1"},
        {.name = "bands_unlisted",
         .description = "glass: share of those whose saddle is not among all critical points"},
        {.name = "bands_below",
         .description = "glass: share of those below the pass between the two minima"},
        {.name = "bands_at_pass",
         .description = "glass: share of those that are the pass between the two minima"},
        {.name = "band_passes_equal",
         .description = "glass: share of the pairs whose pass through saddles of bands alone "
                        "is the exact one"},
        {.name = "components_without_bands",
         .type = integer,
         .description = "network: components by single-ended searches alone"}};
}

std::vector<Field> point_fields() {
    auto list = studies::critical_point_fields(
        "value", "glass: energy per spin H/N; network: loss with ridge",
        {"homotopy", "eigenvector_following", "elastic_band", "steepest_descent"});
    constexpr auto integer = Field::Type::integer;
    list.push_back({.name = "number",
                    .type = integer,
                    .description = "of a minimum, by ascending value within the replica"});
    list.push_back({.name = "connects_one",
                    .type = integer,
                    .description = "number of the minimum on one side of a transition state"});
    list.push_back({.name = "connects_other",
                    .type = integer,
                    .description = "number of the minimum on its other side"});
    return list;
}

namespace {

void list(Task& task, index replica, Sample const& sample, std::vector<ListedPoint> const& points) {
    index number = 0;
    for (auto const& point : points) {
        auto values = studies::critical_point_values(
            "value", point.certificate, sample.tangent_dimension,
            {.kind = kind_of(point.certificate, sample.tangent_dimension),
             .method = static_cast<index>(point.method),
             .cost = point.cost,
             .hits = point.hits},
            sample.scale);
        if (&points == &sample.minima) values.set("number", static_cast<double>(number++));
        if (point.one >= 0) values.set("connects_one", static_cast<double>(point.one));
        if (point.other >= 0) values.set("connects_other", static_cast<double>(point.other));
        task.add_point(replica, values);
    }
}

/// Heights and barriers of the minima other than the global one; left out are those that are not
/// connected with it.
void record_barriers(Task& task, index replica, DisconnectivityGraph const& graph) {
    double height = 0, barrier = 0, highest = 0, escape = 0, connected = 0, funnel = 1;
    for (index a = 1; a < graph.minima(); ++a) {
        if (graph.funnel_bottom(a) == 0) ++funnel;
        if (!std::isfinite(graph.pass(a, 0))) continue;
        ++connected;
        height += graph.pass(a, a) - graph.pass(0, 0);
        barrier += graph.barrier(a, 0);
        highest = std::max(highest, graph.barrier(a, 0));
        escape += graph.escape_barrier(a);
    }
    task.record(replica, "lowest_value", graph.pass(0, 0));
    task.record(replica, "funnel_share", funnel / static_cast<double>(graph.minima()));
    if (connected == 0) return;
    task.record(replica, "mean_height", height / connected);
    task.record(replica, "mean_barrier", barrier / connected);
    task.record(replica, "highest_barrier", highest);
    task.record(replica, "mean_escape", escape / connected);
    task.record(replica, "relative_escape", escape / height);
}

}  // namespace

void record(Task& task, index replica, Sample const& sample, DisconnectivityGraph const& graph,
            bool listed) {
    auto const number = [&](std::string_view field, auto n) {
        task.record(replica, field, static_cast<double>(n));
    };
    index loose = 0;
    for (auto const& saddle : sample.saddles) loose += (saddle.one < 0) + (saddle.other < 0);
    number("minima", sample.minima.size());
    number("transition_states", sample.saddles.size());
    number("loose_ends", loose);
    number("components", graph.components());
    if (graph.minima() > 0) record_barriers(task, replica, graph);
    if (!listed) return;
    list(task, replica, sample, sample.minima);
    list(task, replica, sample, sample.saddles);
}

}  // namespace spinscape::disconnection
