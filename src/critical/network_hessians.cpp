// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/network_hessians.hpp"

#include "spinscape/base/contract.hpp"

#include <cmath>
#include <vector>

namespace spinscape {

SampledValue minibatch_estimate(Network<double> const& network, std::span<double const> x,
                                MinibatchOptions const& options, Stream stream,
                                std::function<double(PreparedHessian&)> const& quantity) {
    auto const used = options.batch * options.batches;
    SPINSCAPE_EXPECT(options.batch > 0 && used <= network.samples());
    std::vector<std::int32_t> order(static_cast<std::size_t>(network.samples()));
    stream.permutation(order);
    std::vector<double> values;
    for (index k = 0; k < options.batches; ++k) {
        PreparedHessian hessian(
            network, x,
            std::span(order).subspan(static_cast<std::size_t>(k * options.batch),
                                     static_cast<std::size_t>(options.batch)));
        values.push_back(quantity(hessian));
    }
    auto result = sampled_value(values);
    double const share = static_cast<double>(used) / static_cast<double>(network.samples());
    result.standard_error *= std::sqrt(1 - share);
    return result;
}

}  // namespace spinscape
