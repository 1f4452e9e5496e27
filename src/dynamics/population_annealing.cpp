// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/population_annealing.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {

PopulationAnnealing::PopulationAnnealing(index walkers, double beta, std::uint64_t master_seed,
                                         index disorder)
    : beta_(beta),
      master_seed_(master_seed),
      disorder_(disorder),
      family_(static_cast<std::size_t>(walkers)) {
    SPINSCAPE_EXPECT(walkers > 0);
    std::iota(family_.begin(), family_.end(), index{0});
}

std::vector<index> PopulationAnnealing::resample(double beta, std::span<double const> energies) {
    SPINSCAPE_EXPECT(energies.size() == family_.size());
    auto const R = energies.size();
    double const lowest = *std::ranges::min_element(energies);
    std::vector<double> below(R);  // sums of the weights of walkers 0 ... i
    double sum = 0;
    for (std::size_t i = 0; i < R; ++i)
        below[i] = sum += std::exp(-(beta - beta_) * (energies[i] - lowest));
    log_ratio_ += std::log(sum / static_cast<double>(R)) - (beta - beta_) * lowest;
    beta_ = beta;

    // Ticks u, u + 1, ..., u + R - 1 on a line on which walker i has the length R w_i / sum.
    Stream stream(master_seed_, Purpose::exchange, disorder_, step_++);
    double const u = stream.uniform();
    std::vector<index> copies(R);
    std::size_t tick = 0;
    for (std::size_t i = 0; i < R; ++i) {
        double const end = i + 1 < R ? static_cast<double>(R) * (below[i] / sum)
                                     : static_cast<double>(R) + 1;  // rounding loses no tick
        for (; tick < R && u + static_cast<double>(tick) < end; ++tick) ++copies[i];
    }

    std::vector<index> source(R);
    std::size_t from = 0;
    for (std::size_t w = 0; w < R; ++w) {
        if (copies[w] > 0) {
            source[w] = static_cast<index>(w);
            continue;
        }
        while (copies[from] < 2) ++from;
        --copies[from];
        source[w] = static_cast<index>(from);
    }
    auto const before = family_;
    for (std::size_t w = 0; w < R; ++w) family_[w] = before[static_cast<std::size_t>(source[w])];
    return source;
}

index PopulationAnnealing::families() const {
    std::vector<bool> alive(family_.size());
    for (auto const f : family_) alive[static_cast<std::size_t>(f)] = true;
    return std::ranges::count(alive, true);
}

double PopulationAnnealing::mean_square_family() const {
    std::vector<double> members(family_.size());
    for (auto const f : family_) ++members[static_cast<std::size_t>(f)];
    double squares = 0;
    for (double const m : members) squares += m * m;
    return squares / static_cast<double>(family_.size());
}

void PopulationAnnealing::write(ByteWriter& out) const {
    out.put(beta_);
    out.put(log_ratio_);
    out.put(step_);
    out.put_all(std::span<index const>(family_));
}

void PopulationAnnealing::read(ByteReader& in) {
    beta_ = in.get<double>();
    log_ratio_ = in.get<double>();
    step_ = in.get<index>();
    in.get_into(std::span<index>(family_));
}

}  // namespace spinscape
