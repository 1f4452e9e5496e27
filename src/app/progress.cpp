// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"

#include "spinscape/base/duration.hpp"
#include "text_table.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace spinscape::app {

std::string label(Job const& job, std::size_t point) {
    std::string text;
    for (auto const& name : job.swept()) {
        auto const& spec = *std::find_if(job.study->parameters.begin(), job.study->parameters.end(),
                                         [&](auto const& s) { return s.name == name; });
        auto const& parameters = job.points[point].parameters;
        if (applies(spec, parameters))
            text += fmt::format("{}{}={}", text.empty() ? "" : " ", name,
                                to_text(parameters.value(name)));
    }
    return text.empty() ? job.study->name : text;
}

Progress::Progress(Job const& job, index ranks, bool quiet)
    : job_(job),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      counts_(job.points.size()),
      ranks_(static_cast<std::size_t>(ranks)) {}

void Progress::start(std::vector<parallel::Block> const& blocks, Finished const& finished) {
    auto const& records = finished.records;
    counts_.assign(job_.points.size(), {});
    cost_done_ = cost_total_ = share_drawn_ = 0;
    ranks_.assign(ranks_.size(), {});
    for (index row = 0; row < records.rows(); ++row) {
        auto const point = static_cast<std::size_t>(records.point(row));
        auto const headline = job_.study->headline(job_.points[point].parameters);
        counts_[point].headline.add(records.at(row, headline));
        ++counts_[point].done;
    }
    earlier_ = done_ = records.rows();
    total_ = done_;
    failed_ = std::ssize(finished.failures);
    for (auto const& block : blocks) {
        cost_total_ += block.cost;
        total_ += block.count;
    }
    if (!quiet_ && done_ > 0)
        fmt::print(stderr, "{} of {} replicas were there already\n", done_, total_);
    start_ = Clock::now();
}

void Progress::change(std::vector<index> const& before, std::vector<index> const& now) {
    for (std::size_t p = 0; p < now.size(); ++p) {
        auto const more = now[p] - before[p];
        total_ += more;
        cost_total_ += static_cast<double>(more) * job_.study->cost(job_.points[p].parameters);
    }
}

double Progress::largest_idle_share() const {
    double largest = 0;
    for (auto const& rank : ranks_)
        if (rank.until > 0) largest = std::max(largest, 1 - rank.computing / rank.until);
    return largest;
}

void Progress::add(parallel::Block const& block, parallel::BlockReport const& report) {
    auto& count = counts_[static_cast<std::size_t>(block.point)];
    count.headline.merge(report.headline);
    count.done += block.count;
    done_ += block.count;
    cost_done_ += block.cost;
    failed_ += std::count(report.failures.begin(), report.failures.end(), '\n');
    auto& rank = ranks_[static_cast<std::size_t>(report.rank)];
    rank.computing += report.seconds;
    rank.until = std::chrono::duration<double>(Clock::now() - start_).count();
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
    auto const here = static_cast<double>(done_ - earlier_);
    auto line = fmt::format(
        "{}/{} replicas  {:.0f} %  {}  {:.3g}/s  ETA {}  idle {:.0f} %{}  {}: {} {} (n = {})",
        done_, total_, 100 * share, duration_text(elapsed), elapsed > 0 ? here / elapsed : 0,
        duration_text(share > 0 ? elapsed * (1 - share) / share : 0), 100 * largest_idle_share(),
        failed_ > 0 ? fmt::format("  {} failed", failed_) : "", label(job_, point),
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
            {label(job_, p), fmt::format("{}", done),
             fmt::format("{}", std::max<index>(0, job_.points[p].replicas - done)),
             job_.study->headline(job_.points[p].parameters),
             with_error(headline.count > 0 ? headline.mean : missing, headline.standard_error())});
    }
    fmt::print(stderr, "{}{} replicas in {}\n", text_table(rows), done_ - earlier_,
               duration_text(wall_seconds));
}

}  // namespace spinscape::app
