// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/multiversion.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

namespace spinscape {

namespace {

constexpr std::array names = {"baseline", "x86-64-v3", "x86-64-v4"};
constexpr char const* variable = "SPINSCAPE_INSTRUCTION_SET";

int best() {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return 2;
    if (__builtin_cpu_supports("x86-64-v3")) return 1;
#endif
    return 0;
}

/// Place of the name that the environment gives; none: -1, unknown: -2.
int asked() {
    auto const* text = std::getenv(variable);
    if (text == nullptr || *text == '\0') return -1;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (std::string_view(text) == names[i]) return static_cast<int>(i);
    return -2;
}

int choose() {
    int const wanted = asked(), most = best();
    return 0 <= wanted && wanted <= most ? wanted : most;
}

}  // namespace

int const multiversion_detail::chosen = choose();

char const* instruction_set() {
    return names[static_cast<std::size_t>(multiversion_detail::chosen)];
}

std::string instruction_set_problem() {
    int const wanted = asked(), most = best();
    if (wanted == -1 || (0 <= wanted && wanted <= most)) return "";
    std::string known = names[0];
    for (int i = 1; i <= most; ++i) known += std::string(", ") + names[static_cast<std::size_t>(i)];
    return std::string(variable) + "=" + std::getenv(variable) +
           (wanted == -2 ? ": unknown instruction set" : ": this machine does not have it") +
           "; here it may be one of " + known;
}

}  // namespace spinscape
