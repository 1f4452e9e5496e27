// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/estimate.hpp"
#include "spinscape/study/study.hpp"

#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>

namespace spinscape::tests {

/// The smallest study that uses every part of the machinery: replicas average k normal numbers, so
/// that mean 0 and standard deviation 1/sqrt(k) are known. Replica `throw_at` throws, replica
/// `diverge_at` diverges (-1: none); `flaw` makes the study itself throw something unexpected.
inline Study coin() {
    auto const run = [](Task& task) {
        auto const& p = task.parameters();
        auto const k = static_cast<index>(p.integer("k"));
        for (index r = task.first(); r < task.first() + task.count(); ++r) {
            if (r == p.integer("throw_at")) throw std::runtime_error("the coin\nrolled away");
            if (r == p.integer("diverge_at")) {
                task.finish(r, Outcome::diverged);
                continue;
            }
            std::this_thread::sleep_for(std::chrono::duration<double>(p.real("seconds")));
            Stream stream(task.master_seed(), Purpose::noise, r, 0, static_cast<std::uint64_t>(k));
            double const shift = p.text("kind") == "biased" ? p.real("bias") : 0;
            double sum = 0;
            index heads = 0;
            std::vector<double> walk;
            for (index i = 1; i <= k; ++i) {
                double const x = stream.normal() + shift;
                sum += x;
                heads += x > 0 ? 1 : 0;
                if (i <= 3) walk.push_back(sum);
            }
            walk.resize(3, missing);
            task.record(r, "mean", sum / static_cast<double>(k));
            if (r % 2 == 0) task.record(r, "heads", static_cast<double>(heads));
            task.record(r, "walk", walk);
            task.finish(r, Outcome::completed);
        }
    };
    auto const conclude = [](Results const& results) {
        if (results.points.front().text("flaw") == "conclude")
            throw std::logic_error("no conclusion");
        auto const mean = mean_estimate(results.records.column(0, "mean"));
        Findings findings;
        findings.claims = {
            {.id = "centred",
             .statement = "The mean of normal numbers is zero.",
             .source = "nobody",
             .measured = mean,
             .relation = Relation::equal,
             .predicted = 0,
             .tolerance = 3},
            {.id = "small",
             .statement = "The mean is below 10.",
             .source = "nobody",
             .measured = mean,
             .relation = Relation::less,
             .predicted = 10},
        };
        findings.figures = {{.id = "means", .title = "Means", .caption = "", .panels = {}}};
        findings.references = {{.name = "law",
                                .description = "standard deviation of a mean",
                                .source = "nobody",
                                .x_name = "k",
                                .x = {1, 4},
                                .y = {1, 0.5}}};
        return findings;
    };
    return {.name = "coin",
            .question = "Is it fair?",
            .sources = {"nobody"},
            .parameters = {{.name = "kind",
                            .standard = std::string("fair"),
                            .description = "which coin",
                            .choices = {"fair", "biased"}},
                           {.name = "k",
                            .standard = std::int64_t{4},
                            .description = "numbers per replica",
                            .minimum = 1,
                            .maximum = 1000},
                           {.name = "bias",
                            .standard = 0.5,
                            .description = "shift of every number",
                            .units = "m",
                            .minimum = 0,
                            .minimum_excluded = true,
                            .only_where = {{"kind", "biased"}}},
                           {.name = "label", .standard = std::string(), .description = "any text"},
                           {.name = "sides",
                            .standard = std::vector<std::int64_t>{1, 2},
                            .description = "no influence"},
                           {.name = "weights",
                            .standard = std::vector<double>{0.5, 0.5},
                            .description = "no influence"},
                           {.name = "spin", .standard = true, .description = "no influence"},
                           {.name = "gigabytes",
                            .standard = 0.0,
                            .description = "pretended need of memory",
                            .minimum = 0},
                           {.name = "seconds",
                            .standard = 0.0,
                            .description = "time that a replica takes, asleep",
                            .units = "s",
                            .minimum = 0},
                           {.name = "throw_at",
                            .standard = std::int64_t{-1},
                            .description = "replica that throws"},
                           {.name = "diverge_at",
                            .standard = std::int64_t{-1},
                            .description = "replica that diverges"},
                           {.name = "flaw",
                            .standard = std::string("none"),
                            .description = "where the study is broken",
                            .choices = {"none", "validate", "conclude"}}},
            .fields = {{.name = "mean",
                        .units = "m",
                        .description = "mean of the numbers",
                        .histogram_edges = {-1, 0, 1}},
                       {.name = "heads",
                        .type = Field::Type::integer,
                        .description = "numbers above zero; even replicas only"},
                       {.name = "walk",
                        .description = "sum so far",
                        .axis = "step",
                        .axis_values = {1, 2, 3}}},
            .headline = [](Parameters const&) { return "mean"; },
            .smoke = "seeds.count = 5\n[sweep]\ngrid = { k = [1, 9] }\n",
            .standard = "seeds.count = 40\n[sweep]\ngrid = { k = [1, 4, 9] }\n",
            .paper = "seeds.count = 1000\n[parameters]\nk = 100\n",
            .cost =
                [](Parameters const& p) {
                    return p.real("seconds") + 1e-8 * static_cast<double>(p.integer("k"));
                },
            .memory = [](Parameters const& p) { return 1e9 * p.real("gigabytes"); },
            .validate =
                [](Parameters const& p, std::string const&) {
                    if (p.text("flaw") == "validate") throw std::logic_error("no validation");
                },
            .run = run,
            .conclude = conclude};
}

}  // namespace spinscape::tests
