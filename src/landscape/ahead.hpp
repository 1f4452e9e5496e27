// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/types.hpp"

#include <cstdint>

namespace spinscape::kernels {

/// Samples that will be read next. They lie scattered in memory, farther away than a core can look
/// ahead, but they are known. Kernels that are given this ask memory for a few of their cache lines
/// every hundred cycles or so, in the order in which they will be read: a burst of them would keep
/// waiting whatever else misses the first-level cache. How many is constant during a kernel, so
/// that the branches are predicted.
class Ahead {
public:
    Ahead() = default;
    /// The rows of `count` samples, of `row` numbers each, and their labels, to be asked for
    /// while `work` multiply-adds are done.
    Ahead(float const* features, index row, std::int32_t const* labels, std::int32_t const* samples,
          index count, index work)
        : features_(features),
          row_(row),
          labels_(labels),
          sample_(samples),
          last_(samples + count),
          lines_(count * (row * index{sizeof(float)} / line + 1)),
          work_(work) {}

    /// Lines to be asked for whenever so many multiply-adds are done; rounded up.
    [[nodiscard]] index lines_per(index multiply_adds) const {
        return (multiply_adds * lines_ + work_ - 1) / work_;
    }

    /// Inlined, since g++ drops calls of functions that do nothing but ask.
    SPINSCAPE_INLINE void ask(index lines) {
        for (; lines > 0; --lines) {
            if (at_ >= end_) {
                if (sample_ == last_) return;
                auto const* const row = features_ + *sample_ * row_;
                __builtin_prefetch(labels_ + *sample_, 0, 3);
                at_ = reinterpret_cast<std::uintptr_t>(row) / line * line;
                end_ = reinterpret_cast<std::uintptr_t>(row + row_);
                ++sample_;
            }
            __builtin_prefetch(reinterpret_cast<void const*>(at_), 0, 3);
            at_ += line;
        }
    }

private:
    static constexpr index line = 64;

    float const* features_ = nullptr;
    index row_ = 0;
    std::int32_t const* labels_ = nullptr;
    std::int32_t const *sample_ = nullptr, *last_ = nullptr;
    index lines_ = 0, work_ = 1;
    std::uintptr_t at_ = 0, end_ = 0;  ///< what is left of the present row
};

}  // namespace spinscape::kernels
