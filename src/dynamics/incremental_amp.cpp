// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/incremental_amp.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace spinscape {

namespace {

double curvature(std::span<PSpinTerm const> terms, double q) {
    double sum = 0;
    for (auto const& term : terms)
        sum +=
            term.coefficient * term.coefficient * term.p * (term.p - 1) * std::pow(q, term.p - 2);
    return sum;
}

double dot(std::span<float const> a, std::span<float const> b) {
    return std::inner_product(
        a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
        [](float u, float v) { return static_cast<double>(u) * static_cast<double>(v); });
}

}  // namespace

IncrementalAmp::IncrementalAmp(Landscape const& f, BatchView<float> x,
                               IncrementalAmpOptions const& options, NoiseKey const& key)
    : f_(f),
      x_(x),
      steps_(options.steps),
      work_(f.workspace(x.replicas())),
      earlier_(f.dimension(), (options.steps + 1) * x.replicas()),
      z_(f.dimension(), x.replicas()),
      gradient_(f.dimension(), x.replicas()),
      energy_(static_cast<std::size_t>(x.replicas())),
      length_(energy_.size()) {
    SPINSCAPE_EXPECT(options.steps > 1);
    Sphere const first{static_cast<double>(f.dimension()) / static_cast<double>(steps_)};
    for (index r = 0; r < x.replicas(); ++r) {
        Stream stream(key.master_seed, Purpose::probe, key.first_replica + r, 0, key.salt);
        stream.fill_normal(x[r]);
        first.retract(x[r]);
    }
}

void IncrementalAmp::move(index r) {
    auto const x = x_[r], z = z_[r], next = gradient_[r];
    auto& length = length_[static_cast<std::size_t>(r)];
    for (auto& component : next) component = -component;
    for (std::size_t j = 0; j < length.size(); ++j) {
        double const q = static_cast<double>(j + 1) / static_cast<double>(steps_);
        double const d =
            curvature(f_.terms(), q) * (length[j] - (j + 1 < length.size() ? length[j + 1] : 0));
        auto const m = earlier(r, static_cast<index>(j));
        for (std::size_t i = 0; i < next.size(); ++i)
            next[i] = static_cast<float>(next[i] - d * m[i]);
    }
    for (std::size_t i = 0; i < z.size(); ++i) std::swap(z[i], next[i]);
    // `next` holds the old z now: it becomes the increment.
    for (std::size_t i = 0; i < z.size(); ++i) next[i] = z[i] - next[i];
    std::ranges::copy(x, earlier(r, static_cast<index>(length.size())).begin());
    Sphere{dot(x, x)}.project(std::span<float const>(x), next);
    double const a = std::sqrt(static_cast<double>(f_.dimension()) / static_cast<double>(steps_) /
                               dot(next, next));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(x[i] + a * next[i]);
    length.push_back(a);
}

bool IncrementalAmp::advance() {
    if (step_ == steps_) return false;
    f_.value_and_gradient(x_, energy_, gradient_.view(), work_);
    for (index r = 0; r < x_.replicas(); ++r) move(r);
    ++step_;
    return step_ < steps_;
}

void IncrementalAmp::save(ByteWriter& out) const {
    out.put(step_);
    for (index r = 0; r < x_.replicas(); ++r) {
        auto const& length = length_[static_cast<std::size_t>(r)];
        out.put_all(std::span<double const>(length));
        out.put_all(std::span<float const>(x_[r]));
        out.put_all(std::span<float const>(z_[r]));
        for (index j = 0; j < std::ssize(length); ++j)
            out.put_all(std::span<float const>(earlier_[r * (steps_ + 1) + j]));
    }
}

void IncrementalAmp::load(ByteReader& in) {
    step_ = in.get<index>();
    for (index r = 0; r < x_.replicas(); ++r) {
        auto& length = length_[static_cast<std::size_t>(r)];
        length = in.get_all<double>();
        in.get_into(x_[r]);
        in.get_into(z_[r]);
        for (index j = 0; j < std::ssize(length); ++j) in.get_into(earlier(r, j));
    }
}

}  // namespace spinscape
