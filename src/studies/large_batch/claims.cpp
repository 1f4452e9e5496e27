// SPDX-License-Identifier: BSD-3-Clause
// What [Keskar2017] and its critics say. Small and large batches of a replica share the start and
// the order of the data: differences are taken within replicas.
#include "conclusions.hpp"
#include "measures.hpp"
#include "shared/paired.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace spinscape::batches {

namespace {

double updates(Parameters const& p) {
    return p.real("epochs") / p.real("batch");  // times the number of samples
}

std::vector<index> ascending(std::vector<index> points) {
    std::ranges::sort(points);
    return points;
}

class Ledger {
public:
    explicit Ledger(Results const& results) : results_(results), points_(comparison(results)) {}

    std::vector<Claim> all() {
        if (points_.large >= 0) {
            sharper();
            generalisation();
            line();
        }
        if (points_.equal_updates >= 0) equal_updates();
        if (points_.equal_epochs.size() >= 2) correlations();
        if (points_.small >= 0) trap();
        return std::move(claims_);
    }

private:
    [[nodiscard]] studies::ByReplica at(index point, char const* field) const {
        return studies::by_replica(results_, point, field);
    }
    [[nodiscard]] std::string losses(index other) const {
        auto const mean = [&](index point) {
            return mean_estimate(results_.records.column(point, "train_loss")).value;
        };
        return fmt::format("Mean training losses {:.3g} (small) and {:.3g} (large).",
                           mean(points_.small), mean(other));
    }

    void sharper() {
        auto const add = [&](char const* field, char const* what, Relation relation,
                             Estimate const& measured, char const* source) {
            claims_.push_back({.id = fmt::format("large_batch_{}", field),
                               .statement = what,
                               .source = source,
                               .measured = measured,
                               .relation = relation,
                               .predicted = 0,
                               .note = losses(points_.large),
                               .points = ascending({points_.small, points_.large})});
        };
        auto const ratio = [&](char const* field) {
            return studies::paired_log_ratio(at(points_.large, field), at(points_.small, field));
        };
        add("sharpness",
            "Large batches end sharper at equal epochs: mean ln of the ratio of sharpness (full "
            "space, epsilon = 1e-3)",
            Relation::greater, ratio("sharpness"), "Keskar2017");
        add("sharpness_fine", "The same with epsilon = 5e-4", Relation::greater,
            ratio("sharpness_fine"), "Keskar2017");
        add("subspace_sharpness", "The same in random subspaces, epsilon = 1e-3", Relation::greater,
            ratio("subspace_sharpness"), "Keskar2017");
        add("highest_eigenvalue",
            "Large batches end sharper at equal epochs: mean ln of the ratio of the highest "
            "Hessian eigenvalues",
            Relation::greater, ratio("highest_eigenvalue"), "Keskar2017");
        add("trace", "The same for the trace of the Hessian", Relation::greater, ratio("trace"),
            "Keskar2017");
        add("local_entropy",
            "Large batches end where the local entropy is lower, at equal epochs: mean difference",
            Relation::less,
            studies::paired_difference(at(points_.large, "local_entropy"),
                                       at(points_.small, "local_entropy")),
            "Chaudhari2017");
        add("relative_sharpness",
            "Large batches end sharper at equal epochs by a measure that rescaling cannot change: "
            "mean ln of the ratio",
            Relation::greater, ratio("relative_sharpness"), "Kwon2021");
        add("distance",
            "Small batches end further from the start, at equal epochs: mean ln of the ratio of "
            "distances, small over large",
            Relation::greater,
            studies::paired_log_ratio(at(points_.small, "distance"), at(points_.large, "distance")),
            "Keskar2017");
    }

    void generalisation() {
        claims_.push_back(
            {.id = "large_batch_generalises_worse",
             .statement = "Large batches generalise worse at equal epochs: mean difference of the "
                          "share of test errors",
             .source = "Keskar2017",
             .measured = studies::paired_difference(at(points_.large, "test_error"),
                                                    at(points_.small, "test_error")),
             .relation = Relation::greater,
             .predicted = 0,
             .note = losses(points_.large) + " The source's fully connected net has 0.0022.",
             .points = ascending({points_.small, points_.large})});
    }

