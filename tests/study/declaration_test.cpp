// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/declaration.hpp"

#include "coin.hpp"
#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::HasSubstr;

template <class Break>
std::string slips(Break const& change) {
    auto study = tests::coin();
    change(study);
    try {
        check_declaration(study);
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::internal);
        return error.what();
    }
    return "";
}

TEST(Declaration, OfTheCoinIsRight) {
    EXPECT_EQ(slips([](Study&) {}), "");
}

TEST(Declaration, NamesAreUsedOnce) {
    EXPECT_THAT(slips([](Study& s) { s.fields[0].name = "k"; }), HasSubstr("'k'"));
    EXPECT_THAT(slips([](Study& s) { s.fields[0].name = "outcome"; }), HasSubstr("'outcome'"));
    EXPECT_THAT(slips([](Study& s) { s.parameters[1].name = "n_failed"; }),
                HasSubstr("'n_failed'"));
    EXPECT_THAT(slips([](Study& s) {
                    s.fields[1].name = "mean_mean";
                    s.fields[0].name = "mean";
                    s.parameters[1].name = "mean_sd";
                }),
                HasSubstr("'mean_sd'"));
    EXPECT_THAT(slips([](Study& s) { s.fields[2].axis = "point"; }), HasSubstr("'point'"));
}

TEST(Declaration, PointsHaveNamesOfTheirOwn) {
    EXPECT_EQ(slips([](Study& s) { s.point_fields = {{.name = "mean"}}; }), "");
    EXPECT_THAT(slips([](Study& s) { s.point_fields = {{.name = "row_size"}}; }),
                HasSubstr("'row_size'"));
    EXPECT_THAT(slips([](Study& s) { s.point_fields = {{.name = "k"}}; }), HasSubstr("'k'"));
}

TEST(Declaration, CodesAreIntegersWithWords) {
    EXPECT_EQ(slips([](Study& s) { s.fields[1].meanings = {"few", "many"}; }), "");
    EXPECT_THAT(slips([](Study& s) { s.fields[0].meanings = {"few"}; }),
                HasSubstr("'mean' has meanings"));
    EXPECT_THAT(slips([](Study& s) { s.fields[1].meanings = {"too many"}; }),
                HasSubstr("a meaning of 'heads'"));
}

TEST(Declaration, AnAxisHasOneSetOfCoordinates) {
    EXPECT_EQ(slips([](Study& s) {
                  s.fields.push_back(s.fields[2]);
                  s.fields.back().name = "other";
              }),
              "");
    EXPECT_THAT(slips([](Study& s) {
                    s.fields.push_back(s.fields[2]);
                    s.fields.back().name = "other";
                    s.fields.back().axis_values = {1, 2, 4};
                }),
                HasSubstr("axis 'step' of field 'other'"));
}

TEST(Declaration, DefaultsAndConditionsCanHold) {
    EXPECT_THAT(slips([](Study& s) { s.parameters[0].standard = std::string("square"); }),
                HasSubstr("default of 'kind'"));
    EXPECT_THAT(slips([](Study& s) { s.parameters[1].standard = std::int64_t{0}; }),
                HasSubstr("default of 'k'"));
    EXPECT_THAT(slips([](Study& s) { s.parameters[2].standard = 0.0; }),
                HasSubstr("default of 'bias'"));
    EXPECT_THAT(slips([](Study& s) {
                    s.parameters[2].only_where = {"kind", "square"};
                }),
                HasSubstr("cannot be"));
    EXPECT_THAT(slips([](Study& s) {
                    s.parameters[2].only_where = {"k", "1"};
                }),
                HasSubstr("cannot be"));
    EXPECT_THAT(slips([](Study& s) { s.run = nullptr; }), HasSubstr("must all be given"));
}

}  // namespace
}  // namespace spinscape
