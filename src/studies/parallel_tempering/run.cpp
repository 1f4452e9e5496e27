// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/ising_metropolis.hpp"
#include "spinscape/dynamics/temperature_exchange.hpp"
#include "spinscape/parallel/crew.hpp"
#include "tempering.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape::tempering {

namespace {

constexpr index walkers = 2 * levels;   // two ladders: walkers 0 ... levels - 1 are the first
constexpr index between_overlaps = 16;  // exchanges

/// E[H(s)H(s')]/N at an overlap with m of N spins equal: the elementary symmetric polynomial of
/// order p of m ones and N - m minus ones, times p!/N^p.
std::vector<double> covariances(index N, int p) {
    std::vector<double> all;
    for (index m = 0; m <= N; ++m) {
        std::vector<double> e(static_cast<std::size_t>(p + 1));
        e[0] = 1;
        for (index i = 0; i < N; ++i)
            for (auto k = static_cast<std::size_t>(p); k > 0; --k)
                e[k] += (i < m ? 1 : -1) * e[k - 1];
        double value = e.back();
        for (int k = 1; k <= p; ++k) value *= k / static_cast<double>(N);
        all.push_back(value);
    }
    return all;
}

/// Both ladders of one disorder sample, of which this rank moves a share of the walkers.
class Tempering {
public:
    Tempering(Task& task, index disorder)
        : task_(task),
          parameters_(task.parameters()),
          crew_(task.crew()),
          N_(parameters_.integer("N")),
          p_(static_cast<int>(parameters_.integer("p"))),
          sweeps_(parameters_.integer("sweeps")),
          between_(parameters_.integer("sweeps_between")),
          model_(N_, p_, coupling_law(parameters_.text("couplings")), task.master_seed(), disorder),
          fields_(model_),
          share_(crew_.share(walkers)),
          walkers_(model_, fields_, task.master_seed(), disorder, share_.first, share_.count),
          // Two ladders are two systems: their decisions have streams of their own.
          exchanges_{{ladder(parameters_), task.master_seed(), 2 * disorder},
                     {ladder(parameters_), task.master_seed(), 2 * disorder + 1}},
          covariances_(covariances(N_, p_)),
          sums_(4, std::vector<double>(levels)) {}

    [[nodiscard]] bool finished() const { return sweep_ == sweeps_; }

    /// Sweeps up to the next exchange, and the exchange.
    void advance() {
        sweep_walkers();
        auto const timer = task_.phase("exchange");
        auto const now = walkers_.energies();
        std::vector<double> mine;
        for (std::size_t w = 0; w < now.size(); ++w) {
            mine.push_back(now[w]);
            mine.push_back(between_means_[w]);
        }
        auto const gathered = crew_.all_gather(mine, walkers, 2);
        std::vector<double> energies, means;
        for (std::size_t i = 0; i < gathered.size(); i += 2) {
            energies.push_back(gathered[i]);
            means.push_back(gathered[i + 1]);
        }
        lowest_ = std::min(lowest_, *std::ranges::min_element(energies));
        if (sweep_ > sweeps_ / 4) {
            add_energies(means);
            if (exchange_ % between_overlaps == 0) add_overlaps();
        }
        for (std::size_t ladder = 0; ladder < 2; ++ladder)
            exchanges_[ladder].exchange(exchange_,
                                        std::span(energies).subspan(ladder * levels, levels));
        ++exchange_;
    }

    /// The same bytes whatever the size of the crew. Collective.
    void write(ByteWriter& out) {
        out.put(sweep_);
        out.put(exchange_);
        out.put(measured_);
        out.put(early_);
        out.put(overlaps_);
        out.put(lowest_);
        for (auto const& sum : sums_) out.put_all(std::span<double const>(sum));
        for (auto const& exchange : exchanges_) exchange.write(out);
        auto const spins = gathered_spins();
        out.put_all(std::span<double const>(spins));
        auto const energies = crew_.all_gather(walkers_.energies(), walkers, 1);
        out.put_all(std::span<double const>(energies));
        out.put(flips());
    }
    void read(ByteReader& in) {
        sweep_ = in.get<index>();
        exchange_ = in.get<index>();
        measured_ = in.get<index>();
        early_ = in.get<index>();
        overlaps_ = in.get<index>();
        lowest_ = in.get<double>();
        for (auto& sum : sums_) in.get_into(std::span<double>(sum));
        for (auto& exchange : exchanges_) exchange.read(in);
        auto const spins = in.get_all<double>();
        auto const energies = in.get_all<double>();
        for (index w = share_.first; w < share_.first + share_.count; ++w)
            walkers_.put(w,
                         std::span(spins).subspan(static_cast<std::size_t>(w * N_),
                                                  static_cast<std::size_t>(N_)),
                         energies[static_cast<std::size_t>(w)]);
        earlier_flips_ = in.get<index>();
    }

