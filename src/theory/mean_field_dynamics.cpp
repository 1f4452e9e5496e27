// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/mean_field_dynamics.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/types.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace spinscape::theory {

namespace {

SPINSCAPE_INLINE void add_scaled_body(double a, double const* x, index n, double* y) {
#pragma omp simd
    for (index i = 0; i < n; ++i) y[i] += a * x[i];
}

SPINSCAPE_INLINE double dot_body(double const* x, double const* y, index n) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (index i = 0; i < n; ++i) sum += x[i] * y[i];
    return sum;
}

void add_scaled(double a, double const* x, index n, double* y) {
    multiversion<add_scaled_body>(a, x, n, y);
}

double dot(double const* x, double const* y, index n) {
    return multiversion<dot_body>(x, y, n);
}

/// C and R on a grid of times i h; row t of C is filled for both orders of its arguments.
class Grid {
public:
    Grid(std::span<PSpinTerm const> terms, MeanFieldOptions const& options, index points, double h)
        : terms_(terms),
          temperature_(options.temperature),
          start_beta_(options.start_beta),
          n_(points),
          h_(h),
          C_(size()),
          R_(size()),
          energy_(rows()) {
        C_[0] = R_[0] = 1;
        Slopes here(rows()), ahead(rows());
        for (index t = 0; t + 1 < n_; ++t) {
            evaluate(t, here);
            advance(t, here, here);
            evaluate(t + 1, ahead);
            advance(t, here, ahead);
        }
        evaluate(n_ - 1, here);
    }

    [[nodiscard]] double energy(double time) const {
        return interpolate(time, [&](index i) { return energy_[static_cast<std::size_t>(i)]; });
    }
    [[nodiscard]] double correlation(double time) const {
        return interpolate(time, [&](index i) { return C_[static_cast<std::size_t>(i * n_)]; });
    }

private:
    struct Slopes {
        explicit Slopes(std::size_t n) : C(n), R(n), first(n), second(n) {}
        std::vector<double> C, R;           // dC(t,t')/dt, dR(t,t')/dt
        std::vector<double> first, second;  // f'(C_ts), f''(C_ts) R_ts with quadrature weight
    };

    [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(n_); }
    [[nodiscard]] std::size_t size() const { return rows() * rows(); }

    /// Slopes at row t; integrals by the trapezoidal rule, end points corrected one by one.
    void evaluate(index t, Slopes& out) {
        auto const* Ct = &C_[static_cast<std::size_t>(t * n_)];
        auto const* Rt = &R_[static_cast<std::size_t>(t * n_)];
        double mu = temperature_, energy = 0, start_force = 0;
        for (index s = 0; s <= t; ++s) {
            double f0 = 0, f1 = 0, f2 = 0;
            for (auto const& [p, c] : terms_) {
                f0 += c * c * std::pow(Ct[s], p);
                f1 += c * c * p * std::pow(Ct[s], p - 1);
                f2 += c * c * p * (p - 1) * std::pow(Ct[s], p - 2);
            }
            if (s == 0) {
                start_force = start_beta_ * f1;
                mu += start_force * Ct[0];
                energy -= start_beta_ * f0;
            }
            auto const weight = t == 0 ? 0 : (s == 0 || s == t ? 0.5 * h_ : h_);
            auto const i = static_cast<std::size_t>(s);
            out.first[i] = f1;
            out.second[i] = f2 * Rt[s];
            mu += weight * (f2 * Ct[s] + f1) * Rt[s];
            energy -= weight * f1 * Rt[s];
        }
        energy_[static_cast<std::size_t>(t)] = energy;
        auto* dC = out.C.data();
        auto* dR = out.R.data();
        for (index u = 0; u <= t; ++u) {
            auto const* Ru = &R_[static_cast<std::size_t>(u * n_)];
            auto const ends = out.first[0] * Ru[0] + out.first[static_cast<std::size_t>(u)] * Ru[u];
            dC[u] = -mu * Ct[u] + start_force * C_[static_cast<std::size_t>(u * n_)];
            if (u > 0) dC[u] += h_ * (dot(out.first.data(), Ru, u + 1) - 0.5 * ends);
            dR[u] = -mu * Rt[u];
        }
        if (t == 0) return;
        for (index s = 0; s <= t; ++s) {
            auto const a = out.second[static_cast<std::size_t>(s)] * h_;
            add_scaled(s == 0 || s == t ? 0.5 * a : a, &C_[static_cast<std::size_t>(s * n_)], t + 1,
                       dC);
            // R_st' exists for t' <= s; s = t' and s = t are ends of the integral.
            add_scaled(s == t ? 0.5 * a : a, &R_[static_cast<std::size_t>(s * n_)], s, dR);
            if (s < t) dR[s] += 0.5 * a;
        }
    }

