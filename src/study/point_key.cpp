// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/job.hpp"

#include <fmt/format.h>

namespace spinscape {

namespace {

/// FNV-1a, 64 bits.
std::uint64_t hash(std::string const& text, std::uint64_t start) {
    for (char const c : text) start = (start ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return start;
}

}  // namespace

std::string point_key(Job const& job, Parameters const& point, std::string const& without) {
    auto text = fmt::format("{}\n{}\n", job.study->name, job.master_seed);
    for (auto const& spec : job.study->parameters)
        if (spec.name == without)
            text += fmt::format("{} = any\n", spec.name);
        else
            text += fmt::format("{} = {}\n", spec.name, to_text(point.value(spec.name)));
    return fmt::format("{:016x}{:016x}", hash(text, 0xcbf29ce484222325U),
                       hash(text, 0x84222325cbf29ce4U));
}

}  // namespace spinscape
