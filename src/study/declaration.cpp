// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/declaration.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace spinscape {

namespace {

constexpr std::ptrdiff_t most_codes = 128;  // they are int8 in the file

class Slips {
public:
    /// A variable of a group of the result.
    void variable(std::string const& name) {
        if (!names_.insert(name).second)
            text += fmt::format("\n  two variables of its result would be named '{}'", name);
    }
    std::string text;

private:
    std::set<std::string> names_;
};

/// Variables of /records or /critical_points.
void check_table(Study const& study, std::vector<Field> const& fields,
                 std::vector<char const*> const& names, std::string& text) {
    Slips slips;
    for (auto const* name : names) slips.variable(name);
    for (auto const& spec : study.parameters) slips.variable(spec.name);
    std::map<std::string, std::vector<double>> axes;
    for (auto const& field : fields) {
        slips.variable(field.name);
        if (!field.meanings.empty() && (field.type != Field::Type::integer || !field.axis.empty() ||
                                        std::ssize(field.meanings) > most_codes))
            slips.text +=
                fmt::format("\n  '{}' has meanings, but is no single integer or has more than {}",
                            field.name, most_codes);
        if (std::any_of(field.meanings.begin(), field.meanings.end(), [](auto const& word) {
                return word.empty() || word.find(' ') != std::string::npos;
            }))
            slips.text += fmt::format("\n  a meaning of '{}' is not one word", field.name);
        if (field.axis.empty()) continue;
        auto const [entry, fresh] = axes.emplace(field.axis, field.axis_values);
        if (fresh) slips.variable(field.axis);
        if (entry->second != field.axis_values)
            slips.text += fmt::format("\n  axis '{}' of field '{}' has other values elsewhere",
                                      field.axis, field.name);
    }
    text += slips.text;
}

void check_summary(Study const& study, Slips slips, std::string& text) {
    for (auto const* name : {"point", "n", "edge"}) slips.variable(name);
    for (auto const name : outcome_names) slips.variable(fmt::format("n_{}", name));
    for (auto const& spec : study.parameters) slips.variable(spec.name);
    std::set<std::string> axes;
    for (auto const& field : study.fields) {
        if (!field.meanings.empty()) continue;
        for (auto const* suffix : {"mean", "stderr", "count"})
            slips.variable(fmt::format("{}_{}", field.name, suffix));
        if (!field.axis.empty() && axes.insert(field.axis).second) slips.variable(field.axis);
        if (!field.axis.empty()) continue;
        for (auto const* suffix : {"sd", "sd_stderr", "min", "max"})
            slips.variable(fmt::format("{}_{}", field.name, suffix));
        if (field.histogram_edges.empty()) continue;
        for (auto const* suffix : {"bin", "bin_bounds", "histogram", "underflow", "overflow"})
            slips.variable(fmt::format("{}_{}", field.name, suffix));
    }
    text += slips.text;
}

void check_parameters(Study const& study, std::string& text) {
    auto const named = [&](std::string const& name) {
        return std::find_if(study.parameters.begin(), study.parameters.end(),
                            [&](auto const& spec) { return spec.name == name; });
    };
    auto const allowed = [](ParameterSpec const& spec, std::string const& value) {
        return spec.choices.empty() ||
               std::find(spec.choices.begin(), spec.choices.end(), value) != spec.choices.end();
    };
    for (auto const& spec : study.parameters) {
        if (auto const* value = std::get_if<std::string>(&spec.standard);
            value != nullptr && !allowed(spec, *value))
            text += fmt::format("\n  the default of '{}' is not among its choices", spec.name);
        double number = 0;
        bool numeric = true;
        if (auto const* whole = std::get_if<std::int64_t>(&spec.standard))
            number = static_cast<double>(*whole);
        else if (auto const* real = std::get_if<double>(&spec.standard))
            number = *real;
        else
            numeric = false;
        bool const inside =
            number <= spec.maximum &&
            (spec.minimum_excluded ? number > spec.minimum : number >= spec.minimum);
        if (numeric && !inside)
            text += fmt::format("\n  the default of '{}' is out of its range", spec.name);
        if (!spec.only_where) continue;
        auto const other = named(spec.only_where->first);
        if (other == study.parameters.end() ||
            !std::holds_alternative<std::string>(other->standard) ||
            !allowed(*other, spec.only_where->second))
            text += fmt::format("\n  '{}' is only for {} = \"{}\", which cannot be", spec.name,
                                spec.only_where->first, spec.only_where->second);
    }
}

}  // namespace

void check_declaration(Study const& study) {
    std::string text;
    check_table(study, study.fields, {"record", "point", "replica", "outcome"}, text);
    check_table(study, study.point_fields,
                {"record", "critical_point", "row_size", "point", "replica", "order"}, text);
    check_summary(study, {}, text);
    check_parameters(study, text);
    if (!study.wave && (study.share || study.enough)) text += "\n  share and enough need wave";
    if (!study.headline || !study.cost || !study.run || !study.conclude)
        text += "\n  headline, cost, run and conclude must all be given";
    if (!text.empty())
        throw Error(ExitCode::internal,
                    fmt::format("the declaration of study '{}' is wrong:{}", study.name, text));
}

}  // namespace spinscape
