// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/error.hpp"
#include "spinscape/report/report.hpp"
#include "spinscape/stats/claim.hpp"
#include "spinscape/store/csv.hpp"
#include "spinscape/store/tree.hpp"
#include "spinscape/study/result.hpp"
#include "text_table.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace spinscape::app {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
T attribute(store::Group const& group, char const* name, T otherwise) {
    auto const* value = group.attribute(name);
    auto const* held = value != nullptr ? std::get_if<T>(value) : nullptr;
    return held != nullptr ? *held : otherwise;
}

store::Group read_result(std::string const& file) {
    auto root = store::read(file);
    if (auto const type = attribute<std::string>(root, "filetype", "none");
        type != "spinscape-result")
        throw Error(ExitCode::bad_input,
                    fmt::format("{} is no result of Spinscape (its filetype is {})", file, type));
    auto const version =
        attribute<std::vector<std::int64_t>>(root, "format_version", {result_format, 0});
    if (version.empty() || version.front() > result_format)
        throw Error(ExitCode::bad_input,
                    fmt::format("{} was written by a later version of Spinscape (format {})", file,
                                fmt::join(version, ".")));
    return root;
}

/// Names of files and hosts may hold bytes that are no UTF-8, which JSON must be.
std::string dumped(Json const& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

/// JSON has no NaN.
Json number(double x) {
    return std::isfinite(x) ? Json(x) : Json(nullptr);
}

Json claims_json(store::Group const& root) {
    auto all = Json::array();
    auto const& id = root.require("claims/id").texts();
    auto const texts = [&](char const* name) -> auto const& {
        return root.require(fmt::format("claims/{}", name)).texts();
    };
    auto const reals = [&](char const* name) {
        return root.require(fmt::format("claims/{}", name)).reals();
    };
    auto const measured = reals("measured"), error = reals("stderr"),
               predicted = reals("predicted"), tolerance = reals("tolerance"), n = reals("n"),
               factor = reals("factor_to_decide");
    for (std::size_t i = 0; i < id.size(); ++i)
        all.push_back({{"id", id[i]},
                       {"statement", texts("statement")[i]},
                       {"source", texts("source")[i]},
                       {"predicted", number(predicted[i])},
                       {"relation", texts("relation")[i]},
                       {"tolerance", number(tolerance[i])},
                       {"measured", number(measured[i])},
                       {"stderr", number(error[i])},
                       {"n", static_cast<std::int64_t>(n[i])},
                       {"verdict", texts("verdict")[i]},
                       {"factor_to_decide", number(factor[i])},
                       {"note", texts("note")[i]}});
    return all;
}

struct Phase {
    std::string name;
    double core_seconds;
};

/// The longest first, but what no phase claims last. Results of version 0.1 tell none.
std::vector<Phase> phases_of(store::Group const& root) {
    std::vector<Phase> phases;
    auto const* names = root.variable("provenance/phase");
    if (names == nullptr) return phases;
    auto const seconds = root.require("provenance/core_seconds").reals();
    for (std::size_t i = 0; i < seconds.size(); ++i)
        phases.push_back({names->texts()[i], seconds[i]});
    std::stable_sort(phases.begin(), phases.end(), [](Phase const& a, Phase const& b) {
        return std::pair(a.name == "other", -a.core_seconds) <
               std::pair(b.name == "other", -b.core_seconds);
    });
    return phases;
}

Json phases_json(store::Group const& root) {
    auto all = Json::array();
    for (auto const& [name, seconds] : phases_of(root))
        all.push_back({{"phase", name}, {"core_seconds", number(seconds)}});
    return all;
}

/// Empty if the study names no phases.
std::string phases_table(store::Group const& root) {
    auto const phases = phases_of(root);
    if (phases.size() < 2) return "";
    double all = 0;
    for (auto const& phase : phases) all += phase.core_seconds;
    std::vector<std::vector<std::string>> rows = {{"phase", "core-seconds", "share"}};
    for (auto const& [name, seconds] : phases)
        rows.push_back({name, fmt::format("{:.4g}", seconds),
                        fmt::format("{:.1f} %", all > 0 ? 100 * seconds / all : 0)});
    return text_table(rows);
}

/// Number of critical points of each kind that occurs, in the order of the kinds' numbers.
std::vector<std::pair<std::string, std::int64_t>> points_by_kind(store::Group const& root) {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    auto const* kind = root.variable("critical_points/kind");
    auto const* meanings = kind != nullptr ? kind->attribute("flag_meanings") : nullptr;
    auto const* words = meanings != nullptr ? std::get_if<std::string>(meanings) : nullptr;
    if (words == nullptr) return counts;
    std::istringstream stream(*words);
    for (std::string word; stream >> word;) counts.emplace_back(word, 0);
    for (double const x : kind->reals())
        if (x >= 0 && x < static_cast<double>(counts.size()))
            ++counts[static_cast<std::size_t>(x)].second;
    std::erase_if(counts, [](auto const& count) { return count.second == 0; });
    return counts;
}

/// "12 critical points: 4 minimum, 8 saddle"; empty if the study has none.
std::string points_line(store::Group const& root) {
    auto const n = attribute<std::int64_t>(root, "n_critical_points", -1);
    if (n < 0) return "";
    std::string kinds;
    for (auto const& [kind, count] : points_by_kind(root))
        kinds += fmt::format("{} {} {}", kinds.empty() ? ":" : ",", count, kind);
    return fmt::format("{} critical points{}\n", n, kinds);
}

std::string relation_sign(std::string const& relation) {
    return relation == "less" ? "<" : relation == "greater" ? ">" : "=";
}

std::string claims_table(store::Group const& root) {
    std::vector<std::vector<std::string>> rows = {
        {"claim", "measured", "n", "", "predicted", "verdict", "source"}};
    for (auto const& claim : claims_json(root)) {
        auto const real = [&](char const* key) {
            return claim[key].is_null() ? missing : claim[key].get<double>();
        };
        auto predicted = fmt::format("{:.5g}", real("predicted"));
        if (real("tolerance") > 0) predicted += fmt::format(" +- {:.2g}", real("tolerance"));
        auto verdict = claim["verdict"].get<std::string>();
        if (real("factor_to_decide") > 1)
            verdict += fmt::format(" (x{:.2g} seeds)", real("factor_to_decide"));
        rows.push_back({claim["statement"], with_error(real("measured"), real("stderr")),
                        fmt::format("{}", claim["n"].get<std::int64_t>()),
                        relation_sign(claim["relation"]), predicted, verdict, claim["source"]});
    }
    auto const width = terminal_width(STDOUT_FILENO);
    std::size_t statement = 58;
    auto table = text_table(rows, {0}, statement);
    while (width > 0 && text_width(table) > width && statement > 20)
        table = text_table(rows, {0}, statement -= 2);
    return table;
}

std::string summary_table(store::Group const& root) {
    auto const* summary = root.group("summary");
    if (summary == nullptr) return "";
    std::vector<std::string> heading;
    std::vector<std::vector<std::string>> columns;
    auto const add = [&](std::string const& name, std::vector<std::string> cells) {
        heading.push_back(name);
        columns.push_back(std::move(cells));
    };
    bool parameters = true;
    std::size_t repeated = 0;  // the columns that tell the points apart
    for (auto const& variable : summary->variables) {
        if (variable.dimensions != std::vector<std::string>{"point"} || variable.name == "point")
            continue;
        if (variable.name.ends_with("_mean")) {
            auto const name = variable.name.substr(0, variable.name.size() - 5);
            auto const mean = variable.reals(), error = summary->require(name + "_stderr").reals();
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < mean.size(); ++i)
                cells.push_back(with_error(mean[i], error[i]));
            if (std::any_of(mean.begin(), mean.end(), [](double x) { return !std::isnan(x); }))
                add(name, cells);
        } else if (parameters) {
            std::vector<std::string> cells;
            if (std::holds_alternative<std::vector<std::string>>(variable.data))
                cells = variable.texts();
            else
                for (double const x : variable.reals())
                    cells.push_back(std::isnan(x) ? "-" : fmt::format("{:.6g}", x));
            add(variable.name, cells);
            ++repeated;
            if (variable.name == "n") parameters = false;
        }
    }
    std::vector<std::vector<std::string>> rows = {heading};
    for (std::size_t i = 0; !columns.empty() && i < columns.front().size(); ++i) {
        rows.emplace_back();
        for (auto const& column : columns) rows.back().push_back(column[i]);
    }
    return folded_table(rows, repeated, terminal_width(STDOUT_FILENO));
}

}  // namespace

