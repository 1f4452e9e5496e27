// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// Which random numbers a dynamics takes: replica r of its batch is replica first_replica + r.
struct NoiseKey {
    std::uint64_t master_seed = 0;
    index first_replica = 0;
    std::uint64_t salt = 0;
};

/// The normal numbers of one replica of a dynamics, `per_step` at a time: drawn in bulk, addressed
/// by (replica, step of the dynamics), so that only the step number must be saved.
template <class Real>
class NoiseTape {
public:
    NoiseTape(NoiseKey const& key, index r, index per_step)
        : stream_(key.master_seed, Purpose::noise, key.first_replica + r, 0, key.salt),
          per_step_(per_step),
          stride_(per_step + per_step % 2),  // normals come in pairs
          steps_(std::max<index>(1, 1024 / stride_)),
          place_(steps_),
          buffer_(static_cast<std::size_t>(stride_ * steps_)) {}

    /// Those of the next step; valid until the next call.
    std::span<Real const> next() {
        if (place_ == steps_) fill();
        ++step_;
        return std::span<Real const>(buffer_).subspan(static_cast<std::size_t>(place_++ * stride_),
                                                      static_cast<std::size_t>(per_step_));
    }
    [[nodiscard]] index step() const { return step_; }
    void skip_to(index step) {
        step_ = step;
        place_ = steps_;
    }

private:
    /// The buffer begins at a multiple of its length, wherever it is entered.
    void fill() {
        place_ = step_ % steps_;
        stream_.skip_to(static_cast<std::uint64_t>((step_ - place_) * stride_));
        stream_.fill_normal(std::span<Real>(buffer_));
    }

    Stream stream_;
    index per_step_, stride_, steps_, step_ = 0, place_;
    std::vector<Real> buffer_;
};

}  // namespace spinscape
