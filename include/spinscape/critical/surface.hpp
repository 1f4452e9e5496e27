// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/contract.hpp"
#include "spinscape/critical/symmetric_operator.hpp"
#include "spinscape/critical/tangent_hessian.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace spinscape {

/// What evaluations cost so far.
struct SurfaceCost {
    index values = 0;  ///< of f alone
    index gradients = 0;
    index products = 0;  ///< Hessian times vector
    index hessians = 0;  ///< dense
};

/// A landscape as second-order methods see it: one point at a time, in double precision, with the
/// derivatives of its manifold. The landscape's type is erased, so that methods compile once.
///
/// Holds a current point; gradient and Hessian belong to it. Tangent vectors are vectors of R^n.
class Surface {
public:
    virtual ~Surface() = default;
    Surface() = default;
    Surface(Surface const&) = delete;
    Surface& operator=(Surface const&) = delete;

    [[nodiscard]] virtual index dimension() const = 0;  ///< n, of the surrounding space
    [[nodiscard]] virtual index tangent_dimension() const = 0;
    /// Zero eigenvalues that symmetries force on every Hessian at a critical point.
    [[nodiscard]] virtual index expected_nullity() const = 0;

    /// f(x); the current point stays.
    virtual double value_at(std::span<double const> x) = 0;
    /// Makes x the current point and evaluates f and its gradient there.
    virtual void move_to(std::span<double const> x) = 0;
    [[nodiscard]] std::span<double const> point() const { return point_; }
    [[nodiscard]] double value() const { return value_; }
    /// Riemannian gradient and its norm.
    [[nodiscard]] std::span<double const> gradient() const { return gradient_; }
    [[nodiscard]] double gradient_norm() const { return gradient_norm_; }

    /// out <- Riemannian Hessian at the current point times tangent vector v.
    virtual void hessian_times(std::span<double const> v, std::span<double> out) = 0;
    /// The same as a dense matrix; n^2 doubles, twice while it is made.
    virtual TangentHessian hessian() = 0;

    /// v <- its projection on the tangent space at x.
    virtual void project(std::span<double const> x, std::span<double> v) const = 0;
    /// x <- the point of the manifold nearest to x (not 0).
    virtual void retract(std::span<double> x) const = 0;

    [[nodiscard]] SurfaceCost const& cost() const { return cost_; }

protected:
    std::vector<double> point_, gradient_;
    double value_ = missing, gradient_norm_ = missing;
    SurfaceCost cost_;
};

/// The Riemannian Hessian at the surface's current point, which must not move meanwhile.
inline SymmetricOperator hessian_operator(Surface& surface) {
    return {.dimension = surface.dimension(),
            .subspace_dimension = surface.tangent_dimension(),
            .times = [&surface](std::span<double const> v,
                                std::span<double> out) { surface.hessian_times(v, out); },
            .project = [&surface](std::span<double> v) { surface.project(surface.point(), v); }};
}

/// `f` must outlive the surface.
template <TwiceDifferentiable L>
requires std::same_as<typename L::Real, double> && OnManifold<L> std::unique_ptr<Surface>
surface_of(L const& f);

// --- implementation ---

namespace critical_detail {

template <class L>
class SurfaceOf final : public Surface {
public:
    explicit SurfaceOf(L const& f) : f_(f), work_(f.workspace(1)), full_gradient_(size()) {
        point_.resize(size());
        gradient_.resize(size());
    }

    [[nodiscard]] index dimension() const override { return f_.dimension(); }
    [[nodiscard]] index tangent_dimension() const override {
        return f_.dimension() - f_.manifold().codimension();
    }
    [[nodiscard]] index expected_nullity() const override {
        if constexpr (Symmetric<L>)
            return f_.symmetry_nullity();
        else
            return 0;
    }
    double value_at(std::span<double const> x) override {
        ++cost_.values;
        double result = missing;
        f_.value(BatchView<double const>(x), {&result, 1}, work_);
        return result;
    }
    void move_to(std::span<double const> x) override {
        SPINSCAPE_EXPECT(x.size() == size());
        ++cost_.gradients;
        std::copy(x.begin(), x.end(), point_.begin());
        f_.value_and_gradient(BatchView<double const>(std::span<double const>(point_)),
                              {&value_, 1}, BatchView<double>(std::span<double>(full_gradient_)),
                              work_);
        gradient_ = full_gradient_;
        f_.manifold().project(point(), std::span<double>(gradient_));
        double squares = 0;
        for (double const component : gradient_) squares += component * component;
        gradient_norm_ = std::sqrt(squares);
    }
    void hessian_times(std::span<double const> v, std::span<double> out) override {
        ++cost_.products;
        full_hessian_times(v, out);
        auto const shifts = curvature_shifts();
        auto const length = shifts.empty() ? 1 : size() / shifts.size();
        for (std::size_t i = 0; i < shifts.size() * length; ++i)
            out[i] -= shifts[i / length] * v[i];
        f_.manifold().project(point(), out);
    }
    TangentHessian hessian() override {
        ++cost_.hessians;
        auto const n = dimension();
        std::vector<double> H(static_cast<std::size_t>(n * n));
        if constexpr (DenseHessian<L>) {
            f_.dense_hessian(point(), std::span<double>(H), work_);
        } else {
            std::vector<double> axis(size());
            for (index i = 0; i < n; ++i) {
                axis[static_cast<std::size_t>(i)] = 1;
                full_hessian_times(axis,
                                   std::span(H).subspan(static_cast<std::size_t>(i * n), size()));
                axis[static_cast<std::size_t>(i)] = 0;
            }
        }
        return tangent_hessian(std::move(H), curvature_shifts(), point());
    }
    void project(std::span<double const> x, std::span<double> v) const override {
        f_.manifold().project(x, v);
    }
    void retract(std::span<double> x) const override { f_.manifold().retract(x); }

private:
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(f_.dimension()); }
    [[nodiscard]] std::vector<double> curvature_shifts() const {
        return f_.manifold().curvature_shifts(point(), std::span<double const>(full_gradient_));
    }
    void full_hessian_times(std::span<double const> v, std::span<double> out) {
        f_.hessian_times(BatchView<double const>(point()), BatchView<double const>(v),
                         BatchView<double>(out), work_);
    }

    L const& f_;
    typename L::Workspace work_;
    std::vector<double> full_gradient_;  // in R^n, not projected
};

}  // namespace critical_detail

template <TwiceDifferentiable L>
requires std::same_as<typename L::Real, double> && OnManifold<L> std::unique_ptr<Surface>
surface_of(L const& f) {
    return std::make_unique<critical_detail::SurfaceOf<L>>(f);
}

}  // namespace spinscape
