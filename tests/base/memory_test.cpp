// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/memory.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

namespace spinscape {
namespace {

TEST(Memory, OnlyWhatTheMachineHasIsGranted) {
    EXPECT_GT(physical_memory(), 1e8);
    EXPECT_NO_THROW(require_memory(1e6, "a vector"));
    try {
        require_memory(2 * physical_memory(), "the dense Hessian");
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::unavailable);
        EXPECT_EQ(std::string(error.what()).find("the dense Hessian needs "), 0U) << error.what();
    }
}

}  // namespace
}  // namespace spinscape
