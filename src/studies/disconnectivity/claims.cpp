// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace spinscape::disconnection {

namespace {

/// One value per replica (an independent sample) of all points of a system.
class System {
public:
    System(Results const& results, std::string_view name) : results_(results) {
        for (std::size_t i = 0; i < results.points.size(); ++i)
            if (results.points[i].text("system") == name) points.push_back(static_cast<index>(i));
    }

    [[nodiscard]] std::vector<double> column(std::string_view field) const {
        std::vector<double> all;
        for (auto const point : points) {
            auto const values = results_.records.column(point, field);
            all.insert(all.end(), values.begin(), values.end());
        }
        return all;
    }
    [[nodiscard]] Estimate mean(std::string_view field) const {
        return mean_estimate(column(field));
    }
    /// Share of the replicas for which a statement on two fields holds.
    [[nodiscard]] Estimate share(std::string_view a, std::string_view b,
                                 std::function<bool(double, double)> const& holds) const {
        auto x = column(a);
        auto const y = column(b);
        for (std::size_t i = 0; i < x.size(); ++i)
            if (!std::isnan(x[i]) && !std::isnan(y[i])) x[i] = holds(x[i], y[i]) ? 1 : 0;
        return share_estimate(x);
    }

    /// Mean of a over mean of b, each sample having both; unlike the mean of ratios it does not
    /// hang on samples whose b is small.
    [[nodiscard]] Estimate ratio_of_means(std::string_view a, std::string_view b) const {
        auto x = column(a);
        auto y = column(b);
        for (std::size_t i = 0; i < x.size(); ++i)
            if (std::isnan(x[i]) || std::isnan(y[i])) x[i] = y[i] = missing;
        auto const below = mean_estimate(y);
        double const ratio = mean_estimate(x).value / below.value;
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = (x[i] - ratio * y[i]) / below.value;
        return {ratio, mean_estimate(x).standard_error, below.n};
    }

    std::vector<index> points;

private:
    Results const& results_;
};

/// What theory says of every sample holds in more than this share of them, as well as the number
/// of samples allows to tell.
constexpr double nearly_all = 0.95;

void add_glass(System const& glass, std::vector<Claim>& claims) {
    auto const add = [&](Claim claim) {
        claim.points = glass.points;
        claims.push_back(std::move(claim));
    };
    add({.id = "glass_connected",
         .statement = "All minima of a glass are connected by ways over saddles of index 1: share "
                      "of samples",
         .source = "Milnor1963",
         .measured = glass.share("components", "loose_ends",
                                 [](double c, double loose) { return c == 1 && loose == 0; }),
         .relation = Relation::greater,
         .predicted = nearly_all,
         .note = "Morse theory: the sphere is connected and only points of index 1 join components "
                 "of a sublevel set, so it holds for every sample; 0.95 is what so many samples "
                 "can tell. A minimum or saddle that is missed, or a descent that leaves its basin "
                 "of attraction, breaks it."});
    add({.id = "glass_morse",
         .statement = "A glass has at least as many saddles of index 1 as minima, less one: share "
                      "of samples",
         .source = "Milnor1963",
         .measured = glass.share("transition_states", "minima",
                                 [](double c1, double c0) { return c1 >= c0 - 1; }),
         .relation = Relation::greater,
         .predicted = nearly_all,
         .note = "A Morse inequality of the sphere; holds for every sample."});
    add({.id = "glass_bands_listed",
         .statement = "Saddles of index 1 that elastic bands find are among all critical points "
                      "by homotopy: share that is not",
         .source = "CartwrightSturmfels2013",
         .measured = glass.mean("bands_unlisted"),
         .relation = Relation::equal,
         .predicted = 0,
         .tolerance = 0.001,
         .note = "Two independent methods; the list is complete, so none can be new."});
    add({.id = "glass_bands_not_below",
         .statement = "No elastic band between two minima passes below the exact pass between "
                      "them: share that does",
         .source = "Henkelman2000",
         .measured = glass.mean("bands_below"),
         .relation = Relation::equal,
         .predicted = 0,
         .tolerance = 0.01,
         .note = "Would hold for every band whose highest point is resolved. The climbing image "
                 "is refined to the nearest saddle, which is not the highest of the way where "
                 "images are too few or the band has not converged."});
}

void add_network(System const& network, System const& glass, std::vector<Claim>& claims) {
    auto const add = [&](Claim claim) { claims.push_back(std::move(claim)); };
    add({.id = "network_connected",
         .statement = "All minima found of a small network are connected over transition states "
                      "found: share of samples",
         .source = "Ballard2017",
         .measured =
             network.share("components", "components", [](double c, double) { return c == 1; }),
         .relation = Relation::greater,
         .predicted = 0.5,
         .note = "Of every sample if all transition states were known (the loss with ridge grows "
                 "without bound, so that sublevel sets are compact). Minima that only one search "
                 "found may lack theirs.",
         .points = network.points});
    add({.id = "network_single_funnel",
         .statement = "The landscape of a small network is a single funnel: share of the minima "
                      "in the funnel of the global one",
         .source = "Ballard2017",
         .measured = network.mean("funnel_share"),
         .relation = Relation::greater,
         .predicted = 0.5,
         .note = "The source (recalled, not checked word for word) describes networks with one "
                 "hidden layer and a ridge as single-funnelled, without a number; here: more than "
                 "half of the minima. Other data than in the source: exclusive or with noise.",
         .points = network.points});
    add({.id = "network_small_barriers",
         .statement = "Downhill barriers of a small network are smaller than differences between "
                      "its minima: mean climb from a minimum to any lower one over mean height "
                      "above the global one, below 1",
         .source = "Ballard2017",
         .measured = network.ratio_of_means("mean_escape", "mean_height"),
         .relation = Relation::less,
         .predicted = 1,
         .note = "The source (recalled) calls downhill barriers small, without a number; below 1 "
                 "is our reading. Means over minima and samples, without the global minima.",
         .points = network.points});
    if (glass.points.empty()) return;
    auto both = network.points;
    both.insert(both.end(), glass.points.begin(), glass.points.end());
    add({.id = "network_less_frustrated",
         .statement = "Escape barriers relative to the heights of the minima are lower in "
                      "networks than in glasses: difference",
         .source = "Ballard2017",
         .measured = difference(network.ratio_of_means("mean_escape", "mean_height"),
                                glass.ratio_of_means("mean_escape", "mean_height")),
         .relation = Relation::less,
         .predicted = 0,
         .note = "Our reading of single funnel against glass, over the sizes of this job; the "
                 "source compares with molecular glasses (recalled).",
         .points = both});
}

}  // namespace

std::vector<Claim> claims(Results const& results) {
    System const glass(results, "glass"), network(results, "network");
    std::vector<Claim> all;
    if (!glass.points.empty()) add_glass(glass, all);
    if (!network.points.empty()) add_network(network, glass, all);
    return all;
}

}  // namespace spinscape::disconnection
