// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/store/tree.hpp"

#include <string>

namespace spinscape::report {

/// The text with the five characters that HTML gives a meaning replaced by entities.
std::string escape_html(std::string const& text);

/// One self-contained page on a result file: figures, claims with verdicts, summary, how to
/// reproduce it, provenance. No script, no request to anywhere; the same file gives the same bytes.
/// Needs the root attributes `study` and `title`; every other part is left out where absent.
/// Error(bad_input) on a file without them or with damaged figures or claims.
std::string report_html(store::Group const& result);

/// report_html to a file, by a temporary one and rename.
/// Error(cannot_create) or Error(io_failure) with the path and the reason.
void write_report(store::Group const& result, std::string const& path);

}  // namespace spinscape::report
