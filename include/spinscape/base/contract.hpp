// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <cstdlib>

/// Contract of a function with its caller, checked where SPINSCAPE_CONTRACTS is defined (presets
/// dev, asan, audit). User input is never checked with this: it throws an Error.
#ifdef SPINSCAPE_CONTRACTS
#define SPINSCAPE_EXPECT(condition)                                                               \
    do {                                                                                          \
        if (!(condition)) {                                                                       \
            std::fprintf(stderr, "%s:%d: contract broken: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                         \
        }                                                                                         \
    } while (false)
#else
#define SPINSCAPE_EXPECT(condition) static_cast<void>(0)
#endif
