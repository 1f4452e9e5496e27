// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/csv.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace spinscape::store {

namespace {

std::string quoted(std::string const& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (char const c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

std::string cell(Variable const& variable, std::size_t element) {
    auto const* fill = variable.attribute("_FillValue");
    auto const* integer_fill = fill != nullptr ? std::get_if<std::int64_t>(fill) : nullptr;
    return std::visit(
        [&](auto const& values) -> std::string {
            using T = typename std::decay_t<decltype(values)>::value_type;
            auto const& x = values[element];
            if constexpr (std::is_same_v<T, std::string>)
                return quoted(x);
            else if constexpr (std::is_floating_point_v<T>)
                return std::isnan(x) ? "" : fmt::format("{}", x);
            else
                return integer_fill != nullptr && *integer_fill == x
                           ? ""
                           : fmt::format("{}", static_cast<std::int64_t>(x));
        },
        variable.data);
}

}  // namespace

std::string to_csv(Group const& group, std::string const& dimension) {
    auto const found = std::find_if(group.dimensions.begin(), group.dimensions.end(),
                                    [&](Dimension const& d) { return d.name == dimension; });
    if (found == group.dimensions.end())
        throw Error(ExitCode::bad_input,
                    fmt::format("group '{}' has no dimension '{}'", group.name, dimension));
    auto const rows = static_cast<std::size_t>(found->size);
    struct Column {
        Variable const* variable;
        std::size_t first, stride;
    };
    std::vector<Column> columns;
    std::string text;
    for (auto const& variable : group.variables) {
        if (variable.dimensions.empty() || variable.dimensions.front() != dimension ||
            variable.dimensions.size() > 2)
            continue;
        auto const width = rows == 0 ? 1 : static_cast<std::size_t>(variable.size()) / rows;
        bool const curve = variable.dimensions.size() == 2;
        for (std::size_t i = 0; i < width; ++i) {
            columns.push_back({&variable, i, width});
            if (columns.size() > 1) text += ',';
            text += quoted(curve ? fmt::format("{}[{}]", variable.name, i) : variable.name);
        }
    }
    text += "\r\n";
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) text += ',';
            text += cell(*columns[c].variable, row * columns[c].stride + columns[c].first);
        }
        text += "\r\n";
    }
    return text;
}

}  // namespace spinscape::store
