// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/report/report.hpp"

#include "sections.hpp"
#include "spinscape/base/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <unistd.h>

namespace spinscape::report {

namespace {

constexpr char const* style = R"(
:root{color-scheme:light}
body{margin:0 auto;padding:1rem;max-width:1100px;background:#fff;color:#222;
 font:16px/1.5 Helvetica,Arial,"Liberation Sans",sans-serif}
p,h1,h2,h3,li,figcaption,.claim{max-width:75ch}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid #ccc}
h3{font-size:1.05rem;margin:0 0 .3rem}
.question{font-size:1.1rem;font-style:italic}
figure{margin:1.5rem 0 2.2rem;break-inside:avoid}
figcaption{font-size:.92rem;margin-top:.4rem}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:.5rem}
.panels.one{max-width:640px}
.panels svg{display:block;width:100%;height:auto}
.claim{border-left:4px solid #888;padding:.1rem 0 .1rem .8rem;margin:1rem 0;break-inside:avoid}
.claim p{margin:.2rem 0}
.verdict{font-weight:bold}
.supported{border-color:#007a5a}.supported .verdict{color:#007a5a}
.contradicted{border-color:#b34700}.contradicted .verdict{color:#b34700}
.undecided{border-color:#666}.undecided .verdict{color:#555}
.numbers,.note{font-size:.92rem;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem .25rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}
.provenance td{overflow-wrap:anywhere}
.summary td,.summary th{text-align:right;white-space:nowrap}
.summary th{white-space:normal;min-width:6em;vertical-align:bottom}
.summary th.long{min-width:15em}
.unit{font-weight:normal;color:#555}
pre{background:#f5f5f5;padding:.7rem;overflow-x:auto;font-size:.85rem}
@media(max-width:500px){.panels svg{width:calc(100% + 1.4rem);margin-left:-.7rem}}
@media print{body{padding:0;font-size:11pt}.scroll{overflow:visible}}
)";

}  // namespace

std::string report_html(store::Group const& result) {
    auto const title = escape_html(required_text(result, "title"));
    required_text(result, "study");
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<link rel=\"icon\" href=\"data:,\">\n<title>" +
           title + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n" +
           heading_section(result) + figures_section(result) + claims_section(result) +
           summary_section(result) + reproduce_section(result) + provenance_section(result) +
           sources_section(result) + "</main>\n</body>\n</html>\n";
}

void write_report(store::Group const& result, std::string const& path) {
    auto const page = report_html(result);
    auto const temporary = path + ".tmp" + std::to_string(getpid());
    auto const reason = [] { return std::string(" (") + std::strerror(errno) + ")"; };
    std::ofstream out(temporary, std::ios::binary);
    if (!out)
        throw Error(ExitCode::cannot_create, "cannot create " + temporary + reason() +
                                                 "; is the folder there and writable?");
    out << page;
    out.close();
    if (!out) {
        auto const why = reason();
        std::remove(temporary.c_str());
        throw Error(ExitCode::io_failure,
                    "cannot write " + temporary + why + "; is the disk full?");
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        auto const why = reason();
        std::remove(temporary.c_str());
        throw Error(ExitCode::cannot_create, "cannot create " + path + why);
    }
}

}  // namespace spinscape::report
