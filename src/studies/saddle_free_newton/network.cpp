// SPDX-License-Identifier: BSD-3-Clause
// Networks: SGD in single precision by epochs, Newton's methods in double precision by steps on the
// full training loss, all from the same starts; what they reach is measured in the same way.
#include "spinscape/landscape/network.hpp"

#include "runs.hpp"
#include "shared/network_task.hpp"
#include "spinscape/critical/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace spinscape::saddle_free {

namespace {

/// One of the methods, from a start; an iteration at a time.
class Method {
public:
    virtual ~Method() = default;
    /// False when it has come to its end (`outcome`).
    virtual bool advance() = 0;
    virtual std::vector<double> point() const = 0;
    /// So far, in evaluations of the full gradient.
    [[nodiscard]] virtual double cost() const = 0;
    [[nodiscard]] Outcome outcome() const { return outcome_; }
    virtual void save(ByteWriter& out) = 0;
    virtual void load(ByteReader& in) = 0;

protected:
    Outcome outcome_ = Outcome::completed;
};

class Sgd final : public Method {
public:
    Sgd(Network<float> const& network, std::vector<double> const& start, Task const& task,
        index replica, std::uint64_t salt)
        : options_(studies::training_options(task.parameters())),
          x_(network.dimension(), 1),
          training_(network, x_.view(), task.master_seed(), replica, salt, options_) {
        std::ranges::copy(start, x_[0].begin());
    }
    bool advance() override {
        bool const more = training_.advance();
        outcome_ = training_.results().front().outcome;
        return more && outcome_ != Outcome::diverged;
    }
    std::vector<double> point() const override { return {x_[0].begin(), x_[0].end()}; }
    [[nodiscard]] double cost() const override {
        return static_cast<double>(training_.results().front().epochs);
    }
    void save(ByteWriter& out) override { training_.save(out); }
    void load(ByteReader& in) override { training_.load(in); }

private:
    TrainingOptions options_;
    Batch<float> x_;
    Training<float> training_;
};

class Newton final : public Method {
public:
    Newton(Surface& surface, std::vector<double> const& start, Task const& task)
        : surface_(surface),
          options_(newton_options(task.parameters())),
          most_(task.parameters().integer("epochs")) {
        surface_.move_to(start);
        before_ = surface_.cost();
    }
    bool advance() override {
        if (steps_ == most_) return false;
        if (!newton_step(surface_, options_).moved) {
            outcome_ = Outcome::stalled;
            return false;
        }
        ++steps_;
        return true;
    }
    std::vector<double> point() const override {
        return {surface_.point().begin(), surface_.point().end()};
    }
    /// Multiply-adds per sample of a network with P weights: value P, gradient 3 P, Hessian product
    /// 8 P, dense Hessian P^2. Eigenvalues cost P^3 whatever the number of samples: not counted.
    [[nodiscard]] double cost() const override {
        auto const now = surface_.cost();
        auto const P = static_cast<double>(surface_.dimension());
        return earlier_ + (static_cast<double>(now.values - before_.values) +
                           3 * static_cast<double>(now.gradients - before_.gradients) +
                           8 * static_cast<double>(now.products - before_.products) +
                           P * static_cast<double>(now.hessians - before_.hessians)) /
                              3;
    }
    void save(ByteWriter& out) override {
        out.put(steps_);
        out.put(cost());
        out.put_all(surface_.point());
    }
    void load(ByteReader& in) override {
        steps_ = in.get<index>();
        earlier_ = in.get<double>();
        surface_.move_to(in.get_all<double>());
        before_ = surface_.cost();
    }

private:
    Surface& surface_;
    NewtonOptions options_;
    index most_, steps_ = 0;
    SurfaceCost before_;
    double earlier_ = 0;
};

/// What is recorded along the way.
struct Curves {
    std::vector<double> loss, lowest, cost;
    index iteration = 0;

