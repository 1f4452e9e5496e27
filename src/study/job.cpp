// SPDX-License-Identifier: BSD-3-Clause
// The only file that knows TOML.
#include "spinscape/study/job.hpp"

#include "job_values.hpp"
#include "spinscape/base/duration.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/nearest.hpp"

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

namespace {

class Resolver {
public:
    Resolver(Job& job, Problems& problems) : job_(job), problems_(problems) {}

    ParameterSpec const* spec_of(std::string_view name, toml::source_region const& where,
                                 std::string const& place) {
        std::vector<std::string> names;
        for (auto const& spec : job_.study->parameters) {
            if (spec.name == name) return &spec;
            names.push_back(spec.name);
        }
        problems_.add(where, fmt::format("{}: study '{}' has no parameter '{}'{}", place,
                                         job_.study->name, name, did_you_mean(name, names)));
        return nullptr;
    }

    std::optional<Value> checked(ParameterSpec const& spec, toml::node const& node,
                                 std::string const& place) {
        auto value = convert(node, spec.standard);
        auto const complaint =
            value ? objection(spec, *value) : "must be " + type_name(spec.standard);
        if (complaint.empty()) return value;
        problems_.add(node.source(), fmt::format("{} = {}: {} ({})", place, shown(node), complaint,
                                                 spec.description));
        return std::nullopt;
    }

    void parameters(toml::table const& table) {
        for (auto const& [key, node] : table) {
            auto const place = fmt::format("parameters.{}", key.str());
            if (auto const* spec = spec_of(key.str(), key.source(), place))
                if (auto value = checked(*spec, node, place)) job_.parameters[spec->name] = *value;
        }
    }

    void sweeps(toml::node const& node) {
        if (auto const* table = node.as_table()) {
            sweep(*table);
        } else if (auto const* array = node.as_array();
                   array != nullptr && !array->empty() && array->is_homogeneous<toml::table>()) {
            for (auto const& element : *array) sweep(*element.as_table());
        } else {
            problems_.add(node.source(), "sweep: must be a table with grid, zip, fixed or seeds");
        }
    }

    /// seeds.count: a number, or { min, max, until }.
    void seeds(toml::table const& layer) {
        auto const* group = layer.get_as<toml::table>("seeds");
        auto const* node = group != nullptr ? group->get("count") : nullptr;
        if (node == nullptr) return;
        auto const* table = node->as_table();
        if (table == nullptr) {
            if (auto const count =
                    entry<std::int64_t>(layer, "seeds", "count", 1,
                                        "an integer of at least 1, or { min = 100, max = 5000, "
                                        "until = \"claims decided\" }")) {
                job_.seeds = *count;
                job_.adaptive.reset();
            }
            return;
        }
        known_keys(*table, "seeds.count", {"min", "max", "until"});
        auto const integer = [&](char const* key) {
            auto const* entry = table->get(key);
            return entry != nullptr ? entry->value_exact<std::int64_t>().value_or(0) : 0;
        };
        auto const least = integer("min"), most = integer("max");
        auto const* criterion = table->get("until");
        auto const until = criterion != nullptr
                               ? criterion->value_exact<std::string>().value_or("no text")
                               : std::string("claims decided");
        if (least < 2 || most < least)
            problems_.add(node->source(),
                          "seeds.count: min and max must be integers with "
                          "2 <= min <= max");
        else if (auto adaptive = adaptive_seeds(most, until, *node)) {
            job_.seeds = least;
            job_.adaptive = std::move(adaptive);
        }
    }

private:
    std::optional<AdaptiveSeeds> adaptive_seeds(index most, std::string const& until,
                                                toml::node const& node) {
        AdaptiveSeeds adaptive{.most = most, .until = until, .field = {}, .target = 0};
        if (until == "claims decided") return adaptive;
        std::istringstream words(until);
        std::string first, relation;
        if (words >> first >> adaptive.field >> relation >> adaptive.target && first == "stderr" &&
            relation == "<" && adaptive.target > 0 && (words >> std::ws).eof()) {
            std::vector<std::string> scalars;
            for (auto const& field : job_.study->fields)
                if (field.axis.empty()) scalars.push_back(field.name);
            if (std::find(scalars.begin(), scalars.end(), adaptive.field) != scalars.end())
                return adaptive;
            problems_.add(node.source(),
                          fmt::format("seeds.count.until: study '{}' records no number '{}'{}",
                                      job_.study->name, adaptive.field,
                                      did_you_mean(adaptive.field, scalars)));
            return std::nullopt;
        }
        problems_.add(node.source(),
                      fmt::format("seeds.count.until = \"{}\": must be \"claims decided\" or, for "
                                  "example, \"stderr {} < 0.001\"",
                                  until, job_.study->fields.front().name));
        return std::nullopt;
    }

