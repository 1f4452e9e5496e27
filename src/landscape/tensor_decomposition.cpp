// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/tensor_decomposition.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spinscape {

namespace {

double dot(double const* a, double const* b, index n) {
    double sum = 0;
    for (index i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
}

void add(double scale, double const* a, index n, double* out) {
    for (index i = 0; i < n; ++i) out[i] += scale * a[i];
}

/// sum_ij G_ij^4 and its gradient 8 sum_j G_ij^3 u_j.
double overlaps(double const* u, index d, double* g) {
    double sum = 0;
    for (index i = 0; i < d; ++i)
        for (index j = 0; j < d; ++j) {
            double const G = dot(u + i * d, u + j * d, d);
            sum += G * G * G * G;
            if (g != nullptr) add(8 * G * G * G, u + j * d, d, g + i * d);
        }
    return sum;
}

}  // namespace

double TensorDecomposition::evaluate(double const* u, std::span<double const> weight,
                                     double* g) const {
    if (g != nullptr) std::fill_n(g, d_ * d_, 0.0);
    bool const pairwise = objective_ == Objective::pairwise;
    double sum = pairwise ? 0 : static_cast<double>(d_) + overlaps(u, d_, g);
    for (index k = 0; k < d_; ++k) {
        double const w = weight[static_cast<std::size_t>(k)];
        if (w == 0) continue;
        double squares = 0, fourth = 0;
        for (index i = 0; i < d_; ++i) {
            double const square = u[i * d_ + k] * u[i * d_ + k];
            squares += square;
            fourth += square * square;
        }
        sum += w * (pairwise ? squares * squares - fourth : -2 * fourth);
        if (g == nullptr) continue;
        for (index i = 0; i < d_; ++i) {
            double const z = u[i * d_ + k];
            g[i * d_ + k] += w * (pairwise ? 4 * z * (squares - z * z) : -8 * z * z * z);
        }
    }
    return sum;
}

void TensorDecomposition::value(BatchView<double const> x, std::span<double> out_energy,
                                Workspace&) const {
    std::vector<double> const all(static_cast<std::size_t>(d_), 1.0);
    for (index r = 0; r < x.replicas(); ++r)
        out_energy[static_cast<std::size_t>(r)] = evaluate(x[r].data(), all, nullptr);
}

void TensorDecomposition::value_and_gradient(BatchView<double const> x,
                                             std::span<double> out_energy, BatchView<double> out_g,
                                             Workspace&) const {
    std::vector<double> const all(static_cast<std::size_t>(d_), 1.0);
    for (index r = 0; r < x.replicas(); ++r)
        out_energy[static_cast<std::size_t>(r)] = evaluate(x[r].data(), all, out_g[r].data());
}

void TensorDecomposition::minibatch_value_and_gradient(BatchView<double const> x,
                                                       BatchView<std::int32_t const> samples,
                                                       std::span<double> out_energy,
                                                       BatchView<double> out_g, Workspace&) const {
    std::vector<double> weight(static_cast<std::size_t>(d_));
    for (index r = 0; r < x.replicas(); ++r) {
        std::ranges::fill(weight, 0.0);
        for (auto const k : samples[r])
            weight[static_cast<std::size_t>(k)] +=
                static_cast<double>(d_) / static_cast<double>(samples.dimension());
        out_energy[static_cast<std::size_t>(r)] = evaluate(x[r].data(), weight, out_g[r].data());
    }
}

void TensorDecomposition::hessian_times(BatchView<double const> x, BatchView<double const> v,
                                        BatchView<double> out_Hv, Workspace&) const {
    for (index r = 0; r < x.replicas(); ++r) {
        double const *u = x[r].data(), *w = v[r].data();
        double* out = out_Hv[r].data();
        std::fill_n(out, d_ * d_, 0.0);
        if (objective_ == Objective::reconstruction) {
            for (index i = 0; i < d_; ++i)
                for (index j = 0; j < d_; ++j) {
                    double const *ui = u + i * d_, *uj = u + j * d_, *wj = w + j * d_;
                    double const G = dot(ui, uj, d_),
                                 dG = dot(w + i * d_, uj, d_) + dot(ui, wj, d_);
                    add(24 * G * G * dG, uj, d_, out + i * d_);
                    add(8 * G * G * G, wj, d_, out + i * d_);
                }
            for (index i = 0; i < d_ * d_; ++i) out[i] -= 24 * u[i] * u[i] * w[i];
            continue;
        }
        for (index k = 0; k < d_; ++k) {
            double squares = 0, along = 0;
            for (index i = 0; i < d_; ++i) {
                squares += u[i * d_ + k] * u[i * d_ + k];
                along += u[i * d_ + k] * w[i * d_ + k];
            }
            for (index i = 0; i < d_; ++i) {
                double const z = u[i * d_ + k];
                out[i * d_ + k] = 4 * (squares - 3 * z * z) * w[i * d_ + k] + 8 * z * along;
            }
        }
    }
}

IndependentComponents::IndependentComponents(index d, std::vector<double> samples)
    : d_(d), samples_(std::move(samples)) {
    SPINSCAPE_EXPECT(!samples_.empty() && std::ssize(samples_) % d == 0);
}

IndependentComponents IndependentComponents::exact(index d) {
    SPINSCAPE_EXPECT(d <= 16);
    std::vector<double> samples;
    for (index signs = 0; signs < index{1} << (d - 1); ++signs)
        for (index k = 0; k < d; ++k)
            samples.push_back(k > 0 && ((signs >> (k - 1)) & 1) != 0 ? -1 : 1);
    return {d, std::move(samples)};
}

IndependentComponents IndependentComponents::drawn(index d, index n, std::uint64_t master_seed,
                                                   index data_set) {
    std::vector<double> samples;
    Stream stream(master_seed, Purpose::disorder, data_set, 0, static_cast<std::uint64_t>(d));
    for (index i = 0; i < n * d; ++i) samples.push_back(stream.uniform() < 0.5 ? -1 : 1);
    return {d, std::move(samples)};
}

double IndependentComponents::start(double const* u, double* g) const {
    if (g != nullptr) std::fill_n(g, d_ * d_, 0.0);
    double sum = 0;
    for (index i = 0; i < d_; ++i)
        for (index j = 0; j < d_; ++j) {
            if (i == j) continue;
            double const *ui = u + i * d_, *uj = u + j * d_;
            double const G = dot(ui, uj, d_), other = dot(uj, uj, d_);
            sum += (dot(ui, ui, d_) * other + 2 * G * G) / 2;
            if (g == nullptr) continue;
            add(2 * other, ui, d_, g + i * d_);
            add(4 * G, uj, d_, g + i * d_);
        }
    return sum;
}

double IndependentComponents::add_sample(double const* u, double const* y, double weight, double* g,
                                         Workspace& work) const {
    double* const a = work.projections.data();
    double squares = 0, fourth = 0;
    for (index i = 0; i < d_; ++i) {
        a[i] = dot(u + i * d_, y, d_);
        squares += a[i] * a[i];
        fourth += a[i] * a[i] * a[i] * a[i];
    }
    if (g != nullptr)
        for (index i = 0; i < d_; ++i)
            add(-2 * weight * a[i] * (squares - a[i] * a[i]), y, d_, g + i * d_);
    return -weight * (squares * squares - fourth) / 2;
}

void IndependentComponents::value(BatchView<double const> x, std::span<double> out_energy,
                                  Workspace& work) const {
    double const weight = 1 / static_cast<double>(samples());
    for (index r = 0; r < x.replicas(); ++r) {
        double sum = start(x[r].data(), nullptr);
        for (index m = 0; m < samples(); ++m)
            sum += add_sample(x[r].data(), samples_.data() + m * d_, weight, nullptr, work);
        out_energy[static_cast<std::size_t>(r)] = sum;
    }
}

void IndependentComponents::value_and_gradient(BatchView<double const> x,
                                               std::span<double> out_energy,
                                               BatchView<double> out_g, Workspace& work) const {
    double const weight = 1 / static_cast<double>(samples());
    for (index r = 0; r < x.replicas(); ++r) {
        double sum = start(x[r].data(), out_g[r].data());
        for (index m = 0; m < samples(); ++m)
            sum += add_sample(x[r].data(), samples_.data() + m * d_, weight, out_g[r].data(), work);
        out_energy[static_cast<std::size_t>(r)] = sum;
    }
}

void IndependentComponents::minibatch_value_and_gradient(BatchView<double const> x,
                                                         BatchView<std::int32_t const> samples,
                                                         std::span<double> out_energy,
                                                         BatchView<double> out_g,
                                                         Workspace& work) const {
    double const weight = 1 / static_cast<double>(samples.dimension());
    for (index r = 0; r < x.replicas(); ++r) {
        double sum = start(x[r].data(), out_g[r].data());
        for (auto const m : samples[r])
            sum += add_sample(x[r].data(), samples_.data() + m * d_, weight, out_g[r].data(), work);
        out_energy[static_cast<std::size_t>(r)] = sum;
    }
}

void IndependentComponents::hessian_times(BatchView<double const> x, BatchView<double const> v,
                                          BatchView<double> out_Hv, Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) {
        double const *u = x[r].data(), *w = v[r].data();
        double* out = out_Hv[r].data();
        std::fill_n(out, d_ * d_, 0.0);
        for (index i = 0; i < d_; ++i)
            for (index j = 0; j < d_; ++j) {
                if (i == j) continue;
                double const *ui = u + i * d_, *uj = u + j * d_, *wi = w + i * d_, *wj = w + j * d_;
                double const G = dot(ui, uj, d_), dG = dot(wi, uj, d_) + dot(ui, wj, d_);
                add(4 * dot(uj, wj, d_), ui, d_, out + i * d_);
                add(2 * dot(uj, uj, d_), wi, d_, out + i * d_);
                add(4 * dG, uj, d_, out + i * d_);
                add(4 * G, wj, d_, out + i * d_);
            }
        double const weight = 1 / static_cast<double>(samples());
        double *a = work.projections.data(), *da = a + d_;
        for (index m = 0; m < samples(); ++m) {
            double const* y = samples_.data() + m * d_;
            double squares = 0, along = 0;
            for (index i = 0; i < d_; ++i) {
                a[i] = dot(u + i * d_, y, d_);
                da[i] = dot(w + i * d_, y, d_);
                squares += a[i] * a[i];
                along += a[i] * da[i];
            }
            for (index i = 0; i < d_; ++i)
                add(-2 * weight * (da[i] * (squares - 3 * a[i] * a[i]) + 2 * a[i] * along), y, d_,
                    out + i * d_);
        }
    }
}

double reconstruction_error(std::span<double const> u, index d) {
    double fourth = 0;
    for (double const z : u) fourth += z * z * z * z;
    auto const n = static_cast<double>(d);
    return (n + overlaps(u.data(), d, nullptr) - 2 * fourth) / n;
}

double worst_recovery(std::span<double const> u, index d) {
    double worst = 1;
    for (index k = 0; k < d; ++k) {
        double best = 0;
        for (index i = 0; i < d; ++i) {
            double const z = u[static_cast<std::size_t>(i * d + k)];
            best = std::max(best, z * z);
        }
        worst = std::min(worst, best);
    }
    return worst;
}

}  // namespace spinscape
