// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/optimiser.hpp"

#include "spinscape/base/multiversion.hpp"

#include <cmath>

namespace spinscape {

namespace {

template <class Real>
SPINSCAPE_INLINE void sgd_body(Real* x, Real const* g, index n, Real rate, Real decay) {
    for (index i = 0; i < n; ++i) x[i] -= rate * (g[i] + decay * x[i]);
}

template <class Real>
SPINSCAPE_INLINE void momentum_body(Real* x, Real const* g, Real* v, index n, Real rate, Real decay,
                                    Real momentum, bool nesterov) {
    for (index i = 0; i < n; ++i) {
        Real const slope = g[i] + decay * x[i];
        v[i] = momentum * v[i] + slope;
        x[i] -= rate * (nesterov ? slope + momentum * v[i] : v[i]);
    }
}

template <class Real>
SPINSCAPE_INLINE void adam_body(Real* x, Real const* g, Real* m, Real* v, index n, Real rate,
                                Real decay, Real beta1, Real beta2, Real epsilon, Real correct1,
                                Real correct2) {
    for (index i = 0; i < n; ++i) {
        Real const slope = g[i] + decay * x[i];
        m[i] = beta1 * m[i] + (1 - beta1) * slope;
        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
        x[i] -= rate * (m[i] * correct1) / (std::sqrt(v[i] * correct2) + epsilon);
    }
}

void sgd(float* x, float const* g, index n, float rate, float decay) {
    multiversion<sgd_body<float>>(x, g, n, rate, decay);
}
void sgd(double* x, double const* g, index n, double rate, double decay) {
    multiversion<sgd_body<double>>(x, g, n, rate, decay);
}

void with_momentum(float* x, float const* g, float* v, index n, float rate, float decay,
                   float momentum, bool nesterov) {
    multiversion<momentum_body<float>>(x, g, v, n, rate, decay, momentum, nesterov);
}
void with_momentum(double* x, double const* g, double* v, index n, double rate, double decay,
                   double momentum, bool nesterov) {
    multiversion<momentum_body<double>>(x, g, v, n, rate, decay, momentum, nesterov);
}

void adam(float* x, float const* g, float* m, float* v, index n, float rate, float decay,
          float beta1, float beta2, float epsilon, float correct1, float correct2) {
    multiversion<adam_body<float>>(x, g, m, v, n, rate, decay, beta1, beta2, epsilon, correct1,
                                   correct2);
}
void adam(double* x, double const* g, double* m, double* v, index n, double rate, double decay,
          double beta1, double beta2, double epsilon, double correct1, double correct2) {
    multiversion<adam_body<double>>(x, g, m, v, n, rate, decay, beta1, beta2, epsilon, correct1,
                                    correct2);
}

}  // namespace

template <class Real>
Optimiser<Real>::Optimiser(Options const& options, index dimension, index replicas)
    : options_(options), steps_(static_cast<std::size_t>(replicas)) {
    bool const uses_adam = options.rule == Options::Rule::adam;
    if (uses_adam || options.momentum != 0) first_ = Batch<Real>(dimension, replicas);
    if (uses_adam) second_ = Batch<Real>(dimension, replicas);
}

template <class Real>
void Optimiser<Real>::step(index r, std::span<Real> x, std::span<Real> g, double learning_rate) {
    auto const n = std::ssize(x);
    auto const& o = options_;
    auto const t = static_cast<double>(++steps_[static_cast<std::size_t>(r)]);
    if (o.clip_norm > 0) {
        double squares = 0;
        for (Real const component : g)
            squares += static_cast<double>(component) * static_cast<double>(component);
        double const length = std::sqrt(squares);
        if (length > o.clip_norm)
            for (auto& component : g) component *= static_cast<Real>(o.clip_norm / length);
    }
    auto const rate = static_cast<Real>(learning_rate), decay = static_cast<Real>(o.weight_decay);
    if (o.rule == Options::Rule::adam) {
        adam(x.data(), g.data(), first_[r].data(), second_[r].data(), n, rate, decay,
             static_cast<Real>(o.beta1), static_cast<Real>(o.beta2), static_cast<Real>(o.epsilon),
             static_cast<Real>(1 / (1 - std::pow(o.beta1, t))),
             static_cast<Real>(1 / (1 - std::pow(o.beta2, t))));
    } else if (o.momentum != 0) {
        with_momentum(x.data(), g.data(), first_[r].data(), n, rate, decay,
                      static_cast<Real>(o.momentum), o.nesterov);
    } else {
        sgd(x.data(), g.data(), n, rate, decay);
    }
}

template class Optimiser<float>;
template class Optimiser<double>;

}  // namespace spinscape
