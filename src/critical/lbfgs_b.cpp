// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/lbfgs_b.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

extern "C" {
/// The Fortran subroutine, called again and again: `task` says what it wants next. The two lengths
/// at the end are those of the texts.
void setulb_(int const* n, int const* m, double* x, double const* l, double const* u,
             int const* nbd, double const* f, double const* g, double const* factr,
             double const* pgtol, double* wa, int* iwa, char* task, int const* iprint, char* csave,
             int* lsave, int* isave, double* dsave, std::size_t task_length,
             std::size_t csave_length);
}

namespace spinscape {

namespace {

using Text = std::array<char, 60>;

void assign(Text& text, std::string_view words) {
    text.fill(' ');
    std::ranges::copy(words, text.begin());
}

bool begins(Text const& text, std::string_view words) {
    return std::string_view(text.data(), text.size()).starts_with(words);
}

/// What the subroutine keeps between calls.
class Solver {
public:
    Solver(std::span<double const> lower, std::span<double const> upper, BoxOptions const& options)
        : n_(static_cast<int>(lower.size())),
          m_(static_cast<int>(options.memory)),
          lower_(lower),
          upper_(upper),
          factor_(options.value_tolerance / std::numeric_limits<double>::epsilon()),
          tolerance_(options.gradient_tolerance) {
        auto const n = lower.size(), m = static_cast<std::size_t>(options.memory);
        reals_.resize(2 * m * n + 5 * n + 11 * m * m + 8 * m);
        integers_.resize(3 * n);
        for (std::size_t i = 0; i < n; ++i) {
            bool const low = std::isfinite(lower[i]), high = std::isfinite(upper[i]);
            kinds_.push_back(low ? (high ? 2 : 1) : (high ? 3 : 0));
        }
        assign(task_, "START");
        assign(saved_text_, "");
    }

    void advance(std::span<double> x, double f, std::span<double const> g) {
        int const quiet = -1;
        setulb_(&n_, &m_, x.data(), lower_.data(), upper_.data(), kinds_.data(), &f, g.data(),
                &factor_, &tolerance_, reals_.data(), integers_.data(), task_.data(), &quiet,
                saved_text_.data(), saved_flags_.data(), saved_integers_.data(),
                saved_reals_.data(), task_.size(), saved_text_.size());
    }
    [[nodiscard]] bool wants_gradient() const { return begins(task_, "FG"); }
    [[nodiscard]] bool has_new_point() const { return begins(task_, "NEW_X"); }
    [[nodiscard]] bool converged() const { return begins(task_, "CONV"); }
    [[nodiscard]] index iterations() const { return saved_integers_[29]; }
    [[nodiscard]] double projected_gradient() const { return saved_reals_[12]; }

private:
    int n_, m_;
    std::span<double const> lower_, upper_;
    double factor_, tolerance_;
    std::vector<int> kinds_;  // 0: no bounds, 1: lower, 2: both, 3: upper
    std::vector<double> reals_;
    std::vector<int> integers_;
    Text task_, saved_text_;
    std::array<int, 4> saved_flags_{};
    std::array<int, 44> saved_integers_{};
    std::array<double, 29> saved_reals_{};
};

}  // namespace

BoxMinimum minimise_in_box(ValueAndGradient const& f, std::span<double const> lower,
                           std::span<double const> upper, std::span<double> x,
                           BoxOptions const& options) {
    SPINSCAPE_EXPECT(lower.size() == x.size() && upper.size() == x.size());
    SPINSCAPE_EXPECT(options.memory > 0 && options.iterations >= 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        SPINSCAPE_EXPECT(lower[i] <= upper[i]);
        x[i] = std::clamp(x[i], lower[i], upper[i]);
    }
    BoxMinimum result;
    std::vector<double> g(x.size()), best(x.begin(), x.end());
    Solver solver(lower, upper, options);
    double value = 0;
    for (;;) {
        solver.advance(x, value, g);
        if (solver.wants_gradient()) {
            value = f(x, g);
            ++result.evaluations;
            if (!std::isfinite(value)) {
                result.outcome = Outcome::diverged;
                break;
            }
            if (!(value >= result.value)) {  // also the first one
                result.value = value;
                std::ranges::copy(x, best.begin());
            }
        } else if (!solver.has_new_point()) {
            result.outcome = solver.converged() ? Outcome::converged : Outcome::stalled;
            break;
        } else if (solver.iterations() >= options.iterations) {
            break;
        }
    }
    result.iterations = solver.iterations();
    result.projected_gradient = solver.projected_gradient();
    std::ranges::copy(best, x.begin());
    return result;
}

}  // namespace spinscape
