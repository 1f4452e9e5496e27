// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/app/application.hpp"

namespace spinscape {

int run_application(int, char**, std::vector<Study> const& studies) { return studies.empty() ? 1 : 0; }

}  // namespace spinscape