    /// Rise of the training loss a quarter of the line beyond each end.
    void line() {
        auto const& t = line_points();
        auto const place = [&](double t_at) {
            return static_cast<index>(std::ranges::find(t, t_at) - t.begin());
        };
        studies::ByReplica beyond_large, beyond_small;
        for (index const row : results_.records.rows_of(points_.large)) {
            auto const f = [&](double t_at) {
                return results_.records.at(row, "line_train_loss", place(t_at));
            };
            auto const replica = results_.records.replica(row);
            beyond_large[replica] = f(1.25) - f(1);
            beyond_small[replica] = f(-0.25) - f(0);
        }
        claims_.push_back(
            {.id = "line_narrower_at_large_batch",
             .statement = "On the line through both solutions the training loss rises more beyond "
                          "the large-batch one: mean difference of the rises a quarter of the line "
                          "beyond each end",
             .source = "Keskar2017",
             .measured = studies::paired_difference(beyond_large, beyond_small),
             .relation = Relation::greater,
             .predicted = 0,
             .note = losses(points_.large),
             .points = {points_.large}});
    }

    void equal_updates() {
        claims_.push_back(
            {.id = "equal_updates_generalise_better",
             .statement = "With as many updates as small batches had, large batches generalise "
                          "better than with as many epochs: mean difference of the share of test "
                          "errors",
             .source = "Hoffer2017",
             .measured = studies::paired_difference(at(points_.equal_updates, "test_error"),
                                                    at(points_.large, "test_error")),
             .relation = Relation::less,
             .predicted = 0,
             .note = losses(points_.equal_updates) +
                     " Large: at equal updates. The source's networks have batch normalisation "
                     "and rates scaled with the batch; ours have neither, and go on to a far lower "
                     "training loss than small batches reach.",
             .points = ascending({points_.large, points_.equal_updates})});
        claims_.push_back(
            {.id = "equal_updates_sharpness",
             .statement = "Large batches end sharper than small ones also at an equal number of "
                          "updates: mean ln of the ratio of sharpness (full space, epsilon = 1e-3)",
             .source = "Keskar2017",
             .measured = studies::paired_log_ratio(at(points_.equal_updates, "sharpness"),
                                                   at(points_.small, "sharpness")),
             .relation = Relation::greater,
             .predicted = 0,
             .note = losses(points_.equal_updates) +
                     " The source compares solutions that have stopped improving.",
             .points = ascending({points_.small, points_.equal_updates})});
    }

    void correlations() {
        correlate("error_gap", "test error minus training error, as in the source", "");
        correlate("loss_gap", "test loss minus training loss",
                  " Cross-entropy grows with the scale of the outputs while errors stay as they "
                  "are: training to a lower loss makes solutions flatter by every measure and "
                  "raises their test loss.");
    }

    void correlate(std::string const& gap, char const* what, std::string const& caveat) {
        for (auto const& measure : measures()) {
            std::vector<double> x, y, replica;
            for (index const point : points_.equal_epochs)
                for (index const row : results_.records.rows_of(point)) {
                    double const value = results_.records.at(row, measure.field);
                    x.push_back(measure.sharp_is_high ? value : -value);
                    y.push_back(results_.records.at(row, gap));
                    replica.push_back(static_cast<double>(results_.records.replica(row)));
                }
            // The jackknife of a few starts tells nothing.
            if (std::set<double>(replica.begin(), replica.end()).size() < 5) continue;
            claims_.push_back(
                {.id = fmt::format("{}_{}", gap, measure.field),
                 .statement = fmt::format(
                     "Sharper solutions have a larger generalisation gap ({}), over all batch "
                     "sizes at equal epochs: rank correlation with {}{}",
                     what, measure.sharp_is_high ? "" : "minus ", measure.words),
                 .source = std::string(measure.field) == "relative_sharpness" ? "Kwon2021"
                           : std::string(measure.field) == "local_entropy"    ? "Chaudhari2017"
                                                                              : "Keskar2017",
                 .measured = clustered_spearman_correlation(x, y, replica),
                 .relation = Relation::greater,
                 .predicted = 0,
                 .note =
                     "Error by leaving out one start at a time: batch sizes share starts." + caveat,
                 .points = points_.equal_epochs});
        }
    }

