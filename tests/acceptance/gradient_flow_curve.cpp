// SPDX-License-Identifier: BSD-3-Clause
// gradient_flow_curve [N = 500] [disorder samples = 4] [starts = 16] [step = 0.02] [p = 3]
// The energy of gradient descent at size N next to the N = infinity curve.
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/theory/mean_field_dynamics.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    using namespace spinscape;
    auto const argument = [&](int i, double standard) {
        return argc > i ? std::atof(argv[i]) : standard;
    };
    auto const N = static_cast<index>(argument(1, 500));
    auto const samples = static_cast<index>(argument(2, 4));
    auto const replicas = static_cast<index>(argument(3, 16));
    auto const rate = argument(4, 0.02);
    std::vector<PSpinTerm> const terms = {{.p = static_cast<int>(argument(5, 3))}};
    std::vector<double> const times = {0.4, 0.8, 1.6, 3.2, 4.8, 8};
    auto const flow = theory::mean_field_dynamics(terms, times);

    std::vector<double> sum(times.size()), squares(times.size());
    for (index d = 0; d < samples; ++d) {
        SphericalPSpin<float> const f(N, terms, 1, d);
        Batch<float> x(N, replicas);
        for (index r = 0; r < replicas; ++r) {
            Stream stream(1, Purpose::start, r, d);
            random_on_sphere(stream, x[r]);
        }
        auto const result = descend(f, x.view(),
                                    {.schedule = StepSchedule::constant(rate),
                                     .max_steps = static_cast<index>(times.back() / rate) + 2},
                                    times);
        for (std::size_t i = 0; i < times.size(); ++i) {
            double mean = 0;  // starts in one disorder are not independent: one number per sample
            for (index r = 0; r < replicas; ++r)
                mean += result.energies[r][i] / static_cast<double>(replicas);
            sum[i] += mean;
            squares[i] += mean * mean;
        }
    }
    std::printf("N = %td, %td disorder samples x %td starts, step %g\n", N, samples, replicas,
                rate);
    std::printf("%6s %12s %12s %10s %12s\n", "t", "N = inf", "measured", "s.e.", "difference");
    for (std::size_t i = 0; i < times.size(); ++i) {
        auto const n = static_cast<double>(samples);
        auto const mean = sum[i] / n;
        auto const error = std::sqrt(std::max(0.0, squares[i] / n - mean * mean) / (n - 1));
        std::printf("%6.2f %12.5f %12.5f %10.5f %+12.5f\n", times[i], flow.energy[i], mean, error,
                    mean - flow.energy[i]);
    }
}
