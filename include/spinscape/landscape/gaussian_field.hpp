// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// A stationary Gaussian random field on R^N, E[phi(x) phi(y)] = N f(|x - y|^2 / 2N), as a sum of
/// M random waves ([RahimiRecht2007]):
///   phi(x) = sqrt(N / M) sum_m a_m cos(k_m.x) + b_m sin(k_m.x),   a, b iid N(0, 1),
/// with wave vectors from the spectral density of f. For given wave vectors phi is exactly Gaussian
/// and stationary, with covariance N/M sum_m cos(k_m.(x - y)) in place of N f: unbiased, the
/// standard error at distance r is N sqrt((1 + f(4 u)) / 2 - f(u)^2) / sqrt(M), u = r^2 / 2N. An
/// exact field is out of reach at the N in question, where every new point would need the
/// covariance with all points before it.
///
/// The Hessian is a sum of M matrices of rank one: its spectrum is the semicircle up to O(N / M),
/// so M should be many times N (the default is 64 N). Energies are phi itself, extensive.
class GaussianField {
public:
    using Real = double;
    enum class Covariance {
        gaussian,  ///< f(u) = exp(-u): k ~ N(0, 1/N)
        rational   ///< f(u) = 1 / (1 + u): k ~ sqrt(t) N(0, 1/N), t exponential of mean 1
    };
    struct Workspace {
        std::vector<double> cosine, sine, scaled;
    };

    /// Wave vectors and amplitudes come from Stream(master_seed, Purpose::disorder, disorder, step
    /// 0, salt = N). waves = 0: 64 N. Error(bad_input) unless N >= 1 and waves >= 0.
    GaussianField(index N, Covariance covariance, std::uint64_t master_seed, index disorder,
                  index waves = 0);

    [[nodiscard]] index dimension() const { return N_; }
    [[nodiscard]] index waves() const { return M_; }
    [[nodiscard]] Flat manifold() const { return {}; }
    [[nodiscard]] Workspace workspace(index replicas) const;

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const;
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const;
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace& work) const;
    void dense_hessian(std::span<double const> x, std::span<double> out_H, Workspace& work) const;

    /// Wave vector m.
    [[nodiscard]] std::span<double const> wave(index m) const {
        return std::span(k_).subspan(static_cast<std::size_t>(m * N_),
                                     static_cast<std::size_t>(N_));
    }
    static double memory_bytes(index N, index waves);

private:
    /// cos and sin of all phases at x; returns phi.
    double evaluate(std::span<double const> x, Workspace& work) const;

    index N_, M_;
    std::vector<double> k_;      // M x N
    std::vector<double> a_, b_;  // with sqrt(N / M)
};

std::vector<std::string> const& field_covariance_names();  ///< in the order of the enumeration
GaussianField::Covariance field_covariance_from(std::string_view name);

}  // namespace spinscape