    void trap() {
        auto const column = [&](char const* field, bool as_logarithm) {
            auto values = results_.records.column(points_.small, field);
            for (auto& value : values)
                if (as_logarithm) value = std::abs(std::log(value));
            return mean_estimate(values);
        };
        double const factor =
            results_.points[static_cast<std::size_t>(points_.small)].real("rescaling");
        auto const note = fmt::format(
            "First hidden layer times {}, the next divided by it; the effect grows "
            "with the factor without limit.",
            factor);
        claims_.push_back({.id = "rescaling_keeps_function",
                           .statement = "Rescaling a layer leaves the training loss as it is: "
                                        "mean relative change",
                           .source = "Dinh2017",
                           .measured = column("rescaled_loss_change", false),
                           .relation = Relation::equal,
                           .predicted = 0,
                           .tolerance = 1e-12,
                           .note = note,
                           .points = {points_.small}});
        claims_.push_back({.id = "rescaling_changes_sharpness",
                           .statement = "The same rescaling changes the sharpness (full space, "
                                        "epsilon = 1e-3) more than tenfold: mean |ln ratio| "
                                        "against ln 10",
                           .source = "Dinh2017",
                           .measured = column("rescaled_sharpness_ratio", true),
                           .relation = Relation::greater,
                           .predicted = std::log(10.0),
                           .note = note,
                           .points = {points_.small}});
        claims_.push_back({.id = "rescaling_keeps_relative_sharpness",
                           .statement = "The same rescaling leaves the relative sharpness as it "
                                        "is: mean |ln ratio|",
                           .source = "Kwon2021",
                           .measured = column("rescaled_relative_ratio", true),
                           .relation = Relation::equal,
                           .predicted = 0,
                           .tolerance = 0.01,
                           .note = note + " The maximum is exactly the same; what may differ is "
                                          "how near two searches come, by rounding.",
                           .points = {points_.small}});
    }

    Results const& results_;
    Comparison points_;
    std::vector<Claim> claims_;
};

}  // namespace

std::string words(Parameters const& point) {
    return fmt::format("batch {}, {} epochs", point.integer("batch"), point.integer("epochs"));
}

Comparison comparison(Results const& results) {
    Comparison found;
    auto const& points = results.points;
    auto const at = [&](index point) -> Parameters const& {
        return points[static_cast<std::size_t>(point)];
    };
    auto const count = std::ssize(points);
    for (index i = 0; i < count; ++i)
        if (at(i).integer("batch") > 0 &&
            (found.small < 0 || at(i).integer("batch") < at(found.small).integer("batch")))
            found.small = i;
    if (found.small < 0) return found;
    index largest = found.small;
    for (index i = 0; i < count; ++i) {
        if (at(i).integer("epochs") == at(found.small).integer("epochs"))
            found.equal_epochs.push_back(i);
        if (at(i).integer("batch") > at(largest).integer("batch")) largest = i;
    }
    if (largest == found.small) return found;
    std::ranges::stable_sort(found.equal_epochs, {},
                             [&](index i) { return at(i).integer("batch"); });
    for (index i = 0; i < count; ++i) {
        if (at(i).integer("batch") != at(largest).integer("batch")) continue;
        if (at(i).integer("epochs") == at(found.small).integer("epochs"))
            found.large = i;
        else if (std::abs(updates(at(i)) / updates(at(found.small)) - 1) < 0.1)
            found.equal_updates = i;
    }
    return found;
}

std::vector<Claim> claims(Results const& results) {
    return Ledger(results).all();
}

}  // namespace spinscape::batches
