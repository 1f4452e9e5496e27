// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <mpi.h>

namespace spinscape::parallel {

/// A duplicate of all ranks' communicator: our messages never meet those of a library.
struct World::Implementation {
    boost::mpi::environment environment{boost::mpi::threading::serialized, false};
    boost::mpi::communicator ranks{MPI_COMM_WORLD, boost::mpi::comm_duplicate};
};

}  // namespace spinscape::parallel
