// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/point_kind.hpp"
#include "spinscape/study/study.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace spinscape::tests {

/// The smallest study with critical points: replica r "finds" 0 ... most of them, whose number and
/// values follow from its random numbers. Even replicas pause after every point.
inline Study finder() {
    auto const run = [](Task& task) {
        auto const& p = task.parameters();
        auto const end = task.first() + task.count();
        index r = task.first(), order = 0;
        task.resume([&](ByteReader& in) {
            r = in.get<index>();
            order = in.get<index>();
        });
        for (; r < end; ++r, order = 0) {
            if (r == p.integer("throw_at")) throw std::runtime_error("nothing found");
            std::this_thread::sleep_for(std::chrono::duration<double>(p.real("seconds")));
            Stream numbers(task.master_seed(), Purpose::noise, r);
            auto const found =
                static_cast<index>(numbers.uniform() * static_cast<double>(p.integer("most") + 1));
            for (; order < found; ++order) {
                Stream values(task.master_seed(), Purpose::noise, r, order + 1);
                double const energy = values.normal();
                std::vector<double> const x = {values.normal(), values.normal()};
                auto const kind = energy < 0 ? PointKind::minimum : PointKind::saddle;
                task.add_point(r, PointValues()
                                      .set("energy", energy)
                                      .set("kind", static_cast<double>(kind))
                                      .set("x", x));
                auto const save = [&](ByteWriter& out) {
                    out.put(r);
                    out.put(order + 1);
                };
                if (r % 2 == 0 && task.pause(save)) return;
            }
            task.record(r, "found", static_cast<double>(found));
        }
    };
    std::vector<std::string> const kinds(point_kind_names.begin(), point_kind_names.end());
    return {
        .name = "finder",
        .question = "How many are there?",
        .sources = {"nobody"},
        .parameters = {{.name = "most",
                        .standard = std::int64_t{3},
                        .description = "points of a replica at most",
                        .minimum = 0},
                       {.name = "seconds",
                        .standard = 0.0,
                        .description = "time that a replica takes, asleep",
                        .units = "s",
                        .minimum = 0},
                       {.name = "throw_at",
                        .standard = std::int64_t{-1},
                        .description = "replica that throws"}},
        .fields = {{.name = "found", .type = Field::Type::integer, .description = "points found"}},
        .point_fields = {{.name = "energy", .units = "J", .description = "its energy"},
                         {.name = "kind",
                          .type = Field::Type::integer,
                          .description = "what it is",
                          .meanings = kinds},
                         {.name = "x",
                          .description = "where it is",
                          .axis = "coordinate",
                          .axis_values = {1, 2, 3}}},
        .headline = [](Parameters const&) { return "found"; },
        .smoke = "seeds.count = 5\n",
        .standard = "seeds.count = 40\n[sweep]\ngrid = { most = [0, 3, 6] }\n",
        .paper = "seeds.count = 1000\n",
        .cost = [](Parameters const& p) { return p.real("seconds") + 1e-7; },
        .run = run,
        .pauses = true,
        .conclude = [](Results const&) { return Findings{}; }};
}

}  // namespace spinscape::tests
