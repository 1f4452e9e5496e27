// SPDX-License-Identifier: BSD-3-Clause
#include "searches.hpp"

#include "exchange.hpp"
#include "shared/critical_points.hpp"
#include "shared/network_task.hpp"
#include "spinscape/critical/hessian_check.hpp"
#include "spinscape/landscape/ridge.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace spinscape::saddle_study {

namespace {

SearchOptions search_options(Parameters const& parameters) {
    return {.method = search_method_from(parameters.text("search")),
            .tolerance = parameters.real("gradient_tolerance"),
            .most_steps = parameters.integer("most_steps"),
            .flatness = parameters.real("flat_below")};
}

/// Searches from `start` and measures what all systems have in common.
Found search(Surface& surface, std::span<double const> start, SearchOptions const& options,
             Stream& probe) {
    Found found{.point = find_critical_point(surface, start, options),
                .target = options.target_index,
                .dimension = surface.tangent_dimension()};
    found.distance = linalg::distance(found.point.x, start);
    if (found.point.kind == PointKind::diverged) return found;
    found.spectrum = hessian_spectrum(surface);
    std::vector<double> v(start.size());
    probe.fill_normal(std::span<double>(v));
    surface.project(surface.point(), v);
    found.hessian_defect = hessian_defect(surface, v);
    return found;
}

/// Inputs that are zero in all samples have weights without effect, each a direction without
/// curvature in every point: they are left out.
std::shared_ptr<Samples const> without_empty_inputs(Samples const& all, index inputs) {
    auto const n = all.count();
    std::vector<index> kept;
    for (index j = 0; j < inputs; ++j)
        for (index i = 0; i < n; ++i)
            if (all.features[static_cast<std::size_t>(i * inputs + j)] != 0) {
                kept.push_back(j);
                break;
            }
    Samples result;
    result.labels = all.labels;
    for (index i = 0; i < n; ++i)
        for (index const j : kept)
            result.features.push_back(all.features[static_cast<std::size_t>(i * inputs + j)]);
    return std::make_shared<Samples const>(std::move(result));
}

double one_of(std::vector<double> const& list, Stream& choices) {
    return list[static_cast<std::size_t>(choices.below(std::ssize(list)))];
}

/// Training and measuring networks of a job.
struct Networks {
    Network<float> training;
    Network<double> measuring;

    Networks(Architecture const& architecture, std::shared_ptr<Samples const> const& data)
        : training(architecture, data), measuring(architecture, data) {}
};

class NetworkSearches {
public:
    explicit NetworkSearches(Task const& task) : task_(task) {
        auto const& p = task.parameters();
        auto const data = studies::training_data(task);
        auto const width = p.integer("width");
        networks_ = task.cache().get<Networks>(
            "saddles networks",
            fmt::format("{} {} {} {}", width, p.text("activation"), p.text("loss"),
                        static_cast<void const*>(data->train.get())),
            [&] {
                auto const samples = without_empty_inputs(*data->train, data->inputs);
                auto architecture = studies::architecture_of(p, {width}, *data);
                architecture.inputs = std::ssize(samples->features) / samples->count();
                return Networks(architecture, samples);
            });
    }

