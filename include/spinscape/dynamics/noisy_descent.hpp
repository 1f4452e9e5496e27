// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/dynamics/noise.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/dynamics/walkers.hpp"

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// Noisy stochastic gradient descent [Ge2015]:  x <- retract(x - eta_k (g + amplitude n)),
/// g a gradient over `batch` samples drawn with replacement (all samples if 0), not projected, and
/// n uniform on the unit sphere of the surrounding space.
struct NoisyDescentOptions {
    StepSchedule schedule;  ///< eta_k
    double amplitude = 1;
    index batch = 0;  ///< > 0 for landscapes with minibatches only
};

template <OnManifold L>
class NoisyDescent {
public:
    using Real = typename L::Real;

    /// Starts from the points in x. Both must outlive this.
    NoisyDescent(L const& f, BatchView<Real> x, NoisyDescentOptions const& options,
                 NoiseKey const& key)
        : options_(options),
          key_(key),
          walkers_(f, x),
          gradient_(f.dimension(), x.replicas()),
          samples_(options.batch, x.replicas()),
          energy_(static_cast<std::size_t>(x.replicas())) {
        SPINSCAPE_EXPECT(options.batch == 0 || Stochastic<L>);
        for (index r = 0; r < x.replicas(); ++r) tapes_.emplace_back(key, r, f.dimension());
    }

    /// One step of each active replica; false when there is none. Energies and gradients of
    /// `walkers` are those of the last Walkers::evaluate: call it to look at them.
    bool advance();

    [[nodiscard]] Walkers<L>& walkers() { return walkers_; }
    [[nodiscard]] index steps() const { return steps_; }

    void save(ByteWriter& out) const {
        walkers_.save(out);
        out.put(steps_);
        for (auto const& tape : tapes_) out.put(tape.step());
    }
    void load(ByteReader& in) {
        walkers_.load(in);
        steps_ = in.get<index>();
        for (auto& tape : tapes_) tape.skip_to(in.get<index>());
    }

private:
    void evaluate_gradients(index active);

    NoisyDescentOptions options_;
    NoiseKey key_;
    Walkers<L> walkers_;
    std::vector<NoiseTape<Real>> tapes_;
    Batch<Real> gradient_;         // by slot
    Batch<std::int32_t> samples_;  // by slot
    std::vector<double> energy_;
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
void NoisyDescent<L>::evaluate_gradients(index active) {
    auto const& f = walkers_.landscape();
    auto const out = gradient_.view().slice(0, active);
    std::span<double> const energies{energy_.data(), static_cast<std::size_t>(active)};
    if constexpr (Stochastic<L>) {
        if (options_.batch > 0) {
            for (index a = 0; a < active; ++a) {
                Stream stream(key_.master_seed, Purpose::data_order,
                              key_.first_replica + walkers_.replica(a), steps_, key_.salt);
                for (auto& sample : samples_[a])
                    sample = static_cast<std::int32_t>(stream.below(f.samples()));
            }
            f.minibatch_value_and_gradient(walkers_.points(), samples_.view().slice(0, active),
                                           energies, out, walkers_.workspace());
            return;
        }
    }
    f.value_and_gradient(walkers_.points(), energies, out, walkers_.workspace());
}

template <OnManifold L>
bool NoisyDescent<L>::advance() {
    auto const active = walkers_.active();
    if (active == 0) return false;
    evaluate_gradients(active);
    auto const manifold = walkers_.landscape().manifold();
    double const eta = options_.schedule(steps_);
    for (index a = 0; a < active; ++a) {
        auto const n = tapes_[static_cast<std::size_t>(walkers_.replica(a))].next();
        double squares = 0;
        for (Real const component : n) squares += static_cast<double>(component) * component;
        double const scale = options_.amplitude / std::sqrt(squares);
        auto const x = walkers_.point(a);
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<Real>(x[i] - eta * (gradient_[a][i] + scale * n[i]));
        manifold.retract(x);
    }
    ++steps_;
    return true;
}

}  // namespace spinscape
