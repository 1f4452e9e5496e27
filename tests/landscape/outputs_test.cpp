// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/outputs.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace spinscape {
namespace {

Samples random_samples(index count, index inputs, index classes) {
    Stream stream(5, Purpose::disorder, 0);
    Samples samples;
    for (index i = 0; i < count * inputs; ++i)
        samples.features.push_back(static_cast<float>(stream.normal()));
    for (index i = 0; i < count; ++i)
        samples.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
    return samples;
}

// The cross entropy of the landscape is the mean of -ln p(label | sample), and its share of errors
// counts where another class has more.
TEST(Outputs, GiveTheLossOfTheLandscape) {
    auto const samples = std::make_shared<Samples const>(random_samples(301, 7, 4));
    for (auto const& name : activation_names()) {
        Architecture const architecture{
            .inputs = 7, .hidden = {9, 5}, .outputs = 4, .activation = activation_from(name)};
        std::vector<double> x(static_cast<std::size_t>(architecture.parameter_count()));
        Stream(6, Purpose::start, 0).fill_normal(x);
        Network<double> const network(architecture, samples);
        auto work = network.workspace(1);
        auto const expected = network.evaluate(x, work);

        auto outputs = network_outputs(architecture, x, *samples);
        to_log_probabilities(outputs);
        double loss = 0, errors = 0;
        for (index i = 0; i < samples->count(); ++i) {
            auto const row = outputs[i];
            double sum = 0;
            for (double const l : row) sum += std::exp(l);
            EXPECT_NEAR(sum, 1, 1e-13);
            auto const label = samples->labels[static_cast<std::size_t>(i)];
            loss -= row[static_cast<std::size_t>(label)];
            errors += std::max_element(row.begin(), row.end()) - row.begin() != label;
        }
        auto const n = static_cast<double>(samples->count());
        EXPECT_NEAR(loss / n, expected.loss, 1e-12 * expected.loss) << name;
        EXPECT_DOUBLE_EQ(errors / n, expected.error) << name;
    }
}

}  // namespace
}  // namespace spinscape