    void record(Task& task, index replica) {
        auto const betas = ladder(parameters_);
        std::vector<double> temperatures;
        for (double const beta : betas) temperatures.push_back(1 / beta);
        task.record(replica, "temperature", temperatures);
        auto const N = static_cast<double>(N_), n = static_cast<double>(2 * measured_);
        auto const half = sums_[1], all = sums_[0];
        task.record(replica, "energy", scaled(all, 1 / (N * n)));
        task.record(replica, "energy_early",
                    scaled(half, 1 / (N * 2 * static_cast<double>(early_))));
        task.record(replica, "coldest_energy", all.back() / (N * n));
        task.record(replica, "overlap", scaled(sums_[2], 1 / static_cast<double>(overlaps_)));
        task.record(replica, "covariance", scaled(sums_[3], 1 / static_cast<double>(overlaps_)));
        task.record(replica, "lowest", lowest_ / N);
        std::vector<double> acceptance(levels, missing);
        auto const first = exchanges_[0].acceptance(), second = exchanges_[1].acceptance();
        for (std::size_t l = 0; l < first.size(); ++l) acceptance[l] = 0.5 * (first[l] + second[l]);
        task.record(replica, "acceptance", acceptance);
        auto const trips = exchanges_[0].round_trips() + exchanges_[1].round_trips();
        task.record(replica, "round_trips", static_cast<double>(trips));
        double time = 0;
        for (auto const& exchange : exchanges_)
            if (exchange.round_trips() > 0)
                time += exchange.steps_per_round_trip() *
                        static_cast<double>(exchange.round_trips()) / static_cast<double>(trips);
        if (trips > 0)
            task.record(replica, "round_trip_time", time * static_cast<double>(between_));
        task.record(replica, "flip_share",
                    static_cast<double>(flips()) /
                        (N * static_cast<double>(walkers) * static_cast<double>(sweeps_)));
        if (N_ <= largest_enumerated) record_exact(task, replica, betas);
    }

private:
    void sweep_walkers() {
        auto const timer = task_.phase("sweeps");
        std::vector<double> betas;
        for (index w = share_.first; w < share_.first + share_.count; ++w)
            betas.push_back(exchange_of(w).beta(exchange_of(w).level_of(w % levels)));
        auto const end = std::min(sweep_ + between_, sweeps_);
        auto const share = 1 / static_cast<double>(end - sweep_);
        between_means_.assign(static_cast<std::size_t>(share_.count), 0.0);
        for (; sweep_ < end; ++sweep_) {
            walkers_.sweep(sweep_, betas);
            auto const now = walkers_.energies();
            for (std::size_t w = 0; w < now.size(); ++w) between_means_[w] += share * now[w];
        }
    }

    [[nodiscard]] TemperatureExchange& exchange_of(index walker) {
        return exchanges_[static_cast<std::size_t>(walker / levels)];
    }

    void add_energies(std::vector<double> const& energies) {
        bool const is_early = sweep_ <= sweeps_ / 4 + (sweeps_ - sweeps_ / 4) / 2;
        ++measured_;
        if (is_early) ++early_;
        for (index ladder = 0; ladder < 2; ++ladder)
            for (index l = 0; l < levels; ++l) {
                auto const walker =
                    ladder * levels + exchanges_[static_cast<std::size_t>(ladder)].walker_at(l);
                auto const energy = energies[static_cast<std::size_t>(walker)];
                sums_[0][static_cast<std::size_t>(l)] += energy;
                if (is_early) sums_[1][static_cast<std::size_t>(l)] += energy;
            }
    }

