// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/certificate.hpp"
#include "spinscape/geometry/disconnectivity.hpp"
#include "spinscape/study/study.hpp"

#include <vector>

/// Minima and transition states of one landscape, glass or network, and what is recorded of them.
namespace spinscape::disconnection {

/// How a point was found: codes of the column `method`.
enum class Method { homotopy, eigenvector_following, elastic_band, steepest_descent };

struct ListedPoint {
    Certificate certificate{};
    Method method = Method::homotopy;
    index hits = 1;
    double cost = missing;  ///< in gradient evaluations
    /// Of a saddle: the minima that it connects; -1 if a descent ended at none of them.
    index one = -1, other = -1;
};

struct Sample {
    std::vector<ListedPoint> minima{};   ///< by ascending value
    std::vector<ListedPoint> saddles{};  ///< of index 1, by ascending value
    index tangent_dimension = 0;
    double scale = 1;  ///< recorded values are those of the landscape times this

    /// Of the saddles with two minima, values scaled.
    [[nodiscard]] DisconnectivityGraph graph() const;
};

std::vector<Field> fields();
std::vector<Field> point_fields();

/// What the graph says of a sample; its points too if `listed`.
void record(Task& task, index replica, Sample const& sample, DisconnectivityGraph const& graph,
            bool listed);

/// Replicas of a task, for either system.
void run_glasses(Task& task);
void run_networks(Task& task);
/// Core-seconds of one replica.
double glass_seconds(Parameters const& parameters);
double network_seconds(Parameters const& parameters);

}  // namespace spinscape::disconnection