    /// Row t + 1 from row t with the mean of two slopes.
    void advance(index t, Slopes const& a, Slopes const& b) {
        auto const next = (t + 1) * n_;
        for (index u = 0; u <= t; ++u) {
            auto const i = static_cast<std::size_t>(u);
            auto const old = static_cast<std::size_t>(t * n_ + u);
            auto const c = C_[old] + 0.5 * h_ * (a.C[i] + b.C[i]);
            C_[static_cast<std::size_t>(next + u)] = C_[static_cast<std::size_t>(u * n_ + t + 1)] =
                c;
            R_[static_cast<std::size_t>(next + u)] = R_[old] + 0.5 * h_ * (a.R[i] + b.R[i]);
        }
        C_[static_cast<std::size_t>(next + t + 1)] = R_[static_cast<std::size_t>(next + t + 1)] = 1;
    }

    /// Cubic through the four nearest grid points.
    template <class F>
    [[nodiscard]] double interpolate(double time, F const& value) const {
        auto const first = std::clamp(static_cast<index>(time / h_) - 1, index{0}, n_ - 4);
        double sum = 0;
        for (index i = first; i < first + 4; ++i) {
            double weight = 1;
            for (index j = first; j < first + 4; ++j)
                if (j != i)
                    weight *= (time / h_ - static_cast<double>(j)) / static_cast<double>(i - j);
            sum += weight * value(i);
        }
        return sum;
    }

    std::span<PSpinTerm const> terms_;
    double temperature_, start_beta_;
    index n_;
    double h_;
    std::vector<double> C_, R_, energy_;
};

}  // namespace

double largest_step(std::span<PSpinTerm const> terms, MeanFieldOptions const& options) {
    double slope = 0, curvature = 0;  // f'(1), f''(1)
    for (auto const& [p, c] : terms) {
        slope += c * c * p;
        curvature += c * c * p * (p - 1);
    }
    return 2 / (4 * std::sqrt(curvature) + options.temperature + options.start_beta * slope);
}

MeanFieldCurve mean_field_dynamics(std::span<PSpinTerm const> terms, std::span<double const> times,
                                   MeanFieldOptions const& options) {
    auto const step = options.step;
    SPINSCAPE_EXPECT(step > 0 && std::ranges::is_sorted(times));
    if (!(options.temperature >= 0 && options.start_beta >= 0))
        throw Error(ExitCode::bad_input,
                    "mean-field dynamics: temperature and start_beta must not be negative");
    if (auto const largest = largest_step(terms, options); step > largest)
        throw Error(ExitCode::bad_input, "mean-field dynamics: a step of " + std::to_string(step) +
                                             " is too large, the integration is stable up to " +
                                             std::to_string(largest) + " for this model");
    MeanFieldCurve result;
    if (times.empty()) return result;
    auto const steps =
        std::max(index{3}, static_cast<index>(std::ceil(times.back() / step - 1e-9)));
    Grid const coarse(terms, options, steps + 1, step),
        fine(terms, options, 2 * steps + 1, step / 2),
        finest(terms, options, 4 * steps + 1, step / 4);
    // The error is a h^2 + b h^3 + ...; the second stage removes what the first one leaves.
    auto const second_order = [](double a, double b) { return b + (b - a) / 3; };
    auto const third_order = [](double a, double b) { return b + (b - a) / 7; };
    for (auto const t : times) {
        auto const combine = [&](double a, double b, double c) {
            return third_order(second_order(a, b), second_order(b, c));
        };
        auto const add = [&](double a, double b, double c, std::vector<double>& values,
                             std::vector<double>& errors) {
            values.push_back(combine(a, b, c));
            errors.push_back(std::abs(values.back() - second_order(b, c)));
        };
        result.times.push_back(t);
        add(coarse.energy(t), fine.energy(t), finest.energy(t), result.energy, result.energy_error);
        add(coarse.correlation(t), fine.correlation(t), finest.correlation(t), result.correlation,
            result.correlation_error);
    }
    return result;
}

}  // namespace spinscape::theory
