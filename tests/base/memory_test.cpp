// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/memory.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

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

TEST(Memory, LargePagesChangeNothing) {
    std::vector<int> numbers(3 << 20);
    std::iota(numbers.begin(), numbers.end(), 0);
    auto const copy = numbers;
    wish_for_large_pages(numbers.data(), numbers.size() * sizeof(int));
    move_to_large_pages(numbers.data(), numbers.size() * sizeof(int));
    move_to_large_pages(numbers.data(), 0);
    EXPECT_EQ(numbers, copy);
}

}  // namespace
}  // namespace spinscape
