// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/point_kind.hpp"
#include "spinscape/study/study.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace spinscape::tests {

/// The smallest study with critical points: replica r "finds" 0 ... most of them, whose number and
/// values follow from its random numbers. Even replicas pause after every point. With `wave` > 0
/// the replicas come in waves: every energy is moved by the mean of those of earlier waves, so that
/// nothing is right if a task sees anything else; a point ends when `enough` are found.
inline Study finder() {
    auto const run = [](Task& task) {
        auto const& p = task.parameters();
        auto const end = task.first() + task.count();
        auto const shift = task.shared().empty() ? 0.0 : ByteReader(task.shared()).get<double>();
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
                double const energy = values.normal() + shift;
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
            task.record(r, "shift", shift);
        }
    };
    auto const share = [](Results const& earlier) {
        double sum = 0, n = 1;
        for (double const energy : earlier.critical_points.column(0, "energy")) {
            sum += energy;
            ++n;
        }
        ByteWriter bytes;
        bytes.put(1 + sum / n);
        return bytes.bytes();
    };
    auto const enough = [](Results const& earlier) {
        auto const& parameters = earlier.points.front();
        if (parameters.text("flaw") == "enough") throw std::logic_error("never enough");
        auto const most = parameters.integer("enough");
        return most > 0 && earlier.critical_points.rows() >= most;
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
                        .description = "replica that throws"},
                       {.name = "wave",
                        .standard = std::int64_t{0},
                        .description = "replicas per wave; 0: no waves",
                        .minimum = 0},
                       {.name = "enough",
                        .standard = std::int64_t{0},
                        .description = "points that are enough; 0: never",
                        .minimum = 0},
                       {.name = "flaw",
                        .standard = std::string("none"),
                        .description = "where the study is broken",
                        .choices = {"none", "enough"}}},
        .fields = {{.name = "found", .type = Field::Type::integer, .description = "points found"},
                   {.name = "shift", .description = "mean energy of earlier waves, plus 1"}},
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
        .conclude = [](Results const&) { return Findings{}; },
        .wave = [](Parameters const& p) { return static_cast<index>(p.integer("wave")); },
        .share = share,
        .enough = enough};
}

}  // namespace spinscape::tests
