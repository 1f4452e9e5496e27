// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/local_entropy.hpp"

#include "spinscape/base/contract.hpp"

#include <boost/math/special_functions/legendre.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace spinscape {

namespace {

/// Nodes and weights of Gauss-Legendre quadrature on (0, 1), ascending.
std::vector<std::pair<double, double>> gauss_legendre(index n) {
    auto const order = static_cast<int>(n);
    std::vector<std::pair<double, double>> rule;
    for (double const x : boost::math::legendre_p_zeros<double>(order)) {  // those >= 0
        double const slope = boost::math::legendre_p_prime(order, x),
                     weight = 1 / ((1 - x * x) * slope * slope);
        rule.emplace_back((1 + x) / 2, weight);
        if (x > 0) rule.emplace_back((1 - x) / 2, weight);
    }
    std::ranges::sort(rule);
    return rule;
}

/// A Langevin chain of displacements d in units of their free deviation sqrt(T / gamma): the target
/// is exp(-s Phi(d) - |d|^2 / 2) with Phi = (f(x + d) - f(x)) / T.
class Chain {
public:
    Chain(Surface& surface, std::span<double const> x, LocalEntropyOptions const& options,
          Stream& noise)
        : surface_(surface),
          x_(x),
          noise_(noise),
          temperature_(options.temperature),
          deviation_(std::sqrt(options.temperature / options.gamma)),
          point_(x.size()),
          random_(x.size()) {
        surface.move_to(x);
        value_ = surface.value();
        current_ = at(std::vector<double>(x.size()));
        noise_.fill_normal(std::span<double>(current_.d));  // exact at s = 0
        current_ = at(std::move(current_.d));
    }

    /// One step at s; true: accepted.
    bool step(double s) {
        noise_.fill_normal(std::span<double>(random_));
        std::vector<double> proposal(x_.size());
        double const keep = (2 - h_) / (2 + h_), drift = 2 * h_ / (2 + h_) * s,
                     spread = std::sqrt(8 * h_) / (2 + h_);
        for (std::size_t i = 0; i < proposal.size(); ++i)
            proposal[i] = keep * current_.d[i] - drift * current_.slope[i] + spread * random_[i];
        auto next = at(std::move(proposal));
        double const surplus = cost(s, current_, next) - cost(s, next, current_);
        bool const accepted = std::isfinite(next.phi) && std::log(noise_.uniform()) < surplus;
        if (accepted) current_ = std::move(next);
        return accepted;
    }
    [[nodiscard]] double phi() const { return current_.phi; }
    void tune(bool accepted) {
        // Moves towards 57 % accepted, the optimum for Langevin steps in many dimensions.
        h_ = std::clamp(h_ * (accepted ? 1.15 : 0.83), 1e-8, 2.0);
    }
    [[nodiscard]] index gradients() const { return gradients_; }

private:
    struct State {
        std::vector<double> d, slope;  // slope: gradient of Phi
        double phi = 0;
    };

    State at(std::vector<double> d) {
        for (std::size_t i = 0; i < d.size(); ++i) point_[i] = x_[i] + deviation_ * d[i];
        surface_.move_to(point_);
        ++gradients_;
        State state{.d = std::move(d),
                    .slope = {surface_.gradient().begin(), surface_.gradient().end()},
                    .phi = (surface_.value() - value_) / temperature_};
        for (auto& component : state.slope) component *= deviation_ / temperature_;
        return state;
    }
    /// rho(u, v) of [Cotter2013]; the step u -> v is accepted with probability
    /// min(1, exp(rho(u, v) - rho(v, u))).
    [[nodiscard]] double cost(double s, State const& u, State const& v) const {
        double towards = 0, mean = 0, squares = 0;
        for (std::size_t i = 0; i < u.d.size(); ++i) {
            double const slope = s * u.slope[i];
            towards += (v.d[i] - u.d[i]) * slope;
            mean += (u.d[i] + v.d[i]) * slope;
            squares += slope * slope;
        }
        return s * u.phi + towards / 2 + h_ / 4 * (mean + squares);
    }

    Surface& surface_;
    std::span<double const> x_;
    Stream& noise_;
    double temperature_, deviation_, value_ = 0, h_ = 0.5;
    std::vector<double> point_, random_;
    State current_;
    index gradients_ = 0;
};

}  // namespace

LocalEntropy local_entropy(Surface& surface, std::span<double const> x,
                           LocalEntropyOptions const& options, Stream& noise) {
    SPINSCAPE_EXPECT(surface.tangent_dimension() == surface.dimension());
    SPINSCAPE_EXPECT(options.rungs > 0 && options.steps >= 3);
    Chain chain(surface, x, options, noise);
    double integral = 0;
    index accepted = 0, counted = 0;
    for (auto const& [t, weight] : gauss_legendre(options.rungs)) {
        double const s = t * t * t;
        for (index i = 0; i < options.steps / 3; ++i) chain.tune(chain.step(s));
        double sum = 0;
        auto const remaining = options.steps - options.steps / 3;
        for (index i = 0; i < remaining; ++i) {
            accepted += chain.step(s) ? 1 : 0;
            sum += chain.phi();
        }
        counted += remaining;
        integral += weight * 3 * t * t * sum / static_cast<double>(remaining);
    }
    return {.value = -integral,
            .acceptance = static_cast<double>(accepted) / static_cast<double>(counted),
            .gradients = chain.gradients() + 1};
}

double gaussian_local_entropy(std::span<double const> eigenvalues, std::span<double const> gradient,
                              double gamma, double temperature) {
    double sum = 0;
    for (std::size_t i = 0; i < eigenvalues.size(); ++i)
        sum += gradient[i] * gradient[i] / (temperature * (gamma + eigenvalues[i])) -
               std::log1p(eigenvalues[i] / gamma);
    return sum / 2;
}

}  // namespace spinscape
