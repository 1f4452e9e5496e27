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
