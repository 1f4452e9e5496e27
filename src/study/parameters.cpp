// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/parameters.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <type_traits>

namespace spinscape {

namespace {

std::string real_text(double x) {
    auto text = fmt::format("{}", x);  // shortest form that reads back exactly
    // TOML tells reals from integers by the point or exponent.
    if (text.find_first_of(".eni") == std::string::npos) text += ".0";
    return text;
}

template <class T>
T const& held(Parameters const& parameters, std::string_view name) {
    auto const* value = std::get_if<T>(&parameters.value(name));
    if (value == nullptr)
        throw Error(ExitCode::internal,
                    fmt::format("parameter '{}' is read with a type it does not have", name));
    return *value;
}

}  // namespace

std::string to_text(Value const& value) {
    return std::visit(
        [](auto const& x) -> std::string {
            using T = std::decay_t<decltype(x)>;
            if constexpr (std::is_same_v<T, bool>) return x ? "true" : "false";
            if constexpr (std::is_same_v<T, std::int64_t>) return fmt::format("{}", x);
            if constexpr (std::is_same_v<T, double>) return real_text(x);
            if constexpr (std::is_same_v<T, std::string>) {
                std::string quoted = "\"";
                for (char const c : x) {
                    auto const code = static_cast<unsigned char>(c);
                    if (code < 0x20 || code == 0x7F) {
                        quoted += fmt::format("\\u{:04X}", code);
                        continue;
                    }
                    if (c == '"' || c == '\\') quoted += '\\';
                    quoted += c;
                }
                return quoted + '"';
            }
            if constexpr (std::is_same_v<T, std::vector<std::int64_t>> ||
                          std::is_same_v<T, std::vector<double>> ||
                          std::is_same_v<T, std::vector<std::string>>) {
                std::string list = "[";
                for (auto const& element : x)
                    list += (list.size() > 1 ? ", " : "") + to_text(Value(element));
                return list + "]";
            }
        },
        value);
}

Value const& Parameters::value(std::string_view name) const {
    auto const found = values_.find(name);
    if (found == values_.end())
        throw Error(ExitCode::internal, fmt::format("the study has no parameter '{}'", name));
    return found->second;
}

std::int64_t Parameters::integer(std::string_view name) const {
    return held<std::int64_t>(*this, name);
}

double Parameters::real(std::string_view name) const {
    if (auto const* whole = std::get_if<std::int64_t>(&value(name)))
        return static_cast<double>(*whole);
    return held<double>(*this, name);
}

bool Parameters::flag(std::string_view name) const {
    return held<bool>(*this, name);
}

std::string const& Parameters::text(std::string_view name) const {
    return held<std::string>(*this, name);
}

std::vector<std::int64_t> const& Parameters::integers(std::string_view name) const {
    return held<std::vector<std::int64_t>>(*this, name);
}

std::vector<double> const& Parameters::reals(std::string_view name) const {
    return held<std::vector<double>>(*this, name);
}

}  // namespace spinscape
