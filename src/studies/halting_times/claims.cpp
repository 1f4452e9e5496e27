// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include "runs.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::halting {

namespace {

constexpr auto source = "SagunTrogdonLeCun2017";

bool is_glass(std::string_view system) {
    return system == "glass";
}

std::string system_name(std::string_view system) {
    return system == "glass"                ? "gradient descent on the spherical glass"
           : system == "conjugate_gradient" ? "conjugate gradients on random matrices"
                                            : "SGD on a network";
}

/// Parameters that name a point of this system.
std::vector<std::string> keys_of(std::string_view system) {
    if (system == "glass") return {"p", "N", "law", "kept", "accuracy"};
    if (system == "conjugate_gradient") return {"N", "law", "aspect", "accuracy"};
    return {"inputs", "N", "law", "accuracy"};
}

/// What differs between two points: names of parameters.
std::vector<std::string> differences(std::string_view system, Point const& a, Point const& b) {
    std::vector<std::string> names;
    for (auto const& key : keys_of(system))
        if (a.parameters->value(key) != b.parameters->value(key)) names.push_back(key);
    return names;
}

/// Two laws, sizes, numbers of spins per coupling, or dilutions: the distribution should be one.
/// Two accuracies of the glass: it should not. Two kinds of networks: one.
enum class Expected { same, other, nothing };
Expected expected(std::string_view system, Point const& a, Point const& b) {
    auto const names = differences(system, a, b);
    if (system == "network") return Expected::same;
    if (names.size() != 1 || names[0] == "aspect") return Expected::nothing;
    if (names[0] != "accuracy") return Expected::same;
    return is_glass(system) ? Expected::other : Expected::nothing;
}

void add_pair(Results const& results, Point const& a, Point const& b, Expected expect,
              std::vector<Claim>& claims) {
    auto const compared = compare(a.sample, b.sample, results.master_seed,
                                  a.number * std::ssize(results.points) + b.number);
    bool const same = expect == Expected::same;
    Claim claim = {
        .id = fmt::format("{}_{}__{}", same ? "universal" : "tuning", a.label, b.label),
        .statement = fmt::format(
            "Normalised halting times of {} and of {} {}: Kolmogorov-Smirnov distance beyond that "
            "of equal laws",
            a.name, b.name, same ? "follow one law" : "do not follow one law"),
        .source = source,
        .measured = compared.excess,
        .relation = same ? Relation::equal : Relation::greater,
        .predicted = same ? 0 : distance_of_classes() / 2,
        .tolerance = same ? distance_of_classes() / 2 : 0,
        .note = fmt::format(
            "Distance {:.4f}, p-value {:.3g} from exchanging disorder samples; {} half the "
            "distance between Gumbel's law and the normal one.",
            compared.distance, compared.p_value, same ? "tolerance:" : "bound:"),
        .points = {a.number, b.number}};
    if (!same)
        claim.note +=
            " A first version of the source said that where the stopping rule is not "
            "well tuned, universality is lost: a tight one measures the softest mode "
            "of the minimum found, not the way to it.";
    claims.push_back(std::move(claim));
}

std::string shape_note(Sample const& sample, Shape const& shape) {
    auto const z = normalised(sample.all());
    return fmt::format(
        "Distance to Gumbel's law {:.4f}, to the normal one {:.4f}; skewness {:.3f}({:.3f}) where "
        "these have 1.14 and 0, excess kurtosis {:.2f}({:.2f}) where they have 2.4 and 0.",
        distance(z, gumbel), distance(z, normal), shape.skewness.value,
        shape.skewness.standard_error, shape.excess_kurtosis.value,
        shape.excess_kurtosis.standard_error);
}

/// The bound is the middle between the classes.
Claim shape_claim(std::string_view system, std::string id, std::string const& quantity,
                  std::string const& of, Estimate const& measured, double bound, std::string note,
                  std::vector<index> points) {
    bool const glass = is_glass(system);
    return {.id = std::move(id),
            .statement = fmt::format("Halting times of {} are {}-like: {}", of,
                                     glass ? "Gumbel" : "Gaussian", quantity),
            .source = source,
            .measured = measured,
            .relation = glass ? Relation::greater : Relation::less,
            .predicted = bound,
            .note = std::move(note),
            .points = std::move(points)};
}

void add_shapes(Results const& results, std::string_view system, std::vector<Point> const& points,
                std::vector<Claim>& claims) {
    Sample pooled;
    std::vector<index> numbers;
    for (auto const& point : points) {
        auto const shape = shape_of(point.sample, results.master_seed, point.number);
        claims.push_back(shape_claim(system, "skewness_" + point.label, "skewness", point.name,
                                     shape.skewness, gumbel_skewness / 2,
                                     shape_note(point.sample, shape), {point.number}));
        // A tight stopping rule is another question, see add_pair.
        if (is_glass(system) &&
            point.parameters->real("accuracy") != points.front().parameters->real("accuracy"))
            continue;
        for (auto& cluster : normalised(point.sample).clusters)
            pooled.clusters.push_back(std::move(cluster));
        numbers.push_back(point.number);
    }
    auto const shape = shape_of(pooled, results.master_seed, std::ssize(results.points));
    auto const note = shape_note(pooled, shape);
    auto const name = system_name(system);
    claims.push_back(shape_claim(system, fmt::format("class_{}", system),
                                 "distance to the normal law less that to Gumbel's, all points "
                                 "together",
                                 name, shape.nearer_to_gumbel, 0, note, numbers));
    claims.push_back(shape_claim(system, fmt::format("kurtosis_{}", system),
                                 "excess kurtosis, all points together", name,
                                 shape.excess_kurtosis, gumbel_excess_kurtosis / 2, note, numbers));
}

/// The known answer in this study.
void add_exact_residuals(Results const& results, std::vector<Point> const& points,
                         std::vector<Claim>& claims) {
    for (auto const& point : points) {
        if (point.parameters->text("law") != "gaussian") continue;
        auto const n = point.parameters->integer("N"), m = columns_of(*point.parameters);
        if (n <= 2 * residual_step) continue;
        claims.push_back(
            {.id = "exact_residual_" + point.label,
             .statement = fmt::format("Mean of ln |r|/|b| after {} steps of conjugate gradients on "
                                      "X X^T, X {} x {} normal",
                                      residual_step, n, m),
             .source = "DeiftTrogdon2021",
             .measured = clustered_mean(results.records.column(point.number, "log_residual"),
                                        results.records.column(point.number, "disorder")),
             .predicted = exact_log_residual(n, m, residual_step),
             .tolerance = 0.1,
             .note = "Exact at this size: |r|/|b| is a product of ratios of independent chi "
                     "variables. The tolerance is what this sweep is asked to resolve.",
             .points = {point.number}});
    }
}

/// Glass against the others: the two classes are different ones.
void add_classes_differ(Results const& results, std::vector<Claim>& claims) {
    auto const glass = points_of(results, "glass");
    for (std::string const other : {"conjugate_gradient", "network"}) {
        auto const points = points_of(results, other);
        if (glass.empty() || points.empty()) continue;
        auto const &a = glass.front(), &b = points.front();
        auto const compared = compare(a.sample, b.sample, results.master_seed,
                                      a.number * std::ssize(results.points) + b.number);
        claims.push_back(
            {.id = "classes_differ_" + other,
             .statement = fmt::format("Normalised halting times of {} and of {} follow different "
                                      "laws: Kolmogorov-Smirnov distance beyond that of equal laws",
                                      a.name, b.name),
             .source = source,
             .measured = compared.excess,
             .relation = Relation::greater,
             .predicted = distance_of_classes() / 2,
             .note = fmt::format("Distance {:.4f}, p-value {:.3g} from exchanging disorder "
                                 "samples; bound: half the distance between Gumbel's law and the "
                                 "normal one.",
                                 compared.distance, compared.p_value),
             .points = {a.number, b.number}});
    }
}

}  // namespace

