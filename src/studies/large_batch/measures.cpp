// SPDX-License-Identifier: BSD-3-Clause
#include "measures.hpp"

#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/critical/surface.hpp"
#include "spinscape/critical/trace.hpp"
#include "spinscape/geometry/local_entropy.hpp"
#include "spinscape/geometry/sharpness.hpp"

#include <cmath>
#include <memory>

namespace spinscape::batches {

namespace {

/// Uses of Stream(master seed, probe or noise, replica, step = one of these).
enum Probe : index { full_space, subspace, eigenvalue, trace, entropy };

constexpr double fine = 5e-4, coarse = 1e-3;  // the epsilons of the source

class Measuring {
public:
    Measuring(Task& task, index replica, Network<double> const& network, std::span<double const> x)
        : task_(task), replica_(replica), network_(network), x_(x), surface_(surface_of(network)) {}

    void go() {
        {
            auto const timer = task_.phase("sharpness");
            full_spaces();
            subspaces();
            rescaled();
        }
        {
            auto const timer = task_.phase("eigenvalues");
            hessian();
        }
        auto const timer = task_.phase("local entropy");
        entropies();
    }

private:
    [[nodiscard]] Stream stream(Probe use, Purpose purpose = Purpose::probe) const {
        return {task_.master_seed(), purpose, replica_, use};
    }
    void record(char const* field, double value) { task_.record(replica_, field, value); }

    Sharpness in_full_space(std::span<double const> x, double epsilon, SharpnessBox box) {
        auto probe = stream(full_space);
        return sharpness(*surface_, x,
                         {.epsilon = epsilon,
                          .box = box,
                          .iterations = task_.parameters().integer("iterations")},
                         probe);
    }

    void full_spaces() {
        auto const a = in_full_space(x_, coarse, SharpnessBox::absolute);
        absolute_ = a.phi;
        record("sharpness", a.phi);
        record("sharpness_lbfgs_b", a.lbfgs_b);
        record("sharpness_fine", in_full_space(x_, fine, SharpnessBox::absolute).phi);
        relative_ = in_full_space(x_, relative_epsilon(), SharpnessBox::relative).phi;
        record("relative_sharpness", relative_);
    }

    void subspaces() {
        for (bool const unit : {false, true}) {
            auto probe = stream(subspace);
            auto const A = random_directions(probe, task_.parameters().integer("subspace"),
                                             network_.dimension(), unit);
            auto const found = subspace_sharpness(
                *surface_, x_, A,
                {.epsilon = coarse, .iterations = task_.parameters().integer("iterations")}, probe);
            record(unit ? "subspace_sharpness_unit" : "subspace_sharpness", found.phi);
        }
    }

    void hessian() {
        surface_->move_to(x_);
        record("gradient_norm", surface_->gradient_norm());
        auto const H = hessian_operator(*surface_);
        auto const ends =
            end_eigenvalues(H, {.tolerance = 1e-4, .most_products = 400, .multiplicities = false},
                            stream(eigenvalue));
        if (ends.converged) {
            record("highest_eigenvalue", ends.highest.front().value);
            record("lowest_eigenvalue", ends.lowest.front().value);
        }
        record("trace",
               hutchinson_trace(H, task_.parameters().integer("probes"), stream(trace)).value);
    }

    void entropies() {
        auto const& p = task_.parameters();
        if (p.integer("entropy_rungs") == 0) return;
        auto noise = stream(entropy, Purpose::noise);
        auto const found = local_entropy(*surface_, x_,
                                         {.gamma = p.real("entropy_gamma"),
                                          .temperature = p.real("entropy_temperature"),
                                          .rungs = p.integer("entropy_rungs"),
                                          .steps = p.integer("entropy_steps")},
                                         noise);
        record("local_entropy", found.value);
        record("entropy_acceptance", found.acceptance);
    }

    /// The trap: the same function at another point.
    void rescaled() {
        double const factor = task_.parameters().real("rescaling");
        std::vector<double> y(x_.begin(), x_.end());
        rescale_hidden_layer(network_.architecture(), 0, factor, y.data());
        double const before = surface_->value_at(x_), after = surface_->value_at(y);
        record("rescaled_loss_change", std::abs(after - before) / before);
        record("rescaled_sharpness_ratio",
               in_full_space(y, coarse, SharpnessBox::absolute).phi / absolute_);
        record("rescaled_relative_ratio",
               in_full_space(y, relative_epsilon(), SharpnessBox::relative).phi / relative_);
    }

