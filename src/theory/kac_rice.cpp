// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/kac_rice.hpp"

#include "gaussian_orthogonal.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

namespace spinscape::theory {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What the formula needs of the model.
class Model {
public:
    Model(std::span<PSpinTerm const> terms, index N, double u) : N_(static_cast<double>(N)), u_(u) {
        for (auto const& term : terms)
            if (term.p < 2)
                throw Error(ExitCode::bad_input, "Kac-Rice formula: p = " + std::to_string(term.p) +
                                                     " is not allowed; use p >= 2");
        auto const [f, slope, curvature] = covariance(terms, 1);
        if (!(f > 0) || N < 1)
            throw Error(ExitCode::bad_input, "Kac-Rice formula: needs a term and N >= 1");
        rate_ = (curvature - slope) / (2 * (curvature + slope));
        log_prefactor_ = std::log(2.0) + 0.5 * std::log(2 * slope / (slope + curvature)) +
                         0.5 * N_ * std::log(curvature / slope);
        energy_per_x_ = std::sqrt(2 * curvature / N_) * slope / (slope + curvature);
        auto const variance = f - slope * slope / (slope + curvature);
        // Pure models: energy and radial slope are the same thing.
        sd_ = variance > 1e-14 * f ? std::sqrt(variance / N_) : 0;
    }

    /// Eigenvalues beyond this do not count: their weight is below e^-100 or they lie above u.
    [[nodiscard]] double last() const {
        auto const beyond = std::sqrt(2 * N_) + 10;
        auto const unimportant = rate_ > 0 ? std::sqrt(100 / rate_) : infinity;
        auto const level = sd_ > 0 ? infinity : u_ / energy_per_x_;
        return std::min({beyond, unimportant, level});
    }
    [[nodiscard]] double first() const { return -std::sqrt(2 * N_) - 10; }
    /// Panel of integration: the density's oscillations have wavelength pi / sqrt(2N), the weight's
    /// width and that of the energies are of order 1.
    [[nodiscard]] double panel() const { return 3 / std::sqrt(2 * N_); }

    struct Weight {
        double log_weight, energy;
    };
    [[nodiscard]] Weight at(double x) const {
        auto const mean = energy_per_x_ * x, log_weight = log_prefactor_ - rate_ * x * x;
        if (sd_ == 0 || u_ == infinity) return {log_weight, mean};
        // A normal variable cut off at u: ln P(below u) and the mean below u.
        auto const t = (u_ - mean) / sd_;
        auto const density = std::exp(-0.5 * t * t) / std::sqrt(2 * std::numbers::pi);
        if (t > 0) {
            auto const below = 0.5 * std::erfc(-t / std::numbers::sqrt2);
            return {log_weight + std::log(below), mean - sd_ * density / below};
        }
        auto const ratio = gaussian_tail_ratio(-t);
        return {log_weight - 0.5 * t * t - 0.5 * std::log(2 * std::numbers::pi) + std::log(ratio),
                mean - sd_ / ratio};
    }

private:
    double N_, u_, rate_, log_prefactor_, energy_per_x_, sd_;
};

/// A sum of e^exponent terms and of what they multiply, without overflow.
struct LogSum {
    double largest = -infinity, sum = 0, energies = 0, noise = 0;