int show(std::string const& file, Form form) {
    auto const root = read_result(file);
    auto const study = attribute<std::string>(root, "study", "");
    auto const seed = attribute<std::int64_t>(root, "master_seed", 0),
               records = attribute<std::int64_t>(root, "n_records", 0),
               failed = attribute<std::int64_t>(root, "n_failed", 0);
    auto const* provenance = root.group("provenance");
    store::Group const none;
    auto const& origin = provenance != nullptr ? *provenance : none;
    if (form == Form::json) {
        Json all = {{"study", study},
                    {"question", attribute<std::string>(root, "question", "")},
                    {"tier", attribute<std::string>(root, "tier", "")},
                    {"master_seed", seed},
                    {"n_records", records},
                    {"n_failed", failed},
                    {"claims", claims_json(root)},
                    {"phases", phases_json(root)}};
        if (auto const n = attribute<std::int64_t>(root, "n_critical_points", -1); n >= 0) {
            Json kinds = Json::object();
            for (auto const& [kind, count] : points_by_kind(root)) kinds[kind] = count;
            all["critical_points"] = {{"n", n}, {"kinds", kinds}};
        }
        Json made = Json::object();
        for (auto const& [name, value] : origin.attributes)
            std::visit([&, &key = name](auto const& x) { made[key] = x; }, value);
        all["provenance"] = made;
        fmt::print("{}\n", dumped(all));
        return 0;
    }
    fmt::print(
        "{}\n{}\n\n{} records, {} failed; tier {}, master seed {}\nspinscape {} ({:.10}{}), {}, {} "
        "rank(s), {:.0f} s, created {}\n\n",
        attribute<std::string>(root, "title", study), attribute<std::string>(root, "question", ""),
        records, failed, attribute<std::string>(root, "tier", ""), seed,
        attribute<std::string>(origin, "version", "?"),
        attribute<std::string>(origin, "git_commit", "?"),
        attribute<std::int64_t>(origin, "git_dirty", 0) != 0 ? ", changed" : "",
        attribute<std::string>(origin, "instruction_set", "?"),
        attribute<std::int64_t>(origin, "mpi_ranks", 0),
        attribute<double>(origin, "wall_seconds", 0),
        attribute<std::string>(origin, "created_at", "?"));
    if (attribute<std::string>(origin, "instruction_set", "").find(',') != std::string::npos)
        fmt::print(
            "Records were computed with different instruction sets and may differ in the "
            "last digits from those of another run.\n\n");
    fmt::print("{}{}\n", points_line(root), summary_table(root));
    if (root.require("claims/id").size() > 0) fmt::print("{}\n", claims_table(root));
    if (auto const table = phases_table(root); !table.empty()) fmt::print("{}\n", table);
    return 0;
}