    void sweep(toml::table const& table) {
        Sweep result;
        swept_.clear();
        known_keys(table, "sweep", {"fixed", "grid", "zip", "seeds"});
        if (auto const* fixed = sub_table(table, "fixed"))
            for (auto const& [key, node] : in_order(*fixed)) {
                auto const place = fmt::format("sweep.fixed.{}", key);
                if (auto const* spec = once(key, node->source(), place))
                    if (auto value = checked(*spec, *node, place))
                        result.fixed.emplace_back(key, *value);
            }
        result.grid = axes(table, "grid");
        result.zip = axes(table, "zip");
        for (auto const& [name, list] : result.zip)
            if (list.size() != result.zip.front().second.size())
                problems_.add(table.get("zip")->source(),
                              fmt::format("sweep.zip: '{}' has {} values where '{}' has {}: lists "
                                          "in a zip go in step",
                                          name, list.size(), result.zip.front().first,
                                          result.zip.front().second.size()));
        if (auto const* seeds = table.get("seeds")) {
            auto const count = seeds->value_exact<std::int64_t>();
            if (!count || *count < 1)
                problems_.add(seeds->source(),
                              fmt::format("sweep.seeds = {}: must be an integer of at least 1",
                                          shown(*seeds)));
            else
                result.seeds = *count;
        }
        job_.sweeps.push_back(std::move(result));
    }

    /// toml++ sorts keys by name; what the user wrote first comes first here.
    static std::vector<std::pair<std::string, toml::node const*>> in_order(
        toml::table const& table) {
        std::vector<std::pair<std::string, toml::node const*>> entries;
        for (auto const& [key, node] : table) entries.emplace_back(std::string(key.str()), &node);
        std::stable_sort(entries.begin(), entries.end(), [](auto const& a, auto const& b) {
            auto const &x = a.second->source().begin, &y = b.second->source().begin;
            return std::pair{x.line, x.column} < std::pair{y.line, y.column};
        });
        return entries;
    }

    toml::table const* sub_table(toml::table const& table, char const* name) {
        auto const* node = table.get(name);
        if (node == nullptr) return nullptr;
        if (!node->is_table())
            problems_.add(
                node->source(),
                fmt::format("sweep.{} = {}: must be a table {{ name = ... }}", name, shown(*node)));
        else if (node->as_table()->empty())
            problems_.add(node->source(),
                          fmt::format("sweep.{}: is empty (no parameter to vary)", name));
        return node->as_table();
    }

    ParameterSpec const* once(std::string const& name, toml::source_region const& where,
                              std::string const& place) {
        if (!swept_.insert(name).second)
            problems_.add(where, fmt::format("{}: '{}' is set twice in this sweep", place, name));
        return spec_of(name, where, place);
    }

    std::vector<Sweep::Axis> axes(toml::table const& table, char const* kind) {
        std::vector<Sweep::Axis> result;
        auto const* entries = sub_table(table, kind);
        if (entries == nullptr) return result;
        for (auto const& [key, node] : in_order(*entries)) {
            auto const place = fmt::format("sweep.{}.{}", kind, key);
            auto const* spec = once(key, node->source(), place);
            if (spec == nullptr) continue;
            auto const* list = node->as_array();
            if (list == nullptr || list->empty()) {
                problems_.add(node->source(),
                              fmt::format("{} = {}: must be a list with at least one value", place,
                                          shown(*node)));
                continue;
            }
            Sweep::Axis axis{key, {}};
            for (auto const& element : *list)
                if (auto value = checked(*spec, element, place)) axis.second.push_back(*value);
            result.push_back(std::move(axis));
        }
        return result;
    }

public:
    void known_keys(toml::table const& table, std::string const& place,
                    std::vector<std::string> const& allowed) {
        for (auto const& [key, node] : table)
            if (std::find(allowed.begin(), allowed.end(), key.str()) == allowed.end())
                problems_.add(key.source(), fmt::format("{}{}: unknown key; allowed: {}{}",
                                                        place.empty() ? "" : place + ".", key.str(),
                                                        fmt::join(allowed, ", "),
                                                        did_you_mean(key.str(), allowed)));
    }

