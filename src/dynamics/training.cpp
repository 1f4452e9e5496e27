// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/training.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape {

template <class Real>
Training<Real>::Training(Network<Real> const& network, BatchView<Real> x, std::uint64_t master_seed,
                         index first_replica, std::uint64_t salt, TrainingOptions const& options,
                         std::function<double(std::span<Real const>)> monitor)
    : network_(network),
      x_(x),
      master_seed_(master_seed),
      first_replica_(first_replica),
      salt_(salt),
      options_(options),
      monitor_(std::move(monitor)),
      gradient_of_(network, options.batch),
      optimiser_(options.optimiser, gradient_of_.packed_dimension(), x.replicas()),
      point_(gradient_of_.packed_dimension(), 1),
      gradient_(gradient_of_.packed_dimension(), 1),
      order_(static_cast<std::size_t>(network.samples())),
      results_(static_cast<std::size_t>(x.replicas())),
      best_(results_.size(), std::numeric_limits<double>::infinity()),
      waited_(results_.size()),
      ended_(results_.size()) {
    SPINSCAPE_EXPECT(options.batch > 0);
}

template <class Real>
void Training<Real>::one_epoch(index r) {
    auto& result = results_[static_cast<std::size_t>(r)];
    auto const n = network_.samples(), batch = std::min(options_.batch, n),
               steps = (n + batch - 1) / batch, epoch = result.epochs;
    Stream(master_seed_, Purpose::data_order, first_replica_ + r, epoch, salt_).permutation(order_);
    gradient_of_.pack(x_[r], point_[0]);
    double sum = 0;
    auto const samples_of = [&](index step) {
        auto const first = std::min(step * batch, n);
        return std::span<std::int32_t const>(order_).subspan(
            static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(batch, n - first)));
    };
    for (index step = 0; step < steps; ++step) {
        auto const samples = samples_of(step);
        double const loss = gradient_of_(point_[0], samples, samples_of(step + 1), gradient_[0]);
        optimiser_.step(r, point_[0], gradient_[0],
                        options_.learning_rate.at(epoch * steps + step, steps, options_.epochs));
        sum += loss * static_cast<double>(samples.size());
    }
    gradient_of_.unpack(point_[0], x_[r]);
    result.epochs = epoch + 1;
    result.gradient_evaluations += steps;
    result.last_epoch_loss = sum / static_cast<double>(n);
    if (!(result.last_epoch_loss <= options_.largest_loss)) result.outcome = Outcome::diverged;
}

template <class Real>
bool Training<Real>::stops_early(index r) {
    auto const i = static_cast<std::size_t>(r);
    double const loss = monitor_(x_[r]);
    if (loss < best_[i] - options_.least_improvement) {
        best_[i] = loss;
        waited_[i] = 0;
    } else {
        ++waited_[i];
    }
    return waited_[i] >= options_.patience;
}

template <class Real>
bool Training<Real>::advance() {
    bool any = false;
    for (index r = 0; r < x_.replicas(); ++r) {
        auto& ended = ended_[static_cast<std::size_t>(r)];
        auto& result = results_[static_cast<std::size_t>(r)];
        if (ended != 0 || result.epochs >= options_.epochs) continue;
        any = true;
        one_epoch(r);
        if (result.outcome == Outcome::diverged) {
            ended = 1;
        } else if (options_.patience > 0 && monitor_ && stops_early(r)) {
            result.outcome = Outcome::converged;
            ended = 1;
        }
    }
    return any;
}

template <class Real>
void Training<Real>::save(ByteWriter& out) {
    for (index r = 0; r < x_.replicas(); ++r) out.put_all(std::span<Real const>(x_[r]));
    for (auto const& moment : {optimiser_.first_moment(), optimiser_.second_moment()})
        for (index r = 0; r < moment.replicas(); ++r) out.put_all(std::span<Real const>(moment[r]));
    out.put_all(std::span<index const>(optimiser_.steps()));
    out.put_all(std::span<Trained const>(results_));
    out.put_all(std::span<double const>(best_));
    out.put_all(std::span<index const>(waited_));
    out.put_all(std::span<char const>(ended_));
}

template <class Real>
void Training<Real>::load(ByteReader& in) {
    for (index r = 0; r < x_.replicas(); ++r) in.get_into(x_[r]);
    for (auto const& moment : {optimiser_.first_moment(), optimiser_.second_moment()})
        for (index r = 0; r < moment.replicas(); ++r) in.get_into(moment[r]);
    in.get_into(std::span<index>(optimiser_.steps()));
    in.get_into(std::span<Trained>(results_));
    in.get_into(std::span<double>(best_));
    in.get_into(std::span<index>(waited_));
    in.get_into(std::span<char>(ended_));
}

template class Training<float>;
template class Training<double>;

}  // namespace spinscape
