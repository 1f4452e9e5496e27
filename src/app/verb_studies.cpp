// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/error.hpp"
#include "spinscape/base/nearest.hpp"
#include "spinscape/base/version.hpp"
#include "spinscape/study/runner.hpp"
#include "text_table.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace spinscape::app {

namespace {

using Json = nlohmann::ordered_json;

Json json(Value const& value) {
    return std::visit([](auto const& x) { return Json(x); }, value);
}

std::string type_name(Value const& value) {
    constexpr std::array names = {"integer", "real", "flag", "text", "integers", "reals", "texts"};
    return names.at(value.index());
}

Json json(std::vector<Field> const& fields) {
    auto all = Json::array();
    for (auto const& field : fields) {
        all.push_back({{"name", field.name},
                       {"type", field.type == Field::Type::real ? "real" : "integer"},
                       {"units", field.units},
                       {"description", field.description},
                       {"axis", field.axis}});
        if (!field.meanings.empty()) all.back()["meanings"] = field.meanings;
    }
    return all;
}

std::string fields_table(std::vector<Field> const& fields) {
    std::vector<std::vector<std::string>> rows = {{"field", "units", "meaning"}};
    for (auto const& field : fields)
        rows.push_back(
            {field.axis.empty() ? field.name : fmt::format("{}({})", field.name, field.axis),
             field.units,
             field.meanings.empty()
                 ? field.description
                 : fmt::format("{}: {}", field.description, fmt::join(field.meanings, " | "))});
    return text_table(rows, {2}, 70);
}

std::string range(ParameterSpec const& spec) {
    if (!spec.choices.empty()) return fmt::format("{}", fmt::join(spec.choices, " | "));
    std::string text;
    if (std::isfinite(spec.minimum))
        text = fmt::format("{} {}", spec.minimum_excluded ? ">" : ">=", spec.minimum);
    if (std::isfinite(spec.maximum))
        text += fmt::format("{}<= {}", text.empty() ? "" : ", ", spec.maximum);
    return text;
}

}  // namespace

Study const& find_study(std::vector<Study> const& studies, std::string const& name) {
    std::vector<std::string> names;
    for (auto const& study : studies) {
        if (study.name == name) return study;
        names.push_back(study.name);
    }
    throw Error(ExitCode::usage, fmt::format("there is no study '{}'; one of {}{}", name,
                                             fmt::join(names, ", "), did_you_mean(name, names)));
}

int list(std::vector<Study> const& studies, Form form) {
    if (form == Form::json) {
        auto all = Json::array();
        for (auto const& study : studies)
            all.push_back(
                {{"name", study.name}, {"question", study.question}, {"sources", study.sources}});
        fmt::print("{}\n", all.dump(2));
        return 0;
    }
    std::vector<std::vector<std::string>> rows = {{"study", "question", "sources"}};
    for (auto const& study : studies)
        rows.push_back(
            {study.name, study.question, fmt::format("{}", fmt::join(study.sources, ", "))});
    fmt::print("{}", text_table(rows, {1, 2}, 60));
    return 0;
}

