// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "symmetric_tensor.hpp"

#include <array>
#include <complex>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

/// Points (x, lambda) on paths of eigenvectors, side by side in vector lanes, each at its own time
/// t; lanes do not mix.
class PathLanes {
public:
    static constexpr std::size_t most_lanes = 8;
    using Numbers = std::array<double, most_lanes>;

    PathLanes(SymmetricTensor const& tensor, std::span<std::complex<double> const> phases);
    ~PathLanes();
    PathLanes(PathLanes const&) = delete;
    PathLanes& operator=(PathLanes const&) = delete;

    /// As many as one vector of this processor holds, 4 or 8.
    [[nodiscard]] index lanes() const;
    /// The point of a lane; x is scaled to |x| = 1, and lambda with it.
    void set(index lane, std::span<std::complex<double> const> x, std::complex<double> lambda);
    void get(index lane, std::span<std::complex<double>> x, std::complex<double>& lambda) const;

    /// Proposes points at t + dt: a Runge-Kutta step of fourth order along the paths, then two
    /// steps of Newton's method, whose lengths |delta x| are returned.
    void propose(Numbers const& t, Numbers const& dt, Numbers& first, Numbers& second);
    /// The proposed point becomes the lane's point.
    void accept(index lane);

    struct Work;

private:
    std::unique_ptr<Work> work_;
};

}  // namespace spinscape
