// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/error.hpp"
#include "spinscape/theory/catalogue.hpp"
#include "text_table.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace spinscape::app {

namespace {

using Json = nlohmann::ordered_json;

double number(std::string const& option, std::string_view text) {
    double value = 0;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size())
        throw Error(ExitCode::usage,
                    fmt::format("{} {}: must be a number, a list such as 3,4,10 or a range of "
                                "integers such as 0..5",
                                option, text));
    return value;
}

/// "3", "3,4,10", "0..5" and lists of these.
std::vector<double> values_of(std::string const& option, std::string_view text) {
    constexpr double longest = 100000;
    std::vector<double> values;
    while (true) {
        auto const comma = text.find(',');
        auto const part = text.substr(0, comma);
        if (auto const dots = part.find(".."); dots == std::string_view::npos) {
            values.push_back(number(option, part));
        } else {
            auto const first = number(option, part.substr(0, dots)),
                       last = number(option, part.substr(dots + 2));
            if (!(first <= last && last - first < longest) || first != std::floor(first))
                throw Error(ExitCode::usage,
                            fmt::format("{} {}: a range goes up, from an integer", option, part));
            for (double x = first; x <= last; ++x) values.push_back(x);
        }
        if (comma == std::string_view::npos) return values;
        text.remove_prefix(comma + 1);
    }
}

std::vector<std::pair<std::string, std::vector<double>>> given_arguments(
    std::vector<std::string> const& words) {
    std::vector<std::pair<std::string, std::vector<double>>> given;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        auto const& option = words[i];
        if (!option.starts_with("--"))
            throw Error(ExitCode::usage,
                        fmt::format("theory: '{}' is not an argument: --name value", option));
        if (i + 1 == words.size())
            throw Error(ExitCode::usage, fmt::format("theory: {} needs a value", option));
        given.emplace_back(option.substr(2), values_of(option, words[i + 1]));
    }
    return given;
}

Json described(theory::Quantity const& quantity) {
    Json arguments = Json::array();
    for (auto const& argument : quantity.arguments) {
        arguments.push_back({{"name", argument.name}, {"description", argument.description}});
        if (std::isfinite(argument.standard)) arguments.back()["default"] = argument.standard;
    }
    return {{"model", quantity.model},
            {"quantity", quantity.name},
            {"description", quantity.description},
            {"source", quantity.source},
            {"arguments", arguments}};
}

int list_quantities(std::string const& model, Form form) {
    if (!model.empty() && std::ranges::none_of(theory::catalogue(), [&](auto const& quantity) {
            return quantity.model == model;
        }))
        theory::find_quantity(model, "");  // throws: no such model
    auto all = Json::array();
    std::vector<std::vector<std::string>> rows = {{"model", "quantity", "arguments", "meaning"}};
    for (auto const& quantity : theory::catalogue()) {
        if (!model.empty() && quantity.model != model) continue;
        all.push_back(described(quantity));
        std::vector<std::string> names;
        for (auto const& argument : quantity.arguments) names.push_back("--" + argument.name);
        rows.push_back({quantity.model, quantity.name, fmt::format("{}", fmt::join(names, " ")),
                        quantity.description});
    }
    fmt::print("{}", form == Form::json ? all.dump(2) + "\n" : text_table(rows, {2, 3}, 50));
    return 0;
}

}  // namespace

int theory(std::string const& model, std::string const& name, std::vector<std::string> const& words,
           Form form) {
    if (name.empty()) {
        if (!words.empty())
            throw Error(ExitCode::usage, "theory: of which quantity? --quantity NAME");
        return list_quantities(model, form);
    }
    auto const& quantity = theory::find_quantity(model, name);
    auto const arguments = theory::combinations(quantity, given_arguments(words));
    auto const values = quantity.evaluate(arguments);
    if (form == Form::json) {
        auto object = described(quantity);
        object["values"] = Json::array();
        for (std::size_t i = 0; i < values.size(); ++i) {
            Json entry;
            for (auto const& argument : quantity.arguments)
                entry[argument.name] = arguments[i].at(argument.name);
            entry["value"] = values[i].value;
            entry["accuracy"] = values[i].accuracy;
            object["values"].push_back(entry);
        }
        fmt::print("{}\n", object.dump(2));
        return 0;
    }
    // Arguments that were not given and are the same in every row stay out.
    std::vector<std::string> heading;
    auto const given = given_arguments(words);
    for (auto const& argument : quantity.arguments)
        if (std::ranges::any_of(given, [&](auto const& g) { return g.first == argument.name; }))
            heading.push_back(argument.name);
    std::vector<std::vector<std::string>> rows = {heading};
    rows[0].insert(rows[0].end(), {name, "accuracy"});
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto& row = rows.emplace_back();
        for (auto const& argument : heading)
            row.push_back(fmt::format("{}", arguments[i].at(argument)));
        // As many digits as are right.
        auto const digits = std::clamp(
            static_cast<int>(std::ceil(std::log10(std::abs(values[i].value) / values[i].accuracy))),
            1, 15);
        row.push_back(fmt::format("{:.{}g}", values[i].value, digits));
        row.push_back(fmt::format("{:.1g}", values[i].accuracy));
    }
    fmt::print("{}", text_table(rows));
    return 0;
}

}  // namespace spinscape::app
