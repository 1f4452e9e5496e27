// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/dynamics/walkers.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// Gradient descent with momentum on a manifold. P projects on the tangent space at x, h_k is the
/// step size, g the Riemannian gradient at x:
///   heavy_ball [Polyak1964]:   v <- m v - h_k g,  x <- retract(x + v),  v <- P v;
///   nesterov [Nesterov1983]:   the same v, x <- retract(x + m v - h_k g): x is the point ahead, at
///                              which the gradient is taken.
struct MomentumOptions {
    enum class Kind { heavy_ball, nesterov };
    Kind kind = Kind::heavy_ball;
    StepSchedule schedule;    ///< h_k; on a curvature c stable for h c < 2 (1 + m), resp.
                              ///< h c < (2 + 2 m) / (1 + 2 m)
    double momentum = 0.9;    ///< m, 0 <= m < 1; 0 is plain gradient descent
    double tolerance = 0.01;  ///< a replica ends, converged, where |g| is below this
};

template <OnManifold L>
class MomentumDescent {
public:
    using Real = typename L::Real;

    /// Starts at rest from the points in x, which gets the end points. Both must outlive this.
    MomentumDescent(L const& f, BatchView<Real> x, MomentumOptions const& options)
        : options_(options), walkers_(f, x), velocity_(f.dimension(), x.replicas()) {
        SPINSCAPE_EXPECT(options.momentum >= 0 && options.momentum < 1);
    }

    /// One step of each active replica; false when there is none.
    bool advance();

    [[nodiscard]] Walkers<L>& walkers() { return walkers_; }
    [[nodiscard]] index steps() const { return steps_; }

    void save(ByteWriter& out) const {
        walkers_.save(out);
        out.put(steps_);
        for (index r = 0; r < walkers_.replicas(); ++r)
            out.put_all(std::span<Real const>(velocity_[r]));
    }
    void load(ByteReader& in) {
        walkers_.load(in);
        steps_ = in.get<index>();
        for (index r = 0; r < walkers_.replicas(); ++r) in.get_into(velocity_[r]);
    }

private:
    MomentumOptions options_;
    Walkers<L> walkers_;
    Batch<Real> velocity_;  // by replica
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
bool MomentumDescent<L>::advance() {
    for (auto a = walkers_.active() - 1; a >= 0; --a)
        if (walkers_.gradient_norm(a) < options_.tolerance) walkers_.end(walkers_.replica(a));
    if (walkers_.active() == 0) return false;
    auto const manifold = walkers_.landscape().manifold();
    double const h = options_.schedule(steps_), m = options_.momentum;
    bool const ahead = options_.kind == MomentumOptions::Kind::nesterov;
    for (index a = 0; a < walkers_.active(); ++a) {
        auto const x = walkers_.point(a);
        auto const g = walkers_.gradient(a);
        auto const v = velocity_[walkers_.replica(a)];
        for (std::size_t i = 0; i < x.size(); ++i) {
            double const pull = h * static_cast<double>(g[i]);
            v[i] = static_cast<Real>(m * v[i] - pull);
            x[i] = static_cast<Real>(x[i] + (ahead ? m * v[i] - pull : v[i]));
        }
        manifold.retract(x);
        manifold.project(std::span<Real const>(x), v);
    }
    ++steps_;
    walkers_.evaluate();
    return true;
}

}  // namespace spinscape
