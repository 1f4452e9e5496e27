// SPDX-License-Identifier: BSD-3-Clause
#include "quantities.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/theory/chain_exit.hpp"
#include "spinscape/theory/escape.hpp"

namespace spinscape::theory {

namespace {

Argument positive(std::string name, std::string description, double standard = required) {
    return {std::move(name), std::move(description), false, standard, 1e-12, 1e12};
}
Argument noise() {
    return positive("epsilon", "noise: dx = -V' dt + sqrt(2 epsilon) dW");
}
Argument anywhere(std::string name, std::string description, double standard, double far) {
    return {std::move(name), std::move(description), false, standard, -far, far};
}

Value finite(Value const& value) {
    if (!std::isfinite(value.value))
        throw Error(ExitCode::bad_input, "a time is longer than any double; use stronger noise");
    return value;
}
Value number(Integral const& integral) {
    return finite({integral.value, integral.error});
}

// ---- Quadratic saddle: dx = lambda x dt + sqrt(2 epsilon) dW until |x| = a

std::vector<Argument> saddle_arguments(std::vector<Argument> further = {}) {
    std::vector<Argument> all = {positive("lambda", "minus the negative eigenvalue", 1), noise(),
                                 positive("a", "the saddle is left at |x| = a", 1)};
    all.insert(all.end(), further.begin(), further.end());
    return all;
}

QuadraticSaddle saddle(Arguments const& a) {
    auto const start = a.at("x0");
    if (std::abs(start) >= a.at("a"))
        throw Error(ExitCode::usage, "--x0: must be between -a and a");
    constexpr double weakest = 1e5;  // terms of Kummer's series
    if (a.at("lambda") * a.at("a") * a.at("a") / (2 * a.at("epsilon")) > weakest)
        throw Error(ExitCode::bad_input,
                    "--epsilon: below lambda a^2 / 2e5 use the asymptotic quantities");
    return {a.at("lambda"), a.at("epsilon"), a.at("a"), start};
}

QuadraticSaddle from_the_middle(Arguments const& a) {
    return {a.at("lambda"), a.at("epsilon"), a.at("a")};
}

void append_saddle(std::vector<Quantity>& all) {
    auto const start = anywhere("x0", "start", 0, 1e12);
    all.push_back({"saddle", "mean_exit_time", "exact mean time to leave a quadratic saddle",
                   "Kramers1940", saddle_arguments({start}),
                   each([](Arguments const& a) { return number(saddle(a).mean()); })});
    all.push_back({"saddle", "mean_exit_time_asymptotic", "the same for weak noise from x0 = 0",
                   "Kramers1940", saddle_arguments(), each([](Arguments const& a) {
                       return closed(from_the_middle(a).asymptotic_mean());
                   })});
    all.push_back({"saddle", "exit_time_sd_asymptotic",
                   "standard deviation of that time for weak noise", "Kramers1940",
                   saddle_arguments(), each([](Arguments const& a) {
                       return closed(from_the_middle(a).asymptotic_standard_deviation());
                   })});
    all.push_back({"saddle", "exit_probability", "P(saddle is left by time t)", "AbateWhitt1995",
                   saddle_arguments({start, positive("t", "time")}), each([](Arguments const& a) {
                       return Value{saddle(a).probability_by(a.at("t")), 1e-7};
                   })});
    std::vector<Argument> const chain = {
        positive("rate", "x <- (1 + rate) x + deviation xi, xi normal"),
        positive("deviation", "of the noise in one step"),
        positive("a", "the saddle is left at |x| >= a", 1)};
    all.push_back({"saddle", "mean_exit_steps", "exact mean number of discrete noisy steps",
                   "Ge2015", chain, each([](Arguments const& a) {
                       double const growth = 1 + a.at("rate"), deviation = a.at("deviation");
                       auto const exit =
                           chain_exit({.mean = [=](double x) { return growth * x; },
                                       .deviation = [=](double) { return deviation; }},
                                      -a.at("a"), a.at("a"), 0);
                       return Value{exit.mean_steps, exit.error};
                   })});
    all.push_back({"saddle", "mean_exit_steps_asymptotic", "the same for small deviations",
                   "Ge2015", chain, each([](Arguments const& a) {
                       return closed(saddle_exit_steps(a.at("rate"), a.at("deviation"), a.at("a")));
                   })});
    all.push_back({"saddle",
                   "deep_linear_time",
                   "time in which a mode of a deep linear network grows without noise",
                   "Kawaguchi2016",
                   {{"hidden", "hidden layers, 1: a strict saddle", true, 1, 1, 100},
                    positive("sigma", "strength of the mode", 1),
                    positive("start", "weight of every layer at the start"),
                    positive("target", "and at the end, below sigma^(1/(hidden + 1))", 0.9)},
                   each([](Arguments const& a) {
                       auto const hidden = whole(a, "hidden");
                       if (!(a.at("start") < a.at("target") &&
                             a.at("target") < std::pow(a.at("sigma"), 1.0 / (hidden + 1))))
                           throw Error(ExitCode::usage,
                                       "--start < --target < sigma^(1/(hidden + 1)) is needed");
                       return number(deep_linear_mode_time(a.at("sigma"), hidden, a.at("start"),
                                                           a.at("target")));
                   })});
}

// ---- Wells

/// V = depth (x^4 - 2 x^2) has minima -1 and 1 and a barrier of height depth at 0.
std::vector<Argument> double_well(std::vector<Argument> further = {}) {
    std::vector<Argument> all = {
        noise(), positive("depth", "V = depth (x^4 - 2 x^2): wells at -1 and 1", 0.25)};
    all.insert(all.end(), further.begin(), further.end());
    return all;
}

void append_wells(std::vector<Quantity>& all) {
    all.push_back({"double-well", "mean_first_passage",
                   "exact mean time from x0 to the first arrival at x1", "Kramers1940",
                   double_well({anywhere("x0", "start", -1, 3), anywhere("x1", "target", 1, 3)}),
                   each([](Arguments const& a) {
                       double const depth = a.at("depth"), x0 = a.at("x0"), x1 = a.at("x1");
                       if (x0 == x1) return closed(0);
                       if (depth > 500 * a.at("epsilon"))
                           throw Error(ExitCode::bad_input,
                                       "--epsilon: below depth / 500 use eyring_kramers_time");
                       auto const V = [=](double x) { return depth * (x * x - 2) * x * x; };
                       return number(mean_first_passage(overdamped(V, a.at("epsilon")), x0, x1,
                                                        x1 > x0 ? -unbounded : unbounded));
                   })});
    all.push_back(
        {"double-well", "eyring_kramers_time", "mean time to the other well for weak noise",
         "BovierEckhoffGayrardKlein2004", double_well(), each([](Arguments const& a) {
             double const depth = a.at("depth");
             return finite(
                 closed(eyring_kramers_time({.height = depth,
                                             .unstable_curvature = 4 * depth,
                                             .log_determinant_minimum = std::log(8 * depth),
                                             .log_abs_determinant_saddle = std::log(4 * depth)},
                                            a.at("epsilon"))));
         })});
    all.push_back(
        {"barrier",
         "eyring_kramers_time",
         "mean time over a saddle to the other well for weak noise, any dimension",
         "BovierEckhoffGayrardKlein2004",
         {noise(), positive("height", "V(saddle) - V(minimum)"),
          positive("curvature", "minus the negative eigenvalue at the saddle"),
          anywhere("log_det_minimum", "ln of the Hessian's determinant at the minimum", 0, 1e6),
          anywhere("log_det_saddle", "ln of its absolute value at the saddle", 0, 1e6)},
         each([](Arguments const& a) {
             return finite(
                 closed(eyring_kramers_time({.height = a.at("height"),
                                             .unstable_curvature = a.at("curvature"),
                                             .log_determinant_minimum = a.at("log_det_minimum"),
                                             .log_abs_determinant_saddle = a.at("log_det_saddle")},
                                            a.at("epsilon"))));
         })});
}

}  // namespace

std::vector<Quantity> escape_quantities() {
    std::vector<Quantity> all;
    append_saddle(all);
    append_wells(all);
    return all;
}

}  // namespace spinscape::theory
