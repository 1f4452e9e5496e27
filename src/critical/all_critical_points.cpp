// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/all_critical_points.hpp"

#include "eigenvector_paths.hpp"
#include "spinscape/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace spinscape {

namespace {

using Complex = std::complex<double>;

/// Points of projective space closer than this are the same; those that are real to this accuracy
/// are taken to be real. What is decided wrongly fails the certificate or the count.
constexpr double resolution = 1e-7;

/// Distance of x from the complex line of y, both of length 1.
double distance(std::vector<Complex> const& x, std::vector<Complex> const& y) {
    Complex overlap = 0;
    for (std::size_t i = 0; i < x.size(); ++i) overlap += std::conj(y[i]) * x[i];
    double squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i) squares += std::norm(x[i] - overlap * y[i]);
    return std::sqrt(squares);
}

/// Different solutions, looked up by a number that factors do not change.
class Solutions {
public:
    /// The number of the solution; `known` is set if it was there before.
    std::size_t add(std::vector<Complex> const& x, bool& known) {
        double key = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            key += std::norm(x[i]) * std::sqrt(static_cast<double>(i + 1));
        auto const reach = 10 * resolution * std::sqrt(static_cast<double>(x.size()));
        for (auto at = by_key_.lower_bound(key - reach);
             at != by_key_.end() && at->first <= key + reach; ++at)
            if (distance(x, all_[at->second]) < resolution) {
                known = true;
                return at->second;
            }
        known = false;
        by_key_.emplace(key, all_.size());
        all_.push_back(x);
        return all_.size() - 1;
    }
    [[nodiscard]] std::vector<std::vector<Complex>> const& all() const { return all_; }

private:
    std::vector<std::vector<Complex>> all_;
    std::multimap<double, std::size_t> by_key_;
};

/// The real unit vector on the line of x, or nothing.
std::vector<double> real_vector(std::vector<Complex> const& x) {
    Complex square = 0;
    for (auto const& component : x) square += component * component;
    auto const turn = std::conj(std::sqrt(square / std::abs(square)));
    std::vector<double> result;
    double squares = 0, imaginary = 0;
    for (auto const& component : x) {
        auto const turned = component * turn;
        result.push_back(turned.real());
        squares += turned.real() * turned.real();
        imaginary += turned.imag() * turned.imag();
    }
    if (!(imaginary < resolution * resolution)) return {};
    for (auto& component : result) component /= std::sqrt(squares);
    return result;
}

/// Follows the paths and adds their ends; returns those that were given up or share their end.
std::vector<index> follow(SymmetricTensor const& tensor, std::vector<index> const& paths,
                          PathOptions const& options, Solutions& solutions,
                          AllCriticalPoints& result) {
    auto const ends = follow_paths(tensor, paths, options);
    std::map<std::size_t, std::vector<index>> arrivals;
    std::vector<index> bad;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        result.steps += ends[i].steps;
        bool known = false;
        if (ends[i].reached)
            arrivals[solutions.add(ends[i].x, known)].push_back(paths[i]);
        else
            bad.push_back(paths[i]);
    }
    result.paths += std::ssize(paths);
    for (auto const& [solution, from] : arrivals)
        if (from.size() > 1) bad.insert(bad.end(), from.begin(), from.end());
    std::ranges::sort(bad);
    return bad;
}

void find_solutions(SymmetricTensor const& tensor, AllCriticalPointsOptions const& options,
                    Solutions& solutions, AllCriticalPoints& result) {
    std::vector<index> all(static_cast<std::size_t>(result.expected_solutions));
    std::iota(all.begin(), all.end(), index{0});
    PathOptions path{.tolerance = options.tolerance, .max_steps = options.max_steps};
    auto paths = all;
    for (index round = 0; round < options.rounds; ++round) {
        auto const bad = follow(tensor, paths, path, solutions, result);
        if (std::ssize(solutions.all()) == result.expected_solutions) return;
        if (round + 1 == options.rounds) return;
        path.tolerance = std::max(0.1 * path.tolerance, 1e-6);
        path.max_steps *= 4;
        path.phases = round;  // the second round repeats paths of the first
        paths = round == 0 ? bad : all;
        result.repeated_paths += std::ssize(paths);
    }
}

AllCriticalPoints::Point prove(Surface& surface, std::vector<double> s,
                               SymmetricTensor const& tensor) {
    auto const N = static_cast<double>(tensor.dimension());
    double const p = tensor.order();
    surface.move_to(s);
    auto const rounding =
        std::numeric_limits<double>::epsilon() * N * std::sqrt(N) * p * tensor.norm();
    auto const slope = surface.gradient_norm() + rounding;
    auto const change = p * p * p * tensor.norm() / std::sqrt(N);
    auto const certificate = certify(surface, {.threshold = std::sqrt(2 * change * slope)});
    return {.s = std::move(s), .certificate = certificate};
}

}  // namespace

double complex_solutions(int p, index N) {
    return eigenvector_count(p, N);
}

index AllCriticalPoints::euler_sum() const {
    index sum = 0;
    for (auto const& point : points) sum += point.certificate.index % 2 == 0 ? 1 : -1;
    return sum;
}

bool AllCriticalPoints::complete() const {
    auto const proven = [](Point const& point) { return point.certificate.nullity == 0; };
    return found_solutions == expected_solutions && std::ranges::all_of(points, proven) &&
           euler_sum() == euler_characteristic;
}

AllCriticalPoints all_critical_points(SphericalPSpin<double> const& f,
                                      AllCriticalPointsOptions const& options) {
    if (f.terms().size() != 1)
        throw Error(ExitCode::bad_input,
                    "all critical points: only of pure p-spin glasses, this one has several terms");
    SymmetricTensor const tensor(*f.couplings());
    auto const N = f.dimension();
    AllCriticalPoints result;
    result.expected_solutions = static_cast<index>(eigenvector_count(tensor.order(), N));
    result.euler_characteristic = N % 2 == 1 ? 2 : 0;
    Solutions solutions;
    find_solutions(tensor, options, solutions, result);
    result.found_solutions = std::ssize(solutions.all());

    auto const surface = surface_of(f);
    for (auto const& solution : solutions.all()) {
        auto s = real_vector(solution);
        if (s.empty()) continue;
        for (double const sign : {1.0, -1.0}) {
            auto scaled = s;
            for (auto& component : scaled) component *= sign * std::sqrt(static_cast<double>(N));
            result.points.push_back(prove(*surface, std::move(scaled), tensor));
        }
    }
    std::ranges::sort(result.points, [](auto const& a, auto const& b) {
        return std::pair(a.certificate.value, a.s) < std::pair(b.certificate.value, b.s);
    });
    return result;
}

}  // namespace spinscape
