// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spinscape {

/// A signal of strength lambda on a hidden vector: -lambda N m^order, m = s.v/N.
struct Spike {
    double lambda = 1;
    int order = 3;
};

/// A glass with a planted signal, the spiked tensor model [RichardMontanari2014]:
///   H(s) = H_glass(s) - lambda N (s.v / N)^order,   |v|^2 = N,
/// with v uniform on the sphere, from Stream(master_seed, Purpose::disorder, disorder, step 0,
/// salt = N). A pure glass with p = order is H(s) = -N <Y, sigma^p>, sigma = s / sqrt N, of the
/// observation Y = lambda u^p + Z with u = v / sqrt N and Z iid of variance 1/N. order = 1 is a
/// field of strength lambda along v.
///
/// Glass: SphericalPSpin, DilutedPSpin, any landscape on the sphere |s|^2 = N; it is copied, which
/// those two do without copying couplings. Landscapes of different lambda and the glass alone may
/// share one disorder.
template <DenseHessian Glass>
class Spiked {
public:
    using Real = typename Glass::Real;
    using Workspace = typename Glass::Workspace;

    /// Error(bad_input) unless order >= 1 and lambda is finite.
    Spiked(Glass glass, Spike spike, std::uint64_t master_seed, index disorder)
        : glass_(std::move(glass)), spike_(spike), v_(static_cast<std::size_t>(dimension())) {
        if (spike.order < 1)
            throw Error(ExitCode::bad_input, "spike: order = " + std::to_string(spike.order) +
                                                 " is not allowed; use order >= 1");
        if (!std::isfinite(spike.lambda))
            throw Error(ExitCode::bad_input, "spike: lambda must be finite");
        Stream stream(master_seed, Purpose::disorder, disorder, 0,
                      static_cast<std::uint64_t>(dimension()));
        stream.fill_normal(std::span<double>(v_));
        manifold().retract(std::span<double>(v_));
    }

    [[nodiscard]] index dimension() const { return glass_.dimension(); }
    [[nodiscard]] Sphere manifold() const { return glass_.manifold(); }
    [[nodiscard]] Glass const& glass() const { return glass_; }
    [[nodiscard]] Spike const& spike() const { return spike_; }
    [[nodiscard]] std::span<double const> hidden() const { return v_; }
    [[nodiscard]] Workspace workspace(index replicas) const { return glass_.workspace(replicas); }

    /// m = s.v/N.
    [[nodiscard]] double overlap(std::span<Real const> s) const {
        double sum = 0;
        for (std::size_t i = 0; i < v_.size(); ++i) sum += static_cast<double>(s[i]) * v_[i];
        return sum / static_cast<double>(dimension());
    }

    void value(BatchView<Real const> x, std::span<double> out_energy, Workspace& work) const {
        glass_.value(x, out_energy, work);
        for (index r = 0; r < x.replicas(); ++r)
            out_energy[static_cast<std::size_t>(r)] += signal(overlap(x[r]));
    }
    void value_and_gradient(BatchView<Real const> x, std::span<double> out_energy,
                            BatchView<Real> out_g, Workspace& work) const {
        glass_.value_and_gradient(x, out_energy, out_g, work);
        for (index r = 0; r < x.replicas(); ++r) {
            auto const m = overlap(x[r]);
            out_energy[static_cast<std::size_t>(r)] += signal(m);
            add(-spike_.lambda * spike_.order * std::pow(m, spike_.order - 1), out_g[r]);
        }
    }
    void hessian_times(BatchView<Real const> x, BatchView<Real const> v, BatchView<Real> out_Hv,
                       Workspace& work) const {
        glass_.hessian_times(x, v, out_Hv, work);
        for (index r = 0; r < x.replicas(); ++r)
            add(curvature(overlap(x[r])) * overlap(v[r]) * static_cast<double>(dimension()),
                out_Hv[r]);
    }
    void dense_hessian(std::span<Real const> x, std::span<Real> out_H, Workspace& work) const {
        glass_.dense_hessian(x, out_H, work);
        auto const c = curvature(overlap(x));
        auto const n = v_.size();
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                out_H[i * n + j] = static_cast<Real>(out_H[i * n + j] + c * v_[i] * v_[j]);
    }

private:
    [[nodiscard]] double signal(double m) const {
        return -spike_.lambda * static_cast<double>(dimension()) * std::pow(m, spike_.order);
    }
    /// c of the Hessian's c v v^T.
    [[nodiscard]] double curvature(double m) const {
        if (spike_.order == 1) return 0;
        return -spike_.lambda * spike_.order * (spike_.order - 1) * std::pow(m, spike_.order - 2) /
               static_cast<double>(dimension());
    }
    void add(double factor, std::span<Real> out) const {
        for (std::size_t i = 0; i < v_.size(); ++i)
            out[i] = static_cast<Real>(out[i] + factor * v_[i]);
    }

    Glass glass_;
    Spike spike_;
    std::vector<double> v_;
};

}  // namespace spinscape
