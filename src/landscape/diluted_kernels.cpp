// SPDX-License-Identifier: BSD-3-Clause
#include "diluted_kernels.hpp"

#include "spinscape/base/multiversion.hpp"
#include "vectors.hpp"

namespace spinscape::diluted {

namespace {

using kernels::load;
using kernels::store;
using Rows = DilutedCouplings::Rows;

constexpr int most_heads = DilutedCouplings::largest_p - 1;

/// One replica is a number, a group of them a vector.
template <class Real, index lanes>
struct Replicas {
    using type = typename kernels::VectorOf<Real, lanes * sizeof(Real)>::type;
};
template <class Real>
struct Replicas<Real, 1> {
    using type = Real;
};

/// v and its derivative along a direction: the gradient's loop, run on such numbers, gives the
/// Hessian product.
template <class V>
struct Dual {
    V value, slope;
    SPINSCAPE_INLINE friend Dual operator*(Dual const& a, Dual const& b) {
        return {a.value * b.value, a.slope * b.value + a.value * b.slope};
    }
    SPINSCAPE_INLINE friend Dual operator+(Dual const& a, Dual const& b) {
        return {a.value + b.value, a.slope + b.slope};
    }
};

/// Spins, and where their gradient is collected.
template <class RealT, index lanes>
struct Gradient {
    using Real = RealT;
    using Number = typename Replicas<Real, lanes>::type;
    Real const* s;
    Real* g;

    SPINSCAPE_INLINE Number spin(index i) const { return load<Number>(s + i * lanes); }
    SPINSCAPE_INLINE static void add(Number& sum, Real a, Number const& x) { sum += a * x; }
    SPINSCAPE_INLINE void collect(index i, Number const& x) const {
        store(load<Number>(g + i * lanes) + x, g + i * lanes);
    }
    SPINSCAPE_INLINE void collect(index i, Real a, Number const& x) const {
        store(load<Number>(g + i * lanes) + a * x, g + i * lanes);
    }
};

/// Spins with their velocities, and where the velocity of the gradient is collected.
template <class RealT, index lanes>
struct HessianProduct {
    using Real = RealT;
    using Vector = typename Replicas<Real, lanes>::type;
    using Number = Dual<Vector>;
    Real const* s;
    Real const* v;
    Real* h;

