// SPDX-License-Identifier: BSD-3-Clause
#include "sections.hpp"

#include "spinscape/report/gnuplot.hpp"
#include "spinscape/report/report.hpp"
#include "spinscape/stats/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape::report {

namespace {

index length_of(store::Group const& result, char const* group, char const* dimension) {
    auto const* const found = result.group(group);
    if (!found) return -1;
    for (auto const& one : found->dimensions)
        if (one.name == dimension) return one.size;
    return -1;
}

index replicas(store::Group const& result) {
    return length_of(result, "records", "record");
}

std::string attribute_of_provenance(store::Group const& result, char const* name) {
    auto const* const provenance = result.group("provenance");
    auto const text = provenance ? text_of(provenance->attribute(name)) : "";
    return text.empty() ? text_of(result.attribute(name)) : text;
}

std::string rows_of(store::Attributes const& attributes) {
    std::string rows;
    for (auto const& [name, value] : attributes)
        rows += "<tr><th scope=\"row\">" + escape_html(name) + "</th><td>" +
                escape_html(text_of(&value)) + "</td></tr>\n";
    return rows;
}

}  // namespace

std::string heading_section(store::Group const& result) {
    std::string html =
        "<header>\n<h1>" + escape_html(text_of(result.attribute("title"))) + "</h1>\n";
    auto const question = text_of(result.attribute("question"));
    if (!question.empty()) html += "<p class=\"question\">" + escape_html(question) + "</p>\n";
    std::string line = "Study " + escape_html(text_of(result.attribute("study")));
    if (auto const n = replicas(result); n >= 0) line += fmt::format(" · {} replicas", n);
    if (auto const n = length_of(result, "summary", "point"); n >= 0)
        line += fmt::format(" · {} parameter point{}", n, n == 1 ? "" : "s");
    auto const failed = attribute_of_provenance(result, "n_failed");
    if (!failed.empty()) line += " · " + escape_html(failed) + " failed";
    auto const seed = text_of(result.attribute("master_seed"));
    if (!seed.empty()) line += " · master seed " + escape_html(seed);
    return html + "<p>" + line + "</p>\n</header>\n";
}

std::string figures_section(store::Group const& result) {
    auto const* const json = result.variable("figures/figures_json");
    if (!json || json->texts().empty()) return "";
    std::string html;
    int number = 0;
    for (auto const& figure : figures_from_json(json->texts().front())) {
        ++number;
        html +=
            fmt::format("<figure id=\"figure-{}\">\n<h3>{}</h3>\n<div class=\"panels{}\">\n",
                        number, escape_html(figure.title), figure.panels.size() == 1 ? " one" : "");
        for (std::size_t i = 0; i < figure.panels.size(); ++i)
            html += draw_svg(figure.panels[i], fmt::format("f{}p{}-", number, i + 1));
        html += fmt::format("</div>\n<figcaption><b>Figure {}.</b> {}</figcaption>\n</figure>\n",
                            number, escape_html(figure.caption));
    }
    return html.empty() ? "" : "<section>\n<h2>Figures</h2>\n" + html + "</section>\n";
}

std::string summary_section(store::Group const& result) {
    auto const* const summary = result.group("summary");
    auto const points = length_of(result, "summary", "point");
    if (!summary || points < 0) return "";
    std::string head;
    std::vector<std::vector<std::string>> columns;
    for (auto const& variable : summary->variables) {
        if (variable.dimensions != std::vector<std::string>{"point"}) continue;
        auto const name = text_of(variable.attribute("long_name"));
        auto const units = text_of(variable.attribute("units"));
        // Else a long name becomes a tower, with a gap above all other columns.
        head += name.size() > 50 ? "<th scope=\"col\" class=\"long\">" : "<th scope=\"col\">";
        head += escape_html(name.empty() ? variable.name : name);
        if (!units.empty() && units != "1")
            head += " <span class=\"unit\">(" + escape_html(units) + ")</span>";
        head += "</th>";
        std::vector<std::string> cells;
        if (std::holds_alternative<std::vector<std::string>>(variable.data))
            for (auto const& text : variable.texts()) cells.push_back(escape_html(text));
        else
            for (double const value : variable.reals()) cells.push_back(number_text(value, 5));
        columns.push_back(std::move(cells));
    }
    if (columns.empty()) return "";
    std::string body;
    for (std::size_t row = 0; row < static_cast<std::size_t>(points); ++row) {
        body += "<tr>";
        for (auto const& column : columns)
            body += "<td>" + (row < column.size() ? column[row] : "") + "</td>";
        body += "</tr>\n";
    }
    return "<section>\n<h2>Summary per parameter point</h2>\n<div class=\"scroll\" tabindex=\"0\">"
           "<table class=\"summary\">\n<thead><tr>" +
           head + "</tr></thead>\n<tbody>\n" + body + "</tbody></table></div>\n</section>\n";
}

