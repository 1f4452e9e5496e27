// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/report/gnuplot.hpp"

#include "plot_script.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/report/report.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <regex>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace spinscape::report {

namespace {

class TemporaryFolder {
public:
    TemporaryFolder() {
        auto name = (std::filesystem::temp_directory_path() / "spinscape-XXXXXX").string();
        if (!mkdtemp(name.data()))
            throw Error(ExitCode::cannot_create, "cannot create the temporary folder " + name +
                                                     " (" + std::strerror(errno) +
                                                     "); set TMPDIR to a writable folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    [[nodiscard]] std::string file(char const* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

std::string content(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void run_gnuplot(std::string const& script, std::string const& messages) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int const stream : {STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&actions, stream, messages.c_str(),
                                         O_WRONLY | O_CREAT | O_APPEND, 0600);
    // -d: no start-up files of the user, who would else change the picture.
    std::string name = "gnuplot", option = "-d", file = script;
    char* arguments[] = {name.data(), option.data(), file.data(), nullptr};
    pid_t child = 0;
    int const problem = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (problem != 0)
        throw Error(ExitCode::unavailable,
                    std::string("the figures need gnuplot, which cannot be started (") +
                        std::strerror(problem) + "); apt-get install gnuplot-nox");
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw Error(ExitCode::internal, "gnuplot failed: " + content(messages));
}

/// gnuplot's file as an element of a page.
std::string inline_svg(std::string svg, Panel const& panel, std::string const& prefix) {
    auto const start = svg.find("<svg");
    auto const view = svg.find("viewBox", start);
    auto const body = svg.find('>', view);
    if (body == std::string::npos)
        throw Error(ExitCode::internal, "gnuplot wrote no SVG that can be read");
    auto const name = escape_html(panel.title.empty() ? panel.y_label + " against " + panel.x_label
                                                      : panel.title);
    svg = svg.substr(body + 1);
    svg = std::regex_replace(svg, std::regex("<title>Gnuplot</title>|<desc>[^<]*</desc>"), "");
    svg = std::regex_replace(svg, std::regex("<title>gnuplot_plot_[^<]*</title>"), "");
    // gnuplot rubs out error bars around their points; short bars would be gone.
    svg = std::regex_replace(svg, std::regex("<use[^>]*color='white'/>"), "");
    svg = std::regex_replace(svg, std::regex("(<[^>]*\\sid=[\"'])"), "$1" + prefix);
    svg = std::regex_replace(svg, std::regex("(href=[\"']#|url\\(#)"), "$1" + prefix);
    svg = std::regex_replace(svg, std::regex("xlink:href"), "href");
    svg = std::regex_replace(svg, std::regex("font-family=\"[^\"]*\""),
                             "font-family=\"Helvetica,Arial,sans-serif\"");
    auto const heading =
        panel.title.empty()
            ? std::string()
            : R"(<text x="240" y="-8" text-anchor="middle" font-family="Helvetica,Arial,sans-serif" )"
              R"(font-size="15">)" +
                  name + "</text>";
    return "<svg role=\"img\" aria-label=\"" + name + "\" viewBox=\"" +
           (heading.empty() ? "0 0 480 380" : "0 -26 480 406") + "\"><title>" + name + "</title>" +
           heading + svg;
}

}  // namespace

std::string draw_svg(Panel const& panel, std::string_view id_prefix) {
    TemporaryFolder const folder;
    auto const script = folder.file("panel.gp"), picture = folder.file("panel.svg");
    {
        std::ofstream out(script, std::ios::binary);
        out << plot_script(panel, picture);
        if (!out.flush()) throw Error(ExitCode::io_failure, "cannot write " + script);
    }
    run_gnuplot(script, folder.file("messages"));
    return inline_svg(content(picture), panel, std::string(id_prefix));
}

}  // namespace spinscape::report
