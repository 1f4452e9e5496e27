// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/study.hpp"

namespace spinscape {

Study train() { return {.name = "train"}; }

}  // namespace spinscape
