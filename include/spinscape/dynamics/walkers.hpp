// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/bytes.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace spinscape {

/// The moving replicas of a dynamics on a landscape, with energies and Riemannian gradients at
/// their points. Those that have not ended are kept dense in front, in slots 0 ... active() - 1, so
/// that evaluating them wastes nothing; a replica that has ended costs nothing more. What a
/// dynamics remembers of a replica it keeps by replica number, since slots change.
template <OnManifold L>
class Walkers {
public:
    using Real = typename L::Real;

    /// Evaluates at once. Landscape and points must outlive this; x gets the points of replicas
    /// when they end.
    Walkers(L const& f, BatchView<Real> x)
        : f_(f),
          x_(x),
          work_(f.workspace(x.replicas())),
          point_(f.dimension(), x.replicas()),
          gradient_(f.dimension(), x.replicas()),
          slot_energy_(static_cast<std::size_t>(x.replicas())),
          energy_(slot_energy_.size(), missing),
          replica_(slot_energy_.size()),
          slot_(slot_energy_.size()) {
        std::iota(replica_.begin(), replica_.end(), index{0});
        std::iota(slot_.begin(), slot_.end(), index{0});
        for (index r = 0; r < x.replicas(); ++r) std::ranges::copy(x[r], point_[r].begin());
        evaluate();
    }

    [[nodiscard]] L const& landscape() const { return f_; }
    [[nodiscard]] index replicas() const { return x_.replicas(); }
    [[nodiscard]] index active() const { return std::ssize(replica_); }
    [[nodiscard]] index replica(index slot) const {
        return replica_[static_cast<std::size_t>(slot)];
    }
    /// -1 if the replica has ended.
    [[nodiscard]] index slot(index replica) const {
        return slot_[static_cast<std::size_t>(replica)];
    }

    // By slot.
    [[nodiscard]] std::span<Real> point(index slot) { return point_[slot]; }
    [[nodiscard]] std::span<Real> gradient(index slot) { return gradient_[slot]; }
    [[nodiscard]] BatchView<Real const> points() const { return point_.view().slice(0, active()); }
    [[nodiscard]] BatchView<Real> gradients() { return gradient_.view().slice(0, active()); }
    [[nodiscard]] typename L::Workspace& workspace() { return work_; }

    // By replica; they stay when it has ended.
    [[nodiscard]] double energy(index replica) const {
        return energy_[static_cast<std::size_t>(replica)];
    }
    [[nodiscard]] std::span<Real const> position(index replica) const {
        return slot(replica) < 0 ? std::span<Real const>(x_[replica])
                                 : std::span<Real const>(point_[slot(replica)]);
    }

    /// Energies and Riemannian gradients of all active replicas.
    void evaluate() {
        auto const n = active();
        if (n == 0) return;
        f_.value_and_gradient(points(), {slot_energy_.data(), static_cast<std::size_t>(n)},
                              gradients(), work_);
        auto const manifold = f_.manifold();
        for (index a = 0; a < n; ++a) {
            manifold.project(std::span<Real const>(point_[a]), gradient_[a]);
            set_energy(a, slot_energy_[static_cast<std::size_t>(a)]);
        }
    }
    void set_energy(index slot, double energy) {
        energy_[static_cast<std::size_t>(replica(slot))] = energy;
    }
    [[nodiscard]] double gradient_norm(index slot) const {
        double squares = 0;
        for (Real const component : gradient_[slot])
            squares += static_cast<double>(component) * static_cast<double>(component);
        return std::sqrt(squares);
    }

    /// Ends all replicas: x has their points.
    void end_all() {
        while (active() > 0) end(replica(active() - 1));
    }
    /// Ends a replica that is active; the last slot takes its place. Go through slots downwards.
    void end(index replica) {
        auto const here = slot(replica), last = active() - 1;
        SPINSCAPE_EXPECT(here >= 0);
        std::ranges::copy(point_[here], x_[replica].begin());
        if (here != last) {
            std::ranges::copy(point_[last], point_[here].begin());
            std::ranges::copy(gradient_[last], gradient_[here].begin());
            auto const moved = this->replica(last);
            replica_[static_cast<std::size_t>(here)] = moved;
            slot_[static_cast<std::size_t>(moved)] = here;
        }
        slot_[static_cast<std::size_t>(replica)] = -1;
        replica_.pop_back();
    }

    /// Who is active and all points; energies and gradients are evaluated again.
    void save(ByteWriter& out) const {
        out.put_all(std::span<index const>(replica_));
        for (index r = 0; r < replicas(); ++r) out.put_all(position(r));
        out.put_all(std::span<double const>(energy_));
    }
    void load(ByteReader& in) {
        auto const active = in.get_all<index>();
        for (index r = 0; r < replicas(); ++r) in.get_into(x_[r]);
        in.get_into(std::span<double>(energy_));
        replica_ = active;
        std::ranges::fill(slot_, index{-1});
        for (index a = 0; a < std::ssize(active); ++a) {
            slot_[static_cast<std::size_t>(replica(a))] = a;
            std::ranges::copy(x_[replica(a)], point_[a].begin());
        }
        evaluate();
    }

private:
    L const& f_;
    BatchView<Real> x_;
    typename L::Workspace work_;
    Batch<Real> point_, gradient_;     // by slot
    std::vector<double> slot_energy_;  // as the landscape writes them
    std::vector<double> energy_;       // by replica
    std::vector<index> replica_, slot_;
};

}  // namespace spinscape
