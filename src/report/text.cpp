// SPDX-License-Identifier: BSD-3-Clause
#include "sections.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::report {

std::string escape_html(std::string const& text) {
    std::string result;
    for (char const c : text) switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    return result;
}

namespace {

std::string with_minus_signs(std::string const& number) {
    std::string result;
    for (char const c : number) result += c == '-' ? std::string("−") : std::string(1, c);
    return result;
}

}  // namespace

std::string number_text(double value, int digits) {
    if (!std::isfinite(value)) return std::isnan(value) ? "–" : value > 0 ? "∞" : "−∞";
    bool const whole = value == std::floor(value) && std::abs(value) < 1e15;
    auto text = whole ? fmt::format("{:.0f}", value) : fmt::format("{:.{}g}", value, digits);
    return with_minus_signs(text);
}

std::string measured_text(double value, double error) {
    // Beyond these sizes decimals are no way to write a number.
    bool const decimal =
        std::isfinite(value) && error >= 1e-6 && error < 1e6 && std::abs(value) < 1e6;
    if (!decimal) return number_text(value, 5) + " ± " + number_text(error, 2);
    int const decimals = std::max(0, 1 - static_cast<int>(std::floor(std::log10(error))));
    return with_minus_signs(fmt::format("{0:.{2}f} ± {1:.{2}f}", value, error, decimals));
}

std::string text_of(store::Attribute const* attribute) {
    if (!attribute) return "";
    auto const one = [](auto const& value) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
            return value;
        else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>)
            return fmt::format("{:.6g}", value);
        else
            return fmt::format("{}", value);
    };
    return std::visit(
        [&](auto const& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::string> || std::is_arithmetic_v<Value>) {
                return one(value);
            } else {
                std::string all;
                for (auto const& item : value) all += (all.empty() ? "" : ", ") + one(item);
                return all;
            }
        },
        *attribute);
}

std::string required_text(store::Group const& result, std::string_view name) {
    auto text = text_of(result.attribute(name));
    if (text.empty())
        throw Error(ExitCode::bad_input,
                    fmt::format("no root attribute '{}' in this file, so it is no result of "
                                "Spinscape; give the file that `spinscape run` wrote",
                                name));
    return text;
}

}  // namespace spinscape::report