std::string reproduce_section(store::Group const& result) {
    std::string html;
    auto const version = attribute_of_provenance(result, "version");
    auto const commit = attribute_of_provenance(result, "git_commit");
    if (!version.empty() || !commit.empty())
        html += "<p>Spinscape " + escape_html(version) +
                (commit.empty() ? "" : ", commit <code>" + escape_html(commit) + "</code>") +
                ".</p>\n";
    auto const command = attribute_of_provenance(result, "command_line");
    if (!command.empty())
        html += "<p>This file was made by</p>\n<pre>" + escape_html(command) + "</pre>\n";
    auto const* const config = result.variable("config_toml");
    if (config && !config->texts().empty())
        html +=
            "<p>The job below, saved as job.toml, gives the same records on any number of "
            "ranks:</p>\n<pre>spinscape run job.toml</pre>\n<details><summary>The job with "
            "every parameter</summary>\n<pre>" +
            escape_html(config->texts().front()) + "</pre></details>\n";
    return html.empty() ? "" : "<section>\n<h2>How to reproduce</h2>\n" + html + "</section>\n";
}

namespace {

/// Core-seconds per phase of the work; empty for results that tell none.
std::string phases_table(store::Group const& result) {
    auto const* const names = result.variable("provenance/phase");
    auto const* const seconds = result.variable("provenance/core_seconds");
    if (!names || !seconds || names->size() < 2) return "";
    auto const times = seconds->reals();
    auto const all = std::accumulate(times.begin(), times.end(), 0.0);
    std::string rows;
    for (std::size_t i = 0; i < times.size(); ++i)
        rows += "<tr><th scope=\"row\">" + escape_html(names->texts()[i]) + "</th><td>" +
                number_text(times[i], 4) +
                fmt::format("</td><td>{:.1f} %</td></tr>\n", all > 0 ? 100 * times[i] / all : 0);
    return "<h3>Where the time went</h3>\n<table class=\"phases\">\n<thead><tr><th scope=\"col\">"
           "phase</th><th scope=\"col\">core-seconds</th><th scope=\"col\">share</th></tr></thead>"
           "\n<tbody>\n" +
           rows + "</tbody></table>\n";
}

}  // namespace

std::string provenance_section(store::Group const& result) {
    auto const* const provenance = result.group("provenance");
    if (!provenance || provenance->attributes.empty()) return "";
    return "<section>\n<h2>Provenance</h2>\n<div class=\"scroll\"><table class=\"provenance\">"
           "<tbody>\n" +
           rows_of(provenance->attributes) + "</tbody></table></div>\n" + phases_table(result) +
           "</section>\n";
}

std::string sources_section(store::Group const& result) {
    auto const* const sources = result.attribute("sources");
    auto const text = text_of(sources);
    if (text.empty()) return "";
    std::string items;
    if (auto const* const keys = std::get_if<std::vector<std::string>>(sources))
        for (auto const& key : *keys) items += "<li>" + escape_html(key) + "</li>\n";
    else
        items = "<li>" + escape_html(text) + "</li>\n";
    return "<section>\n<h2>Sources</h2>\n<p>Keys of the bibliography references.bib.</p>\n<ul>\n" +
           items + "</ul>\n</section>\n";
}

}  // namespace spinscape::report
