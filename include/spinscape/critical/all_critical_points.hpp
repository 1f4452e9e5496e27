// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/certificate.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <vector>

namespace spinscape {

/// All critical points of one small pure spherical p-spin glass.
///
/// They are the real ones among the solutions x of  C x^{p-1} = lambda x  in complex projective
/// space, of which there are exactly ((p-1)^N - 1)/(p - 2) unless the disorder is one of a set of
/// measure zero [CartwrightSturmfels2013]. Homotopy continuation follows every one of them from a
/// tensor whose solutions are known. If that many different solutions are found, none is missing.
struct AllCriticalPoints {
    struct Point {
        std::vector<double> s;  ///< |s|^2 = N
        /// Its threshold is such that nullity 0 proves: within 2 |gradient| / threshold of s there
        /// is one critical point and no other, nondegenerate and of this index (Newton-Kantorovich
        /// theorem on the sphere [FerreiraSvaiter2002], the derivative of the Hessian being at most
        /// p^3 |C| N^{-1/2}).
        Certificate certificate;
    };
    std::vector<Point> points;  ///< by ascending energy; both of each pair +-s

    index expected_solutions = 0;  ///< complex ones, up to factors
    index found_solutions = 0;     ///< different ones
    index paths = 0;               ///< that were followed, repetitions included
    index repeated_paths = 0;      ///< that were given up or met another, and were followed again
    index steps = 0;               ///< along all paths; six linear equations each

    [[nodiscard]] index euler_sum() const;  ///< sum of (-1)^index
    index euler_characteristic = 0;         ///< of the sphere: what the sum must be
    /// All solutions were found, every point is proven, and the alternating sum is right.
    [[nodiscard]] bool complete() const;
};

struct AllCriticalPointsOptions {
    double tolerance = 1e-3;  ///< of a predicted step against the path, in units of |x|
    index max_steps = 1000;   ///< of one path
    /// First all paths; then those again that were given up or met another, more carefully and four
    /// times as long; then all paths from other starts, as often as this allows.
    index rounds = 4;
};

/// Number of paths: complex solutions up to factors, ((p-1)^N - 1)/(p - 2), or N for p = 2.
double complex_solutions(int p, index N);

/// Error(bad_input) for mixed models, whose equations are not homogeneous. Work grows like the
/// number of paths times N^3.
AllCriticalPoints all_critical_points(SphericalPSpin<double> const& f,
                                      AllCriticalPointsOptions const& options = {});

}  // namespace spinscape