int validate(std::string const& file, Form form) {
    auto const problems = result_problems(file);
    if (form == Form::json) {
        fmt::print(
            "{}\n",
            dumped(Json({{"file", file}, {"valid", problems.empty()}, {"problems", problems}})));
    } else {
        for (auto const& problem : problems) fmt::print("{}: {}\n", file, problem);
        if (problems.empty()) fmt::print("{}: valid\n", file);
    }
    return problems.empty() ? 0 : static_cast<int>(ExitCode::bad_input);
}

int export_csv(std::string const& file, bool points, std::string const& out) {
    auto const root = read_result(file);
    auto const* name = points ? "critical_points" : "records";
    auto const* group = root.group(name);
    if (group == nullptr)
        throw Error(ExitCode::bad_input, fmt::format("{} has no group /{}", file, name));
    auto const text = store::to_csv(*group, points ? "critical_point" : "record");
    if (out.empty()) {
        fmt::print("{}", text);
        return 0;
    }
    std::ofstream stream(out, std::ios::binary);
    if (!stream) throw Error(ExitCode::cannot_create, fmt::format("{} cannot be created", out));
    stream << text << std::flush;
    if (!stream)
        throw Error(ExitCode::io_failure, fmt::format("{} was not written completely", out));
    return 0;
}

int report(std::string const& file, std::string const& out) {
    report::write_report(read_result(file), out);
    fmt::print("report: {}\n", out);
    return 0;
}

}  // namespace spinscape::app
