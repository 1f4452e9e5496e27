// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace spinscape {

/// Path of a data file or folder named in a job: absolute names as they are; others are looked for
/// in the job's folder, in $SPINSCAPE_DATA, in the source tree's jobs/ and in the installed
/// share/spinscape. Error(missing_input) lists the places that were tried.
std::string find_data(std::string const& name, std::string const& job_folder);

}  // namespace spinscape
