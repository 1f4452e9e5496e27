// SPDX-License-Identifier: BSD-3-Clause
// Searches on an Ising glass. The unit of the budget is a sweep: N visits of a spin, or N flips of
// a search that keeps all fields.
#include "search.hpp"
#include "spinscape/dynamics/cooling.hpp"
#include "spinscape/dynamics/ising_metropolis.hpp"
#include "spinscape/dynamics/ising_search.hpp"
#include "spinscape/dynamics/population_annealing.hpp"
#include "spinscape/dynamics/temperature_exchange.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace spinscape::searches {

namespace {

class IsingSearch : public Search {
public:
    IsingSearch(Task& task, index disorder)
        : parameters_(task.parameters()),
          seed_(task.master_seed()),
          disorder_(disorder),
          N_(parameters_.integer("N")),
          budget_(parameters_.real("budget")),
          model_(N_, static_cast<int>(parameters_.integer("p")), CouplingLaw::gaussian, seed_,
                 disorder),
          fields_(model_) {}

protected:
    void tally_end(double H) {
        double const e = H / static_cast<double>(N_);
        tally_.lowest = std::min(tally_.lowest, e);
        tally_.sum += e;
        ++tally_.ends;
    }
    void spend_visits(double visits) { tally_.spent += visits / static_cast<double>(N_) / walkers; }
    [[nodiscard]] Stream stream(Purpose purpose, index number) const {
        return {seed_, purpose, disorder_, number, static_cast<std::uint64_t>(N_) << 32};
    }
    [[nodiscard]] IsingConfiguration random_start(index number) const {
        return {model_, fields_, stream(Purpose::start, number)};
    }

    Parameters const& parameters_;
    std::uint64_t seed_;
    index disorder_, N_;
    double budget_;
    IsingPSpin model_;
    IsingFields fields_;
};

/// Descents by single flips from new starts.
class Greedy final : public IsingSearch {
public:
    using IsingSearch::IsingSearch;
    bool advance() override {
        auto at = random_start(starts_++);
        spend_visits(static_cast<double>(N_ + greedy_descent(at, N_ * N_)));
        tally_end(at.energy());
        return tally_.spent < budget_;
    }
    void save(ByteWriter& out) override {
        out.put(tally_);
        out.put(starts_);
    }
    void load(ByteReader& in) override {
        tally_ = in.get<Tally>();
        starts_ = in.get<index>();
    }

private:
    index starts_ = 0;
};

/// Extremal optimisation of 16 configurations, one after the other.
class Extremal final : public IsingSearch {
public:
    Extremal(Task& task, index disorder) : IsingSearch(task, disorder) { begin(); }

    bool advance() override {
        for (index k = 0; k < N_ && search_->flips < budget_ * static_cast<double>(N_); ++k) {
            search_->extremal.advance();
            ++search_->flips;
            spend_visits(1);
        }
        if (search_->flips < budget_ * static_cast<double>(N_)) return true;
        tally_end(search_->extremal.lowest());
        if (++walker_ == walkers) return false;
        begin();
        return true;
    }
    void save(ByteWriter& out) override {
        out.put(tally_);
        out.put(walker_);
        out.put(search_->flips);
        search_->extremal.write(out);
    }
    void load(ByteReader& in) override {
        tally_ = in.get<Tally>();
        walker_ = in.get<index>();
        begin();
        search_->flips = in.get<double>();
        search_->extremal.read(in);
    }

private:
    struct One {
        IsingConfiguration at;
        ExtremalOptimisation extremal;
        double flips = 0;
        One(IsingConfiguration start, double tau, Stream const& decisions)
            : at(std::move(start)), extremal(at, tau, decisions) {}
    };
    void begin() {
        search_ = std::make_unique<One>(random_start(walker_), parameters_.real("tau"),
                                        stream(Purpose::noise, walker_));
    }
    index walker_ = 0;
    std::unique_ptr<One> search_;
};

/// Metropolis sweeps of 16 walkers whose temperature falls, or who exchange temperatures, or of a
/// larger population with fewer sweeps each who are resampled; then a greedy descent.
class Metropolis final : public IsingSearch {
public:
    Metropolis(Task& task, index disorder)
        : IsingSearch(task, disorder),
          method_(parameters_.text("method")),
          count_(method_ == "population" ? parameters_.integer("population") : walkers),
          sweeps_(std::max<index>(2, static_cast<index>(budget_) * walkers / count_)),
          moving_(model_, fields_, seed_, disorder, 0, count_) {
        if (method_ == "population") population_.emplace(count_, 0, seed_, disorder);
        if (method_ != "tempering") return;
        std::vector<double> betas;
        for (double const T : ladder(parameters_)) betas.push_back(1 / T);
        exchange_.emplace(betas, seed_, disorder);
    }

