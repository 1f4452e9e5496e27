// SPDX-License-Identifier: BSD-3-Clause
// The bare sweep over the training core: the simplest study, and the template for others.
#include "shared/network_task.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape {

namespace {

std::vector<index> hidden_of(Parameters const& parameters) {
    auto const& hidden = parameters.integers("hidden");
    return {hidden.begin(), hidden.end()};
}

std::vector<ParameterSpec> parameters() {
    auto specs = studies::network_parameters();
    specs.insert(specs.begin(), {.name = "hidden",
                                 .standard = std::vector<std::int64_t>{50},
                                 .description = "widths of the hidden layers; [] for none",
                                 .minimum = 1});
    return specs;
}

/// Random numbers of different architectures are independent.
std::uint64_t salt_of(std::vector<index> const& hidden) {
    std::uint64_t salt = 1;
    for (index const width : hidden) salt = salt * 1000003 + static_cast<std::uint64_t>(width);
    return salt;
}

void run(Task& task) {
    auto const data = studies::training_data(task);
    auto const hidden = hidden_of(task.parameters());
    studies::train_block(task, studies::architecture_of(task.parameters(), hidden, *data), *data,
                         salt_of(hidden));
}

Findings conclude(Results const& results) {
    Panel panel{.title = "Losses at the end",
                .x_label = "parameter point (row of /summary)",
                .y_label = "loss per sample",
                .series = {}};
    for (auto const* field : {"train_loss", "test_loss"}) {
        Series series{.label = field, .mark = Series::Mark::points, .x = {}, .y = {}};
        for (std::size_t point = 0; point < results.points.size(); ++point) {
            auto const mean =
                mean_estimate(results.records.column(static_cast<index>(point), field));
            if (std::isnan(mean.value)) continue;
            series.x.push_back(static_cast<double>(point));
            series.y.push_back(mean.value);
            series.y_error.push_back(mean.standard_error);
        }
        panel.series.push_back(std::move(series));
    }
    return {.claims = {},
            .figures = {{.id = "losses",
                         .title = "Losses",
                         .caption = "Mean over replicas with its standard error.",
                         .panels = {panel}}},
            .references = {}};
}

}  // namespace

Study train() {
    return {
        .name = "train",
        .question =
            "Which losses does training reach, over any of the parameters of network, start and "
            "optimiser?",
        .sources = {"LeCunMNIST"},
        .parameters = parameters(),
        .fields = studies::network_fields(),
        .headline = [](Parameters const&) { return "test_loss"; },
        .smoke =
            "seeds.count = 4\nparameters.epochs = 2\nparameters.train_samples = "
            "5000\n[sweep]\ngrid = { hidden = [[10], [25]] }\n",
        .standard = "seeds.count = 20\n[sweep]\ngrid = { hidden = [[10], [25], [50], [100]] }\n",
        .paper =
            "seeds.count = 1000\nparameters.epochs = 200\n[sweep]\ngrid = { hidden = [[25], [50], "
            "[100], [250], [500]] }\n",
        .cost = [](Parameters const& p) { return studies::training_seconds(p, hidden_of(p)); },
        .memory = [](Parameters const& p) { return studies::training_bytes(p); },
        .block = [](Parameters const&) { return index{4}; },
        .validate = studies::validate_network,
        .run = run,
        .pauses = true,
        .extends = studies::extended_parameter,
        .conclude = conclude};
}

}  // namespace spinscape
