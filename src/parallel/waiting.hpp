// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <boost/mpi/communicator.hpp>
#include <mpi.h>

#include <chrono>

/// Waiting that leaves the core to whoever computes there. MPI itself waits by looking without a
/// break: where ranks share cores, with each other or with another program, every message then
/// costs a time slice.
namespace spinscape::parallel {

/// How long to sleep before looking for a message again. Each look takes the core away for some
/// microseconds: so the longer nothing has come, the longer the sleep, up to what is short against
/// any block worth sending.
class Nap {
public:
    void sleep() const;
    void message_came() { since_ = Clock::now(); }

private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point since_ = Clock::now();
};

/// Until this request is completed.
void wait_patiently(MPI_Request request);

/// Until all ranks are here.
void patient_barrier(boost::mpi::communicator const& ranks);

}  // namespace spinscape::parallel
