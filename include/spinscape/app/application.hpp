// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <vector>

namespace spinscape {

/// The whole command line program over these studies; returns the exit code. A project with
/// studies of its own needs no more than
///   int main(int argc, char** argv) { return spinscape::run_application(argc, argv, {my_study()});
///   }
int run_application(int argc, char** argv, std::vector<Study> const& studies);

}  // namespace spinscape
