// SPDX-License-Identifier: BSD-3-Clause
#include "classifier.hpp"

#include "boltzmann.hpp"
#include "calibration.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/outputs.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/stats/moments.hpp"
#include "spinscape/theory/random_energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace spinscape::levels {

namespace {

constexpr double lowest_decade = -6;  // energies below 1e-6 go into the first bin
constexpr int bins = 30, bins_per_decade = 4;

std::vector<double> energy_bins() {
    std::vector<double> centres;
    for (int i = 0; i < bins; ++i)
        centres.push_back(std::pow(10, lowest_decade + (i + 0.5) / bins_per_decade));
    return centres;
}

/// Share of the energies in each bin.
std::vector<double> density(std::span<double const> energies) {
    std::vector<double> shares(bins, 0.0);
    for (double const E : energies) {
        double const place = (std::log10(std::max(E, 1e-300)) - lowest_decade) * bins_per_decade;
        shares[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1.0))] +=
            1 / static_cast<double>(energies.size());
    }
    return shares;
}

std::vector<std::vector<double>> energies_by_class(Answers const& answers, index classes) {
    std::vector<std::vector<double>> energies(static_cast<std::size_t>(classes));
    for (std::size_t i = 0; i < answers.labels.size(); ++i) {
        auto const label = static_cast<std::size_t>(answers.labels[i]);
        energies[label].push_back(-answers.log_probabilities[static_cast<index>(i)][label]);
    }
    return energies;
}

/// Density of states and free energy of each class.
void record_classes(Task& task, index replica, std::vector<std::vector<double>> const& classes) {
    std::vector<double> mean(classes_recorded, missing), deviation(classes_recorded, missing);
    for (std::size_t c = 0; c < classes.size() && c < classes_recorded; ++c) {
        auto const& energies = classes[c];
        if (energies.empty()) continue;
        Moments moments;
        for (double const E : energies) moments.add(E);
        mean[c] = moments.mean;
        deviation[c] = moments.standard_deviation();
        std::vector<double> free_energy;
        auto const states = level_states(energies, betas());
        for (std::size_t b = 0; b < states.size(); ++b)
            free_energy.push_back(
                -(states[b].log_partition - std::log(static_cast<double>(energies.size()))) /
                betas()[b]);
        task.record(replica, fmt::format("density_{}", c), density(energies));
        task.record(replica, fmt::format("free_energy_{}", c), free_energy);
    }
    task.record(replica, "class_energy", mean);
    task.record(replica, "class_energy_deviation", deviation);
}

/// Distance of the lowest level (sign = 1) or the highest (-1) from the mean in standard
/// deviations.
double reach_of(std::span<double const> levels, int sign) {
    Moments moments;
    double furthest = 0;
    for (double const E : levels) moments.add(E);
    for (double const E : levels) furthest = std::max(furthest, sign * (moments.mean - E));
    return furthest / moments.standard_deviation();
}

/// The same first 2^N images of every class against the random energy model.
void record_comparison(Task& task, index replica, std::vector<std::vector<double>> const& classes) {
    std::size_t fewest = classes.front().size();
    for (auto const& energies : classes) fewest = std::min(fewest, energies.size());
    if (fewest < 2) return;
    auto const N = static_cast<index>(std::bit_width(fewest)) - 1;
    task.record(replica, "spins", static_cast<double>(N));
    for (int const sign : {1, -1}) {
        std::vector<double> entropy(betas().size(), 0.0), participation(betas().size(), 0.0);
        double reach = 0;
        for (auto const& energies : classes) {
            auto const levels =
                std::span(energies).first(std::size_t{1} << static_cast<unsigned>(N));
            auto const one = compare(levels, N, sign);
            reach += reach_of(levels, sign) / static_cast<double>(classes.size());
            for (std::size_t b = 0; b < betas().size(); ++b) {
                entropy[b] += one.entropy[b] / static_cast<double>(classes.size());
                participation[b] += one.participation[b] / static_cast<double>(classes.size());
            }
        }
        std::string const side = sign > 0 ? "easy" : "hard";
        task.record(replica, side + "_entropy", entropy);
        task.record(replica, side + "_participation", participation);
        task.record(replica, side + "_reach", reach);
    }
}

