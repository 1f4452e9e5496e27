// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>

namespace spinscape::store {

/// Writes `path` by temporary file, fsync and rename (and fsync of the folder), so that it is
/// either what was there before or all of `bytes`. Throws Error(cannot_create) if the folder is
/// not there or not writable, Error(io_failure) with the system's reason otherwise.
void replace_file(std::string const& path, std::span<char const> bytes);

/// All bytes of a file. Error(missing_input) or Error(io_failure) with the system's reason.
std::string read_file(std::string const& path);

}  // namespace spinscape::store
