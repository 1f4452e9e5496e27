// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/published.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace spinscape::store {

std::vector<std::vector<double>> read_columns(std::string const& path) {
    std::ifstream file(path);
    if (!file) throw Error(ExitCode::missing_input, fmt::format("there is no file '{}'", path));
    std::vector<std::vector<double>> columns;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.starts_with('#')) continue;
        std::istringstream words(line);
        std::vector<double> row;
        for (std::string word; words >> word;) {
            std::size_t used = 0;
            double x = 0;
            try {
                x = std::stod(word, &used);
            } catch (std::exception const&) {
                used = 0;
            }
            if (used != word.size())
                throw Error(ExitCode::bad_input,
                            fmt::format("{}:{}: '{}' is not a number", path, number, word));
            row.push_back(x);
        }
        if (row.empty()) continue;
        if (columns.empty()) columns.resize(row.size());
        if (row.size() != columns.size())
            throw Error(ExitCode::bad_input,
                        fmt::format("{}:{}: {} columns where the lines before have {}", path,
                                    number, row.size(), columns.size()));
        for (std::size_t i = 0; i < row.size(); ++i) columns[i].push_back(row[i]);
    }
    return columns;
}

}  // namespace spinscape::store