    void add(double exponent, double factor, double energy, double noise_factor) {
        if (exponent == -infinity) return;
        if (exponent > largest) {
            auto const shrink = std::exp(largest - exponent);
            sum *= shrink;
            energies *= shrink;
            noise *= shrink;
            largest = exponent;
        }
        auto const scale = std::exp(exponent - largest);
        sum += scale * factor;
        energies += scale * factor * energy;
        noise += scale * noise_factor;
    }
    [[nodiscard]] double log() const { return sum > 0 ? largest + std::log(sum) : -infinity; }
};

/// Integrates over x by composite Gauss rules, from the right; `indices` gives the distribution of
/// the index at x. Panels far out on the left are left out when they add nothing any more.
template <unsigned points, class Indices>
std::vector<LogSum> integrate(Model const& model, index N, std::size_t count,
                              Indices const& indices) {
    using Rule = boost::math::quadrature::gauss<double, points>;
    std::vector<LogSum> sums(count);
    auto const first = model.first(), last = model.last();
    if (last <= first) return sums;
    auto const panels = std::ceil((last - first) / model.panel());
    auto const half = 0.5 * (last - first) / panels;
    double largest = -infinity;
    for (index panel = 0; panel < static_cast<index>(panels); ++panel) {
        auto const centre = last - half * (2.0 * static_cast<double>(panel) + 1);
        double height = -infinity;
        for (std::size_t m = 0; m < Rule::abscissa().size(); ++m)
            for (double const side : {-1.0, 1.0}) {
                if (side < 0 && Rule::abscissa()[m] == 0) continue;
                auto const x = centre + side * half * Rule::abscissa()[m];
                auto const [log_weight, energy] = model.at(x);
                auto const exponent =
                    log_weight + log_eigenvalue_density(N, x) + std::log(half * Rule::weights()[m]);
                height = std::max(height, exponent);
                if (exponent < largest - 80) continue;
                auto const share = indices(x);
                for (std::size_t k = 0; k < count; ++k)
                    sums[k].add(exponent, share[k], energy, 1e-15 * static_cast<double>(N));
            }
        if (height < largest - 80 && centre < 0) break;
        largest = std::max(largest, height);
    }
    return sums;
}

/// Two rules: their difference bounds the error of the better one; and rounding.
std::vector<CriticalPointMean> combine(std::vector<LogSum> const& coarse,
                                       std::vector<LogSum> const& fine) {
    std::vector<CriticalPointMean> result;
    for (std::size_t k = 0; k < fine.size(); ++k) {
        if (!(fine[k].sum > 0)) {
            result.push_back({-infinity, missing, fine[k].noise > 0 ? infinity : 0});
            continue;
        }
        auto const change = std::abs(fine[k].log() - coarse[k].log());
        result.push_back(
            {fine[k].log(), fine[k].energies / fine[k].sum, change + fine[k].noise / fine[k].sum});
    }
    return result;
}

}  // namespace

double CriticalPointMean::number() const {
    return std::exp(log_number);
}

CriticalPointMean mean_critical_points(std::span<PSpinTerm const> terms, index N, double u) {
    Model const model(terms, N, u);
    auto const all = [](double) { return std::array<double, 1>{1}; };
    return combine(integrate<10>(model, N, 1, all), integrate<15>(model, N, 1, all)).front();
}

double ground_state_by_count(int p, index N) {
    PSpinTerm const term{.p = p};
    auto const asymptotic = ground_state(p, N);
    auto const energies = p % 2 == 0 ? 0.5 : 1.0;  // per point
    // The trapezoidal rule converges exponentially: the law is nearly Gumbel's, whose tail to the
    // left is exponential, and to the right a double one.
    double const step = asymptotic.sd / 10, start = asymptotic.mean - 16 * asymptotic.sd;
    double above = 1, mean = start;
    for (double u = start; above > 1e-15;) {
        u += step;
        auto const next = std::exp(-energies * mean_critical_points({&term, 1}, N, u).number());
        mean += step * (above + next) / 2;
        above = next;
    }
    return mean;
}

std::vector<CriticalPointMean> mean_critical_points_by_index(std::span<PSpinTerm const> terms,
                                                             index N, double u) {
    if (N > largest_N_by_index)
        throw Error(ExitCode::bad_input,
                    "Kac-Rice formula: numbers by index are available up to N = " +
                        std::to_string(largest_N_by_index) + ", not for N = " + std::to_string(N));
    Model const model(terms, N, u);
    auto const by_index = [&](double x) { return numbers_below(N, x); };
    auto const count = static_cast<std::size_t>(N);
    return combine(integrate<7>(model, N, count, by_index),
                   integrate<10>(model, N, count, by_index));
}

}  // namespace spinscape::theory
