// SPDX-License-Identifier: BSD-3-Clause
#include "curve_quantities.hpp"
#include "point_quantities.hpp"
#include "quantities.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"
#include "spinscape/theory/planted_signal.hpp"

namespace spinscape::theory {

namespace {

Argument order(double least = 3) {
    return {"p", "number of spins in an interaction", true, required, least, 1000};
}
Argument index_of_point() {
    return {"k", "index: number of negative eigenvalues", true, 0, 0, 1e6};
}
Argument energy() {
    return {"u", "energy per spin", false, required, -1e3, 1e3};
}
Argument strength() {
    return {"lambda", "strength of a planted signal", false, required, 0, 1e6};
}
Argument size() {
    return {"N", "number of spins", true, required, 1, 1e9};
}

std::vector<PSpinTerm> model(Arguments const& a) {
    return {{.p = whole(a, "p")}};
}

}  // namespace

std::vector<Quantity> p_spin_quantities() {
    auto const of_p = [](double (*f)(int), Value (*kind)(double)) {
        return each([f, kind](Arguments const& a) { return kind(f(whole(a, "p"))); });
    };
    auto const of_model = [](double (*f)(std::span<PSpinTerm const>), Value (*kind)(double)) {
        return each([f, kind](Arguments const& a) { return kind(f(model(a))); });
    };
    std::vector<Quantity> all = {
        {"p-spin",
         "E_inf",
         "threshold E_inf = 2 sqrt((p-1)/p), where descents end",
         "Auffinger2013",
         {order(2)},
         of_p(e_infinity, closed)},
        {"p-spin",
         "E_k",
         "below -E_k no critical points of index k; E_0: ground state",
         "Auffinger2013",
         {order(), index_of_point()},
         each([](Arguments const& a) { return solved(e_k(whole(a, "p"), whole(a, "k"))); })},
        {"p-spin",
         "complexity",
         "lim ln(mean number of critical points below u)/N",
         "Auffinger2013",
         {order(), energy()},
         each([](Arguments const& a) { return closed(complexity(whole(a, "p"), a.at("u"))); })},
        {"p-spin",
         "complexity_of_index",
         "the same for critical points of index k",
         "Auffinger2013",
         {order(), index_of_point(), energy()},
         each([](Arguments const& a) {
             return closed(complexity_of_index(whole(a, "p"), whole(a, "k"), a.at("u")));
         })},
        {"p-spin",
         "index_fraction",
         "share of negative eigenvalues at a critical point of energy u",
         "Auffinger2013",
         {order(2), energy()},
         each([](Arguments const& a) { return closed(index_fraction(whole(a, "p"), a.at("u"))); })},
        {"p-spin",
         "hessian_centre",
         "centre of the Hessian's semicircle at energy u",
         "Auffinger2013",
         {order(2), energy()},
         each([](Arguments const& a) {
             return closed(hessian_bulk(whole(a, "p"), a.at("u")).centre);
         })},
        {"p-spin",
         "hessian_radius",
         "radius of the Hessian's semicircle",
         "Auffinger2013",
         {order(2)},
         each([](Arguments const& a) { return closed(hessian_bulk(whole(a, "p"), 0).radius); })},
        {"p-spin",
         "ground_state_mean",
         "mean lowest energy per spin at size N, up to o(1/N)",
         "SubagZeitouni2017",
         {order(), size()},
         each([](Arguments const& a) {
             return solved(ground_state(whole(a, "p"), static_cast<index>(a.at("N"))).mean);
         })},
        {"p-spin",
         "ground_state_sd",
         "its standard deviation between disorder samples",
         "SubagZeitouni2017",
         {order(), size()},
         each([](Arguments const& a) {
             return solved(ground_state(whole(a, "p"), static_cast<index>(a.at("N"))).sd);
         })},
        {"p-spin",
         "ground_state_rate",
         "c of the law of the lowest energy, P(above u) = exp(-C N^(-1/2) e^(c N (u + E_0)))",
         "SubagZeitouni2017",
         {order()},
         each([](Arguments const& a) { return solved(ground_state(whole(a, "p"), 1).c); })},
        {"p-spin",
         "ground_state_prefactor",
         "C of the same law; even p: C / 2, for points come in pairs",
         "SubagZeitouni2017",
         {order()},
         each([](Arguments const& a) { return solved(ground_state(whole(a, "p"), 1).C); })},
        {"p-spin",
         "T_d",
         "dynamical temperature: below it a random start does not equilibrate",
         "CrisantiSommers1992",
         {order()},
         of_model(dynamical_temperature, solved)},
        {"p-spin",
         "T_K",
         "Kauzmann temperature: below it the entropy of states is gone",
         "CrisantiSommers1992",
         {order()},
         of_model(kauzmann_temperature, solved)},
        {"p-spin",
         "signal_threshold",
         "least strength lambda at which a planted signal -lambda N m^p has a minimum of its own",
         "RosBenArousBiroliCammarota2019",
         {order(2)},
         of_p(signal_threshold, closed)},
        {"p-spin",
         "signal_overlap",
         "overlap m with the signal of that minimum",
         "RosBenArousBiroliCammarota2019",
         {order(2), strength()},
         each([](Arguments const& a) {
             return solved(signal_minimum(whole(a, "p"), a.at("lambda")).overlap);
         })},
        {"p-spin",
         "signal_energy",
         "its energy per spin",
         "RosBenArousBiroliCammarota2019",
         {order(2), strength()},
         each([](Arguments const& a) {
             return solved(signal_minimum(whole(a, "p"), a.at("lambda")).energy);
         })},
    };
    append_critical_points(all, "p-spin", {order(2)}, model);
    append_curves(all, "p-spin", {order(2)}, model);
    return all;
}

}  // namespace spinscape::theory
