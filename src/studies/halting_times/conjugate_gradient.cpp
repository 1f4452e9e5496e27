// SPDX-License-Identifier: BSD-3-Clause
#include "runs.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/coupling_law.hpp"
#include "spinscape/linalg/blas.hpp"

#include <boost/math/special_functions/digamma.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace spinscape::halting {

namespace {

constexpr std::uint64_t for_matrices = std::uint64_t{1} << 60;

/// X X^T of an n x m matrix of this law.
std::vector<double> matrix(Task const& task, index disorder, std::uint64_t salt) {
    auto const n = task.parameters().integer("N"), m = columns_of(task.parameters());
    std::vector<float> drawn(static_cast<std::size_t>(n * m));
    Stream stream(task.master_seed(), Purpose::disorder, disorder, 0, salt);
    draw_couplings(coupling_law(task.parameters().text("law")), stream, drawn);
    std::vector<double> const X(drawn.begin(), drawn.end());
    std::vector<double> A(static_cast<std::size_t>(n * n));
    linalg::gemm(linalg::Op::plain, linalg::Op::transposed, n, n, m, 1.0, X.data(), m, X.data(), m,
                 0.0, A.data(), n);
    return A;
}

}  // namespace

index columns_of(Parameters const& parameters) {
    auto const n = parameters.integer("N");
    auto const aspect = parameters.real("aspect");
    if (aspect > 0) return static_cast<index>(std::lround(static_cast<double>(n) / aspect));
    return n + 2 * static_cast<index>(std::sqrt(static_cast<double>(n)));
}

Solved conjugate_gradient(std::span<double const> A, std::span<double const> b, double accuracy,
                          index max_steps) {
    auto const n = std::ssize(b);
    std::vector<double> r(b.begin(), b.end()), p = r, Ap(r.size());
    auto const dot = [](std::vector<double> const& u, std::vector<double> const& v) {
        return std::inner_product(u.begin(), u.end(), v.begin(), 0.0);
    };
    double const start = dot(r, r);
    double squared = start;
    Solved solved{.residual = 1};
    for (index k = 1; k <= max_steps && std::isfinite(squared); ++k) {
        linalg::gemv(linalg::Op::plain, n, n, 1.0, A.data(), p.data(), 0.0, Ap.data());
        double const alpha = squared / dot(p, Ap);
        for (std::size_t i = 0; i < r.size(); ++i) r[i] -= alpha * Ap[i];
        double const next = dot(r, r), before = solved.residual;
        for (std::size_t i = 0; i < r.size(); ++i) p[i] = r[i] + next / squared * p[i];
        squared = next;
        solved.residual = std::sqrt(squared / start);
        if (k == residual_step) solved.log_residual = std::log(solved.residual);
        if (!solved.halted && solved.residual <= accuracy) {
            solved.halted = true;
            solved.time = static_cast<double>(k - 1) +
                          std::log(before / accuracy) / std::log(before / solved.residual);
        }
        if (solved.halted && k >= residual_step) break;
    }
    return solved;
}

double exact_log_residual(index n, index m, index k) {
    double sum = 0;
    for (index j = 1; j <= k; ++j)
        sum += (boost::math::digamma(0.5 * static_cast<double>(n - j)) -
                boost::math::digamma(0.5 * static_cast<double>(m - j + 1))) /
               2;
    return sum;
}

void run_conjugate_gradient(Task& task) {
    auto const& parameters = task.parameters();
    auto const n = parameters.integer("N"), starts = parameters.integer("starts");
    auto const salt = coupling_salt(n, coupling_law(parameters.text("law"))) | for_matrices |
                      static_cast<std::uint64_t>(columns_of(parameters)) << 40;
    auto replica = task.first();
    task.resume([&](ByteReader& in) { replica = in.get<index>(); });
    std::vector<double> A, b(static_cast<std::size_t>(n));
    index made_for = -1;
    while (replica < task.first() + task.count()) {
        auto const disorder = replica / starts;
        if (disorder != made_for) {
            auto const timer = task.phase("disorder");
            A = matrix(task, disorder, salt);
            made_for = disorder;
        }
        {
            auto const timer = task.phase("conjugate gradients");
            Stream stream(task.master_seed(), Purpose::start, replica, 0, salt);
            random_on_sphere(stream, std::span<double>(b));
            auto const solved = conjugate_gradient(A, b, parameters.real("accuracy"),
                                                   parameters.integer("max_steps"));
            task.finish(replica, solved.halted                    ? Outcome::converged
                                 : std::isfinite(solved.residual) ? Outcome::out_of_budget
                                                                  : Outcome::diverged);
            task.record(replica, "disorder", static_cast<double>(disorder));
            task.record(replica, "end_value", solved.residual);
            task.record(replica, "halting_time", solved.time);
            task.record(replica, "log_residual", solved.log_residual);
        }
        ++replica;
        if (replica < task.first() + task.count() &&
            task.pause([&](ByteWriter& out) { out.put(replica); }))
            return;
    }
}

}  // namespace spinscape::halting
