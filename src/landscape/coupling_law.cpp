// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/coupling_law.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/nearest.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace spinscape {

namespace {

/// Each number from a uniform one in (0, 1).
template <class Transform>
void transform(Stream& stream, std::span<float> out, Transform const& of_uniform) {
    constexpr std::size_t piece = 4096;
    std::vector<double> u(std::min(piece, out.size()));
    while (!out.empty()) {
        auto const n = std::min(piece, out.size());
        stream.fill_uniform(std::span(u).first(n));
        for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>(of_uniform(u[i]));
        out = out.subspan(n);
    }
}

}  // namespace

CouplingLaw coupling_law(std::string const& name) {
    std::array<std::string, 4> const names = {"gaussian", "sign", "uniform", "laplace"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (name == names[i]) return static_cast<CouplingLaw>(i);
    throw Error(ExitCode::bad_input, "couplings: '" + name +
                                         "' is no law; one of gaussian, sign, uniform, laplace" +
                                         did_you_mean(name, names));
}

void draw_couplings(CouplingLaw law, Stream& stream, std::span<float> out) {
    using std::numbers::sqrt2, std::numbers::sqrt3;
    switch (law) {
        case CouplingLaw::gaussian:
            return stream.fill_normal(out);
        case CouplingLaw::sign:
            return transform(stream, out, [](double u) { return u < 0.5 ? -1 : 1; });
        case CouplingLaw::uniform:
            return transform(stream, out, [](double u) { return sqrt3 * (2 * u - 1); });
        case CouplingLaw::laplace:
            return transform(stream, out, [](double u) {
                return u < 0.5 ? std::log(2 * u) / sqrt2 : -std::log(2 * (1 - u)) / sqrt2;
            });
    }
}

}  // namespace spinscape
