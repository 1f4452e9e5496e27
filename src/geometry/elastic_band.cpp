// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/elastic_band.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Vector = std::vector<double>;

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

Vector minus(Vector const& a, Vector const& b) {
    Vector d = a;
    linalg::add(-1, b, d);
    return d;
}

/// Points from a to b on the straight line, moved onto the manifold.
std::vector<Vector> straight(Surface const& surface, std::span<double const> a,
                             std::span<double const> b, index interior) {
    std::vector<Vector> images;
    for (index i = 0; i <= interior + 1; ++i) {
        double const t = static_cast<double>(i) / static_cast<double>(interior + 1);
        Vector x(a.size());
        linalg::add(1 - t, a, x);
        linalg::add(t, b, x);
        if (i > 0 && i <= interior) surface.retract(x);
        images.push_back(std::move(x));
    }
    return images;
}

/// Unit tangent at image i, towards the higher neighbour; at an extremum along the band a mean of
/// both sides weighted by the differences in value.
Vector tangent(Surface const& surface, Band const& band, index i) {
    auto const forward = minus(band.images[at(i + 1)], band.images[at(i)]);
    auto const backward = minus(band.images[at(i)], band.images[at(i - 1)]);
    double const before = band.values[at(i - 1)], here = band.values[at(i)],
                 after = band.values[at(i + 1)];
    double w_forward = after > before ? 1 : 0, w_backward = 1 - w_forward;
    if ((after - here) * (here - before) <= 0) {  // not between its neighbours
        double const more = std::max(std::abs(after - here), std::abs(before - here)),
                     less = std::min(std::abs(after - here), std::abs(before - here));
        w_forward = after > before ? more : less;
        w_backward = after > before ? less : more;
    }
    Vector tau(forward.size());
    linalg::add(w_forward, forward, tau);
    linalg::add(w_backward, backward, tau);
    surface.project(band.images[at(i)], tau);
    double const length = linalg::norm(tau);
    if (length > 0) linalg::scale(tau, 1 / length);
    return tau;
}

/// Values at all interior images and the forces they feel.
std::vector<Vector> forces(Surface& surface, Band& band, double spring) {
    auto const last = std::ssize(band.images) - 1;
    std::vector<Vector> gradients(band.images.size());
    for (index i = 1; i < last; ++i) {
        surface.move_to(band.images[at(i)]);
        band.values[at(i)] = surface.value();
        gradients[at(i)].assign(surface.gradient().begin(), surface.gradient().end());
    }
    band.highest =
        std::max_element(band.values.begin() + 1, band.values.end() - 1) - band.values.begin();
    band.force = 0;
    for (index i = 1; i < last; ++i) {
        auto const tau = tangent(surface, band, i);
        auto& F = gradients[at(i)];
        double const along = linalg::dot(F, tau);
        linalg::scale(F, -1);
        if (i == band.highest) {
            linalg::add(2 * along, tau, F);
        } else {
            double const stretch = linalg::distance(band.images[at(i + 1)], band.images[at(i)]) -
                                   linalg::distance(band.images[at(i)], band.images[at(i - 1)]);
            linalg::add(along + spring * stretch, tau, F);
        }
        double const size = linalg::norm(F);
        if (!(size <= band.force)) band.force = size;
    }
    return gradients;
}

/// Fast inertial relaxation engine: velocities turn towards the force while it does work, and are
/// dropped when it would be done against it. Constants of the source.
class Fire {
public:
    explicit Fire(double step) : step_(step), longest_(10 * step) {}

    void advance(Surface const& surface, std::vector<Vector>& x, std::vector<Vector> const& F) {
        if (v_.empty())
            for (auto const& f : F) v_.emplace_back(f.size());
        double power = 0, ff = 0, vv = 0;
        for (std::size_t i = 0; i < F.size(); ++i) {
            power += linalg::dot(F[i], v_[i]);
            ff += linalg::dot(F[i], F[i]);
            vv += linalg::dot(v_[i], v_[i]);
        }
        double const turn = ff > 0 ? mixing_ * std::sqrt(vv / ff) : 0;
        for (std::size_t i = 0; i < F.size(); ++i) {
            linalg::scale(v_[i], power > 0 ? 1 - mixing_ : 0);
            linalg::add((power > 0 ? turn : 0) + step_, F[i], v_[i]);
            if (F[i].empty()) continue;  // an end
            linalg::add(step_, v_[i], x[i]);
            surface.retract(x[i]);
            surface.project(x[i], v_[i]);
        }
        if (power <= 0) {
            step_ *= 0.5;
            mixing_ = 0.1;
            uphill_since_ = 0;
        } else if (++uphill_since_ > 5) {
            step_ = std::min(step_ * 1.1, longest_);
            mixing_ *= 0.99;
        }
    }

private:
    double step_, longest_, mixing_ = 0.1;
    int uphill_since_ = 0;
    std::vector<Vector> v_;
};

}  // namespace

Band relax_band(Surface& surface, std::span<double const> a, std::span<double const> b,
                BandOptions const& options) {
    SPINSCAPE_EXPECT(options.images >= 1);
    Band band{.images = straight(surface, a, b, options.images), .values = {}};
    band.values.resize(band.images.size());
    band.values.front() = surface.value_at(a);
    band.values.back() = surface.value_at(b);
    Fire fire(options.step);
    for (;; ++band.steps) {
        auto const F = forces(surface, band, options.spring);
        band.converged = band.force <= options.tolerance;
        if (band.converged || band.steps >= options.most_steps || !std::isfinite(band.force))
            return band;
        fire.advance(surface, band.images, F);
    }
}

TransitionState find_transition_state(Surface& surface, std::span<double const> a,
                                      std::span<double const> b, BandOptions const& band,
                                      SearchOptions search) {
    search.method = SearchMethod::eigenvector_following;
    search.target_index = 1;
    auto relaxed = relax_band(surface, a, b, band);
    auto saddle = find_critical_point(surface, relaxed.images[at(relaxed.highest)], search);
    return {.saddle = std::move(saddle), .band = std::move(relaxed)};
}

std::array<std::vector<double>, 2> sides_of_saddle(Surface& surface, std::span<double const> saddle,
                                                   double distance) {
    surface.move_to(saddle);
    auto H = surface.hessian();
    linalg::symmetric_eigen(H.matrix, H.dimension);
    Vector v(saddle.size());
    H.embed(std::span(H.matrix).first(at(H.dimension)), v);
    std::array<Vector, 2> sides;
    for (std::size_t side = 0; side < 2; ++side) {
        Vector x(saddle.begin(), saddle.end());
        linalg::add(side == 0 ? -distance : distance, v, x);
        surface.retract(x);
        sides[side] = std::move(x);
    }
    return sides;
}

std::array<CriticalPoint, 2> adjacent_minima(Surface& surface, std::span<double const> saddle,
                                             double distance, SearchOptions search) {
    search.method = SearchMethod::eigenvector_following;
    search.target_index = 0;
    search.first_radius = std::min(search.first_radius, distance);
    auto const [minus, plus] = sides_of_saddle(surface, saddle, distance);
    return {find_critical_point(surface, minus, search),
            find_critical_point(surface, plus, search)};
}

}  // namespace spinscape