    Curves() : loss(curve_iterations().size(), missing), lowest(loss), cost(loss) {}
    /// Where the curve has this iteration.
    [[nodiscard]] std::optional<std::size_t> place() const {
        auto const& axis = curve_iterations();
        auto const found = std::ranges::find(axis, static_cast<double>(iteration));
        if (found == axis.end()) return {};
        return static_cast<std::size_t>(found - axis.begin());
    }
    void save(ByteWriter& out) const {
        for (auto const* curve : {&loss, &lowest, &cost}) out.put_all(std::span(*curve));
        out.put(iteration);
    }
    void load(ByteReader& in) {
        for (auto* curve : {&loss, &lowest, &cost}) in.get_into(std::span(*curve));
        iteration = in.get<index>();
    }
};

/// Networks of a rank for one data set and architecture, and the surface on which all is measured.
struct Networks {
    Network<float> training;
    Network<double> measuring, tested;
};

class Run {
public:
    Run(Task& task, index replica, Networks const& networks, std::uint64_t salt)
        : task_(task), replica_(replica), networks_(networks) {
        auto const& architecture = networks.training.architecture();
        auto const& p = task.parameters();
        std::vector<float> start(static_cast<std::size_t>(architecture.parameter_count()));
        Stream stream(task.master_seed(), Purpose::start, replica, 0, salt);
        initialise(architecture, start_from(p.text("start")), p.real("start_scale"), stream,
                   std::span<float>(start));
        std::vector<double> const x(start.begin(), start.end());
        measuring_ = surface_of(networks.measuring);
        stepping_ = surface_of(networks.measuring);
        if (p.text("method") == "sgd")
            method_ = std::make_unique<Sgd>(networks.training, x, task, replica, salt);
        else
            method_ = std::make_unique<Newton>(*stepping_, x, task);
    }

    /// From the start, or from what an earlier run of this replica saved.
    void go(std::string const& saved) {
        if (saved.empty()) {
            look();
        } else {
            ByteReader in(saved);
            curves_.load(in);
            method_->load(in);
        }
        while (advance()) {
            ++curves_.iteration;
            look();
            if (task_.pause([&](ByteWriter& out) { save(out); })) return;
        }
        finish();
    }

private:
    bool advance() {
        auto const timer = task_.phase("descent");
        return method_->advance();
    }

    void save(ByteWriter& out) {
        ByteWriter inner;
        curves_.save(inner);
        method_->save(inner);
        out.put(replica_);
        out.put_text(inner.bytes());
    }

    void look() {
        auto const place = curves_.place();
        if (!place) return;
        auto const timer = task_.phase("eigenvalues");
        measuring_->move_to(method_->point());
        curves_.loss[*place] = measuring_->value();
        curves_.cost[*place] = method_->cost();
        if (std::isfinite(measuring_->value()))
            curves_.lowest[*place] = hessian_spectrum(*measuring_).front();
    }

    void finish() {
        auto const timer = task_.phase("eigenvalues");
        auto const record = [&](char const* field, double value) {
            task_.record(replica_, field, value);
        };
        task_.finish(replica_, method_->outcome());
        task_.record(replica_, "loss_curve", curves_.loss);
        task_.record(replica_, "lowest_curve", curves_.lowest);
        task_.record(replica_, "cost_curve", curves_.cost);
        record("iterations", static_cast<double>(curves_.iteration));
        record("cost", method_->cost());
        if (method_->outcome() == Outcome::diverged) return;
        auto const x = method_->point();
        auto work = networks_.measuring.workspace(1), test_work = networks_.tested.workspace(1);
        auto const test = networks_.tested.evaluate(x, test_work);
        measuring_->move_to(x);
        record("train_loss", measuring_->value());
        record("train_error", networks_.measuring.evaluate(x, work).error);
        record("test_loss", test.loss);
        record("test_error", test.error);
        auto const certificate = certify(*measuring_);
        record("gradient_norm", certificate.gradient_norm);
        record("lowest_eigenvalue", certificate.lowest);
        record("index", static_cast<double>(certificate.index));
    }

    Task& task_;
    index replica_;
    Networks const& networks_;
    std::unique_ptr<Surface> measuring_, stepping_;
    std::unique_ptr<Method> method_;
    Curves curves_;
};

}  // namespace

void run_network(Task& task) {
    auto const data = studies::training_data(task);
    auto const width = task.parameters().integer("width");
    auto const architecture = studies::architecture_of(task.parameters(), {width}, *data);
    auto const key = fmt::format("{} {} {} {} {}", width, static_cast<int>(architecture.activation),
                                 static_cast<int>(architecture.loss), architecture.leak,
                                 static_cast<void const*>(data->train.get()));
    auto const networks = task.cache().get<Networks>("networks", key, [&] {
        return Networks{Network<float>(architecture, data->train),
                        Network<double>(architecture, data->train),
                        Network<double>(architecture, data->test)};
    });
    auto replica = task.first();
    std::string saved;
    task.resume([&](ByteReader& in) {
        replica = in.get<index>();
        saved = in.get_text();
    });
    for (; replica < task.first() + task.count() && !task.paused(); ++replica) {
        Run(task, replica, *networks, static_cast<std::uint64_t>(width)).go(saved);
        saved.clear();
    }
}

}  // namespace spinscape::saddle_free
