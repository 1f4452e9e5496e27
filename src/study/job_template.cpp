// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/job.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape {

namespace {

std::string range(ParameterSpec const& spec) {
    if (!spec.choices.empty()) return fmt::format("one of {}", fmt::join(spec.choices, ", "));
    std::string text;
    if (std::isfinite(spec.minimum))
        text = fmt::format("{} {}", spec.minimum_excluded ? ">" : ">=", spec.minimum);
    if (std::isfinite(spec.maximum))
        text += fmt::format("{}<= {}", text.empty() ? "" : ", ", spec.maximum);
    return text;
}

}  // namespace

std::string job_template(Study const& study) {
    auto text = fmt::format(
        "# {}\nstudy = \"{}\"\n\n# smoke | standard | paper: presets, which the keys below "
        "override\n"
        "tier = \"standard\"\n\n[seeds]\nmaster = 20160907    # fixes every random number of the "
        "sweep\n"
        "# count = 100       # replicas per parameter point; else the tier's\n\n"
        "# Take the # away to set a parameter; the values shown are the defaults.\n[parameters]\n",
        study.question, study.name);
    for (auto const& spec : study.parameters) {
        auto const allowed = range(spec);
        text += fmt::format(
            "# {}{}{}{}\n# {} = {}\n", spec.description, allowed.empty() ? "" : "; ", allowed,
            spec.only_where ? fmt::format(" (where {} = \"{}\")", spec.only_where->first,
                                          spec.only_where->second)
                            : "",
            spec.name, to_text(spec.standard));
    }
    text +=
        "\n# Several values: grid is the Cartesian product, zip goes in step; several [[sweep]] "
        "are united.\n"
        "# [sweep]\n# grid = { name = [1, 2, 3] }\n# zip = { name = [1, 2], other = [0.1, 0.2] "
        "}\n\n"
        "# [run]\n# max_time = \"11h30m\"     # stop in time (exit code 75), run again to "
        "continue; or "
        "\"slurm\"\n"
        "# save = \"10min\"          # between saved states of a long block\n"
        "# block = 16             # replicas per block\n"
        "# keep_states = false    # save disk space: finished replicas cannot be continued, e.g. "
        "with more epochs\n\n"
        "# [output]\n# file = \"result.h5\"    # relative to this file\n";
    return text;
}

}  // namespace spinscape