    Found operator()(index replica) const {
        auto const& p = task_.parameters();
        auto const& network = networks_->measuring;
        Stream choices(task_.master_seed(), Purpose::perturbation, replica, 0, salt());
        auto const start =
            replica % 2 == 0 ? on_trajectory(replica, choices) : in_cube(replica, choices);
        Ridge<Network<double>> const f(network, p.real("ridge"));
        auto const surface = surface_of(f);
        auto options = search_options(p);
        if (p.text("target") == "start")
            options.target_index = -1;
        else
            options.target_index =
                target_of(p.text("target") == "unseen" ? task_.shared() : "",
                          highest_target(p, network.dimension()), p.real("exhausted"), choices);
        Stream probe(task_.master_seed(), Purpose::probe, replica, 0, salt());
        auto found = search(*surface, start, options, probe);
        auto work = network.workspace(1);
        auto const measured = network.evaluate(found.point.x, work);
        found.height = measured.loss;
        found.train_error = measured.error;
        found.images = symmetric_images(network.architecture(), found.point.x);
        return found;
    }

private:
    [[nodiscard]] std::uint64_t salt() const {
        return static_cast<std::uint64_t>(task_.parameters().integer("width"));
    }
    /// The parameters after 0 ... epochs epochs of training, each with uniform noise.
    [[nodiscard]] std::vector<double> on_trajectory(index replica, Stream& choices) const {
        auto const& p = task_.parameters();
        auto const& network = networks_->training;
        Batch<float> x(network.dimension(), 1);
        Stream stream(task_.master_seed(), Purpose::start, replica, 0, salt());
        initialise(network.architecture(), start_from(p.text("start")), p.real("start_scale"),
                   stream, x[0]);
        auto options = studies::training_options(p);
        options.epochs = choices.below(p.integer("epochs") + 1);
        if (options.epochs > 0)
            train<float>(network, x.view(), task_.master_seed(), replica, salt(), options);
        double const amplitude = one_of(p.reals("amplitudes"), choices);
        std::vector<double> point(x[0].begin(), x[0].end());
        for (auto& component : point) component += amplitude * (2 * choices.uniform() - 1);
        return point;
    }
    [[nodiscard]] std::vector<double> in_cube(index replica, Stream& choices) const {
        double const half = one_of(task_.parameters().reals("cubes"), choices);
        std::vector<double> x(static_cast<std::size_t>(networks_->measuring.dimension()));
        Stream stream(task_.master_seed(), Purpose::start, replica, 1, salt());
        for (auto& component : x) component = half * (2 * stream.uniform() - 1);
        return x;
    }

    Task const& task_;
    std::shared_ptr<Networks const> networks_;
};

void add_point(Task& task, index replica, Found const& found) {
    auto const& point = found.point;
    auto const n = static_cast<double>(found.dimension);
    // A dense Hessian of a network costs an eighth of its n products, a product about two
    // gradients.
    double const cost = static_cast<double>(point.cost.gradients + 2 * point.cost.products) +
                        static_cast<double>(point.cost.hessians + 1) * n / 4;
    bool const field = task.parameters().text("system") == "field";
    auto const method = search_method_from(task.parameters().text("search"));
    task.add_point(replica,
                   studies::critical_point_values("value", point.certificate, found.dimension,
                                                  {.kind = point.kind,
                                                   .method = static_cast<index>(method),
                                                   .cost = cost,
                                                   .distance = found.distance},
                                                  field ? 1 / n : 1));
}

}  // namespace

Searches network_searches(Task const& task) {
    return NetworkSearches(task);
}

// Replica r is search r mod starts in field r / starts. Starts are further apart than the field's
// correlation length sqrt(N).
Searches field_searches(Task const& task) {
    return [&task](index replica) {
        auto const& p = task.parameters();
        auto const N = p.integer("N"), starts = p.integer("starts");
        auto const disorder = replica / starts, number = replica % starts;
        auto const covariance = field_covariance_from(p.text("covariance"));
        auto const f = task.cache().get<GaussianField>(
            "field",
            fmt::format("{} {} {} {} {}", N, p.text("covariance"), p.integer("waves"), disorder,
                        task.master_seed()),
            [&] {
                return GaussianField(N, covariance, task.master_seed(), disorder,
                                     p.integer("waves"));
            });
        std::vector<double> start(static_cast<std::size_t>(N));
        Stream stream(task.master_seed(), Purpose::start, replica, 0,
                      static_cast<std::uint64_t>(N));
        stream.fill_normal(std::span<double>(start));
        for (auto& component : start) component *= 3;
        auto options = search_options(p);
        double const share = (static_cast<double>(number) + 0.5) / static_cast<double>(starts);
        options.target_index = p.text("target") == "start"
                                   ? -1
                                   : static_cast<index>(share * static_cast<double>(N + 1));
        auto const surface = surface_of(*f);
        Stream probe(task.master_seed(), Purpose::probe, replica, 0, static_cast<std::uint64_t>(N));
        auto found = search(*surface, start, options, probe);
        found.height = found.point.certificate.value / static_cast<double>(N);
        found.disorder = static_cast<double>(disorder);
        return found;
    };
}

