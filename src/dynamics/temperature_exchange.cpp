// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/temperature_exchange.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace spinscape {

TemperatureExchange::TemperatureExchange(std::vector<double> betas, std::uint64_t master_seed,
                                         index disorder)
    : betas_(std::move(betas)),
      master_seed_(master_seed),
      disorder_(disorder),
      level_(betas_.size()),
      walker_(betas_.size()),
      tried_(betas_.size() - 1),
      swapped_(betas_.size() - 1),
      left_(betas_.size(), -1),
      turned_(betas_.size(), 0) {
    SPINSCAPE_EXPECT(betas_.size() >= 2);
    std::iota(level_.begin(), level_.end(), index{0});
    walker_ = level_;
    left_[0] = 0;
}

index TemperatureExchange::level_of(index walker) const {
    return level_[static_cast<std::size_t>(walker)];
}

index TemperatureExchange::walker_at(index level) const {
    return walker_[static_cast<std::size_t>(level)];
}

std::vector<double> TemperatureExchange::betas_of(index first, index count) const {
    std::vector<double> betas;
    for (index w = first; w < first + count; ++w) betas.push_back(beta(level_of(w)));
    return betas;
}

void TemperatureExchange::exchange(index step, std::span<double const> energies) {
    SPINSCAPE_EXPECT(energies.size() == betas_.size());
    Stream stream(master_seed_, Purpose::exchange, disorder_, step);
    for (std::size_t l = static_cast<std::size_t>(step % 2); l + 1 < betas_.size(); l += 2) {
        auto& a = walker_[l];
        auto& b = walker_[l + 1];
        auto const gain = (betas_[l] - betas_[l + 1]) * (energies[static_cast<std::size_t>(a)] -
                                                         energies[static_cast<std::size_t>(b)]);
        stream.skip_to(l);  // one draw per pair, used or not
        ++tried_[l];
        if (std::log(stream.uniform()) > gain) continue;
        ++swapped_[l];
        std::swap(level_[static_cast<std::size_t>(a)], level_[static_cast<std::size_t>(b)]);
        std::swap(a, b);
    }
    note_ends(step + 1);
}

void TemperatureExchange::note_ends(index step) {
    auto const bottom = static_cast<std::size_t>(walker_.front()),
               top = static_cast<std::size_t>(walker_.back());
    if (left_[top] >= 0) turned_[top] = 1;
    if (turned_[bottom] != 0) {
        ++round_trips_;
        round_trip_steps_ += step - left_[bottom];
        turned_[bottom] = 0;
        left_[bottom] = step;
    } else if (left_[bottom] < 0) {
        left_[bottom] = step;
    }
}

std::vector<double> TemperatureExchange::acceptance() const {
    std::vector<double> shares;
    for (std::size_t l = 0; l < tried_.size(); ++l)
        shares.push_back(tried_[l] == 0
                             ? std::numeric_limits<double>::quiet_NaN()
                             : static_cast<double>(swapped_[l]) / static_cast<double>(tried_[l]));
    return shares;
}

double TemperatureExchange::steps_per_round_trip() const {
    if (round_trips_ == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(round_trip_steps_) / static_cast<double>(round_trips_);
}

void TemperatureExchange::write(ByteWriter& out) const {
    for (auto const* numbers : {&level_, &walker_, &tried_, &swapped_, &left_, &turned_})
        out.put_all(std::span<index const>(*numbers));
    out.put(round_trips_);
    out.put(round_trip_steps_);
}

void TemperatureExchange::read(ByteReader& in) {
    for (auto* numbers : {&level_, &walker_, &tried_, &swapped_, &left_, &turned_})
        in.get_into(std::span<index>(*numbers));
    round_trips_ = in.get<index>();
    round_trip_steps_ = in.get<index>();
}

}  // namespace spinscape
