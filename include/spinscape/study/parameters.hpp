// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spinscape {

using Value = std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>,
                           std::vector<double>, std::vector<std::string>>;

/// As TOML writes it: 20, 0.05, true, "relu", [64, 64].
std::string to_text(Value const& value);

/// One parameter of a study: what `describe` prints, what a job file may set, what is checked.
struct ParameterSpec {
    std::string name;
    Value standard;  ///< default; its type is the parameter's type
    std::string description;
    std::string units = "1";
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    bool minimum_excluded = false;
    std::vector<std::string> choices{};  ///< for texts: the allowed ones (empty: any)
    /// The parameter means something only where another one has this value, e.g. {"system",
    /// "glass"}; elsewhere its column in the result is missing.
    std::optional<std::pair<std::string, std::string>> only_where{};
};

/// A complete, checked set of values: one parameter point of a sweep.
class Parameters {
public:
    Parameters() = default;
    explicit Parameters(std::map<std::string, Value, std::less<>> values)
        : values_(std::move(values)) {}

    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] double real(std::string_view name) const;  ///< integers are converted
    [[nodiscard]] bool flag(std::string_view name) const;
    [[nodiscard]] std::string const& text(std::string_view name) const;
    [[nodiscard]] std::vector<std::int64_t> const& integers(std::string_view name) const;
    [[nodiscard]] std::vector<double> const& reals(std::string_view name) const;
    [[nodiscard]] Value const& value(std::string_view name) const;
    [[nodiscard]] std::map<std::string, Value, std::less<>> const& values() const {
        return values_;
    }

private:
    std::map<std::string, Value, std::less<>> values_;
};

}  // namespace spinscape
