// SPDX-License-Identifier: BSD-3-Clause
// A study that lives outside the source tree: the mean of some throws of a die.
#include "spinscape/app/application.hpp"
#include "spinscape/stats/estimate.hpp"

namespace {

using namespace spinscape;

void throw_dice(Task& task) {
    auto const throws = task.parameters().integer("throws");
    for (index replica = task.first(); replica < task.first() + task.count(); ++replica) {
        Stream stream(task.master_seed(), Purpose::noise, replica);
        double sum = 0;
        for (std::int64_t i = 0; i < throws; ++i) sum += 1.0 + static_cast<double>(stream.below(6));
        task.record(replica, "mean", sum / static_cast<double>(throws));
        task.finish(replica, Outcome::completed);
    }
}

Study dice() {
    return {.name = "dice",
            .question = "What is the mean of a die?",
            .sources = {},
            .parameters = {{.name = "throws",
                            .standard = std::int64_t{100},
                            .description = "throws per replica",
                            .minimum = 1}},
            .fields = {{.name = "mean", .description = "mean of the throws"}},
            .headline = [](Parameters const&) { return "mean"; },
            .smoke = "seeds.count = 4\n",
            .standard = "seeds.count = 100\n",
            .paper = "seeds.count = 1000\n",
            .cost = [](Parameters const&) { return 1e-6; },
            .memory = [](Parameters const&) { return 0.0; },
            .run = throw_dice,
            .conclude = [](Results const&) { return Findings{}; }};
}

}  // namespace

int main(int argc, char** argv) {
    return spinscape::run_application(argc, argv, {dice()});
}
