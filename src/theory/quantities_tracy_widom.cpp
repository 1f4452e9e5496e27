// SPDX-License-Identifier: BSD-3-Clause
#include "quantities.hpp"
#include "spinscape/theory/tracy_widom.hpp"

namespace spinscape::theory {

namespace {

Argument ensemble() {
    return {"beta", "1: orthogonal, 2: unitary ensemble", true, required, 1, 2};
}
Argument place() {
    return {"s", "scaled largest eigenvalue", false, required, -1e6, 1e6};
}

}  // namespace

std::vector<Quantity> tracy_widom_quantities() {
    auto const law = [](double TracyWidom::*member) {
        return each([member](Arguments const& a) {
            auto const at = tracy_widom(whole(a, "beta"), a.at("s"));
            return Value{at.*member, at.error};
        });
    };
    auto const moment = [](double TracyWidomMoments::*member) {
        return each([member](Arguments const& a) {
            auto const moments = tracy_widom_moments(whole(a, "beta"));
            return Value{moments.*member, moments.error};
        });
    };
    return {
        {"tracy-widom",
         "below",
         "P(largest eigenvalue below s)",
         "Bornemann2010",
         {ensemble(), place()},
         law(&TracyWidom::below)},
        {"tracy-widom",
         "density",
         "its density at s",
         "Bornemann2010",
         {ensemble(), place()},
         law(&TracyWidom::density)},
        {"tracy-widom",
         "mean",
         "mean",
         "Bornemann2010",
         {ensemble()},
         moment(&TracyWidomMoments::mean)},
        {"tracy-widom",
         "variance",
         "variance",
         "Bornemann2010",
         {ensemble()},
         moment(&TracyWidomMoments::variance)},
        {"tracy-widom",
         "skewness",
         "third standardised moment",
         "Bornemann2010",
         {ensemble()},
         moment(&TracyWidomMoments::skewness)},
        {"tracy-widom",
         "excess_kurtosis",
         "fourth standardised moment less 3",
         "Bornemann2010",
         {ensemble()},
         moment(&TracyWidomMoments::excess_kurtosis)},
    };
}

}  // namespace spinscape::theory