    template <class T>
    std::optional<T> entry(toml::table const& table, char const* section, char const* key,
                           double minimum, char const* what) {
        auto const* group = table.get_as<toml::table>(section);
        auto const* node = group != nullptr ? group->get(key) : nullptr;
        if (node == nullptr) return std::nullopt;
        auto const value = node->value_exact<T>();
        bool good = value.has_value();
        if constexpr (std::is_arithmetic_v<T>)
            good = good && static_cast<double>(*value) >= minimum;
        if (!good)
            problems_.add(node->source(),
                          fmt::format("{}.{} = {}: must be {}", section, key, shown(*node), what));
        return good ? value : std::nullopt;
    }

private:
    Job& job_;
    Problems& problems_;
    std::set<std::string> swept_;
};

toml::table parse(std::string const& text, std::string const& name) {
    try {
        return toml::parse(text, name);
    } catch (toml::parse_error const& error) {
        auto const& at = error.source().begin;
        throw Error(ExitCode::bad_input,
                    fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description()));
    }
}

/// Puts a dotted key of `--set` into the job's tables.
void apply(toml::table& root, std::string const& key, std::string const& value) {
    auto const place = fmt::format("--set {}={}", key, value);
    toml::table line;
    try {
        line = toml::parse(fmt::format("value = {}", value), place);
    } catch (toml::parse_error const&) {
        line = toml::table{{"value", value}};  // a bare word is a text
    }
    auto* table = &root;
    std::string_view rest = key;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        auto const part = rest.substr(0, dot);
        auto* next = table->get(part);
        if (next == nullptr) next = &table->insert(part, toml::table{}).first->second;
        if (!next->is_table())
            throw Error(ExitCode::bad_input, fmt::format("{}: '{}' is no table", place, part));
        table = next->as_table();
        rest.remove_prefix(dot + 1);
    }
    if (rest.empty()) throw Error(ExitCode::bad_input, place + ": the key is incomplete");
    table->insert_or_assign(rest, std::move(*line.get("value")));
}

Study const& find_study(toml::table const& table, std::string const& path,
                        std::vector<Study> const& studies) {
    std::vector<std::string> names;
    for (auto const& study : studies) names.push_back(study.name);
    auto const* node = table.get("study");
    if (node == nullptr)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: 'study' is missing; one of {}", path, fmt::join(names, ", ")));
    auto const name = node->value_exact<std::string>();
    for (auto const& study : studies)
        if (name && study.name == *name) return study;
    auto const& at = node->source().begin;
    throw Error(
        ExitCode::bad_input,
        fmt::format("{}:{}:{}: study = {}: unknown study; one of {}{}", path, at.line, at.column,
                    shown(*node), fmt::join(names, ", "), did_you_mean(name.value_or(""), names)));
}

/// Parameters set for a point where they mean nothing, and points that occur twice.
void check_points(Job const& job, Problems& problems) {
    for (auto const& sweep : job.sweeps) {
        auto const points = expand(*job.study, job.parameters, {sweep}, job.seeds);
        auto const check = [&](std::string const& name) {
            for (auto const& spec : job.study->parameters)
                if (spec.name == name)
                    for (auto const& point : points)
                        if (!applies(spec, point.parameters)) {
                            problems.add({}, fmt::format("sweep: '{}' means something only where "
                                                         "{} = \"{}\"; give it a sweep of its own",
                                                         name, spec.only_where->first,
                                                         spec.only_where->second));
                            return;
                        }
        };
        for (auto const& axis : sweep.grid) check(axis.first);
        for (auto const& axis : sweep.zip) check(axis.first);
    }
    std::vector<std::size_t> order(job.points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const values = [&](std::size_t i) -> auto const& {
        return job.points[i].parameters.values();
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return values(a) < values(b); });
    for (std::size_t i = 1; i < order.size(); ++i)
        if (values(order[i - 1]) == values(order[i])) {
            problems.add({}, fmt::format("sweep: parameter points {} and {} are the same",
                                         order[i - 1] + 1, order[i] + 1));
            return;
        }
}

/// A slip in a grid must not fill the memory.
void check_size(Job const& job, Problems& problems) {
    constexpr double most = 1e5;
    double points = 0;
    for (auto const& sweep : job.sweeps) {
        double product = sweep.zip.empty() ? 1 : std::ssize(sweep.zip.front().second);
        for (auto const& axis : sweep.grid) product *= std::ssize(axis.second);
        points += product;
    }
    if (points > most)
        problems.add({}, fmt::format("sweep: {:.0f} parameter points; at most {:.0f} go into one "
                                     "job, split it",
                                     points, most));
    problems.throw_if_any();
}

}  // namespace