/// Fitted on images of even number, judged on the others.
void record_calibration(Task& task, index replica, Answers const& answers) {
    std::vector<index> fitted, held_out;
    for (index i = 0; i < std::ssize(answers.labels); ++i)
        (i % 2 == 0 ? fitted : held_out).push_back(i);
    if (held_out.empty()) return;
    double const T = effective_temperature(answers, fitted);
    auto const before = calibration(answers, held_out, 1),
               after = calibration(answers, held_out, T);
    task.record(replica, "effective_temperature", T);
    task.record(replica, "loss_before", before.loss);
    task.record(replica, "loss_after", after.loss);
    task.record(replica, "calibration_error_before", before.error);
    task.record(replica, "calibration_error_after", after.error);
}

Samples first_of(Samples const& all, index count, index inputs) {
    count = std::min(count, all.count());
    return {.features = {all.features.begin(), all.features.begin() + count * inputs},
            .labels = {all.labels.begin(), all.labels.begin() + count}};
}

/// Mean training loss at each overlap, over random directions.
void record_funnel(Task& task, index replica, Architecture const& architecture,
                   studies::TrainingData const& data, std::span<float const> solution,
                   std::uint64_t salt) {
    auto const lines = task.parameters().integer("funnel_lines");
    if (lines == 0) return;
    Network<float> const network(
        architecture, std::make_shared<Samples const>(first_of(
                          *data.train, task.parameters().integer("funnel_samples"), data.inputs)));
    auto work = network.workspace(1);
    std::vector<double> energy(overlaps().size(), 0.0);
    std::vector<float> random(solution.size());
    for (index line = 0; line < lines; ++line) {
        Stream stream(task.master_seed(), Purpose::probe, replica, line, salt);
        initialise(architecture, Start::glorot_uniform, 1, stream, std::span<float>(random));
        for (std::size_t i = 0; i < energy.size(); ++i)
            energy[i] +=
                network.evaluate(point_at_overlap(random, solution, overlaps()[i]), work).loss /
                static_cast<double>(lines);
    }
    std::vector<double> const equal(energy.size(), 1.0);
    task.record(replica, "funnel_energy", energy);
    task.record(replica, "funnel_slope", -fit_line(overlaps(), energy, equal).slope);
    task.record(replica, "funnel_half_way", half_way(overlaps(), energy));
}

}  // namespace

std::vector<double> const& betas() {
    static std::vector<double> const grid = {0.25, 0.5, 0.75, 1, theory::random_energy_beta_c(),
                                             1.5,  2,   3};
    return grid;
}

std::vector<double> const& overlaps() {
    static std::vector<double> const grid = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
    return grid;
}

