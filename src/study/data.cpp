// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/data.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace spinscape {

std::string find_data(std::string const& name, std::string const& job_folder) {
    namespace fs = std::filesystem;
    std::vector<fs::path> places;
    if (fs::path(name).is_absolute()) {
        places = {name};
    } else {
        places = {fs::path(job_folder) / name};
        if (auto const* variable = std::getenv("SPINSCAPE_DATA"))
            places.push_back(fs::path(variable) / name);
        places.push_back(fs::path(SPINSCAPE_SOURCE_DATA) / name);
        places.push_back(fs::path(SPINSCAPE_INSTALL_DATA) / name);
    }
    for (auto const& place : places)
        if (fs::exists(place)) return place.string();
    std::string tried;
    for (auto const& place : places) tried += "\n  " + place.string();
    throw Error(
        ExitCode::missing_input,
        fmt::format("there is no data file '{}'; looked for (SPINSCAPE_DATA may name a folder):{}",
                    name, tried));
}

}  // namespace spinscape
