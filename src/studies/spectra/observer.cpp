// SPDX-License-Identifier: BSD-3-Clause
#include "observer.hpp"

#include "spinscape/critical/certificate.hpp"
#include "spinscape/critical/network_hessians.hpp"
#include "spinscape/geometry/filter_normalised.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::spectral {

namespace {

/// Steps of the probe streams beside the stages of training.
constexpr index line_stage = 1000, density_stage = 2000, gauss_newton_stage = 3000;

std::vector<double> equal_steps(double low, double high, int points) {
    std::vector<double> list;
    for (int i = 0; i < points; ++i) list.push_back(low + (high - low) * i / (points - 1));
    return list;
}

double norm(std::span<double const> v) {
    double squares = 0;
    for (double const component : v) squares += component * component;
    return std::sqrt(squares);
}

/// The same function: units of each hidden layer times 10, what they feed into divided by 10.
std::vector<double> rescaled_by_ten(Architecture const& architecture, std::vector<double> x) {
    auto const layers = architecture.layers();
    double factor = 1;  // of the layer's inputs
    for (std::size_t l = 0; l < layers.size(); ++l) {
        double const out = l + 1 < layers.size() ? 10 : 1;
        auto const end = layers[l].bias + layers[l].outputs;
        for (index i = layers[l].weights; i < end; ++i)
            x[static_cast<std::size_t>(i)] *= i < layers[l].bias ? out / factor : out;
        factor = out;
    }
    return x;
}

}  // namespace

std::vector<double> const progress = {0, 0.02, 0.05, 0.1, 0.25, 0.5, 1};
std::vector<double> const line_points = equal_steps(-1, 1, 51);
std::vector<double> const plane_points = equal_steps(-1, 1, 25);

index classes_of(Parameters const& p) {
    return p.integer("classes") == 0 && p.text("system") == "blobs" ? 2 : p.integer("classes");
}

std::vector<index> hidden_of(Parameters const& p) {
    auto const& hidden = p.integers("hidden");
    return {hidden.begin(), hidden.end()};
}

std::uint64_t salt_of(Parameters const& p) {
    auto salt = static_cast<std::uint64_t>(classes_of(p)) + 1;
    for (index const width : hidden_of(p))
        salt = salt * 1000003 + static_cast<std::uint64_t>(width);
    if (p.text("system") == "blobs")
        salt = salt * 1000003 + static_cast<std::uint64_t>(std::llround(1e6 * p.real("deviation")));
    return salt;
}

Path::Path() {
    for (auto const* name :
         {"loss_path", "top_path", "lowest_path", "gradient_share_path", "rest_path"})
        curves[name].assign(progress.size(), missing);
}

void Path::save(ByteWriter& out) const {
    for (auto const& [name, curve] : curves) out.put_all(std::span<double const>(curve));
}

void Path::load(ByteReader& in) {
    for (auto& [name, curve] : curves) in.get_into(std::span<double>(curve));
}

void Path::record(Task& task, index replica) const {
    for (auto const& [name, curve] : curves) task.record(replica, name, curve);
}

Observer::Observer(Task& task, Network<double> const& network, index replica)
    : task_(task), network_(network), replica_(replica), salt_(salt_of(task.parameters())) {}

Stream Observer::probe(index stage) const {
    return {task_.master_seed(), Purpose::probe, replica_, stage, salt_};
}

void Observer::look(std::span<double const> x, std::size_t stage, Path& path) const {
    auto const timer = task_.phase("spectra");
    PreparedHessian hessian(network_, x);
    auto const ends =
        measure_ends(hessian, network_.architecture().outputs, probe(static_cast<index>(stage)));
    path.curves["loss_path"][stage] = hessian.value();
    path.curves["top_path"][stage] = ends.top[0];
    path.curves["lowest_path"][stage] = ends.lowest;
    path.curves["gradient_share_path"][stage] = ends.gradient_share;
    path.curves["rest_path"][stage] =
        ends.rest_norm / std::max(std::abs(ends.top[0]), std::abs(ends.lowest));
    bool const start = stage == 0, end = stage + 1 == progress.size();
    if (!start && !end) return;
    task_.record(replica_, start ? "top_start" : "top_end", ends.top);
    if (end) record_end(hessian, ends);
    record_spectrum(hessian, x, ends.top[0], end);
}

