// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/contract.hpp"
#include "spinscape/base/types.hpp"

#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace spinscape {

/// A batch of independent replicas: `replicas()` vectors of `dimension()` numbers, each contiguous.
/// Does not own. Kernels that put replicas side by side in vector lanes transpose internally.
template <class T>
class BatchView {
public:
    BatchView(T* data, index dimension, index replicas, index stride)
        : data_(data), dimension_(dimension), replicas_(replicas), stride_(stride) {}
    /// One replica.
    BatchView(std::span<T> x)  // NOLINT(google-explicit-constructor): a vector is a batch of one
        : BatchView(x.data(), std::ssize(x), 1, std::ssize(x)) {}
    operator BatchView<T const>() const requires(!std::is_const_v<T>) {
        return {data_, dimension_, replicas_, stride_};
    }

    [[nodiscard]] index dimension() const { return dimension_; }
    [[nodiscard]] index replicas() const { return replicas_; }
    [[nodiscard]] index stride() const { return stride_; }
    [[nodiscard]] T* data() const { return data_; }
    /// The point of replica r.
    [[nodiscard]] std::span<T> operator[](index r) const {
        SPINSCAPE_EXPECT(0 <= r && r < replicas_);
        return {data_ + r * stride_, static_cast<std::size_t>(dimension_)};
    }
    /// Replicas first, first + 1, ..., first + count - 1.
    [[nodiscard]] BatchView slice(index first, index count) const {
        SPINSCAPE_EXPECT(0 <= first && first + count <= replicas_);
        return {data_ + first * stride_, dimension_, count, stride_};
    }

private:
    T* data_;
    index dimension_, replicas_, stride_;
};

/// Owns a batch, zero-filled; every replica starts on a 64-byte boundary.
template <class T>
class Batch {
public:
    Batch() = default;
    Batch(index dimension, index replicas)
        : dimension_(dimension),
          replicas_(replicas),
          stride_((dimension + lane - 1) / lane * lane),
          data_(allocate(stride_ * replicas)) {}

    [[nodiscard]] index dimension() const { return dimension_; }
    [[nodiscard]] index replicas() const { return replicas_; }
    [[nodiscard]] std::span<T> operator[](index r) { return view()[r]; }
    [[nodiscard]] std::span<T const> operator[](index r) const { return view()[r]; }
    [[nodiscard]] BatchView<T> view() { return {data_.get(), dimension_, replicas_, stride_}; }
    [[nodiscard]] BatchView<T const> view() const {
        return {data_.get(), dimension_, replicas_, stride_};
    }
    operator BatchView<T>() { return view(); }
    operator BatchView<T const>() const { return view(); }

private:
    static constexpr index lane = 64 / sizeof(T);
    struct Free {
        void operator()(T* p) const { ::operator delete[](p, std::align_val_t{64}); }
    };
    static std::unique_ptr<T[], Free> allocate(index n) {
        static_assert(std::is_trivially_copyable_v<T>);
        auto* p = static_cast<T*>(
            ::operator new[](static_cast<std::size_t>(n) * sizeof(T), std::align_val_t{64}));
        std::uninitialized_value_construct_n(p, n);
        return std::unique_ptr<T[], Free>(p);
    }

    index dimension_ = 0, replicas_ = 0, stride_ = 0;
    std::unique_ptr<T[], Free> data_;
};

}  // namespace spinscape