Job resolve_job(std::string const& text, std::string const& path, std::vector<Study> const& studies,
                Overrides const& overrides) {
    auto table = parse(text, path);
    for (auto const& [key, value] : overrides.set) apply(table, key, value);

    Job job;
    Problems problems(path, overrides);
    Resolver resolve(job, problems);
    job.path = path;
    job.folder = std::filesystem::absolute(path).parent_path().string();
    job.study = &find_study(table, path, studies);
    resolve.known_keys(table, "",
                       {"study", "tier", "seeds", "parameters", "sweep", "run", "output"});
    for (auto const* section : {"seeds", "parameters", "run", "output"})
        if (auto const* node = table.get(section); node != nullptr && !node->is_table()) {
            problems.add(node->source(), fmt::format("{} = {}: must be a table [{}]", section,
                                                     shown(*node), section));
            problems.throw_if_any();
        }

    job.tier =
        overrides.tier.empty() ? table["tier"].value_or(std::string("standard")) : overrides.tier;
    std::vector<std::string> const tiers = {"smoke", "standard", "paper"};
    if (auto const* node = table.get("tier"); node != nullptr && !node->is_string())
        problems.add(node->source(), fmt::format("tier = {}: must be a text", shown(*node)));
    if (std::find(tiers.begin(), tiers.end(), job.tier) == tiers.end()) {
        auto const* node = table.get("tier");
        problems.add(node != nullptr ? node->source() : toml::source_region{},
                     fmt::format("tier = \"{}\": must be one of {}{}", job.tier,
                                 fmt::join(tiers, ", "), did_you_mean(job.tier, tiers)));
        problems.throw_if_any();
    }
    auto const& preset_text = job.tier == "smoke"   ? job.study->smoke
                              : job.tier == "paper" ? job.study->paper
                                                    : job.study->standard;
    auto const preset =
        parse(preset_text, fmt::format("tier {} of study {}", job.tier, job.study->name));

    for (auto const& spec : job.study->parameters) job.parameters[spec.name] = spec.standard;
    job.master_seed = 20160907;
    for (auto const* layer : {&preset, static_cast<toml::table const*>(&table)}) {
        if (auto const* group = layer->get_as<toml::table>("seeds"))
            resolve.known_keys(*group, "seeds", {"master", "count"});
        if (auto const seed = resolve.entry<std::int64_t>(*layer, "seeds", "master", 0,
                                                          "an integer of at least 0"))
            job.master_seed = static_cast<std::uint64_t>(*seed);
        resolve.seeds(*layer);
        if (auto const* group = layer->get_as<toml::table>("parameters"))
            resolve.parameters(*group);
    }
    if (auto const* sweep = table.get("sweep"))
        resolve.sweeps(*sweep);
    else if (auto const* preset_sweep = preset.get("sweep"))
        resolve.sweeps(*preset_sweep);
    if (auto const* group = table.get_as<toml::table>("run"))
        resolve.known_keys(*group, "run", {"block", "keep_states", "max_time", "save"});
    if (auto const* group = table.get_as<toml::table>("output"))
        resolve.known_keys(*group, "output", {"file"});
    job.block = resolve
                    .entry<std::int64_t>(table, "run", "block", 1,
                                         "an integer of at least 1 (replicas per block)")
                    .value_or(0);
    job.keep_states =
        resolve.entry<bool>(table, "run", "keep_states", false, "true or false").value_or(true);
    auto const duration = [&](char const* key) -> std::string {
        auto const written =
            resolve.entry<std::string>(table, "run", key, 0, "a duration, e.g. \"90min\"");
        if (!written || *written == "slurm") return written.value_or("");
        try {
            parse_duration(*written);
        } catch (Error const& error) {
            problems.add(table["run"][key].node()->source(),
                         fmt::format("run.{}: {}", key, error.what()));
            return "";
        }
        return *written;
    };
    job.max_time = duration("max_time");
    if (auto const written = duration("save"); !written.empty() && written != "slurm")
        job.save_seconds = static_cast<double>(parse_duration(written).count());
    auto const stem = std::filesystem::path(path).stem().string() + ".h5";
    auto const file =
        resolve.entry<std::string>(table, "output", "file", 0, "a text").value_or(stem);
    job.output = overrides.output.empty() ? (std::filesystem::path(job.folder) / file).string()
                                          : overrides.output;
    problems.throw_if_any();

    check_size(job, problems);
    job.points =
        expand(*job.study, job.parameters, job.sweeps, job.seeds, job.adaptive.has_value());
    check_points(job, problems);
    problems.throw_if_any();
    return job;
}

Job load_job(std::string const& path, std::vector<Study> const& studies,
             Overrides const& overrides) {
    std::ifstream file(path);
    if (!file || std::filesystem::is_directory(path))
        throw Error(ExitCode::missing_input, fmt::format("there is no job file '{}'", path));
    std::ostringstream text;
    text << file.rdbuf();
    return resolve_job(text.str(), path, studies, overrides);
}

}  // namespace spinscape