    SPINSCAPE_INLINE Number spin(index i) const {
        return {load<Vector>(s + i * lanes), load<Vector>(v + i * lanes)};
    }
    SPINSCAPE_INLINE static void add(Number& sum, Real a, Number const& x) {
        sum.value += a * x.value;
        sum.slope += a * x.slope;
    }
    SPINSCAPE_INLINE void collect(index i, Number const& x) const {
        store(load<Vector>(h + i * lanes) + x.slope, h + i * lanes);
    }
    SPINSCAPE_INLINE void collect(index i, Real a, Number const& x) const {
        store(load<Vector>(h + i * lanes) + a * x.slope, h + i * lanes);
    }
};

/// For every row, with head i1..i_{p-1}: g_k += A_k s_i1..s_i{p-1} of its couplings and, with D the
/// sum of A_k s_k, g_ia += D times the product of the head without its place a. Repeated numbers
/// need no special case: each place contributes its own derivative.
template <int heads, class Side>
SPINSCAPE_INLINE void over_rows(Rows const& rows, Side const& side) {
    using Number = typename Side::Number;
    using Real = typename Side::Real;
    int const n = heads > 0 ? heads : rows.p - 1;
    auto const* last = rows.last.data();
    auto const* a = rows.values.data();
    auto const* const end = rows.heads.data() + rows.heads.size();
    for (auto const* head = rows.heads.data(); head != end; head += n + 1) {
        Number spin[heads > 0 ? heads : most_heads];
        Number before[heads > 0 ? heads : most_heads];  // product of the spins before a place
        spin[0] = side.spin(head[0]);
        Number product = spin[0];
        for (int m = 1; m < n; ++m) {
            before[m] = product;
            spin[m] = side.spin(head[m]);
            product = product * spin[m];
        }
        index const length = head[n];
        Number sum[2] = {};  // of even and of odd couplings: two chains of additions
        index k = 0;
        for (; k + 1 < length; k += 2) {
            side.add(sum[0], static_cast<Real>(a[k]), side.spin(last[k]));
            side.collect(last[k], static_cast<Real>(a[k]), product);
            side.add(sum[1], static_cast<Real>(a[k + 1]), side.spin(last[k + 1]));
            side.collect(last[k + 1], static_cast<Real>(a[k + 1]), product);
        }
        if (k < length) {
            side.add(sum[0], static_cast<Real>(a[k]), side.spin(last[k]));
            side.collect(last[k], static_cast<Real>(a[k]), product);
        }
        last += length;
        a += length;
        Number behind = sum[0] + sum[1];
        for (int m = n - 1; m > 0; --m) {
            side.collect(head[m], before[m] * behind);
            behind = behind * spin[m];
        }
        side.collect(head[0], behind);
    }
}

template <class Side>
SPINSCAPE_INLINE void over_rows_of_any_p(Rows const& rows, Side const& side) {
    switch (rows.p) {
        case 2:
            return over_rows<1>(rows, side);
        case 3:
            return over_rows<2>(rows, side);
        case 4:
            return over_rows<3>(rows, side);
        default:
            return over_rows<0>(rows, side);
    }
}

template <class Real, index lanes>
SPINSCAPE_INLINE void gradient(Rows const& rows, Real const* s, Real* g) {
    over_rows_of_any_p(rows, Gradient<Real, lanes>{s, g});
}

template <class Real, index lanes>
SPINSCAPE_INLINE void hessian_product(Rows const& rows, Real const* s, Real const* v, Real* h) {
    over_rows_of_any_p(rows, HessianProduct<Real, lanes>{s, v, h});
}

}  // namespace

template <class Real, index lanes>
void add_gradient(Rows const& rows, Real const* s, Real* g) {
    multiversion<gradient<Real, lanes>>(rows, s, g);
}

template <class Real, index lanes>
void add_hessian_product(Rows const& rows, Real const* s, Real const* v, Real* h) {
    multiversion<hessian_product<Real, lanes>>(rows, s, v, h);
}

template <class Real>
void add_hessian(Rows const& rows, index N, Real const* s, Real* U) {
    auto const n = static_cast<std::size_t>(rows.p - 1);
    auto const* last = rows.last.data();
    auto const* a = rows.values.data();
    for (std::size_t at = 0; at < rows.heads.size(); at += n + 1) {
        auto const* head = rows.heads.data() + at;
        auto const product_without = [&](std::size_t m, std::size_t l) {
            Real product = 1;
            for (std::size_t i = 0; i < n; ++i)
                if (i != m && i != l) product *= s[head[i]];
            return product;
        };
        index const length = head[n];
        Real sum = 0;
        for (index k = 0; k < length; ++k) sum += static_cast<Real>(a[k]) * s[last[k]];
        for (std::size_t m = 0; m < n; ++m) {
            auto* row = U + head[m] * N;
            auto const factor = product_without(m, n);
            for (index k = 0; k < length; ++k) row[last[k]] += factor * static_cast<Real>(a[k]);
            for (std::size_t l = m + 1; l < n; ++l) row[head[l]] += product_without(m, l) * sum;
        }
        last += length;
        a += length;
    }
}

#define SPINSCAPE_INSTANTIATE(Real, lanes)                                    \
    template void add_gradient<Real, lanes>(Rows const&, Real const*, Real*); \
    template void add_hessian_product<Real, lanes>(Rows const&, Real const*, Real const*, Real*);
SPINSCAPE_INSTANTIATE(float, 1)
SPINSCAPE_INSTANTIATE(float, 16)
SPINSCAPE_INSTANTIATE(double, 1)
SPINSCAPE_INSTANTIATE(double, 8)
#undef SPINSCAPE_INSTANTIATE
template void add_hessian(Rows const&, index, float const*, float*);
template void add_hessian(Rows const&, index, double const*, double*);

}  // namespace spinscape::diluted
