// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/training.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape {

template <class Real>
std::vector<Trained> train(Network<Real> const& network, BatchView<Real> x,
                           std::uint64_t master_seed, index first_replica, std::uint64_t salt,
                           TrainingOptions const& options,
                           std::function<double(std::span<Real const>)> const& monitor) {
    auto const replicas = x.replicas(), n = network.samples();
    auto const batch = std::min(options.batch, n), steps = (n + batch - 1) / batch;
    SPINSCAPE_EXPECT(batch > 0);
    auto work = network.workspace(1);
    Optimiser<Real> optimiser(options.optimiser, network.packed_dimension(), replicas);
    Batch<Real> point(network.packed_dimension(), 1), gradient(network.packed_dimension(), 1);
    std::vector<std::int32_t> order(static_cast<std::size_t>(n));
    std::vector<Trained> results(static_cast<std::size_t>(replicas));
    std::vector<double> best(static_cast<std::size_t>(replicas),
                             std::numeric_limits<double>::infinity());
    std::vector<index> waited(static_cast<std::size_t>(replicas));

    auto const one_epoch = [&](index r, index epoch) {
        auto& result = results[static_cast<std::size_t>(r)];
        Stream(master_seed, Purpose::data_order, first_replica + r, epoch, salt).permutation(order);
        network.pack(x[r], point[0]);
        double sum = 0;
        for (index step = 0; step < steps; ++step) {
            auto const first = step * batch, count = std::min(batch, n - first);
            double const loss = network.packed_value_and_gradient(
                point[0],
                std::span(order).subspan(static_cast<std::size_t>(first),
                                         static_cast<std::size_t>(count)),
                gradient[0], work);
            optimiser.step(r, point[0], gradient[0],
                           options.learning_rate.at(epoch * steps + step, steps, options.epochs));
            sum += loss * static_cast<double>(count);
        }
        network.unpack(point[0], x[r]);
        result.epochs = epoch + 1;
        result.gradient_evaluations += steps;
        result.last_epoch_loss = sum / static_cast<double>(n);
        if (!(result.last_epoch_loss <= options.largest_loss)) result.outcome = Outcome::diverged;
    };
    auto const stops_early = [&](index r) {
        auto const i = static_cast<std::size_t>(r);
        double const loss = monitor(x[r]);
        if (loss < best[i] - options.least_improvement) {
            best[i] = loss;
            waited[i] = 0;
        } else {
            ++waited[i];
        }
        return waited[i] >= options.patience;
    };

    std::vector<index> active;
    for (index r = 0; r < replicas; ++r) active.push_back(r);
    for (index epoch = 0; epoch < options.epochs && !active.empty(); ++epoch)
        std::erase_if(active, [&](index r) {
            one_epoch(r, epoch);
            auto& result = results[static_cast<std::size_t>(r)];
            if (result.outcome == Outcome::diverged) return true;
            if (options.patience > 0 && monitor && stops_early(r)) {
                result.outcome = Outcome::converged;
                return true;
            }
            return false;
        });
    return results;
}

template std::vector<Trained> train(Network<float> const&, BatchView<float>, std::uint64_t, index,
                                    std::uint64_t, TrainingOptions const&,
                                    std::function<double(std::span<float const>)> const&);
template std::vector<Trained> train(Network<double> const&, BatchView<double>, std::uint64_t, index,
                                    std::uint64_t, TrainingOptions const&,
                                    std::function<double(std::span<double const>)> const&);

}  // namespace spinscape