int describe(std::vector<Study> const& studies, std::string const& name, Form form) {
    auto const& study = find_study(studies, name);
    if (form == Form::json) {
        Json all = {{"name", study.name}, {"question", study.question}, {"sources", study.sources}};
        all["parameters"] = Json::array();
        for (auto const& spec : study.parameters) {
            Json entry = {{"name", spec.name},
                          {"type", type_name(spec.standard)},
                          {"default", json(spec.standard)},
                          {"units", spec.units},
                          {"description", spec.description}};
            if (!spec.choices.empty()) entry["choices"] = spec.choices;
            if (std::isfinite(spec.minimum)) entry["minimum"] = spec.minimum;
            if (std::isfinite(spec.maximum)) entry["maximum"] = spec.maximum;
            if (spec.only_where)
                entry["only_where"] = {{"parameter", spec.only_where->first},
                                       {"value", spec.only_where->second}};
            all["parameters"].push_back(entry);
        }
        all["fields"] = json(study.fields);
        all["point_fields"] = json(study.point_fields);
        all["tiers"] = {
            {"smoke", study.smoke}, {"standard", study.standard}, {"paper", study.paper}};
        fmt::print("{}\n", all.dump(2));
        return 0;
    }
    fmt::print("{}: {}\nSources: {}\n\nParameters\n\n", study.name, study.question,
               fmt::join(study.sources, ", "));
    std::vector<std::vector<std::string>> rows = {
        {"name", "default", "allowed", "units", "meaning"}};
    for (auto const& spec : study.parameters) {
        auto const where = spec.only_where ? fmt::format(" (where {} = {})", spec.only_where->first,
                                                         spec.only_where->second)
                                           : "";
        rows.push_back(
            {spec.name, to_text(spec.standard), range(spec), spec.units, spec.description + where});
    }
    fmt::print("{}\nRecorded for every replica\n\n{}", text_table(rows, {2, 4}, 50),
               fields_table(study.fields));
    if (!study.point_fields.empty())
        fmt::print("\nRecorded for every critical point\n\n{}", fields_table(study.point_fields));
    fmt::print("\nTiers\n\n# smoke\n{}\n# standard\n{}\n# paper\n{}", study.smoke, study.standard,
               study.paper);
    return 0;
}

int init(std::vector<Study> const& studies, std::string const& name) {
    fmt::print("{}", job_template(find_study(studies, name)));
    return 0;
}

int check(std::vector<Study> const& studies, std::string const& path, Overrides const& overrides,
          Form form) {
    auto const job = load_job(path, studies, overrides);
    spinscape::validate(job, 1);
    double seconds = 0, memory = 0, most_seconds = 0;
    index replicas = 0, most = 0;
    auto const blocks = blocks_of(job);
    for (auto const& block : blocks) seconds += block.cost;
    for (auto const& point : job.points) {
        replicas += point.replicas;
        // Adaptive seeds: what there will be if the criterion is never met.
        auto const all = job.adaptive
                             ? replicas_of(*job.study, point.parameters, job.adaptive->most)
                             : point.replicas;
        most += all;
        most_seconds += static_cast<double>(all) * job.study->cost(point.parameters);
        if (job.study->memory) memory = std::max(memory, job.study->memory(point.parameters));
    }
    if (form == Form::json) {
        fmt::print("{}\n", Json({{"study", job.study->name},
                                 {"tier", job.tier},
                                 {"master_seed", job.master_seed},
                                 {"points", job.points.size()},
                                 {"replicas", replicas},
                                 {"blocks", blocks.size()},
                                 {"core_hours", seconds / 3600},
                                 {"most_replicas", most},
                                 {"most_core_hours", most_seconds / 3600},
                                 {"memory_bytes_per_rank", memory},
                                 {"output", job.output},
                                 {"job", job.resolved()}})
                               .dump(2, ' ', false, Json::error_handler_t::replace));
        return 0;
    }
    fmt::print(
        "{}: study {}, tier {}, master seed {}\n{} parameter points, {} replicas in {} "
        "blocks\nestimated {:.3g} core-hours, {:.3g} GiB per rank\n",
        path, job.study->name, job.tier, job.master_seed, job.points.size(), replicas,
        blocks.size(), seconds / 3600, memory / (1 << 30));
    if (job.adaptive)
        fmt::print("adaptive: up to {} replicas and {:.3g} core-hours, until {}\n", most,
                   most_seconds / 3600, job.adaptive->until);
    fmt::print("output {}\n", job.output);
    return 0;
}

int version(Form form) {
    auto const& build = build_information();
    if (form == Form::json)
        fmt::print("{}\n", Json({{"program", "spinscape"},
                                 {"version", build.version},
                                 {"git_commit", build.git_commit},
                                 {"git_dirty", build.git_dirty},
                                 {"compiler", build.compiler},
                                 {"flags", build.flags}})
                               .dump(2));
    else
        fmt::print("spinscape {} ({}{})\n", build.version, build.git_commit,
                   build.git_dirty ? ", changed" : "");
    return 0;
}

}  // namespace spinscape::app
