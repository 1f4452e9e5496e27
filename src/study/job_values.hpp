// SPDX-License-Identifier: BSD-3-Clause
// Values of a job file: from TOML to parameters, and what is wrong with them.
#pragma once

#include "spinscape/base/duration.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/nearest.hpp"
#include "spinscape/study/job.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

namespace spinscape {

/// Everything wrong with a job, with its place, to be told at once.
class Problems {
public:
    Problems(std::string path, Overrides const& overrides)
        : path_(std::move(path)), overrides_(overrides) {}
    void add(toml::source_region const& where, std::string const& what) {
        auto const file = where.path ? *where.path : path_;
        // What the command line put in has no place in the file.
        auto const line =
            where.begin.line > 0
                ? fmt::format("{}:{}:{}: {}", file, where.begin.line, where.begin.column, what)
                : fmt::format("{}{}: {}", path_, from_command_line(what) ? " --set" : "", what);
        if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) lines_.push_back(line);
    }
    void throw_if_any() const {
        if (lines_.empty()) return;
        std::string all;
        for (auto const& line : lines_) all += (all.empty() ? "" : "\n") + line;
        throw Error(ExitCode::bad_input, all);
    }

private:
    [[nodiscard]] bool from_command_line(std::string const& what) const {
        return std::any_of(overrides_.set.begin(), overrides_.set.end(),
                           [&](auto const& entry) { return what.starts_with(entry.first); });
    }

    std::string path_;
    Overrides const& overrides_;
    std::vector<std::string> lines_;
};

inline std::string type_name(Value const& value) {
    constexpr std::array names = {"an integer",     "a number",           "true or false",
                                  "a text",         "a list of integers", "a list of numbers",
                                  "a list of texts"};
    return names.at(value.index());
}

inline std::string shown(toml::node const& node) {
    std::ostringstream text;
    node.visit([&](auto const& x) { text << x; });
    return text.str();
}

template <class T>
std::optional<Value> list_of(toml::node const& node) {
    auto const* array = node.as_array();
    if (array == nullptr) return std::nullopt;
    std::vector<T> values;
    for (auto const& element : *array) {
        auto const x = std::is_same_v<T, double> ? element.template value<T>()
                                                 : element.template value_exact<T>();
        if (!x) return std::nullopt;
        values.push_back(*x);
    }
    return Value(values);
}

/// The node as a value of the same type as `like`; an integer will do for a real, not the reverse.
inline std::optional<Value> convert(toml::node const& node, Value const& like) {
    auto const wrap = [](auto const& x) { return x ? std::optional<Value>(*x) : std::nullopt; };
    switch (like.index()) {
        case 0:
            return wrap(node.value_exact<std::int64_t>());
        case 1:
            return node.is_number() ? wrap(node.value<double>()) : std::nullopt;
        case 2:
            return wrap(node.value_exact<bool>());
        case 3:
            return wrap(node.value_exact<std::string>());
        case 4:
            return list_of<std::int64_t>(node);
        case 5:
            return list_of<double>(node);
        default:
            return list_of<std::string>(node);
    }
}

/// What forbids this value; empty if nothing does.
inline std::string objection(ParameterSpec const& spec, Value const& value) {
    auto const number = [&](double x) -> std::string {
        if (!std::isfinite(x)) return "must be a finite number";
        if (spec.minimum_excluded && x <= spec.minimum)
            return fmt::format("must be greater than {}", spec.minimum);
        if (x < spec.minimum) return fmt::format("must be at least {}", spec.minimum);
        if (x > spec.maximum) return fmt::format("must be at most {}", spec.maximum);
        return "";
    };
    if (auto const* x = std::get_if<std::int64_t>(&value)) return number(static_cast<double>(*x));
    if (auto const* x = std::get_if<double>(&value)) return number(*x);
    if (auto const* list = std::get_if<std::vector<std::int64_t>>(&value))
        for (auto const x : *list)
            if (auto const problem = number(static_cast<double>(x)); !problem.empty())
                return "every element " + problem;
    if (auto const* list = std::get_if<std::vector<double>>(&value))
        for (auto const x : *list)
            if (auto const problem = number(x); !problem.empty()) return "every element " + problem;
    if (auto const* text = std::get_if<std::string>(&value);
        text != nullptr && !spec.choices.empty())
        if (std::find(spec.choices.begin(), spec.choices.end(), *text) == spec.choices.end())
            return fmt::format("must be one of {}{}", fmt::join(spec.choices, ", "),
                               did_you_mean(*text, spec.choices));
    return "";
}

}  // namespace spinscape
