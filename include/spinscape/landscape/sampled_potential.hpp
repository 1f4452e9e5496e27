// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/potentials.hpp"

#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spinscape {

/// The sample noise of stochastic gradients in closed form: a potential V as the mean of
///   V(x) + b_i x_0 + c_i x_0^2 / 2,   i = 1 ... n,   sum b = sum c = sum b c = 0,
/// so that a minibatch of B samples, drawn with replacement, has a gradient that errs along x_0
/// with variance (additive^2 + multiplicative^2 x_0^2) / B. b and c are normal numbers with all
/// four combinations of signs: nearly normal noise even at B = 1.
template <class F>
class SampledPotential {
public:
    using Real = double;
    using Workspace = typename Potential<F>::Workspace;

    /// `quadruples` > 0: n = 4 quadruples.
    SampledPotential(F formula, double additive, double multiplicative, index quadruples,
                     std::uint64_t master_seed)
        : potential_(std::move(formula)) {
        SPINSCAPE_EXPECT(quadruples > 0);
        auto const b = amplitudes(additive, quadruples, master_seed, 0),
                   c = amplitudes(multiplicative, quadruples, master_seed, 1);
        for (std::size_t i = 0; i < b.size(); ++i)
            for (int signs = 0; signs < 4; ++signs)
                noise_.push_back(
                    {(signs & 1) != 0 ? b[i] : -b[i], (signs & 2) != 0 ? c[i] : -c[i]});
    }

    [[nodiscard]] index dimension() const { return potential_.dimension(); }
    [[nodiscard]] index samples() const { return std::ssize(noise_); }
    [[nodiscard]] Workspace workspace(index replicas) const {
        return potential_.workspace(replicas);
    }
    [[nodiscard]] Flat manifold() const { return {}; }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const {
        potential_.value(x, out_energy, work);
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const {
        potential_.value_and_gradient(x, out_energy, out_g, work);
    }
    void minibatch_value_and_gradient(BatchView<double const> x,
                                      BatchView<std::int32_t const> samples,
                                      std::span<double> out_energy, BatchView<double> out_g,
                                      Workspace& work) const {
        potential_.value_and_gradient(x, out_energy, out_g, work);
        for (index r = 0; r < x.replicas(); ++r) {
            double b = 0, c = 0;
            for (auto const i : samples[r]) {
                b += noise_[static_cast<std::size_t>(i)].b;
                c += noise_[static_cast<std::size_t>(i)].c;
            }
            auto const B = static_cast<double>(samples.dimension());
            double const x0 = x[r][0];
            out_energy[static_cast<std::size_t>(r)] += (b + c * x0 / 2) * x0 / B;
            out_g[r][0] += (b + c * x0) / B;
        }
    }
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace& work) const {
        potential_.hessian_times(x, v, out_Hv, work);
    }

private:
    struct Noise {
        double b, c;
    };
    /// Normal numbers with mean square deviation^2, exactly.
    static std::vector<double> amplitudes(double deviation, index count, std::uint64_t master_seed,
                                          index which) {
        std::vector<double> z(static_cast<std::size_t>(count));
        Stream stream(master_seed, Purpose::disorder, which);
        stream.fill_normal(std::span<double>(z));
        double squares = 0;
        for (double const component : z) squares += component * component;
        double const scale = deviation / std::sqrt(squares / static_cast<double>(count));
        for (auto& component : z) component *= scale;
        return z;
    }

    Potential<F> potential_;
    std::vector<Noise> noise_;
};

}  // namespace spinscape
