// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Compiles a function once per instruction set and picks one when the program is loaded, so that
/// one binary runs at full speed on every node of a mixed cluster. Put it on a non-template
/// function that forwards to an always-inline template body. Results may differ in rounding
/// between instruction sets; provenance records which one ran.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(SPINSCAPE_SANITIZE)
#define SPINSCAPE_MULTIVERSION \
    __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define SPINSCAPE_MULTIVERSION
#endif

#define SPINSCAPE_INLINE inline __attribute__((always_inline))

namespace spinscape {

/// Name of the instruction set that SPINSCAPE_MULTIVERSION functions use here:
/// "x86-64-v4", "x86-64-v3" or "baseline".
char const* instruction_set();

}  // namespace spinscape
