// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace spinscape {

/// One term of a mixed p-spin Hamiltonian; covariance of the whole: E[H(s)H(s')] = N f(q) with
/// f(q) = sum over terms of coefficient^2 q^p and q = s.s'/N.
struct PSpinTerm {
    int p = 3;
    double coefficient = 1;
};

}  // namespace spinscape
