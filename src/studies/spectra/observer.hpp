// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "measure.hpp"
#include "spinscape/base/bytes.hpp"
#include "spinscape/study/study.hpp"

#include <map>
#include <string>
#include <vector>

/// How the study `spectra` looks at a network in training: which stages, what is recorded.
namespace spinscape::spectral {

/// Shares of the epochs after which a network is looked at: first at the start, last at the end.
extern std::vector<double> const progress;
/// Coordinates of the pictures of the loss, in lengths of the network's filters.
extern std::vector<double> const line_points, plane_points;

/// 0 where all classes of the images are taken.
index classes_of(Parameters const& parameters);
std::vector<index> hidden_of(Parameters const& parameters);
/// Points of a sweep that differ in architecture, classes or data have random numbers of their own.
std::uint64_t salt_of(Parameters const& parameters);

/// Curves along the training: what a paused task keeps.
struct Path {
    std::map<std::string, std::vector<double>> curves;

    Path();
    void save(ByteWriter& out) const;
    void load(ByteReader& in);
    void record(Task& task, index replica) const;
};

/// Looks at the network of one replica.
class Observer {
public:
    /// `network`: the training loss. All must outlive this.
    Observer(Task& task, Network<double> const& network, index replica);

    /// Measures at x, at stage number `stage` of `progress`; at the first and the last one also
    /// whole spectra, which are recorded at once.
    void look(std::span<double const> x, std::size_t stage, Path& path) const;

    /// Records pictures of the loss around x.
    void picture(std::span<double const> x) const;

private:
    [[nodiscard]] Stream probe(index stage) const;
    void record_end(PreparedHessian& hessian, Ends const& ends) const;
    void record_spectrum(PreparedHessian& hessian, std::span<double const> x, double top,
                         bool end) const;
    [[nodiscard]] std::vector<double> line(std::vector<double> const& x, bool normalised) const;
    void record_rescaled(std::vector<double> const& x) const;

    Task& task_;
    Network<double> const& network_;
    index replica_;
    std::uint64_t salt_;
};

}  // namespace spinscape::spectral
