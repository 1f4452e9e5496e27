// SPDX-License-Identifier: BSD-3-Clause
// In a test program: where SPINSCAPE_INSTRUCTION_SET asks for what this machine does not have,
// every test is skipped and says so, for with another set it would show nothing.
#include "spinscape/base/multiversion.hpp"

#include <gtest/gtest.h>

namespace {

class AskedFor : public testing::Environment {
    void SetUp() override {
        if (auto const problem = spinscape::instruction_set_problem(); !problem.empty())
            GTEST_SKIP() << problem;
    }
};

[[maybe_unused]] auto* const asked_for = testing::AddGlobalTestEnvironment(new AskedFor);

}  // namespace