std::vector<double> const& quantile_shares() {
    static std::vector<double> const shares = [] {
        std::vector<double> list;
        for (int i = 0; i <= 50; ++i) list.push_back(i / 50.0);
        return list;
    }();
    return shares;
}

std::vector<Field> fields() {
    using enum Field::Type;
    return {{.name = "kind",
             .type = integer,
             .description = "what the search ended at; from gradient_flat on: rejected",
             .meanings = {point_kind_names.begin(), point_kind_names.end()}},
            {.name = "height",
             .description = "networks: loss per sample without the ridge term; fields: energy per "
                            "dimension"},
            {.name = "train_error", .description = "share of training samples misclassified"},
            {.name = "index",
             .type = integer,
             .description = "negative eigenvalues of the Hessian, beyond their uncertainty"},
            {.name = "index_fraction", .description = "index over dimension"},
            {.name = "dimension", .type = integer, .description = "of the landscape"},
            {.name = "norm", .description = "|x|"},
            {.name = "images",
             .type = integer,
             .description = "networks: different points that are this one but for permutations and "
                            "signs of hidden units, itself included"},
            {.name = "flatness",
             .description = "|Hg| / |H||g| at rejected points: 0 where |g|^2 is stationary"},
            {.name = "mean_eigenvalue", .description = "trace of the Hessian over dimension"},
            {.name = "hessian_defect",
             .description =
                 "relative difference of a Hessian product from differences of the gradient"},
            {.name = "target_index",
             .type = integer,
             .description = "index looked for; -1: that of the start"},
            {.name = "steps", .type = integer, .description = "of the search"},
            {.name = "gradients", .type = integer, .description = "evaluated by the search"},
            {.name = "hessian_products", .type = integer, .description = "by the search"},
            {.name = "dense_hessians", .type = integer, .description = "by the search"},
            {.name = "disorder", .type = integer, .description = "number of the random field"},
            {.name = "eigenvalues",
             .description = "quantiles of the Hessian's eigenvalues",
             .axis = "share_below",
             .axis_values = quantile_shares()}};
}

std::vector<Field> point_fields() {
    return studies::critical_point_fields(
        "value", "networks: loss with the ridge term; fields: energy per dimension",
        search_method_names());
}

void record_search(Task& task, index replica, Found const& found) {
    auto const& point = found.point;
    auto const& c = point.certificate;
    auto const number = [&](std::string_view field, auto value) {
        task.record(replica, field, static_cast<double>(value));
    };
    number("kind", static_cast<int>(point.kind));
    number("steps", point.steps);
    number("gradients", point.cost.gradients);
    number("hessian_products", point.cost.products);
    number("dense_hessians", point.cost.hessians);
    number("target_index", found.target);
    number("disorder", found.disorder);
    number("dimension", found.dimension);
    task.finish(replica, is_critical(point.kind)             ? Outcome::converged
                         : point.kind == PointKind::diverged ? Outcome::diverged
                                                             : Outcome::stalled);
    if (point.kind == PointKind::diverged) return;
    add_point(task, replica, found);
    auto const n = static_cast<double>(found.spectrum.size());
    number("height", found.height);
    number("norm", linalg::norm(point.x));
    number("images", found.images);
    number("train_error", found.train_error);
    number("index", c.index);
    number("index_fraction", static_cast<double>(c.index) / n);
    number("flatness", point.flatness);
    number("hessian_defect", found.hessian_defect);
    double trace = 0;
    for (double const eigenvalue : found.spectrum) trace += eigenvalue;
    number("mean_eigenvalue", trace / n);
    std::vector<double> quantiles;
    for (double const share : quantile_shares()) {
        double const place = share * (n - 1);
        auto const below = std::min(static_cast<std::size_t>(place),
                                    found.spectrum.size() - (found.spectrum.size() > 1 ? 2 : 1));
        auto const above = std::min(below + 1, found.spectrum.size() - 1);
        quantiles.push_back(found.spectrum[below] +
                            (place - static_cast<double>(below)) *
                                (found.spectrum[above] - found.spectrum[below]));
    }
    task.record(replica, "eigenvalues", quantiles);
}

}  // namespace spinscape::saddle_study
