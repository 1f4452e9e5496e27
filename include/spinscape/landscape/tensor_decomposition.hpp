// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// Finding the components of the orthogonal tensor T = sum_k a_k (x) a_k (x) a_k (x) a_k in R^d
/// [Ge2015]: d unit vectors u_i, one after another in x, on a product of spheres. Coordinates are
/// those of the basis a_k, so that T is diagonal: a rotation changes no dynamics with isotropic
/// noise. With G_ij = u_i.u_j and z_ik = u_i.a_k, in R^(d d):
///   pairwise (their objective 13):        sum_{i != j} T(u_i,u_i,u_j,u_j)
///                                         = sum_k [(sum_i z_ik^2)^2 - sum_i z_ik^4],
///     strict saddle, its minima are the d! 2^d signed permutations of the components (value 0);
///   reconstruction (their objective 12):  |T - sum_i u_i (x) ... (x) u_i|^2
///                                         = d + sum_ij G_ij^4 - 2 sum_ik z_ik^4.
/// A mean over d samples, of which sample k is the component d^(1/4) a_k.
class TensorDecomposition {
public:
    using Real = double;
    struct Workspace {};
    enum class Objective { pairwise, reconstruction };

    TensorDecomposition(index d, Objective objective) : d_(d), objective_(objective) {}

    [[nodiscard]] index components() const { return d_; }
    [[nodiscard]] index dimension() const { return d_ * d_; }
    [[nodiscard]] index samples() const { return d_; }
    [[nodiscard]] Workspace workspace(index) const { return {}; }
    [[nodiscard]] Spheres manifold() const { return {d_}; }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const;
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const;
    void minibatch_value_and_gradient(BatchView<double const> x,
                                      BatchView<std::int32_t const> samples,
                                      std::span<double> out_energy, BatchView<double> out_g,
                                      Workspace& work) const;
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace& work) const;

private:
    /// Of one replica, sample k counted `weight[k]` times; the gradient if g is not null.
    double evaluate(double const* u, std::span<double const> weight, double* g) const;

    index d_;
    Objective objective_;
};

/// Independent component analysis as [Ge2015] poses it: y = A s with independent signs s_k = +-1
/// and orthogonal A (here 1, as above), from the fourth cumulant,
///   f = mean over samples y of sum_{i != j} [|u_i|^2 |u_j|^2 + 2 G_ij^2 - (u_i.y)^2 (u_j.y)^2] /
///   2,
/// which in expectation is the pairwise objective above.
class IndependentComponents {
public:
    using Real = double;
    struct Workspace {
        std::vector<double> projections;  ///< u_i.y of one sample, then those of a direction
    };

    /// Samples: rows of d numbers.
    IndependentComponents(index d, std::vector<double> samples);
    /// The whole law of y: every sign vector with s_0 = 1 once (y and -y count the same).
    /// Minibatches drawn from it with replacement are fresh samples. d <= 16.
    static IndependentComponents exact(index d);
    /// `n` random sign vectors of a finite data set.
    static IndependentComponents drawn(index d, index n, std::uint64_t master_seed, index data_set);

    [[nodiscard]] index components() const { return d_; }
    [[nodiscard]] index dimension() const { return d_ * d_; }
    [[nodiscard]] index samples() const { return std::ssize(samples_) / d_; }
    [[nodiscard]] Workspace workspace(index) const {
        return {std::vector<double>(static_cast<std::size_t>(2 * d_))};
    }
    [[nodiscard]] Spheres manifold() const { return {d_}; }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const;
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const;
    void minibatch_value_and_gradient(BatchView<double const> x,
                                      BatchView<std::int32_t const> samples,
                                      std::span<double> out_energy, BatchView<double> out_g,
                                      Workspace& work) const;
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace& work) const;

private:
    /// The terms without y and their gradient.
    double start(double const* u, double* g) const;
    /// Adds `weight` times the term of sample y.
    double add_sample(double const* u, double const* y, double weight, double* g,
                      Workspace& work) const;

    index d_;
    std::vector<double> samples_;
};

/// |T - sum_i u_i (x) u_i (x) u_i (x) u_i|_F^2 / |T|_F^2 in the basis of T's components, u: d x d.
double reconstruction_error(std::span<double const> u, index d);

/// How well the vectors match the components: the least over k of max_i z_ik^2, 1 if each component
/// is found.
double worst_recovery(std::span<double const> u, index d);

}  // namespace spinscape
