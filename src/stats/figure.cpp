// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/figure.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/types.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace spinscape {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 6> mark_names = {"points", "line",  "steps",
                                                        "bars",   "level", "vertical"};

/// Nine significant digits: what a picture needs; shorter files, and no noise of the last bits.
Json numbers(std::vector<double> const& values) {
    auto array = Json::array();
    for (double const x : values) {
        if (!std::isfinite(x)) {
            array.push_back(nullptr);
            continue;
        }
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.9g", x);
        array.push_back(std::strtod(text.data(), nullptr));
    }
    return array;
}

std::vector<double> numbers(Json const& array) {
    std::vector<double> values;
    for (auto const& x : array) values.push_back(x.is_null() ? missing : x.get<double>());
    return values;
}

Series::Mark mark(std::string const& text) {
    for (std::size_t i = 0; i < mark_names.size(); ++i)
        if (mark_names[i] == text) return static_cast<Series::Mark>(i);
    throw Error(ExitCode::bad_input, "figure: unknown mark '" + text + "'");
}

Json to_json(Series const& series) {
    return {{"label", series.label},
            {"mark", mark_names.at(static_cast<std::size_t>(series.mark))},
            {"x", numbers(series.x)},
            {"y", numbers(series.y)},
            {"y_error", numbers(series.y_error)},
            {"faint", series.faint},
            {"colour", series.colour},
            {"bar_width", series.bar_width}};
}

Series series_from(Json const& json) {
    return {.label = json.at("label"),
            .mark = mark(json.at("mark")),
            .x = numbers(json.at("x")),
            .y = numbers(json.at("y")),
            .y_error = numbers(json.at("y_error")),
            .faint = json.at("faint"),
            .colour = json.at("colour"),
            .bar_width = json.at("bar_width")};
}

Json to_json(Panel const& panel) {
    auto series = Json::array();
    for (auto const& one : panel.series) series.push_back(to_json(one));
    return {{"title", panel.title}, {"x_label", panel.x_label}, {"y_label", panel.y_label},
            {"x_log", panel.x_log}, {"y_log", panel.y_log},     {"series", series}};
}

Panel panel_from(Json const& json) {
    Panel panel{.title = json.at("title"),
                .x_label = json.at("x_label"),
                .y_label = json.at("y_label"),
                .series = {},
                .x_log = json.at("x_log"),
                .y_log = json.at("y_log")};
    for (auto const& one : json.at("series")) panel.series.push_back(series_from(one));
    return panel;
}

}  // namespace

std::string to_json(std::vector<Figure> const& figures) {
    auto all = Json::array();
    for (auto const& figure : figures) {
        auto panels = Json::array();
        for (auto const& panel : figure.panels) panels.push_back(to_json(panel));
        all.push_back({{"id", figure.id},
                       {"title", figure.title},
                       {"caption", figure.caption},
                       {"panels", panels}});
    }
    return all.dump(1);
}

std::vector<Figure> figures_from_json(std::string const& text) {
    try {
        std::vector<Figure> figures;
        for (auto const& json : Json::parse(text)) {
            Figure figure{.id = json.at("id"),
                          .title = json.at("title"),
                          .caption = json.at("caption"),
                          .panels = {}};
            for (auto const& panel : json.at("panels")) figure.panels.push_back(panel_from(panel));
            figures.push_back(std::move(figure));
        }
        return figures;
    } catch (nlohmann::json::exception const& problem) {
        throw Error(ExitCode::bad_input,
                    std::string("the figures of this file cannot be read: ") + problem.what());
    }
}

}  // namespace spinscape
