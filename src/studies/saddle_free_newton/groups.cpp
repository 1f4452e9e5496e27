// SPDX-License-Identifier: BSD-3-Clause
#include "groups.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

namespace spinscape::saddle_free {

namespace {

std::string method_of(Parameters const& p, std::set<index> const& newton_steps) {
    auto const& method = p.text("method");
    if (method == "sgd") {
        std::string const name = p.real("momentum") > 0 ? momentum : sgd;
        bool const longer = !newton_steps.contains(p.integer("epochs"));
        return longer ? name + at_equal_cost : name;
    }
    if (method == "damped_newton") return newton;
    return p.integer("krylov") > 0 ? krylov : exact;
}

std::string condition_of(Parameters const& p) {
    auto const& start = p.text("start");
    bool const scaled = start == "cube" || start == "unit_cube" || start == "normal";
    return fmt::format("width {} start {}{}", p.integer("width"), start,
                       scaled ? fmt::format(" {}", p.real("start_scale")) : "");
}

}  // namespace

Group::Group(Results const& results, std::vector<index> points)
    : results_(&results), points_(std::move(points)), chosen_{best_point(1), best_point(0)} {}

index Group::best_point(index parity) const {
    index best = points_.front();
    double lowest = std::numeric_limits<double>::infinity();
    for (index const point : points_) {
        double sum = 0;
        index count = 0;
        for (index const row : results_->records.rows_of(point)) {
            if (results_->records.replica(row) % 2 != parity) continue;
            double const loss = results_->records.at(row, "train_loss");
            sum += std::isnan(loss) ? std::numeric_limits<double>::infinity() : loss;
            ++count;
        }
        if (count > 0 && sum / static_cast<double>(count) < lowest) {
            lowest = sum / static_cast<double>(count);
            best = point;
        }
    }
    return best;
}

std::map<index, double> Group::values(std::string const& field, index element) const {
    std::map<index, double> result;
    for (index parity = 0; parity < 2; ++parity)
        for (index const row : results_->records.rows_of(chosen_[parity]))
            if (results_->records.replica(row) % 2 == parity)
                result[results_->records.replica(row)] = results_->records.at(row, field, element);
    return result;
}

std::map<index, double> Group::final_losses() const {
    auto result = values("train_loss");
    auto const first = values("loss_curve");
    for (auto& [replica, loss] : result)
        if (std::isnan(loss)) loss = first.at(replica);
    return result;
}

std::string Group::rates() const {
    if (points_.size() < 2) return "";
    auto const rate = [&](index point) {
        return results_->points[static_cast<std::size_t>(point)].real("learning_rate");
    };
    double const even = rate(chosen_[0]), odd = rate(chosen_[1]);
    return even == odd ? fmt::format("{}", even) : fmt::format("{} and {}", even, odd);
}

std::string identifier(std::string condition) {
    for (auto& c : condition)
        if (c == ' ' || c == '.' || c == '-') c = '_';
    return condition;
}

std::map<std::string, std::map<std::string, Group>> groups(Results const& results) {
    std::set<index> newton_steps;
    for (auto const& p : results.points)
        if (p.text("system") == "network" && p.text("method") != "sgd")
            newton_steps.insert(p.integer("epochs"));
    std::map<std::string, std::map<std::string, std::vector<index>>> points;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& p = results.points[i];
        if (p.text("system") == "network")
            points[condition_of(p)][method_of(p, newton_steps)].push_back(static_cast<index>(i));
    }
    std::map<std::string, std::map<std::string, Group>> result;
    for (auto const& [condition, methods] : points)
        for (auto const& [method, list] : methods)
            result[condition].emplace(method, Group(results, list));
    return result;
}

}  // namespace spinscape::saddle_free
