// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/catalogue.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace spinscape::theory {
namespace {

std::string refusal(auto const& call) {
    try {
        call();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        return error.what();
    }
    return "not refused";
}

TEST(Catalogue, NamesAreUniqueAndDocumented) {
    std::set<std::pair<std::string, std::string>> names;
    for (auto const& quantity : catalogue()) {
        EXPECT_TRUE(names.emplace(quantity.model, quantity.name).second) << quantity.name;
        EXPECT_FALSE(quantity.description.empty() || quantity.source.empty()) << quantity.name;
        for (auto const& argument : quantity.arguments)
            EXPECT_LE(argument.minimum, argument.maximum) << quantity.name << argument.name;
    }
}

TEST(Catalogue, CombinesArguments) {
    auto const& quantity = find_quantity("p-spin", "E_k");
    auto const all = combinations(quantity, {{"k", {0, 1, 2}}, {"p", {3, 10}}});
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[4].at("p"), 10);
    EXPECT_EQ(all[4].at("k"), 1);
    auto const values = quantity.evaluate(all);
    EXPECT_EQ(values[4].value, e_k(10, 1));
    EXPECT_LT(values[4].accuracy, 1e-11);
    EXPECT_EQ(combinations(quantity, {{"p", {3}}})[0].at("k"), 0);
}

TEST(Catalogue, CurvesKeepTheOrderOfTheTimes) {
    auto const& quantity = find_quantity("p-spin", "energy_at");
    auto const values =
        quantity.evaluate(combinations(quantity, {{"p", {3}}, {"t", {1.6, 0.4, 0.8}}}));
    EXPECT_NEAR(values[0].value, -1.33706, 1e-4);
    EXPECT_NEAR(values[1].value, -.86683, 1e-4);
    EXPECT_NEAR(values[2].value, -1.14980, 1e-4);
}

TEST(Catalogue, NumbersOfCriticalPoints) {
    auto const ask = [](std::string const& name, auto const& given) {
        auto const& quantity = find_quantity("p-spin", name);
        return quantity.evaluate(combinations(quantity, given));
    };
    using Given = std::vector<std::pair<std::string, std::vector<double>>>;
    auto const all = ask("mean_critical_points", Given{{"p", {3}}, {"N", {3, 10}}});
    EXPECT_NEAR(all[1].value, 286.91588, 1e-5);
    EXPECT_LT(all[1].accuracy, 1e-9);
    auto const some =
        ask("mean_critical_points_of_index", Given{{"p", {3}}, {"N", {3}}, {"k", {0, 1, 2}}});
    EXPECT_NEAR(some[0].value + some[1].value + some[2].value, all[0].value, 1e-9);
    EXPECT_THROW(ask("mean_energy_of_index", Given{{"p", {3}}, {"N", {3}}, {"k", {3}}}), Error);
}

double asked(std::string const& model, std::string const& name,
             std::vector<std::pair<std::string, std::vector<double>>> const& given) {
    auto const& quantity = find_quantity(model, name);
    return quantity.evaluate(combinations(quantity, given)).front().value;
}

TEST(Catalogue, GaussianFields) {
    EXPECT_NEAR(asked("gaussian-field", "energy_of_index", {{"alpha", {0.5}}}), 0, 1e-14);
    EXPECT_NEAR(asked("gaussian-field", "energy_of_index", {{"alpha", {0}}}), -2, 1e-10);
    EXPECT_NEAR(asked("gaussian-field", "energy_of_index", {{"alpha", {0}}, {"f2", {2}}}),
                -std::sqrt(2.0), 1e-10);
    auto const u = asked("gaussian-field", "energy_of_index", {{"alpha", {0.1}}, {"f2", {2}}});
    EXPECT_NEAR(asked("gaussian-field", "index_fraction", {{"u", {u}}, {"f2", {2}}}), 0.1, 1e-12);
    EXPECT_NEAR(asked("gaussian-field", "complexity", {{"alpha", {0.5}}}),
                -0.5 * (1 + std::log(2 * M_PI)), 1e-12);
    EXPECT_NEAR(asked("gaussian-field", "energy_line_slope", {{"N", {2}}}), -0.5, 1e-14);
    EXPECT_NEAR(asked("gaussian-field", "energy_line_variance", {{"N", {2}}}), 0.25, 1e-14);
}