std::vector<Field> classifier_fields() {
    std::vector<double> classes;
    for (index c = 0; c < classes_recorded; ++c) classes.push_back(static_cast<double>(c));
    std::vector<Field> list = {
        {.name = "class_energy",
         .description = "mean of E = -ln p(y | x) over the test images of class y",
         .axis = "class",
         .axis_values = classes},
        {.name = "class_energy_deviation",
         .description = "standard deviation of these",
         .axis = "class",
         .axis_values = classes},
        {.name = "spins",
         .type = Field::Type::integer,
         .description = "N: the first 2^N test images of each class are compared with the random "
                        "energy model of N spins"},
        {.name = "effective_temperature",
         .description = "T that minimises the loss of softmax(ln p / T) on the test images of even "
                        "number"},
        {.name = "loss_before", .description = "loss on the test images of odd number"},
        {.name = "loss_after", .description = "the same at the effective temperature"},
        {.name = "calibration_error_before",
         .description = "expected calibration error on the test images of odd number, 15 bins"},
        {.name = "calibration_error_after", .description = "the same at the effective temperature"},
        {.name = "funnel_energy",
         .description = "training loss at points of this overlap with the solution, on the sphere "
                        "through it, towards random points of law glorot_uniform",
         .axis = "overlap",
         .axis_values = overlaps()},
        {.name = "funnel_slope",
         .description = "minus the slope of the least-squares line through funnel_energy"},
        {.name = "funnel_half_way",
         .description = "overlap at which funnel_energy is half-way down"}};
    for (std::string const side : {"easy", "hard"}) {
        auto const which = side == "easy" ? "the lowest levels" : "the highest levels (beta < 0)";
        list.push_back({.name = side + "_entropy",
                        .description = fmt::format("entropy per spin of {}, mean over classes, at "
                                                   "beta sd(E) / sqrt(N)",
                                                   which),
                        .axis = "beta",
                        .axis_values = betas()});
        list.push_back({.name = side + "_reach",
                        .description = fmt::format("distance of the furthest of {} from the mean, "
                                                   "in standard deviations, mean over classes",
                                                   which)});
        list.push_back(
            {.name = side + "_participation",
             .description = fmt::format("sum of squared Boltzmann weights of {}, likewise", which),
             .axis = "beta",
             .axis_values = betas()});
    }
    for (index c = 0; c < classes_recorded; ++c) {
        list.push_back({.name = fmt::format("density_{}", c),
                        .description = "share of the test images of this class in each bin of E, "
                                       "four bins a decade; the first one holds all lower ones",
                        .axis = "E",
                        .axis_values = energy_bins()});
        list.push_back({.name = fmt::format("free_energy_{}", c),
                        .description = "-1/beta ln of the mean of exp(-beta E) over the test "
                                       "images of this class",
                        .axis = "beta",
                        .axis_values = betas()});
    }
    return list;
}

std::vector<float> point_at_overlap(std::span<float const> a, std::span<float const> b, double q) {
    double ab = 0, bb = 0, aa = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        double const x = a[i], y = b[i];
        ab += x * y;
        bb += y * y;
        aa += x * x;
    }
    double const across = std::sqrt((1 - q * q) * bb / (aa - ab * ab / bb));
    std::vector<float> point(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        double const x = a[i], y = b[i];
        point[i] = static_cast<float>(q * y + across * (x - ab / bb * y));
    }
    return point;
}

double half_way(std::span<double const> overlaps, std::span<double const> energies) {
    double const middle = (energies.front() + energies.back()) / 2;
    for (std::size_t i = energies.size() - 1; i > 0; --i)
        if (energies[i - 1] > middle && energies[i] <= middle)
            return overlaps[i] + (middle - energies[i]) / (energies[i - 1] - energies[i]) *
                                     (overlaps[i - 1] - overlaps[i]);
    return missing;
}

Comparison compare(std::span<double const> levels, index N, int sign) {
    Moments moments;
    for (double const E : levels) moments.add(E);
    double const deviation = std::sqrt(moments.M2 / static_cast<double>(levels.size()));
    Comparison result{std::vector<double>(betas().size(), missing),
                      std::vector<double>(betas().size(), missing)};
    if (!(deviation > 0)) return result;
    std::vector<double> scaled;
    for (double const beta : betas())
        scaled.push_back(sign * beta * std::sqrt(static_cast<double>(N)) / deviation);
    auto const states = level_states(levels, scaled);
    for (std::size_t b = 0; b < states.size(); ++b) {
        result.entropy[b] = states[b].entropy / static_cast<double>(N);
        result.participation[b] = states[b].participation;
    }
    return result;
}

void measure_classifier(Task& task, index replica, Architecture const& architecture,
                        studies::TrainingData const& data, std::span<float const> x,
                        std::uint64_t salt) {
    {
        auto const timer = task.phase("levels");
        std::vector<double> const point(x.begin(), x.end());
        auto outputs = network_outputs(architecture, point, *data.test);
        to_log_probabilities(outputs);
        Answers const answers{outputs.view(), data.test->labels};
        auto const classes = energies_by_class(answers, data.classes);
        record_classes(task, replica, classes);
        record_comparison(task, replica, classes);
        record_calibration(task, replica, answers);
    }
    auto const timer = task.phase("funnel");
    record_funnel(task, replica, architecture, data, x, salt);
}

}  // namespace spinscape::levels
