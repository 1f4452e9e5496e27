// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/gaussian_field.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

constexpr index waves_per_dimension = 64;

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

}  // namespace

GaussianField::GaussianField(index N, Covariance covariance, std::uint64_t master_seed,
                             index disorder, index waves)
    : N_(N), M_(waves > 0 ? waves : waves_per_dimension * N) {
    if (N < 1 || waves < 0)
        throw Error(ExitCode::bad_input, "a Gaussian field needs N >= 1 and waves >= 0");
    Stream stream(master_seed, Purpose::disorder, disorder, 0, static_cast<std::uint64_t>(N));
    k_.resize(at(M_ * N_));
    a_.resize(at(M_));
    b_.resize(at(M_));
    stream.fill_normal(std::span(k_));
    stream.fill_normal(std::span(a_));
    stream.fill_normal(std::span(b_));
    double const amplitude = std::sqrt(static_cast<double>(N) / static_cast<double>(M_));
    linalg::scale(a_, amplitude);
    linalg::scale(b_, amplitude);
    for (index m = 0; m < M_; ++m) {
        double const t = covariance == Covariance::rational ? -std::log(stream.uniform()) : 1;
        linalg::scale(std::span(k_).subspan(at(m * N_), at(N_)),
                      std::sqrt(t / static_cast<double>(N)));
    }
}

GaussianField::Workspace GaussianField::workspace(index) const {
    return {
        .cosine = std::vector<double>(at(M_)), .sine = std::vector<double>(at(M_)), .scaled = {}};
}

double GaussianField::evaluate(std::span<double const> x, Workspace& work) const {
    double sum = 0;
    for (index m = 0; m < M_; ++m) {
        double const phase = linalg::dot(wave(m), x);
        work.cosine[at(m)] = std::cos(phase);
        work.sine[at(m)] = std::sin(phase);
        sum += a_[at(m)] * work.cosine[at(m)] + b_[at(m)] * work.sine[at(m)];
    }
    return sum;
}

void GaussianField::value(BatchView<double const> x, std::span<double> out_energy,
                          Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) out_energy[at(r)] = evaluate(x[r], work);
}

void GaussianField::value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                                       BatchView<double> out_g, Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) {
        out_energy[at(r)] = evaluate(x[r], work);
        std::ranges::fill(out_g[r], 0.0);
        for (index m = 0; m < M_; ++m)
            linalg::add(b_[at(m)] * work.cosine[at(m)] - a_[at(m)] * work.sine[at(m)], wave(m),
                        out_g[r]);
    }
}

// -sum_m (a_m cos + b_m sin) k_m k_m^T.
void GaussianField::hessian_times(BatchView<double const> x, BatchView<double const> v,
                                  BatchView<double> out_Hv, Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) {
        evaluate(x[r], work);
        std::ranges::fill(out_Hv[r], 0.0);
        for (index m = 0; m < M_; ++m) {
            double const wave_m = a_[at(m)] * work.cosine[at(m)] + b_[at(m)] * work.sine[at(m)];
            linalg::add(-wave_m * linalg::dot(wave(m), v[r]), wave(m), out_Hv[r]);
        }
    }
}

void GaussianField::dense_hessian(std::span<double const> x, std::span<double> out_H,
                                  Workspace& work) const {
    SPINSCAPE_EXPECT(std::ssize(out_H) == N_ * N_);
    evaluate(x, work);
    work.scaled = k_;
    for (index m = 0; m < M_; ++m)
        linalg::scale(std::span(work.scaled).subspan(at(m * N_), at(N_)),
                      -(a_[at(m)] * work.cosine[at(m)] + b_[at(m)] * work.sine[at(m)]));
    linalg::gemm(linalg::Op::transposed, linalg::Op::plain, N_, N_, M_, 1.0, k_.data(), N_,
                 work.scaled.data(), N_, 0.0, out_H.data(), N_);
    for (index i = 0; i < N_; ++i)  // symmetric to the last bit
        for (index j = 0; j < i; ++j) out_H[at(i * N_ + j)] = out_H[at(j * N_ + i)];
}

double GaussianField::memory_bytes(index N, index waves) {
    auto const M = waves > 0 ? waves : waves_per_dimension * N;
    // Wave vectors, and once more in each workspace of a dense Hessian.
    return 2.0 * sizeof(double) * static_cast<double>(M) * static_cast<double>(N + 4);
}

std::vector<std::string> const& field_covariance_names() {
    static std::vector<std::string> const names = {"gaussian", "rational"};
    return names;
}

GaussianField::Covariance field_covariance_from(std::string_view name) {
    SPINSCAPE_EXPECT(name == "gaussian" || name == "rational");
    return name == "gaussian" ? GaussianField::Covariance::gaussian
                              : GaussianField::Covariance::rational;
}

}  // namespace spinscape
