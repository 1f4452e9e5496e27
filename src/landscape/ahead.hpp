// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/types.hpp"

#include <cstdint>

namespace spinscape::kernels {

/// Samples that will be read next. They lie scattered in memory, farther away than a core can look
/// ahead, but they are known. Kernels that are given this report their work, and memory is asked
/// for cache lines at the same pace, in the order in which they will be read: never for more at
/// once than a core can wait for (some 20 lines), or whatever misses the first-level cache would
/// wait behind them.
template <class Real>
class Ahead {
public:
    Ahead() = default;
    /// The rows of `count` samples, of `inputs` features each, and their labels, to be asked for
    /// while `work` multiply-adds are done.
    Ahead(Real const* features, index inputs, std::int32_t const* labels,
          std::int32_t const* samples, index count, index work)
        : features_(features),
          inputs_(inputs),
          labels_(labels),
          sample_(samples),
          last_(samples + count),
          pace_(count * (inputs * index{sizeof(Real)} / line + 2) * one / work + 1) {}

    /// Inlined, since g++ drops calls of functions that do nothing but ask.
    SPINSCAPE_INLINE void worked(index multiply_adds) {
        for (due_ += multiply_adds * pace_; due_ >= one; due_ -= one) {
            if (at_ >= end_) {
                if (sample_ == last_) return;
                auto const* const row = features_ + *sample_ * inputs_;
                __builtin_prefetch(labels_ + *sample_, 0, 3);
                at_ = reinterpret_cast<std::uintptr_t>(row) / line * line;
                end_ = reinterpret_cast<std::uintptr_t>(row + inputs_);
                ++sample_;
            }
            __builtin_prefetch(reinterpret_cast<void const*>(at_), 0, 3);
            at_ += line;
        }
    }

private:
    static constexpr index line = 64, one = 1 << 20;

    Real const* features_ = nullptr;
    index inputs_ = 0;
    std::int32_t const* labels_ = nullptr;
    std::int32_t const *sample_ = nullptr, *last_ = nullptr;
    index pace_ = 0;                   ///< lines per multiply-add, in units of 1 / one
    index due_ = 0;                    ///< to be asked for, in the same units
    std::uintptr_t at_ = 0, end_ = 0;  ///< what is left of the present row
};

}  // namespace spinscape::kernels
