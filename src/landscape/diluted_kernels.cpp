// SPDX-License-Identifier: BSD-3-Clause
#include "diluted_kernels.hpp"

#include "replicas_in_registers.hpp"
#include "spinscape/base/multiversion.hpp"

namespace spinscape::diluted {

namespace {

using kernels::Replicas;
using Rows = DilutedCouplings::Rows;

constexpr int most_heads = DilutedCouplings::largest_p - 1;

/// A value and its derivative along a direction: the gradient's loop, run on such numbers, gives
/// the Hessian product.
template <class V>
struct Dual {
    V value, slope;

    template <class Real>
    SPINSCAPE_INLINE void add(Real a, Dual const& x) {
        value.add(a, x.value);
        slope.add(a, x.slope);
    }
    SPINSCAPE_INLINE friend Dual operator*(Dual const& a, Dual const& b) {
        return {a.value * b.value, a.slope * b.value + a.value * b.slope};
    }
    SPINSCAPE_INLINE friend Dual operator+(Dual const& a, Dual const& b) {
        return {a.value + b.value, a.slope + b.slope};
    }
};

/// Spins, and where their gradient is collected.
template <class RealT, index lanes, int bytes>
struct Gradient {
    using Real = RealT;
    using Number = Replicas<Real, lanes, bytes>;
    Real const* s;
    Real* g;

    SPINSCAPE_INLINE Number spin(index i) const { return Number::at(s + i * lanes); }
    SPINSCAPE_INLINE void collect(index i, Number const& x) const {
        (Number::at(g + i * lanes) + x).to(g + i * lanes);
    }
    SPINSCAPE_INLINE void collect(index i, Real a, Number const& x) const {
        auto sum = Number::at(g + i * lanes);
        sum.add(a, x);
        sum.to(g + i * lanes);
    }
};

/// Spins with their velocities, and where the velocity of the gradient is collected.
template <class RealT, index lanes, int bytes>
struct HessianProduct {
    using Real = RealT;
    using Vector = Replicas<Real, lanes, bytes>;
    using Number = Dual<Vector>;
    Real const* s;
    Real const* v;
    Real* h;

    SPINSCAPE_INLINE Number spin(index i) const {
        return {Vector::at(s + i * lanes), Vector::at(v + i * lanes)};
    }
    SPINSCAPE_INLINE void collect(index i, Number const& x) const {
        (Vector::at(h + i * lanes) + x.slope).to(h + i * lanes);
    }
    SPINSCAPE_INLINE void collect(index i, Real a, Number const& x) const {
        auto sum = Vector::at(h + i * lanes);
        sum.add(a, x.slope);
        sum.to(h + i * lanes);
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
            sum[0].add(static_cast<Real>(a[k]), side.spin(last[k]));
            side.collect(last[k], static_cast<Real>(a[k]), product);
            sum[1].add(static_cast<Real>(a[k + 1]), side.spin(last[k + 1]));
            side.collect(last[k + 1], static_cast<Real>(a[k + 1]), product);
        }
        if (k < length) {
            sum[0].add(static_cast<Real>(a[k]), side.spin(last[k]));
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
SPINSCAPE_INLINE void gradient(InstructionSet set, Rows const& rows, Real const* s, Real* g) {
    switch (set) {
        case InstructionSet::x86_64_v4:
            return over_rows_of_any_p(rows, Gradient<Real, lanes, 64>{s, g});
        case InstructionSet::x86_64_v3:
            return over_rows_of_any_p(rows, Gradient<Real, lanes, 32>{s, g});
        default:
            return over_rows_of_any_p(rows, Gradient<Real, lanes, 16>{s, g});
    }
}

template <class Real, index lanes>
SPINSCAPE_INLINE void hessian_product(InstructionSet set, Rows const& rows, Real const* s,
                                      Real const* v, Real* h) {
    switch (set) {
        case InstructionSet::x86_64_v4:
            return over_rows_of_any_p(rows, HessianProduct<Real, lanes, 64>{s, v, h});
        case InstructionSet::x86_64_v3:
            return over_rows_of_any_p(rows, HessianProduct<Real, lanes, 32>{s, v, h});
        default:
            return over_rows_of_any_p(rows, HessianProduct<Real, lanes, 16>{s, v, h});
    }
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
