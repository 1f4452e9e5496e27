// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/multiversion.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace spinscape {
namespace {

SPINSCAPE_INLINE char const* name_of(InstructionSet set) {
    return set == InstructionSet::x86_64_v4   ? "x86-64-v4"
           : set == InstructionSet::x86_64_v3 ? "x86-64-v3"
                                              : "baseline";
}

template <class Real>
SPINSCAPE_INLINE Real add_to(Real const& a, Real& sum) {
    return sum += a;
}

TEST(Multiversion, CallsTheVersionForTheSetInUse) {
    EXPECT_STREQ(multiversion<name_of>(), instruction_set());
}

TEST(Multiversion, IsTheOneAskedFor) {
    auto const* asked = std::getenv("SPINSCAPE_INSTRUCTION_SET");
    if (asked == nullptr || *asked == '\0') return;
    EXPECT_STREQ(instruction_set(), asked);
}

TEST(Multiversion, PassesReferencesAndResults) {
    double sum = 1;
    EXPECT_EQ(multiversion<add_to<double>>(2.5, sum), 3.5);
    EXPECT_EQ(sum, 3.5);
}

// Before main, a call goes to the baseline: never to nowhere.
double const early = [] {
    double sum = 1;
    return multiversion<add_to<double>>(1.0, sum);
}();

TEST(Multiversion, MayBeCalledBeforeMain) {
    EXPECT_EQ(early, 2);
}

TEST(Multiversion, WhatCannotBeObeyedIsTold) {
    auto const* before = std::getenv("SPINSCAPE_INSTRUCTION_SET");
    std::string const kept = before != nullptr ? before : "";
    ::setenv("SPINSCAPE_INSTRUCTION_SET", "avx", 1);
    EXPECT_EQ(instruction_set_problem().substr(0, 62),
              "SPINSCAPE_INSTRUCTION_SET=avx: unknown instruction set; here i");
    ::setenv("SPINSCAPE_INSTRUCTION_SET", "baseline", 1);
    EXPECT_EQ(instruction_set_problem(), "");
    ::setenv("SPINSCAPE_INSTRUCTION_SET", kept.c_str(), 1);
}

}  // namespace
}  // namespace spinscape
