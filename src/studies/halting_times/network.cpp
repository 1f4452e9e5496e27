// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/network.hpp"

#include "runs.hpp"
#include "spinscape/dynamics/initialisation.hpp"
#include "spinscape/landscape/coupling_law.hpp"
#include "spinscape/landscape/minibatch_gradient.hpp"
#include "spinscape/store/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <vector>

namespace spinscape::halting {

namespace {

constexpr std::uint64_t for_noise = std::uint64_t{1} << 59;
constexpr index noise_inputs = 100, noise_classes = 10;  // those of the 10 x 10 images

struct Problem {
    std::shared_ptr<Samples const> samples;
    index inputs = 0, classes = 0;
};

/// The first `samples` images of the training set.
Problem images(Task const& task) {
    auto const& parameters = task.parameters();
    auto const count = parameters.integer("samples");
    auto const path = task.data_path(parameters.text("data"));
    return *task.cache().get<Problem>("images", fmt::format("{} {}", path, count), [&] {
        auto const timer = task.phase("data");
        auto data = store::read_dataset(path);
        auto const n = std::min(count, data.train.count());
        data.train.features.resize(static_cast<std::size_t>(n * data.inputs));
        data.train.labels.resize(static_cast<std::size_t>(n));
        return Problem{std::make_shared<Samples const>(std::move(data.train)), data.inputs,
                       data.classes};
    });
}

/// Independent inputs of the law and labels that have nothing to do with them.
Problem noise(Task const& task, index disorder) {
    auto const& parameters = task.parameters();
    auto const n = parameters.integer("samples");
    auto const law = coupling_law(parameters.text("law"));
    Stream stream(task.master_seed(), Purpose::disorder, disorder, 0,
                  coupling_salt(n, law) | for_noise);
    Samples samples;
    samples.features.resize(static_cast<std::size_t>(n * noise_inputs));
    draw_couplings(law, stream, samples.features);
    for (index i = 0; i < n; ++i)
        samples.labels.push_back(static_cast<std::int32_t>(stream.below(noise_classes)));
    return {std::make_shared<Samples const>(std::move(samples)), noise_inputs, noise_classes};
}

struct Halted {
    Outcome outcome = Outcome::out_of_budget;
    double time = missing, loss = missing;
};

/// Plain SGD until the mean loss of the minibatches of the last epoch, a window that moves with
/// every step, is not above the accuracy.
Halted descend(Task const& task, Problem const& problem, index replica, std::uint64_t salt) {
    auto const& parameters = task.parameters();
    Architecture const architecture = {
        .inputs = problem.inputs, .hidden = {parameters.integer("N")}, .outputs = problem.classes};
    Network<float> const network(architecture, problem.samples);
    auto const n = network.samples(), batch = std::min(parameters.integer("batch"), n);
    auto const steps = n / batch;
    MinibatchGradient<float> gradient_of(network, batch);
    Batch<float> x(network.dimension(), 1), point(gradient_of.packed_dimension(), 1),
        g(gradient_of.packed_dimension(), 1);
    Stream stream(task.master_seed(), Purpose::start, replica, 0, salt);
    initialise(architecture, Start::glorot_uniform, 1.0, stream, x[0]);
    gradient_of.pack(x[0], point[0]);
    auto const rate = static_cast<float>(parameters.real("learning_rate"));
    std::vector<std::int32_t> order(static_cast<std::size_t>(n));
    std::deque<double> window;
    double sum = 0;
    Halted halted;
    for (index t = 0; t < parameters.integer("max_steps"); ++t) {
        auto const step = t % steps;
        if (step == 0)
            Stream(task.master_seed(), Purpose::data_order, replica, t / steps, salt)
                .permutation(order);
        auto const part = [&](index k) {
            return k < steps
                       ? std::span<std::int32_t const>(order).subspan(
                             static_cast<std::size_t>(k * batch), static_cast<std::size_t>(batch))
                       : std::span<std::int32_t const>();
        };
        double const loss = gradient_of(point[0], part(step), part(step + 1), g[0]);
        for (std::size_t i = 0; i < point[0].size(); ++i) point[0][i] -= rate * g[0][i];
        window.push_back(loss);
        sum += loss;
        if (std::ssize(window) > steps) {
            sum -= window.front();
            window.pop_front();
        }
        if (!std::isfinite(loss)) return {.outcome = Outcome::diverged};
        halted.loss = sum / static_cast<double>(window.size());
        if (std::ssize(window) == steps && halted.loss <= parameters.real("accuracy")) {
            halted.outcome = Outcome::converged;
            halted.time = static_cast<double>(t + 1);
            break;
        }
    }
    return halted;
}

}  // namespace

void run_network(Task& task) {
    auto const& parameters = task.parameters();
    bool const noisy = parameters.text("inputs") == "noise";
    auto const starts = parameters.integer("starts");
    auto const salt = coupling_salt(parameters.integer("N"), coupling_law(parameters.text("law"))) |
                      (noisy ? for_noise : 0);
    auto replica = task.first();
    task.resume([&](ByteReader& in) { replica = in.get<index>(); });
    while (replica < task.first() + task.count()) {
        // Images are the same for all: what is random is the start and the order.
        auto const disorder = noisy ? replica / starts : replica;
        auto const problem = noisy ? noise(task, disorder) : images(task);
        {
            auto const timer = task.phase("training");
            auto const halted = descend(task, problem, replica, salt);
            task.finish(replica, halted.outcome);
            task.record(replica, "disorder", static_cast<double>(disorder));
            task.record(replica, "end_value", halted.loss);
            task.record(replica, "halting_time", halted.time);
        }
        ++replica;
        if (replica < task.first() + task.count() &&
            task.pause([&](ByteWriter& out) { out.put(replica); }))
            return;
    }
}

}  // namespace spinscape::halting
