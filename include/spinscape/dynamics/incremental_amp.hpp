// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/dynamics/noise.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// Incremental approximate message passing on a spherical p-spin glass
/// [Montanari2021, ElAlaouiMontanariSellke2021]: from a random m with |m|^2 = N / steps,
///   z'   = -grad H(m) - sum_j d_j m_j          (m_j the earlier points, d_j Onsager's terms),
///   m'   = m + sqrt(N / steps) P (z' - z) / |P (z' - z)|,      P: orthogonal to m,
/// until |m|^2 = N. With a_j the length of step j per length of z' - z and xi the covariance,
/// d_j = xi''(q_j) (a_j - a_{j+1}), q_j = |m_j|^2 / N. As N -> infinity, then steps -> infinity,
/// H / N -> -int_0^1 sqrt(xi''(q)) dq = theory::algorithmic_energy. One gradient per step.
struct IncrementalAmpOptions {
    index steps = 100;
};

class IncrementalAmp {
public:
    using Landscape = SphericalPSpin<float>;

    /// x gets the points; its contents do not matter. Both must outlive this.
    IncrementalAmp(Landscape const& f, BatchView<float> x, IncrementalAmpOptions const& options,
                   NoiseKey const& key);

    /// One step of all replicas, one evaluation of each. False after the last.
    bool advance();
    [[nodiscard]] index step() const { return step_; }

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

private:
    [[nodiscard]] std::span<float> earlier(index r, index j) {
        return earlier_[r * (steps_ + 1) + j];
    }
    void move(index r);

    Landscape const& f_;
    BatchView<float> x_;
    index steps_, step_ = 1;  // |x|^2 = N step / steps
    Landscape::Workspace work_;
    Batch<float> earlier_;  // points of all steps, rows of each replica together
    Batch<float> z_, gradient_;
    std::vector<double> energy_;
    std::vector<std::vector<double>> length_;  // by replica: a_j
};

}  // namespace spinscape