    bool advance() override {
        if (sweep_ == sweeps_) return finish();
        moving_.sweep(sweep_, betas());
        if (exchange_) exchange_->exchange(sweep_, moving_.energies());
        for (double const H : moving_.energies())
            tally_.lowest = std::min(tally_.lowest, H / static_cast<double>(N_));
        spend_visits(static_cast<double>(N_ * count_));
        ++sweep_;
        return true;
    }
    void save(ByteWriter& out) override {
        out.put(tally_);
        out.put(sweep_);
        for (index w = 0; w < count_; ++w) {
            auto const s = moving_.spins(w);
            out.put_all(std::span<std::int8_t const>(s));
        }
        out.put_all(moving_.energies());
        if (population_) population_->write(out);
        if (exchange_) exchange_->write(out);
    }
    void load(ByteReader& in) override {
        tally_ = in.get<Tally>();
        sweep_ = in.get<index>();
        std::vector<std::vector<double>> spins;
        for (index w = 0; w < count_; ++w) {
            auto const s = in.get_all<std::int8_t>();
            spins.emplace_back(s.begin(), s.end());
        }
        auto const energies = in.get_all<double>();
        for (index w = 0; w < count_; ++w)
            moving_.put(w, spins[static_cast<std::size_t>(w)],
                        energies[static_cast<std::size_t>(w)]);
        if (population_) population_->read(in);
        if (exchange_) exchange_->read(in);
    }

private:
    std::vector<double> betas() {
        if (exchange_) return exchange_->betas_of(0, count_);
        auto const n = static_cast<std::size_t>(count_);
        if (!population_) {
            Cooling const cooling{.hottest = parameters_.real("hottest"),
                                  .coldest = parameters_.real("coldest"),
                                  .steps = sweeps_};
            return std::vector<double>(n, 1 / cooling.at(sweep_));
        }
        double const beta = static_cast<double>(sweep_ + 1) / static_cast<double>(sweeps_) /
                            parameters_.real("coldest");
        std::vector<double> const energies(moving_.energies().begin(), moving_.energies().end());
        auto const source = population_->resample(beta, energies);
        std::vector<std::vector<std::int8_t>> spins;
        for (index w = 0; w < count_; ++w) spins.push_back(moving_.spins(w));
        for (index w = 0; w < count_; ++w) {
            auto const from = static_cast<std::size_t>(source[static_cast<std::size_t>(w)]);
            if (static_cast<index>(from) != w)
                moving_.put(w, std::vector<double>(spins[from].begin(), spins[from].end()),
                            energies[from]);
        }
        return std::vector<double>(n, beta);
    }
    bool finish() {
        if (population_) {
            tally_.log_ratio = population_->log_partition_ratio() / static_cast<double>(N_);
            tally_.families = static_cast<double>(population_->families());
        }
        for (index w = 0; w < count_; ++w) {
            IsingConfiguration at(model_, fields_, moving_.spins(w));
            spend_visits(static_cast<double>(N_ + greedy_descent(at, N_ * N_)));
            tally_end(at.energy());
        }
        return false;
    }

    std::string method_;
    index count_, sweeps_, sweep_ = 0;
    IsingWalkers moving_;
    std::optional<PopulationAnnealing> population_;
    std::optional<TemperatureExchange> exchange_;
};

}  // namespace

std::vector<std::string> const& ising_methods() {
    static std::vector<std::string> const names = {"greedy", "extremal", "annealing", "tempering",
                                                   "population"};
    return names;
}

std::unique_ptr<Search> search_ising(Task& task, index disorder) {
    auto const& method = task.parameters().text("method");
    if (method == "greedy") return std::make_unique<Greedy>(task, disorder);
    if (method == "extremal") return std::make_unique<Extremal>(task, disorder);
    return std::make_unique<Metropolis>(task, disorder);
}

}  // namespace spinscape::searches
