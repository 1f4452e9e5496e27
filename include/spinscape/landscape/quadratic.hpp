// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace spinscape {

/// f(x) = 1/2 x^T A x on R^n or on a sphere: the simplest complete landscape, whose critical points
/// are known exactly (0 in flat space; on the sphere the eigenvectors of A, the k-th with index k).
/// A template to copy for landscapes of your own.
template <class M>
class Quadratic {
public:
    using Real = double;
    struct Workspace {};

    /// A: n x n, symmetric, row-major.
    Quadratic(std::vector<double> A, index n, M manifold)
        : A_(std::move(A)), n_(n), manifold_(manifold) {
        SPINSCAPE_EXPECT(std::ssize(A_) == n * n);
    }

    [[nodiscard]] index dimension() const { return n_; }
    [[nodiscard]] Workspace workspace(index) const { return {}; }
    [[nodiscard]] M manifold() const { return manifold_; }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r) {
            double sum = 0;
            for (index i = 0; i < n_; ++i) sum += at(x[r], i) * row_times(i, x[r]);
            out_energy[static_cast<std::size_t>(r)] = sum / 2;
        }
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const {
        value(x, out_energy, work);
        hessian_times(x, x, out_g, work);
    }
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r)
            for (index i = 0; i < n_; ++i)
                out_Hv[r][static_cast<std::size_t>(i)] = row_times(i, v[r]);
    }
    void dense_hessian(std::span<double const>, std::span<double> out_H, Workspace&) const {
        std::copy(A_.begin(), A_.end(), out_H.begin());
    }

private:
    static double at(std::span<double const> x, index i) { return x[static_cast<std::size_t>(i)]; }
    [[nodiscard]] double row_times(index i, std::span<double const> x) const {
        double sum = 0;
        for (index j = 0; j < n_; ++j) sum += A_[static_cast<std::size_t>(i * n_ + j)] * at(x, j);
        return sum;
    }

    std::vector<double> A_;
    index n_;
    M manifold_;
};

}  // namespace spinscape
