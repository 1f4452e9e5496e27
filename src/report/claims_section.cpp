// SPDX-License-Identifier: BSD-3-Clause
#include "sections.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/report/report.hpp"
#include "spinscape/stats/claim.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::report {

namespace {

/// A column of /claims; optional ones are filled up where absent.
std::vector<std::string> texts(store::Group const& claims, char const* name, std::size_t n,
                               bool required) {
    auto const* const found = required ? &claims.require(name) : claims.variable(name);
    auto values = found ? found->texts() : std::vector<std::string>(n);
    if (values.size() != n)
        throw Error(ExitCode::bad_input, fmt::format("claims/{} has {} values, claims/id has {}",
                                                     name, values.size(), n));
    return values;
}

std::vector<double> reals(store::Group const& claims, char const* name, std::size_t n) {
    auto const* const found = claims.variable(name);
    auto values = found ? found->reals() : std::vector<double>(n, missing);
    if (values.size() != n)
        throw Error(ExitCode::bad_input, fmt::format("claims/{} has {} values, claims/id has {}",
                                                     name, values.size(), n));
    return values;
}

Relation relation_of(std::string const& text) {
    for (auto const relation : {Relation::equal, Relation::less, Relation::greater})
        if (text == name(relation)) return relation;
    throw Error(ExitCode::bad_input,
                "claims/relation: '" + text + "' is none of equal, less, greater");
}

char const* symbol(std::string const& verdict) {
    if (verdict == "supported") return "✓ Supported";
    if (verdict == "contradicted") return "✗ Contradicted";
    if (verdict == "undecided") return "? Undecided";
    throw Error(ExitCode::bad_input,
                "claims/verdict: '" + verdict + "' is none of supported, contradicted, undecided");
}

std::string expectation(Claim const& claim) {
    auto const value = number_text(claim.predicted, 5);
    if (claim.relation == Relation::less) return "predicted below " + value;
    if (claim.relation == Relation::greater) return "predicted above " + value;
    return "predicted " + value +
           (claim.tolerance > 0 ? " within " + number_text(claim.tolerance, 3) : "");
}

}  // namespace

std::string claims_section(store::Group const& result) {
    auto const* const claims = result.group("claims");
    if (!claims) return "";
    auto const ids = claims->require("id").texts();
    auto const n = ids.size();
    if (n == 0) return "";
    auto const statement = texts(*claims, "statement", n, true);
    auto const verdict = texts(*claims, "verdict", n, true);
    auto const relation = texts(*claims, "relation", n, true);
    auto const source = texts(*claims, "source", n, false), note = texts(*claims, "note", n, false);
    auto const measured = reals(*claims, "measured", n), error = reals(*claims, "stderr", n);
    auto const count = reals(*claims, "n", n), predicted = reals(*claims, "predicted", n);
    auto const tolerance = reals(*claims, "tolerance", n);

    std::string html = "<section>\n<h2>Claims</h2>\n";
    for (std::size_t i = 0; i < n; ++i) {
        Claim const claim{.id = ids[i],
                          .statement = statement[i],
                          .source = source[i],
                          .measured = {measured[i], error[i],
                                       std::isfinite(count[i]) ? static_cast<index>(count[i]) : 0},
                          .relation = relation_of(relation[i]),
                          .predicted = predicted[i],
                          .tolerance = std::isfinite(tolerance[i]) ? tolerance[i] : 0,
                          .note = note[i]};
        auto const* const words = symbol(verdict[i]);
        html += fmt::format(
            "<div class=\"claim {}\" id=\"claim-{}\">\n<p><span class=\"verdict\">"
            "{}.</span> {}</p>\n<p class=\"numbers\">Measured {} (n = {}); {}",
            verdict[i], escape_html(ids[i]), words, escape_html(statement[i]),
            measured_text(measured[i], error[i]), number_text(count[i]), expectation(claim));
        if (!source[i].empty()) html += "; source " + escape_html(source[i]);
        html += ".</p>\n";
        if (verdict[i] == "undecided") {
            double const factor = claim.factor_to_decide();
            if (std::isfinite(factor) && factor > 1)
                html += "<p class=\"note\">About " +
                        number_text(std::ceil((factor - 1) * count[i])) +
                        " more would decide it, if the measured value stays.</p>\n";
        }
        if (!note[i].empty()) html += "<p class=\"note\">" + escape_html(note[i]) + "</p>\n";
        html += "</div>\n";
    }
    return html + "</section>\n";
}

}  // namespace spinscape::report
