// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/multiversion.hpp"

namespace spinscape {

char const* instruction_set() {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(SPINSCAPE_SANITIZE)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
    if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
    return "baseline";
}

}  // namespace spinscape
