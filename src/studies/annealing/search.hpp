// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/parallel/crew.hpp"
#include "spinscape/study/study.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

/// Searches for low energies under a given effort. All methods of a system spend the same: a group
/// of `walkers`, side by side, of `budget` evaluations each.
namespace spinscape::searches {

inline constexpr index walkers = 16;

/// Temperatures at which the energy of annealing is told, in descending order.
std::vector<double> const& curve_temperatures();

/// What a group has found; energies per spin.
struct Tally {
    double lowest = std::numeric_limits<double>::infinity();  ///< of all ends
    double sum = 0;                                           ///< of all ends
    double ends = 0;
    double before = missing;     ///< mean of the first round before its last descent
    double spent = 0;            ///< evaluations per walker
    double log_ratio = missing;  ///< of partition functions, by population annealing
    double families = missing;   ///< of a population, that are left
};

/// One method at work on one disorder sample.
class Search {
public:
    virtual ~Search() = default;
    /// A little more; false when the budget is spent.
    virtual bool advance() = 0;
    [[nodiscard]] Tally const& tally() const { return tally_; }
    /// Mean energies per spin at curve_temperatures(); empty where there are none.
    [[nodiscard]] virtual std::vector<double> curve() const { return {}; }
    virtual void save(ByteWriter& out) = 0;
    virtual void load(ByteReader& in) = 0;

protected:
    Tally tally_;
};

/// Methods of system = glass and of system = ising, in the order of tables.
std::vector<std::string> const& glass_methods();
std::vector<std::string> const& ising_methods();

std::unique_ptr<Search> search_glass(Task& task, index disorder);
std::unique_ptr<Search> search_ising(Task& task, index disorder);

/// Temperatures of the tempering ladder, hottest first.
std::vector<double> ladder(Parameters const& parameters);

/// Simulated annealing of networks by values alone.
void anneal_networks(Task& task);

Findings conclude(Results const& results);

}  // namespace spinscape::searches
