// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/tree.hpp"

#include "spinscape/base/error.hpp"

#include <algorithm>
#include <type_traits>

namespace spinscape::store {

namespace {

/// "a/b/c" -> "a" and "b/c"; without a slash the rest is empty.
std::pair<std::string_view, std::string_view> first_part(std::string_view path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    auto const slash = path.find('/');
    if (slash == std::string_view::npos) return {path, {}};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

Attribute const* find(Attributes const& attributes, std::string_view name) {
    auto const found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](auto const& entry) { return entry.first == name; });
    return found == attributes.end() ? nullptr : &found->second;
}

}  // namespace

index Variable::size() const {
    return std::visit([](auto const& values) { return std::ssize(values); }, data);
}

std::vector<double> Variable::reals() const {
    auto const* fill = attribute("_FillValue");
    auto const* integer_fill = fill != nullptr ? std::get_if<std::int64_t>(fill) : nullptr;
    return std::visit(
        [&](auto const& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            std::vector<double> result;
            if constexpr (std::is_arithmetic_v<T>) {
                result.reserve(values.size());
                for (T const x : values) {
                    bool const absent = std::is_integral_v<T> && integer_fill != nullptr &&
                                        static_cast<std::int64_t>(x) == *integer_fill;
                    result.push_back(absent ? missing : static_cast<double>(x));
                }
                return result;
            } else {
                throw Error(ExitCode::bad_input, "variable '" + name + "' holds text, not numbers");
                return result;
            }
        },
        data);
}

std::vector<std::string> const& Variable::texts() const {
    auto const* values = std::get_if<std::vector<std::string>>(&data);
    if (values == nullptr)
        throw Error(ExitCode::bad_input, "variable '" + name + "' holds numbers, not text");
    return *values;
}

Attribute const* Variable::attribute(std::string_view attribute_name) const {
    return find(attributes, attribute_name);
}

Attribute const* Group::attribute(std::string_view attribute_name) const {
    return find(attributes, attribute_name);
}

Group const* Group::group(std::string_view path) const {
    auto const [first, rest] = first_part(path);
    if (first.empty()) return this;
    for (auto const& child : groups)
        if (child.name == first) return rest.empty() ? &child : child.group(rest);
    return nullptr;
}

Variable const* Group::variable(std::string_view path) const {
    auto const [first, rest] = first_part(path);
    if (!rest.empty()) {
        auto const* child = group(first);
        return child == nullptr ? nullptr : child->variable(rest);
    }
    for (auto const& candidate : variables)
        if (candidate.name == first) return &candidate;
    return nullptr;
}

Variable const& Group::require(std::string_view path) const {
    auto const* found = variable(path);
    if (found == nullptr)
        throw Error(ExitCode::bad_input, "there is no variable '" + std::string(path) +
                                             "' in this file; is it a result of Spinscape?");
    return *found;
}

}  // namespace spinscape::store
