// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <span>
#include <utility>
#include <vector>

/// Small potentials in closed form, whose wells, saddles and escape times are known exactly.
namespace spinscape {

/// A formula as a landscape in R^n. The formula F has
///   index dimension() const;
///   double value_and_gradient(double const* x, double* g) const;
///   void hessian_times(double const* x, double const* v, double* Hv) const;
/// and, if it has continuous symmetries, symmetry_generators(), symmetry_nullity() and
/// symmetry_tangent(generator, x, t).
template <class F>
class Potential {
public:
    using Real = double;
    struct Workspace {
        std::vector<double> g;
    };

    explicit Potential(F formula) : formula_(std::move(formula)) {}

    [[nodiscard]] F const& formula() const { return formula_; }
    [[nodiscard]] index dimension() const { return formula_.dimension(); }
    [[nodiscard]] Workspace workspace(index) const {
        return {std::vector<double>(static_cast<std::size_t>(dimension()))};
    }
    [[nodiscard]] Flat manifold() const { return {}; }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const {
        for (index r = 0; r < x.replicas(); ++r)
            out_energy[static_cast<std::size_t>(r)] =
                formula_.value_and_gradient(x[r].data(), work.g.data());
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r)
            out_energy[static_cast<std::size_t>(r)] =
                formula_.value_and_gradient(x[r].data(), out_g[r].data());
    }
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r)
            formula_.hessian_times(x[r].data(), v[r].data(), out_Hv[r].data());
    }

    [[nodiscard]] index symmetry_generators() const {
        if constexpr (symmetric)
            return formula_.symmetry_generators();
        else
            return 0;
    }
    [[nodiscard]] index symmetry_nullity() const {
        if constexpr (symmetric)
            return formula_.symmetry_nullity();
        else
            return 0;
    }
    void symmetry_tangents(std::span<double const> x, BatchView<double> out_T) const {
        if constexpr (symmetric)
            for (index k = 0; k < symmetry_generators(); ++k)
                formula_.symmetry_tangent(k, x.data(), out_T[k].data());
    }

private:
    static constexpr bool symmetric = requires(F const& f) { f.symmetry_generators(); };
    F formula_;
};

/// V = x_0^4 / 4 - x_0^2 / 2 + (1 + a x_0^2) sum_i>0 x_i^2 / 2: wells at x_0 = +-1 of depth 1/4,
/// saddle at 0 with curvatures -1, 1, ..., 1; in the wells 2, 1 + a, ..., 1 + a.
struct DoubleWell {
    index n = 1;
    double a = 0;

    [[nodiscard]] index dimension() const { return n; }
    double value_and_gradient(double const* x, double* g) const {
        double rest = 0;
        double const x0 = x[0], squared = x0 * x0, stiffness = 1 + a * squared;
        for (index i = 1; i < n; ++i) {
            rest += x[i] * x[i];
            g[i] = stiffness * x[i];
        }
        g[0] = x0 * (squared - 1 + a * rest);
        return squared * (squared / 4 - 0.5) + stiffness * rest / 2;
    }
    void hessian_times(double const* x, double const* v, double* Hv) const {
        double rest = 0, along = 0;
        for (index i = 1; i < n; ++i) {
            rest += x[i] * x[i];
            along += x[i] * v[i];
            Hv[i] = (1 + a * x[0] * x[0]) * v[i] + 2 * a * x[0] * x[i] * v[0];
        }
        Hv[0] = (3 * x[0] * x[0] - 1 + a * rest) * v[0] + 2 * a * x[0] * along;
    }
};

/// V = sum_i curvature_i x_i^2 / 2 + quartic / 4 sum' x_i^4, the second sum over the directions of
/// negative curvature: a saddle at 0, and with quartic > 0 wells where x_i^2 = -curvature_i /
/// quartic in those directions.
struct QuarticSaddle {
    std::vector<double> curvature;
    double quartic = 0;

    [[nodiscard]] index dimension() const { return std::ssize(curvature); }
    double value_and_gradient(double const* x, double* g) const {
        double sum = 0;
        for (std::size_t i = 0; i < curvature.size(); ++i) {
            double const c = curvature[i], q = c < 0 ? quartic : 0, squared = x[i] * x[i];
            sum += squared * (c / 2 + q * squared / 4);
            g[i] = x[i] * (c + q * squared);
        }
        return sum;
    }
    void hessian_times(double const* x, double const* v, double* Hv) const {
        for (std::size_t i = 0; i < curvature.size(); ++i) {
            double const c = curvature[i], q = c < 0 ? quartic : 0;
            Hv[i] = (c + 3 * q * x[i] * x[i]) * v[i];
        }
    }
};

/// V = (x_0^2 + x_1^2 - 1)^2 / 4: a circle of minima, one zero eigenvalue at each, and a maximum at
/// 0.
struct Ring {
    [[nodiscard]] static index dimension() { return 2; }
    static double value_and_gradient(double const* x, double* g) {
        double const height = x[0] * x[0] + x[1] * x[1] - 1;
        g[0] = height * x[0];
        g[1] = height * x[1];
        return height * height / 4;
    }
    static void hessian_times(double const* x, double const* v, double* Hv) {
        double const height = x[0] * x[0] + x[1] * x[1] - 1, along = x[0] * v[0] + x[1] * v[1];
        Hv[0] = height * v[0] + 2 * along * x[0];
        Hv[1] = height * v[1] + 2 * along * x[1];
    }
    [[nodiscard]] static index symmetry_generators() { return 1; }
    [[nodiscard]] static index symmetry_nullity() { return 1; }
    static void symmetry_tangent(index, double const* x, double* t) {
        t[0] = -x[1];
        t[1] = x[0];
    }
};

}  // namespace spinscape
