// SPDX-License-Identifier: BSD-3-Clause
#include "search.hpp"
#include "shared/network_task.hpp"
#include "spinscape/dynamics/cooling.hpp"
#include "spinscape/dynamics/random_walk_metropolis.hpp"

#include <algorithm>

namespace spinscape::searches {

/// The same starts as SGD has; temperatures in units of the loss per sample.
void anneal_networks(Task& task) {
    auto const& parameters = task.parameters();
    auto const data = studies::training_data(task);
    auto const width = parameters.integer("width");
    auto const architecture = studies::architecture_of(parameters, {width}, *data);
    Network<float> const network(architecture, data->train), tested(architecture, data->test);
    Batch<float> x(network.dimension(), task.count());
    auto const salt = static_cast<std::uint64_t>(width);
    for (index i = 0; i < task.count(); ++i) {
        Stream stream(task.master_seed(), Purpose::start, task.first() + i, 0, salt);
        initialise(architecture, start_from(parameters.text("start")),
                   parameters.real("start_scale"), stream, x[i]);
    }
    Cooling const cooling{.law = Cooling::Law::geometric,
                          .hottest = parameters.real("loss_hottest"),
                          .coldest = parameters.real("loss_coldest"),
                          .steps = parameters.integer("proposals")};
    RandomWalkMetropolis dynamics(network, x.view(),
                                  {.temperature = cooling.hottest,
                                   .step = 0.1,
                                   .moved = parameters.integer("moved"),
                                   .target_acceptance = 0.3,
                                   .largest_step = 0.3},  // dead units feel nothing
                                  {task.master_seed(), task.first(), salt});
    task.resume([&](ByteReader& in) { dynamics.load(in); });
    {
        auto const timer = task.phase("network annealing");
        while (dynamics.steps() < cooling.steps) {
            dynamics.set_temperature(cooling.at(dynamics.steps()));
            dynamics.advance();
            if (dynamics.steps() % 64 == 0 &&
                task.pause([&](ByteWriter& out) { dynamics.save(out); }))
                return;
        }
    }
    auto const timer = task.phase("evaluation");
    auto work = network.workspace(1), test_work = tested.workspace(1);
    for (index i = 0; i < task.count(); ++i) {
        auto const replica = task.first() + i;
        std::span<float const> const point = x[i];
        auto const train = network.evaluate(point, work), test = tested.evaluate(point, test_work);
        task.finish(replica, Outcome::completed);
        task.record(replica, "train_loss", train.loss);
        task.record(replica, "test_loss", test.loss);
        task.record(replica, "train_error", train.error);
        task.record(replica, "test_error", test.error);
        task.record(replica, "acceptance",
                    static_cast<double>(dynamics.accepted(i)) / static_cast<double>(cooling.steps));
    }
}

}  // namespace spinscape::searches
