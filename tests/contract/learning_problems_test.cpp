// SPDX-License-Identifier: BSD-3-Clause
#include "landscape_contract.hpp"
#include "spinscape/landscape/deep_linear.hpp"
#include "spinscape/landscape/tensor_decomposition.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace spinscape {
namespace {

template <class L>
std::vector<std::string> broken(L const& f, contract::Options const& options = {}) {
    Batch<double> x(f.dimension(), 5);
    for (index r = 0; r < 5; ++r) {
        Stream stream(6, Purpose::start, r);
        stream.fill_normal(x[r]);
        f.manifold().retract(x[r]);
    }
    return contract::violations(f, BatchView<double const>(x.view()), options);
}

TEST(LearningProblemContract, DeepLinear) {
    std::vector<double> X(3 * 6), Y(2 * 6);
    Stream stream(3, Purpose::disorder, 0);
    stream.fill_normal(std::span<double>(X));
    stream.fill_normal(std::span<double>(Y));
    for (auto const& widths : {std::vector<index>{3, 2, 2}, std::vector<index>{3, 4, 2, 3, 2}})
        EXPECT_THAT(broken(DeepLinear(widths, X, Y), {.step = 2e-3, .rounding = 1e-12}),
                    testing::IsEmpty());
}

TEST(LearningProblemContract, TensorDecomposition) {
    for (auto const objective :
         {TensorDecomposition::Objective::pairwise, TensorDecomposition::Objective::reconstruction})
        EXPECT_THAT(broken(TensorDecomposition(4, objective)), testing::IsEmpty());
}

TEST(LearningProblemContract, IndependentComponents) {
    EXPECT_THAT(broken(IndependentComponents::exact(4)), testing::IsEmpty());
    EXPECT_THAT(broken(IndependentComponents::drawn(3, 20, 5, 0)), testing::IsEmpty());
}

}  // namespace
}  // namespace spinscape
