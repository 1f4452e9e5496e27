// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/network_hessians.hpp"

#include "spinscape/critical/trace.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

struct Fixture {
    Network<double> f;
    std::vector<double> x, v;

    static std::shared_ptr<Samples const> samples() {
        Samples data;
        Stream stream(5, Purpose::disorder, 0);
        data.features.resize(200 * 3);
        stream.fill_normal(std::span<float>(data.features));
        for (index i = 0; i < 200; ++i)
            data.labels.push_back(static_cast<std::int32_t>(stream.below(2)));
        return std::make_shared<Samples const>(std::move(data));
    }
    Fixture()
        : f({.inputs = 3, .hidden = {4}, .outputs = 2}, samples()),
          x(static_cast<std::size_t>(f.dimension())),
          v(x.size()) {
        Stream stream(5, Purpose::start, 0);
        stream.fill_normal(std::span<double>(x));
        stream.fill_normal(std::span<double>(v));
    }
    double curvature(PreparedHessian& hessian) const {
        std::vector<double> image(v.size());
        hessian.times(PreparedHessian::Part::whole, v, image);
        double sum = 0;
        for (std::size_t i = 0; i < v.size(); ++i) sum += v[i] * image[i];
        return sum;
    }
};

TEST(MinibatchEstimate, ErrorIsThatOfRepetitionsAndVanishesWhereAllSamplesAreUsed) {
    Fixture const s;
    PreparedHessian whole(s.f, s.x);
    double const exact = s.curvature(whole);
    auto const quantity = [&](PreparedHessian& hessian) { return s.curvature(hessian); };
    double chi_squared = 0;
    index const repetitions = 200;
    for (index r = 0; r < repetitions; ++r) {
        auto const estimate = minibatch_estimate(s.f, s.x, {.batch = 8, .batches = 15},
                                                 Stream(1, Purpose::probe, r), quantity);
        EXPECT_EQ(estimate.n, 15);
        chi_squared +=
            std::pow((estimate.value - exact) / estimate.standard_error, 2) / repetitions;
    }
    EXPECT_NEAR(chi_squared, 14.0 / 12, 0.5);  // Student t; without the finite population 0.4 of it
    auto const all = minibatch_estimate(s.f, s.x, {.batch = 20, .batches = 10},
                                        Stream(1, Purpose::probe, 0), quantity);
    EXPECT_NEAR(all.value, exact, 1e-12);
    EXPECT_EQ(all.standard_error, 0);
}

TEST(NetworkOperators, TraceOfTheRestOfARectifiedNetworkVanishes) {
    Fixture const s;
    PreparedHessian hessian(s.f, s.x);
    auto const P = hessian.dimension();
    std::vector<double> G(static_cast<std::size_t>(P * P));
    hessian.dense(PreparedHessian::Part::gauss_newton, G);
    double trace = 0;
    for (index i = 0; i < P; ++i) trace += G[static_cast<std::size_t>(i * P + i)];
    // With as many products as dimensions the sketch spans everything.
    for (auto const part : {PreparedHessian::Part::whole, PreparedHessian::Part::gauss_newton})
        EXPECT_NEAR(hutch_plus_plus_trace(hessian_operator(hessian, part), 3 * P,
                                          Stream(1, Purpose::probe, 0))
                        .value,
                    trace, 1e-10);
}

}  // namespace
}  // namespace spinscape
