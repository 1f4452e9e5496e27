// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>

// One binary runs at full speed on every node of a mixed cluster: hot functions are compiled once
// per instruction set, and each call goes to the version for this machine, through a table that is
// constant but for one number found when the program starts. Under g++ on x86-64; elsewhere there
// is one version. Unlike ifunc (target_clones) this works with sanitizers, lets a body choose by
// instruction set, and lets SPINSCAPE_INSTRUCTION_SET lower the choice, so that one machine can
// test and reproduce what others compute.
//
//     template <class Real>
//     SPINSCAPE_INLINE void scale_body(Real a, Real* x, index n) { ... }
//
//     void scale(float a, float* x, index n) { multiversion<scale_body<float>>(a, x, n); }
//
// A body, and the loops that it calls, must be inlined (SPINSCAPE_INLINE; lambdas:
// __attribute__((always_inline))): what is not is compiled once, for the baseline. A body whose
// first parameter is an InstructionSet is told for which one it is compiled, a constant there.

#define SPINSCAPE_INLINE inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SPINSCAPE_TARGET(set) __attribute__((target("arch=" set)))
#else
#define SPINSCAPE_TARGET(set)
#endif

namespace spinscape {

/// x86_64_v3: AVX2 and FMA, 16 registers of 32 bytes. x86_64_v4: AVX-512, 32 registers of 64 bytes.
/// baseline: SSE2 (or another kind of processor), 16 registers of 16 bytes.
enum class InstructionSet { baseline = 0, x86_64_v3 = 1, x86_64_v4 = 2 };

/// The one in use, "x86-64-v4", "x86-64-v3" or "baseline": the best of this machine, or what the
/// environment variable SPINSCAPE_INSTRUCTION_SET says if the machine has it. Results may differ in
/// rounding between instruction sets; provenance records which ones ran.
char const* instruction_set();

/// Why SPINSCAPE_INSTRUCTION_SET is not obeyed; empty if it is, or is not set.
std::string instruction_set_problem();

namespace multiversion_detail {

/// Place in Versions::all; until it has been found (by static initialisers), that of baseline.
extern int const chosen;

template <auto body, class Type = decltype(body)>
struct Versions;

template <auto body, class R, class... A>
struct Versions<body, R (*)(A...)> {
    static R baseline(A... a) { return body(std::forward<A>(a)...); }
    SPINSCAPE_TARGET("x86-64-v3") static R v3(A... a) { return body(std::forward<A>(a)...); }
    SPINSCAPE_TARGET("x86-64-v4") static R v4(A... a) { return body(std::forward<A>(a)...); }
    static constexpr R (*all[])(A...) = {baseline, v3, v4};
};

template <auto body, class R, class... A>
struct Versions<body, R (*)(InstructionSet, A...)> {
    static R baseline(A... a) { return body(InstructionSet::baseline, std::forward<A>(a)...); }
    SPINSCAPE_TARGET("x86-64-v3") static R v3(A... a) {
        return body(InstructionSet::x86_64_v3, std::forward<A>(a)...);
    }
    SPINSCAPE_TARGET("x86-64-v4") static R v4(A... a) {
        return body(InstructionSet::x86_64_v4, std::forward<A>(a)...);
    }
    static constexpr R (*all[])(A...) = {baseline, v3, v4};
};

}  // namespace multiversion_detail

/// Calls the version of `body` for the instruction set in use.
template <auto body, class... A>
SPINSCAPE_INLINE decltype(auto) multiversion(A&&... a) {
    using namespace multiversion_detail;
    return Versions<body>::all[chosen](std::forward<A>(a)...);
}

}  // namespace spinscape
