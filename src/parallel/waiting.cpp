// SPDX-License-Identifier: BSD-3-Clause
#include "waiting.hpp"

#include <algorithm>
#include <thread>

namespace spinscape::parallel {

using namespace std::chrono_literals;

void Nap::sleep() const {
    auto const waited = Clock::now() - since_;
    std::this_thread::sleep_for(std::clamp<Clock::duration>(waited / 20, 50us, 5ms));
}

void wait_patiently(MPI_Request request) {
    // Ranks that work in step are mostly here within microseconds, and a nap takes longer.
    constexpr auto at_once = 20us;
    auto const start = std::chrono::steady_clock::now();
    Nap const nap;
    for (;;) {
        int done = 0;
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done != 0) return;
        if (std::chrono::steady_clock::now() - start > at_once) nap.sleep();
    }
}

void patient_barrier(boost::mpi::communicator const& ranks) {
    MPI_Request request{};
    MPI_Ibarrier(ranks, &request);
    wait_patiently(request);
}

}  // namespace spinscape::parallel