TEST(Catalogue, EscapeFromSaddlesAndWells) {
    EXPECT_NEAR(asked("saddle", "mean_exit_time", {{"epsilon", {0.01}}}), 2.932689, 1e-6);
    EXPECT_NEAR(asked("saddle", "mean_exit_time_asymptotic", {{"epsilon", {1e-5}}}), 6.391639,
                1e-5);
    EXPECT_GT(asked("saddle", "exit_probability", {{"epsilon", {0.01}}, {"t", {2.9}}}), 0.5);
    EXPECT_NEAR(asked("saddle", "mean_exit_steps", {{"rate", {0.01}}, {"deviation", {0.01}}}) /
                    asked("saddle", "mean_exit_steps_asymptotic",
                          {{"rate", {0.01}}, {"deviation", {0.01}}}),
                1, 0.01);
    EXPECT_NEAR(asked("saddle", "deep_linear_time", {{"start", {0.01}}}),
                0.5 * std::log(0.81 / (1 - 0.81) * (1 - 1e-4) / 1e-4), 1e-8);
    EXPECT_NEAR(asked("double-well", "mean_first_passage", {{"epsilon", {0.1}}}), 66.269, 5e-4);
    EXPECT_NEAR(
        asked("double-well", "mean_first_passage", {{"epsilon", {0.1}}, {"x0", {1}}, {"x1", {-1}}}),
        66.269, 5e-4);
    auto const kramers = asked("double-well", "eyring_kramers_time", {{"epsilon", {0.1}}});
    EXPECT_NEAR(kramers, M_PI * std::sqrt(2.0) * std::exp(2.5), 1e-9);
    EXPECT_NEAR(asked("barrier", "eyring_kramers_time",
                      {{"epsilon", {0.1}},
                       {"height", {0.25}},
                       {"curvature", {1}},
                       {"log_det_minimum", {std::log(2.0)}}}),
                kramers, 1e-9);
    // Beyond any double, beyond what is computed exactly, beyond the interval.
    EXPECT_THROW(asked("barrier", "eyring_kramers_time",
                       {{"epsilon", {1e-6}}, {"height", {1}}, {"curvature", {1}}}),
                 Error);
    EXPECT_THROW(asked("double-well", "mean_first_passage", {{"epsilon", {1e-6}}}), Error);
    EXPECT_THROW(asked("saddle", "mean_exit_time", {{"epsilon", {1e-9}}}), Error);
    EXPECT_THROW(asked("saddle", "mean_exit_time", {{"epsilon", {0.1}}, {"x0", {2}}}), Error);
}

TEST(Catalogue, MistakesAreNamed) {
    EXPECT_NE(refusal([] { find_quantity("p-spn", "E_k"); }).find("did you mean 'p-spin'"),
              std::string::npos);
    EXPECT_NE(refusal([] { find_quantity("p-spin", "E_inft"); }).find("did you mean 'E_inf'"),
              std::string::npos);
    auto const& quantity = find_quantity("p-spin", "E_k");
    EXPECT_NE(refusal([&] { combinations(quantity, {}); }).find("needs --p"), std::string::npos);
    EXPECT_NE(refusal([&] {
                  combinations(quantity, {{"p", {2.5}}});
              }).find("integer"),
              std::string::npos);
    EXPECT_NE(refusal([&] {
                  combinations(quantity, {{"p", {2}}});
              }).find("from 3"),
              std::string::npos);
    EXPECT_NE(refusal([&] {
                  combinations(quantity, {{"p", {3}}, {"q", {1}}});
              }).find("no argument --q"),
              std::string::npos);
}

}  // namespace
}  // namespace spinscape::theory
