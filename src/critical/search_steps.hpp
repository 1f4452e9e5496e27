// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/search.hpp"

#include <memory>

namespace spinscape::search_steps {

/// One step of a search from the surface's current point, which moves.
class Step {
public:
    virtual ~Step() = default;
    Step() = default;
    Step(Step const&) = delete;
    Step& operator=(Step const&) = delete;

    /// False: no step makes progress; the surface is where it was.
    virtual bool advance(Surface& surface) = 0;
    /// Every step lowers |g|.
    [[nodiscard]] virtual bool monotone() const { return true; }
};

std::unique_ptr<Step> newton_mr(SearchOptions const& options);
std::unique_ptr<Step> gradient_norm_descent();
std::unique_ptr<Step> damped_newton();
std::unique_ptr<Step> trust_region_newton(SearchOptions const& options);
std::unique_ptr<Step> eigenvector_following(SearchOptions const& options);
std::unique_ptr<Step> hybrid_eigenvector_following(SearchOptions const& options);

/// What the change of the value says of the quadratic model of a step: as expected within a fifth,
/// within its own size, or not at all.
enum class Verdict { good, fair, bad };
Verdict judge(double before, double after, double expected);

/// Moves the surface to the point of the manifold nearest to x + alpha p.
void move_along(Surface& surface, std::span<double const> x, double alpha,
                std::span<double const> p);

}  // namespace spinscape::search_steps
