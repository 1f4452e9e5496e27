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

struct Dots {
    double R, C;
};

/// What row s of C and R adds to the integrals of row t, both reaching memory once:
/// dR += w_s R_s, dC += w_s C_s, and the products f.R_s and w.C_s, over the n entries before s.
SPINSCAPE_INLINE void add_row_body(double w_s, double const* f, double const* w, double const* R,
                                   double const* C, index n, double* dR, double* dC, Dots* dots) {
    double by_R = 0, by_C = 0;
#pragma omp simd reduction(+ : by_R, by_C)
    for (index i = 0; i < n; ++i) {
        dR[i] += w_s * R[i];
        dC[i] += w_s * C[i];
        by_R += f[i] * R[i];
        by_C += w[i] * C[i];
    }
    *dots = {by_R, by_C};
}

/// C(t,t') and R(t,t') on a grid of times i h for t' <= t, one row after the other: most of the
/// time goes into reading them.
class Grid {
public:
    Grid(std::span<PSpinTerm const> terms, MeanFieldOptions const& options, index points, double h)
        : terms_(terms),
          temperature_(options.temperature),
          start_beta_(options.start_beta),
          n_(points),
          h_(h),
          C_(rows() * (rows() + 1) / 2),
          R_(C_.size()),
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
        return interpolate(time, [&](index i) { return C_[row(i)]; });
    }

private:
    struct Slopes {
        explicit Slopes(std::size_t n) : C(n), R(n), first(n), second(n) {}
        std::vector<double> C, R;           // dC(t,t')/dt, dR(t,t')/dt
        std::vector<double> first, second;  // f'(C_ts), f''(C_ts) R_ts with its weight
    };

    [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(n_); }
    static std::size_t row(index t) { return static_cast<std::size_t>(t * (t + 1) / 2); }

    /// Slopes at row t; integrals by the trapezoidal rule, end points corrected one by one.
    void evaluate(index t, Slopes& out) {
        auto const* Ct = &C_[row(t)];
        auto const* Rt = &R_[row(t)];
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
            out.second[i] = weight * f2 * Rt[s];
            mu += weight * (f2 * Ct[s] + f1) * Rt[s];
            energy -= weight * f1 * Rt[s];
        }
        energy_[static_cast<std::size_t>(t)] = energy;
        auto* dC = out.C.data();
        auto* dR = out.R.data();
        for (index u = 0; u <= t; ++u) {
            dC[u] = -mu * Ct[u] + start_force * C_[row(u)];
            dR[u] = -mu * Rt[u];
        }
        if (t == 0) return;
        // int_0^t f'' R_ts C_su ds needs C_su of rows s >= u, here added up, and of row u, a
        // product. R_su exists for u <= s, so that u is an end of its integral.
        auto const *f = out.first.data(), *w = out.second.data();
        for (index s = 0; s <= t; ++s) {
            auto const* Rs = &R_[row(s)];
            Dots dots{};
            multiversion<add_row_body>(w[s], f, w, Rs, &C_[row(s)], s, dR, dC, &dots);
            dC[s] += dots.C + w[s];
            if (s > 0) dC[s] += h_ * (dots.R + 0.5 * (f[s] - f[0] * Rs[0]));
            if (s < t) dR[s] += s == 0 ? w[0] : 0.5 * w[s];
        }
    }

    /// Row t + 1 from row t with the mean of two slopes.
    void advance(index t, Slopes const& a, Slopes const& b) {
        auto const *C = &C_[row(t)], *R = &R_[row(t)];
        auto *next_C = &C_[row(t + 1)], *next_R = &R_[row(t + 1)];
        for (index u = 0; u <= t; ++u) {
            auto const i = static_cast<std::size_t>(u);
            next_C[u] = C[u] + 0.5 * h_ * (a.C[i] + b.C[i]);
            next_R[u] = R[u] + 0.5 * h_ * (a.R[i] + b.R[i]);
        }
        next_C[t + 1] = next_R[t + 1] = 1;
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
