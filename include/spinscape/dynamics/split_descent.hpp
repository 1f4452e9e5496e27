// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/concepts.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// Stochastic gradient descent on a sum of landscapes f_0 + ... + f_{n-1} (a glass whose couplings
/// were split, PSpinCouplings::split), one part at a time in turn [Choromanska2015]:
///   x <- retract(x - h_k P grad f_{k mod n}).
/// n steps move by h times the whole gradient. Each costs as much as one of the whole.
template <OnManifold L>
class SplitDescent {
public:
    using Real = typename L::Real;

    /// Moves the points in x. Parts and points must outlive this.
    SplitDescent(std::span<L const> parts, BatchView<Real> x, StepSchedule schedule)
        : parts_(parts),
          x_(x),
          schedule_(std::move(schedule)),
          work_(parts[0].workspace(x.replicas())),
          gradient_(x.dimension(), x.replicas()),
          energy_(static_cast<std::size_t>(x.replicas())) {}

    /// One step of all replicas.
    void advance() {
        auto const& part = parts_[static_cast<std::size_t>(step_ % std::ssize(parts_))];
        part.value_and_gradient(x_, energy_, gradient_.view(), work_);
        for (index r = 0; r < x_.replicas(); ++r) {
            part.manifold().project(std::span<Real const>(x_[r]), gradient_[r]);
            SphereDescent::step(part.manifold(), x_[r], std::span<Real const>(gradient_[r]),
                                schedule_(step_));
        }
        ++step_;
    }
    [[nodiscard]] index steps() const { return step_; }

    void save(ByteWriter& out) const {
        out.put(step_);
        for (index r = 0; r < x_.replicas(); ++r) out.put_all(std::span<Real const>(x_[r]));
    }
    void load(ByteReader& in) {
        step_ = in.get<index>();
        for (index r = 0; r < x_.replicas(); ++r) in.get_into(x_[r]);
    }

private:
    std::span<L const> parts_;
    BatchView<Real> x_;
    StepSchedule schedule_;
    typename L::Workspace work_;
    Batch<Real> gradient_;
    std::vector<double> energy_;
    index step_ = 0;
};

}  // namespace spinscape
