// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace spinscape::linalg {

/// How far the BLAS in use is from naive loops, in units of what rounding explains: below 1 is
/// good, infinite where the result is no number. Builds of OpenBLAS that choose their kernel at run
/// time have been wrong on single processors (OpenBLAS issue 3454).
struct SelfTest {
    double gemm_single = 0;
    double gemm_double = 0;
    double eigenvalues = 0;  ///< of a matrix whose spectrum is known
};
SelfTest self_test();

}  // namespace spinscape::linalg