void Observer::record_end(PreparedHessian& hessian, Ends const& ends) const {
    std::vector<double> g(static_cast<std::size_t>(hessian.dimension()));
    hessian.gradient(g);
    task_.record(replica_, "gradient_norm", norm(g));
    auto const gauss_newton = gauss_newton_top(hessian, probe(gauss_newton_stage));
    task_.record(replica_, "gauss_newton_end", gauss_newton);
    auto const gap = largest_gap(ends.top);
    task_.record(replica_, "outliers", gap.outliers);
    task_.record(replica_, "outlier_gap", gap.ratio);
    auto const outlier = static_cast<std::size_t>(network_.architecture().outputs - 2);
    if (outlier < gauss_newton.size())
        task_.record(replica_, "rest_over_outlier", ends.rest_norm / gauss_newton[outlier]);
}

void Observer::record_spectrum(PreparedHessian& hessian, std::span<double const> x, double top,
                               bool end) const {
    auto const& p = task_.parameters();
    auto const density = spectral_density(
        hessian_operator(hessian), {.probes = p.integer("probes"), .steps = p.integer("steps")},
        probe(density_stage + (end ? 1 : 0)));
    auto const bins = binned(density);
    double const edge = near_zero * top;
    Shares shares{.near_zero = density.share(-edge, edge).value,
                  .negative = density.share(-1e300, -negative * top).value};
    task_.record(replica_, end ? "density_end" : "density_start", bins.share);
    if (end) task_.record(replica_, "density_error", bins.standard_error);
    if (hessian.dimension() <= p.integer("exact_largest")) {
        auto const surface = surface_of(network_);
        surface->move_to(x);
        auto const exact = hessian_spectrum(*surface);
        auto const by_quadrature = shares.near_zero;
        shares = shares_of(exact);
        if (end) {
            task_.record(replica_, "exact_end", binned(exact));
            task_.record(replica_, "quadrature_deviation", by_quadrature - shares.near_zero);
        }
    }
    task_.record(replica_, end ? "near_zero_share" : "near_zero_start", shares.near_zero);
    task_.record(replica_, end ? "negative_share" : "negative_start", shares.negative);
}

std::vector<double> Observer::line(std::vector<double> const& x, bool normalised) const {
    auto stream = probe(line_stage);
    auto direction = filter_normalised_direction(network_.architecture(), x, stream);
    if (!normalised) {  // of the same length
        double const length = norm(direction);
        stream = probe(line_stage);
        stream.fill_normal(std::span<double>(direction));
        double const scale = length / norm(direction);
        for (auto& component : direction) component *= scale;
    }
    return values_on_line(*surface_of(network_), x, direction, line_points);
}

void Observer::record_rescaled(std::vector<double> const& x) const {
    auto const rescaled = rescaled_by_ten(network_.architecture(), x);
    for (bool const normalised : {true, false}) {
        auto const a = line(x, normalised), b = line(rescaled, normalised);
        double largest = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            largest = std::max(largest, std::abs(a[i] - b[i]) / a[i]);
        task_.record(replica_, normalised ? "line_rescaled_change" : "plain_rescaled_change",
                     largest);
    }
}

void Observer::picture(std::span<double const> x) const {
    auto const timer = task_.phase("pictures");
    std::vector<double> const point(x.begin(), x.end());
    task_.record(replica_, "line", line(point, true));
    auto const& architecture = network_.architecture();
    if (!architecture.hidden.empty() && architecture.activation == Activation::relu)
        record_rescaled(point);
    if (replica_ >= task_.parameters().integer("plane_replicas")) return;
    auto stream = probe(line_stage);
    auto const d = filter_normalised_direction(architecture, x, stream);
    auto const e = filter_normalised_direction(architecture, x, stream);
    task_.record(replica_, "plane",
                 values_on_plane(*surface_of(network_), x, d, e, plane_points, plane_points));
}

}  // namespace spinscape::spectral
