// SPDX-License-Identifier: BSD-3-Clause
// Parallel tempering of Ising p-spin glasses. The walkers of a ladder may live on several ranks,
// which then exchange temperatures among them.
#include "parallel_tempering/tempering.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"
#include "spinscape/study/study.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape {

namespace {

using tempering::ladder;

constexpr std::int64_t fewest_exchanges = 32;  // so that each half and overlaps are measured

std::vector<ParameterSpec> parameters() {
    return {{.name = "N",
             .standard = std::int64_t{64},
             .description = "number of spins",
             .minimum = 2,
             .maximum = 4096},
            {.name = "p",
             .standard = std::int64_t{3},
             .description = "spins per interaction",
             .minimum = 2,
             .maximum = 20},
            {.name = "couplings",
             .standard = std::string("gaussian"),
             .description = "law of the couplings",
             .choices = {"gaussian", "sign", "uniform", "laplace"}},
            {.name = "coldest",
             .standard = 0.7,
             .description = "lowest temperature; the Kauzmann temperature of p = 3 is 0.92",
             .minimum = 0,
             .minimum_excluded = true},
            {.name = "hottest",
             .standard = 2.2,
             .description = "highest temperature",
             .minimum = 0,
             .minimum_excluded = true},
            {.name = "sweeps",
             .standard = std::int64_t{20000},
             .description = "sweeps of each walker; the first quarter is not measured",
             .minimum = fewest_exchanges},
            {.name = "sweeps_between",
             .standard = std::int64_t{1},
             .description = "sweeps between exchanges of temperatures: where ranks share a ladder, "
                            "more save messages. Energies are measured in all of them",
             .minimum = 1},
            {.name = "ranks",
             .standard = std::int64_t{1},
             .description = "ranks that share the walkers of a ladder; no influence on results",
             .minimum = 1}};
}

std::vector<Field> fields() {
    std::vector<double> levels;
    for (int l = 0; l < tempering::levels; ++l) levels.push_back(l);
    auto const curve = [&](std::string name, std::string description) {
        return Field{.name = std::move(name),
                     .description = std::move(description),
                     .axis = "level",
                     .axis_values = levels};
    };
    return {curve("temperature", "of this level of the ladder, 0: hottest"),
            curve("energy", "mean energy per spin"),
            curve("energy_early", "the same from the first half of the measured sweeps"),
            curve("overlap", "mean |q| between the two ladders of a disorder sample"),
            curve("covariance", "mean of E[H(s)H(s')]/N between the two ladders"),
            curve("acceptance", "share of accepted swaps with the next colder level"),
            curve("exact_energy", "mean energy per spin by enumeration, N <= 20"),
            {.name = "coldest_energy", .description = "energy per spin at the lowest temperature"},
            {.name = "lowest", .description = "lowest energy per spin met at any exchange"},
            {.name = "exact_lowest", .description = "ground state by enumeration, N <= 20"},
            {.name = "round_trips",
             .type = Field::Type::integer,
             .description = "journeys from the hottest level to the coldest and back, all walkers"},
            {.name = "round_trip_time",
             .units = "sweeps",
             .description = "mean duration of a round trip"},
            {.name = "flip_share", .description = "accepted spin flips, all levels"}};
}

void validate(Parameters const& parameters, std::string const&) {
    auto const N = parameters.integer("N"), p = parameters.integer("p");
    if (p > N)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.p = {}: must be at most parameters.N = {}", p, N));
    if (parameters.real("coldest") >= parameters.real("hottest"))
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.coldest = {}: must be below parameters.hottest = {}",
                                parameters.real("coldest"), parameters.real("hottest")));
    if (auto const between = parameters.integer("sweeps_between");
        parameters.integer("sweeps") < fewest_exchanges * between)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.sweeps = {}: must be at least {}, {} exchanges",
                                parameters.integer("sweeps"), fewest_exchanges * between,
                                fewest_exchanges));
    if (IsingFields::memory_bytes(N, static_cast<int>(p)) > 64e9)
        throw Error(
            ExitCode::bad_input,
            fmt::format("parameters.p = {} with parameters.N = {}: couplings need {:.3g} "
                        "GiB; use smaller values",
                        p, N, IsingFields::memory_bytes(N, static_cast<int>(p)) / (1 << 30)));
}

double memory(Parameters const& parameters) {
    auto const N = parameters.integer("N");
    auto const p = static_cast<int>(parameters.integer("p"));
    return IsingFields::memory_bytes(N, p) + IsingPSpin::memory_bytes(N, p) +
           (N <= tempering::largest_enumerated ? std::exp2(N + 3) : 0) + 1e7;
}

/// A visit costs two flops per coupling of the spin and lane, 40 GF/s, and some 20 ns per walker.
double cost(Parameters const& parameters) {
    auto const N = parameters.integer("N");
    auto const per_spin = IsingFields::memory_bytes(N, static_cast<int>(parameters.integer("p"))) /
                          4 / static_cast<double>(N);
    double const walkers = 2 * tempering::levels;
    return parameters.real("sweeps") * walkers * static_cast<double>(N) *
           (2 * per_spin / 4e10 + 2e-8);
}

// One sample's energy differs from enumeration by 0.006 (64 samples of another master seed). The
// tolerance of 0.004 is 4.6 errors of 48 samples, of which the interval of 99 % takes 2.6: true
// agreement is told 95 times in 100. 16 samples could never tell. Ladders that ranks share cost a
// message per exchange: few and short ones, which show that ranks do not matter.
constexpr auto smoke = R"([[sweep]]
fixed = { N = 10, sweeps = 5000, sweeps_between = 10, coldest = 0.9 }
seeds = 48
[[sweep]]
fixed = { N = 10, sweeps = 1000, sweeps_between = 2, coldest = 0.9, ranks = 4 }
seeds = 8
)";

constexpr auto standard = R"([[sweep]]
fixed = { sweeps = 20000 }
grid = { N = [12, 16, 20] }
seeds = 32
[[sweep]]
fixed = { N = 64 }
grid = { sweeps = [10000, 40000] }
seeds = 12
)";

constexpr auto paper = R"([[sweep]]
fixed = { sweeps = 200000 }
grid = { N = [12, 16, 20], p = [3, 4] }
seeds = 1000
[[sweep]]
fixed = { ranks = 16 }
grid = { N = [64, 128, 192], sweeps = [200000, 2000000] }
seeds = 400
)";

}  // namespace

Study parallel_tempering() {
    return {.name = "parallel_tempering",
            .question =
                "Do replicas that live on several ranks and exchange temperatures equilibrate an "
                "Ising p-spin glass, as exact enumeration and exact identities tell?",
            .sources = {"HukushimaNemoto1996", "Gardner1985", "KatzgraberPalassiniYoung2001"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const&) { return "coldest_energy"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block = [](Parameters const&) { return index{1}; },
            .crew = [](Parameters const& p) { return index{p.integer("ranks")}; },
            .validate = validate,
            .run = tempering::run,
            .pauses = true,
            .conclude = tempering::conclude};
}

}  // namespace spinscape
