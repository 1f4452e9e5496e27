// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/ising_search.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {

IsingConfiguration::IsingConfiguration(IsingPSpin const& model, IsingFields const& fields,
                                       std::span<std::int8_t const> spins)
    : fields_(fields),
      spins_(spins.begin(), spins.end()),
      field_(spins_.size()),
      response_(spins_.size()) {
    count(model);
}

IsingConfiguration::IsingConfiguration(IsingPSpin const& model, IsingFields const& fields,
                                       Stream start)
    : fields_(fields),
      spins_(static_cast<std::size_t>(model.dimension())),
      field_(spins_.size()),
      response_(spins_.size()) {
    for (double& s : spins_) s = start.bits() >> 31 != 0 ? -1 : 1;
    count(model);
}

/// Each field is a sum over sets of p - 1 others, homogeneous of degree p - 1 in them.
void IsingConfiguration::count(IsingPSpin const& model) {
    energy_ = 0;
    for (std::size_t i = 0; i < spins_.size(); ++i) {
        fields_.response(static_cast<index>(i), spins_, response_);
        field_[i] = std::inner_product(spins_.begin(), spins_.end(), response_.begin(), 0.0) /
                    (model.order() - 1);
        energy_ += spins_[i] * field_[i] / model.order();
    }
}

void IsingConfiguration::flip(index i) {
    auto const at = static_cast<std::size_t>(i);
    energy_ += change(i);
    fields_.response(i, spins_, response_);
    for (std::size_t j = 0; j < field_.size(); ++j) field_[j] -= 2 * spins_[at] * response_[j];
    spins_[at] = -spins_[at];
    ++flips_;
}

void IsingConfiguration::write(ByteWriter& out) const {
    out.put_all(std::span<double const>(spins_));
    out.put_all(std::span<double const>(field_));
    out.put(energy_);
    out.put(flips_);
}

void IsingConfiguration::read(ByteReader& in) {
    in.get_into(std::span<double>(spins_));
    in.get_into(std::span<double>(field_));
    energy_ = in.get<double>();
    flips_ = in.get<index>();
}

index greedy_descent(IsingConfiguration& at, index most_flips) {
    auto const N = std::ssize(at.spins());
    for (index flips = 0; flips < most_flips; ++flips) {
        index best = 0;
        for (index i = 1; i < N; ++i)
            if (at.change(i) < at.change(best)) best = i;
        // What rounding alone makes negative is no descent.
        if (at.change(best) >= -1e-9 * static_cast<double>(N)) return flips;
        at.flip(best);
    }
    return most_flips;
}

ExtremalOptimisation::ExtremalOptimisation(IsingConfiguration& at, double tau, Stream decisions)
    : at_(at),
      decisions_(decisions),
      below_(at.spins().size()),
      order_(at.spins().size()),
      lowest_(at.energy()) {
    SPINSCAPE_EXPECT(tau > 0);
    double sum = 0;
    for (std::size_t k = 0; k < below_.size(); ++k)
        below_[k] = sum += std::pow(static_cast<double>(k + 1), -tau);
    for (double& share : below_) share /= sum;
}

void ExtremalOptimisation::advance() {
    auto const rank =
        std::min<index>(std::ranges::lower_bound(below_, decisions_.uniform()) - below_.begin(),
                        std::ssize(below_) - 1);
    std::iota(order_.begin(), order_.end(), index{0});
    std::ranges::nth_element(order_, order_.begin() + rank, {},
                             [&](index i) { return std::pair(at_.change(i), i); });
    at_.flip(order_[static_cast<std::size_t>(rank)]);
    lowest_ = std::min(lowest_, at_.energy());
}

void ExtremalOptimisation::write(ByteWriter& out) const {
    at_.write(out);
    out.put(decisions_.position());
    out.put(lowest_);
}

void ExtremalOptimisation::read(ByteReader& in) {
    at_.read(in);
    decisions_.skip_to(in.get<std::uint64_t>());
    lowest_ = in.get<double>();
}

}  // namespace spinscape
