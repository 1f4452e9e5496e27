// SPDX-License-Identifier: BSD-3-Clause
// A program of a project with studies of its own, as application.hpp promises it.
#include "study/coin.hpp"

#include "spinscape/app/application.hpp"
#include "study/finder.hpp"

int main(int argc, char** argv) {
    return spinscape::run_application(argc, argv,
                                      {spinscape::tests::coin(), spinscape::tests::finder()});
}
