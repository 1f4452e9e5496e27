// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"

#include "text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace spinscape::app {

namespace {

std::string duration(double exact) {
    double const seconds = std::round(exact);
    if (seconds < 60) return fmt::format("{:.0f}s", seconds);
    if (seconds < 3600)
        return fmt::format("{:.0f}m{:02.0f}s", std::floor(seconds / 60), std::fmod(seconds, 60));
    return fmt::format("{:.0f}h{:02.0f}m", std::floor(seconds / 3600),
                       std::floor(std::fmod(seconds, 3600) / 60));
}

}  // namespace

Progress::Progress(Job const& job, std::vector<parallel::Block> const& blocks, bool quiet)
    : job_(job), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0), counts_(job.points.size()) {
    for (auto const& block : blocks) {
        cost_total_ += block.cost;
        total_ += block.count;
    }
}

std::string Progress::label(std::size_t point) const {
    std::string text;
    for (auto const& name : job_.swept()) {
        auto const& spec =
            *std::find_if(job_.study->parameters.begin(), job_.study->parameters.end(),
                          [&](auto const& s) { return s.name == name; });
        auto const& parameters = job_.points[point].parameters;
        if (applies(spec, parameters))
            text += fmt::format("{}{}={}", text.empty() ? "" : " ", name,
                                to_text(parameters.value(name)));
    }
    return text.empty() ? job_.study->name : text;
}

void Progress::add(parallel::Block const& block, parallel::BlockReport const& report) {
    auto& count = counts_[static_cast<std::size_t>(block.point)];
    count.headline.merge(report.headline);
    count.done += block.count;
    done_ += block.count;
    cost_done_ += block.cost;
    failed_ += std::count(report.failures.begin(), report.failures.end(), '\n');
    draw(static_cast<std::size_t>(block.point), done_ == total_);
}

void Progress::draw(std::size_t point, bool last) {
    if (quiet_) return;
    auto const now = Clock::now();
    double const share = cost_total_ > 0 ? cost_done_ / cost_total_ : 1;
    double const since = std::chrono::duration<double>(now - drawn_).count();
    if (terminal_ ? !last && since < 0.2 : !last && since < 30 && share < share_drawn_ + 0.05)
        return;
    drawn_ = now;
    share_drawn_ = share;
    double const elapsed = std::chrono::duration<double>(now - start_).count();
    auto const& headline = counts_[point].headline;
    auto line = fmt::format(
        "{}/{} replicas  {:.0f} %  {}  {:.3g}/s  ETA {}{}  {}: {} {} (n = {})", done_, total_,
        100 * share, duration(elapsed), elapsed > 0 ? static_cast<double>(done_) / elapsed : 0,
        duration(share > 0 ? elapsed * (1 - share) / share : 0),
        failed_ > 0 ? fmt::format("  {} failed", failed_) : "", label(point),
        job_.study->headline(job_.points[point].parameters),
        with_error(headline.count > 0 ? headline.mean : missing, headline.standard_error()),
        headline.count);
    // A line that wraps could not be redrawn.
    if (auto const width = terminal_width(STDERR_FILENO); terminal_ && width > 1)
        line.resize(std::min(line.size(), width - 1));
    if (terminal_)
        fmt::print(stderr, "\r\x1b[K{}", line);
    else
        fmt::print(stderr, "{}\n", line);
    std::fflush(stderr);
}

void Progress::finish(double wall_seconds) {
    if (quiet_) return;
    if (terminal_) fmt::print(stderr, "\n");
    std::vector<std::vector<std::string>> rows = {
        {"point", "replicas", "left", "quantity", "mean"}};
    for (std::size_t p = 0; p < counts_.size(); ++p) {
        auto const& [headline, done] = counts_[p];
        rows.push_back(
            {label(p), fmt::format("{}", done), fmt::format("{}", job_.points[p].replicas - done),
             job_.study->headline(job_.points[p].parameters),
             with_error(headline.count > 0 ? headline.mean : missing, headline.standard_error())});
    }
    fmt::print(stderr, "{}{} replicas in {}\n", text_table(rows), done_, duration(wall_seconds));
}

}  // namespace spinscape::app