std::vector<std::string> const& systems() {
    static std::vector<std::string> const names = {"glass", "conjugate_gradient", "network"};
    return names;
}

std::vector<Point> points_of(Results const& results, std::string_view system) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& p = results.points[i];
        auto const number = static_cast<index>(i);
        if (p.text("system") != system) continue;
        Point point = {.number = number,
                       .parameters = &p,
                       .label = {},
                       .name = {},
                       .sample = sample_of(results.records.column(number, "halting_time"),
                                           results.records.column(number, "disorder"))};
        auto const N = p.integer("N");
        auto const& law = p.text("law");
        double const accuracy = p.real("accuracy");
        if (system == "glass") {
            double const kept = p.real("kept");
            point.label = fmt::format("p_{}_N_{}_{}", p.integer("p"), N, law);
            point.name = fmt::format("p = {}, N = {}, {}", p.integer("p"), N, law);
            if (kept < 1) {
                point.label += fmt::format("_kept_{:g}", kept);
                point.name += fmt::format(", {:g} kept", kept);
            }
        } else if (system == "conjugate_gradient") {
            point.label = fmt::format("n_{}_m_{}_{}", N, columns_of(p), law);
            point.name = fmt::format("{} x {}, {}", N, columns_of(p), law);
        } else {
            bool const noise = p.text("inputs") == "noise";
            point.label = fmt::format("width_{}_{}", N, noise ? law : "images");
            point.name = fmt::format("width {}, {}", N, noise ? law + " noise" : "images");
        }
        point.label += fmt::format("_at_{:g}", accuracy);
        point.name += fmt::format(", to {:g}", accuracy);
        if (!normalised(point.sample.all()).empty()) points.push_back(std::move(point));
    }
    return points;
}

std::vector<Claim> claims(Results const& results) {
    std::vector<Claim> all;
    for (auto const& system : systems()) {
        auto const points = points_of(results, system);
        if (points.empty()) continue;
        for (std::size_t a = 0; a < points.size(); ++a)
            for (std::size_t b = a + 1; b < points.size(); ++b)
                if (auto const expect = expected(system, points[a], points[b]);
                    expect != Expected::nothing)
                    add_pair(results, points[a], points[b], expect, all);
        add_shapes(results, system, points, all);
        if (system == "conjugate_gradient") add_exact_residuals(results, points, all);
    }
    add_classes_differ(results, all);
    return all;
}

}  // namespace spinscape::halting
