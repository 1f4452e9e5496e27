// SPDX-License-Identifier: BSD-3-Clause
#include "landscape_contract.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/ridge.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>
#include <tuple>

namespace spinscape {
namespace {

std::shared_ptr<Samples const> random_samples(index count, index inputs, index classes) {
    Samples samples;
    Stream stream(3, Purpose::disorder, 0);
    samples.features.resize(static_cast<std::size_t>(count * inputs));
    stream.fill_normal(std::span<float>(samples.features));
    for (index i = 0; i < count; ++i)
        samples.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
    return std::make_shared<Samples const>(std::move(samples));
}

using Case = std::tuple<std::string, std::string, std::vector<index>>;

class NetworkContract : public testing::TestWithParam<Case> {
protected:
    template <class Real>
    static std::vector<std::string> broken(contract::Options const& options) {
        auto const& [activation, loss, hidden] = GetParam();
        Architecture const architecture{.inputs = 6,
                                        .hidden = hidden,
                                        .outputs = 3,
                                        .activation = activation_from(activation),
                                        .loss = loss_from(loss),
                                        .leak = 0.2};
        // More samples than one chunk of the kernels holds, and not a multiple of it.
        Network<Real> const f(architecture, random_samples(210, 6, 3));
        Batch<Real> x(f.dimension(), 3);
        for (index r = 0; r < 3; ++r) {
            Stream stream(5, Purpose::start, r);
            stream.fill_normal(x[r]);
            for (auto& w : x[r]) w *= Real(0.7);
        }
        return contract::violations(f, BatchView<Real const>(x.view()), options);
    }
};

// Kinks: steps so small that no sample of these 210 crosses one, hence no error slope to be seen,
// but rounding; smooth models show the slope.
TEST_P(NetworkContract, Double) {
    auto const& [activation, loss, hidden] = GetParam();
    bool const kinks = activation == "relu" || activation == "leaky_relu" || loss == "hinge";
    contract::Options options;
    options.step = kinks ? 2e-7 : 2e-2;
    options.rounding = kinks ? 2e-13 : 1e-13;
    EXPECT_THAT(broken<double>(options), testing::IsEmpty());
}

TEST_P(NetworkContract, Single) {
    auto const& [activation, loss, hidden] = GetParam();
    bool const kinks = activation == "relu" || activation == "leaky_relu" || loss == "hinge";
    // In single precision differences over a step without kinks drown in rounding: the gradient is
    // compared where the function is smooth, everything else always.
    contract::Options const options{.step = 0.1, .rounding = 3e-6};
    auto found = broken<float>(options);
    if (kinks) {
        std::erase(found, "gradient is the derivative");
        std::erase(found, "Hessian is the derivative of the gradient");
    }
    EXPECT_THAT(found, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, NetworkContract,
    testing::Combine(testing::Values("relu", "leaky_relu", "tanh", "sigmoid", "softplus", "linear"),
                     testing::Values("cross_entropy", "squared", "hinge"),
                     testing::Values(std::vector<index>{5}, std::vector<index>{5, 4},
                                     std::vector<index>{4, 3, 5}, std::vector<index>{19})),
    [](auto const& which) {
        return std::get<0>(which.param) + "_" + std::get<1>(which.param) + "_depth" +
               std::to_string(std::get<2>(which.param).size()) + "_width" +
               std::to_string(std::get<2>(which.param)[0]);
    });

TEST(RidgeContract, WithAndWithoutRidge) {
    Architecture const architecture{
        .inputs = 6, .hidden = {5}, .outputs = 3, .activation = Activation::tanh};
    Network<double> const network(architecture, random_samples(210, 6, 3));
    Batch<double> x(network.dimension(), 3);
    for (index r = 0; r < 3; ++r) Stream(5, Purpose::start, r).fill_normal(x[r]);
    for (double const strength : {0.0, 0.3}) {
        Ridge<Network<double>> const f(network, strength);
        EXPECT_EQ(f.symmetry_nullity(), strength > 0 ? 0 : network.symmetry_nullity());
        EXPECT_THAT(contract::violations(f, BatchView<double const>(x.view()),
                                         {.step = 2e-2, .rounding = 1e-13}),
                    testing::IsEmpty());
    }
}

}  // namespace
}  // namespace spinscape
