// SPDX-License-Identifier: BSD-3-Clause
#include "report/example.hpp"
#include "spinscape/report/report.hpp"

int main(int, char** arguments) {
    spinscape::report::write_report(spinscape::example_result(), arguments[1]);
}