    [[nodiscard]] double relative_epsilon() const {
        return task_.parameters().real("relative_epsilon");
    }

    Task& task_;
    index replica_;
    Network<double> const& network_;
    std::span<double const> x_;
    std::unique_ptr<Surface> surface_;
    double absolute_ = missing, relative_ = missing;
};

}  // namespace

std::vector<Measure> const& measures() {
    static std::vector<Measure> const list = {
        {"sharpness", "sharpness phi in the full space, epsilon = 1e-3", true},
        {"sharpness_fine", "sharpness phi in the full space, epsilon = 5e-4", true},
        {"subspace_sharpness", "sharpness phi in a random subspace, epsilon = 1e-3", true},
        {"relative_sharpness", "rescaling-invariant sharpness", true},
        {"highest_eigenvalue", "highest eigenvalue of the Hessian", true},
        {"trace", "trace of the Hessian", true},
        {"local_entropy", "local entropy", false}};
    return list;
}

std::vector<double> const& line_points() {
    static std::vector<double> const points = [] {
        std::vector<double> list;  // 25 from -1 to 2, as in the authors' program
        for (int i = 0; i < 25; ++i) list.push_back(-1 + 0.125 * i);
        return list;
    }();
    return points;
}

std::vector<Field> measure_fields() {
    auto const along = [](std::string name, std::string description) {
        return Field{.name = std::move(name),
                     .description = std::move(description),
                     .axis = "alpha",
                     .axis_values = line_points()};
    };
    return {
        {.name = "sharpness",
         .units = "percent",
         .description = "phi in the full space, epsilon = 1e-3, the larger one of two searches"},
        {.name = "sharpness_lbfgs_b",
         .units = "percent",
         .description = "the same by L-BFGS-B alone, as in the source"},
        {.name = "sharpness_fine",
         .units = "percent",
         .description = "phi in the full space, epsilon = 5e-4"},
        {.name = "relative_sharpness",
         .units = "percent",
         .description = "phi with half-widths relative_epsilon |x_i|: invariant under rescaling"},
        {.name = "subspace_sharpness",
         .units = "percent",
         .description = "phi in a subspace of normal directions, epsilon = 1e-3"},
        {.name = "subspace_sharpness_unit",
         .units = "percent",
         .description = "phi in a subspace of directions of unit length, epsilon = 1e-3"},
        {.name = "gradient_norm", .description = "of the training loss"},
        {.name = "highest_eigenvalue", .description = "of the Hessian of the training loss"},
        {.name = "lowest_eigenvalue", .description = "of the Hessian of the training loss"},
        {.name = "trace", .description = "of the Hessian of the training loss (Hutchinson)"},
        {.name = "local_entropy",
         .description = "ln < exp(-(f(x + d) - f(x)) / temperature) > over normal d of variance "
                        "temperature / gamma; low where sharp, > 0 where the loss falls nearby"},
        {.name = "entropy_acceptance", .description = "share of accepted Langevin steps"},
        {.name = "rescaled_loss_change",
         .description = "relative change of the training loss by the rescaling"},
        {.name = "rescaled_sharpness_ratio",
         .description = "sharpness after over before the rescaling"},
        {.name = "rescaled_relative_ratio",
         .description = "relative_sharpness after over before the rescaling"},
        {.name = "loss_gap", .description = "test loss minus training loss"},
        {.name = "error_gap", .description = "test error minus training error"},
        along("line_train_loss",
              "training loss on the straight line from the reference solution (0) to this one (1)"),
        along("line_test_loss", "test loss on that line"),
        along("line_train_error", "training error on that line"),
        along("line_test_error", "test error on that line"),
        along("arc_train_loss", "training loss on the arc sin(alpha pi/2), cos(alpha pi/2)")};
}

void measure(Task& task, index replica, Network<double> const& network, std::span<double const> x) {
    Measuring(task, replica, network, x).go();
}

}  // namespace spinscape::batches