    void add_overlaps() {
        auto const spins = gathered_spins();
        ++overlaps_;
        for (index l = 0; l < levels; ++l) {
            auto const a = exchanges_[0].walker_at(l), b = levels + exchanges_[1].walker_at(l);
            index equal = 0;
            for (index i = 0; i < N_; ++i)
                equal += spins[static_cast<std::size_t>(a * N_ + i)] ==
                                 spins[static_cast<std::size_t>(b * N_ + i)]
                             ? 1
                             : 0;
            auto const q = 2 * static_cast<double>(equal) / static_cast<double>(N_) - 1;
            sums_[2][static_cast<std::size_t>(l)] += std::abs(q);
            sums_[3][static_cast<std::size_t>(l)] += covariances_[static_cast<std::size_t>(equal)];
        }
    }

    /// N numbers per walker, of all walkers.
    std::vector<double> gathered_spins() {
        std::vector<double> mine;
        for (index w = share_.first; w < share_.first + share_.count; ++w)
            for (auto const s : walkers_.spins(w)) mine.push_back(s);
        return crew_.all_gather(mine, walkers, N_);
    }

    /// Of all walkers since the start.
    index flips() {
        double const mine = static_cast<double>(walkers_.flips());
        auto const all = crew_.all_gather(std::span(&mine, 1));
        return earlier_flips_ + static_cast<index>(std::accumulate(all.begin(), all.end(), 0.0));
    }

    static std::vector<double> scaled(std::vector<double> values, double factor) {
        for (double& x : values) x *= factor;
        return values;
    }

    void record_exact(Task& task, index replica, std::vector<double> const& betas) {
        auto const timer = task.phase("enumeration");
        auto const all = model_.all_energies();
        auto const ground = *std::ranges::min_element(all);
        std::vector<double> mean;
        for (double const beta : betas) {
            double Z = 0, sum = 0;
            for (double const H : all) {
                double const weight = std::exp(-beta * (H - ground));
                Z += weight;
                sum += H * weight;
            }
            mean.push_back(sum / Z / static_cast<double>(N_));
        }
        task.record(replica, "exact_energy", mean);
        task.record(replica, "exact_lowest", ground / static_cast<double>(N_));
    }

    Task& task_;
    Parameters const& parameters_;
    parallel::Crew& crew_;
    index N_;
    int p_;
    index sweeps_, between_, sweep_ = 0, exchange_ = 0;
    IsingPSpin model_;
    IsingFields fields_;
    parallel::Crew::Share share_;
    IsingWalkers walkers_;
    std::vector<TemperatureExchange> exchanges_;
    std::vector<double> covariances_;
    std::vector<std::vector<double>> sums_;  // energy, early energy, |q|, covariance per level
    index measured_ = 0, early_ = 0, overlaps_ = 0, earlier_flips_ = 0;
    double lowest_ = 0;
    std::vector<double> between_means_;  // of this rank's walkers, since the last exchange
};

}  // namespace

std::vector<double> ladder(Parameters const& parameters) {
    std::vector<double> betas;
    for (int l = 0; l < levels; ++l)
        betas.push_back(1 / (parameters.real("hottest") *
                             std::pow(parameters.real("coldest") / parameters.real("hottest"),
                                      static_cast<double>(l) / (levels - 1))));
    return betas;
}

void run(Task& task) {
    auto replica = task.first();
    std::string state;
    task.resume([&](ByteReader& in) {
        replica = in.get<index>();
        state = in.get_text();
    });
    for (; replica < task.first() + task.count(); ++replica) {
        Tempering tempering(task, replica);
        if (!state.empty()) {
            ByteReader in(state);
            tempering.read(in);
            state.clear();
        }
        auto const save = [&](ByteWriter& out) {
            ByteWriter inner;
            tempering.write(inner);
            out.put(replica);
            out.put_text(inner.bytes());
        };
        while (!tempering.finished()) {
            for (int i = 0; i < 64 && !tempering.finished(); ++i) tempering.advance();
            if (task.pause(save)) return;
        }
        tempering.record(task, replica);
    }
}

}  // namespace spinscape::tempering
