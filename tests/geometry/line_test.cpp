// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/line.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/initialisation.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace spinscape {
namespace {

TEST(Line, PathsMeetTheirEndsAndLengths) {
    std::vector<double> const a = {1, 0, -2}, b = {3, 4, 2};
    std::vector<double> x(3);
    for (auto const path : {Path::line, Path::arc}) {
        point_on<double>(path, a, b, 0, x);
        EXPECT_EQ(x, a);
        point_on<double>(path, a, b, 1, x);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(x[i], b[i], 1e-15);
    }
    point_on<double>(Path::line, a, b, -1, x);
    EXPECT_EQ(x, (std::vector<double>{-1, -4, -6}));
    // Ends that are orthogonal and of one length: the arc keeps it, the line does not.
    std::vector<double> const e = {1, 0}, f = {0, 1};
    std::vector<double> y(2);
    point_on<double>(Path::arc, e, f, 0.3, y);
    EXPECT_NEAR(y[0] * y[0] + y[1] * y[1], 1, 1e-15);
    point_on<double>(Path::line, e, f, 0.5, y);
    EXPECT_NEAR(y[0] * y[0] + y[1] * y[1], 0.5, 1e-15);
}

TEST(Line, BarrierIsTheRiseAboveTheChord) {
    std::vector<double> const t = {0, 0.25, 0.5, 1};
    EXPECT_DOUBLE_EQ(barrier(t, std::vector<double>{1, 2, 3, 2}), 1.5);
    EXPECT_EQ(barrier(t, std::vector<double>{2, 1.75, 1.5, 1}), 0);
    EXPECT_EQ(barrier(t, std::vector<double>{0, -5, -5, 1}), 0);
}

// A squared loss of a linear network without hidden layer is quadratic along every line.
TEST(Line, LossOfALinearModelIsAParabolaAlongTheLine) {
    auto data = std::make_shared<Samples>();
    data->features.resize(30);
    Stream(5, Purpose::disorder, 0).fill_uniform(std::span<float>(data->features));
    for (int i = 0; i < 10; ++i) data->labels.push_back(i % 2);
    Network<double> const network(
        {.inputs = 3, .outputs = 2, .activation = Activation::linear, .loss = Loss::squared}, data);
    auto const P = static_cast<std::size_t>(network.dimension());
    std::vector<double> a(P), b(P);
    Stream(5, Purpose::start, 0).fill_normal(std::span<double>(a));
    Stream(5, Purpose::start, 1).fill_normal(std::span<double>(b));
    std::vector<double> const t = {-1, -0.5, 0, 0.5, 1};
    auto const f = along<double>(network, Path::line, a, b, t);
    for (std::size_t i = 1; i + 2 < t.size(); ++i) {
        double const third = f[i + 2].loss - 3 * f[i + 1].loss + 3 * f[i].loss - f[i - 1].loss;
        EXPECT_NEAR(third, 0, 1e-10);
    }
    EXPECT_GT(f[0].loss - 2 * f[1].loss + f[2].loss, 1e-3);  // and no straight line
    auto const arc = along<double>(network, Path::arc, a, b, t);
    EXPECT_DOUBLE_EQ(arc[4].loss, f[4].loss);
    EXPECT_EQ(arc[2].error, f[2].error);
}

}  // namespace
}  // namespace spinscape
