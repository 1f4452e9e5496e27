// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/app/application.hpp"
#include "spinscape/studies/all_studies.hpp"

int main(int argc, char** argv) {
    return spinscape::run_application(argc, argv, spinscape::all_studies());
}
