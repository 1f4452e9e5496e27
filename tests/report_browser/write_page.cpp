// SPDX-License-Identifier: BSD-3-Clause
#include "report/example.hpp"
#include "spinscape/report/report.hpp"

#include <iostream>
#include <string_view>

/// report_page FILE [empty]: writes the report of the example, in which the first series has lost
/// its data if so told. Prints the labels of each panel, separated by tabs, a line per panel.
int main(int count, char** arguments) {
    using namespace spinscape;
    auto figures = example_figures();
    for (auto const& figure : figures)
        for (auto const& panel : figure.panels) {
            for (auto const& series : panel.series) std::cout << series.label << '\t';
            std::cout << '\n';
        }
    if (count > 2 && std::string_view(arguments[2]) == "empty") {
        figures[0].panels[0].series[0].x.clear();
        figures[0].panels[0].series[0].y.clear();
    }
    report::write_report(example_result(figures), arguments[1]);
}
