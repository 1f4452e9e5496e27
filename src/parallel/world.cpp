// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/parallel/world.hpp"

#include "implementation.hpp"
#include "spinscape/base/error.hpp"
#include "waiting.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/exception.hpp>
#include <boost/serialization/string.hpp>

#include <array>
#include <sstream>

namespace spinscape::parallel {

World::World() {
    try {
        implementation_ = std::make_unique<Implementation>();
    } catch (boost::mpi::exception const& problem) {
        throw Error(ExitCode::unavailable, std::string("MPI cannot be started: ") + problem.what());
    }
    if (size() > 1 && boost::mpi::environment::thread_level() < boost::mpi::threading::serialized)
        throw Error(
            ExitCode::unavailable,
            "this MPI library offers no MPI_THREAD_SERIALIZED (rank 0 serves messages from a "
            "second thread); use one built with thread support, or a single rank");
}

World::~World() {
    // Rank 0 may still be writing the result; MPI's own end would wait for it without a break.
    patient_barrier(implementation_->ranks);
}

index World::rank() const {
    return implementation_->ranks.rank();
}

index World::size() const {
    return implementation_->ranks.size();
}

std::string World::mpi_version() const {
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    std::ostringstream level;
    level << boost::mpi::environment::thread_level();
    // Not by its length: Open MPI counts the terminating zero.
    return std::string(text.data()) + "; threads: " + level.str();
}

std::string World::broadcast(std::string text) {
    boost::mpi::broadcast(implementation_->ranks, text, 0);
    return text;
}

int World::maximum(int value) {
    return boost::mpi::all_reduce(implementation_->ranks, value, boost::mpi::maximum<int>());
}

std::vector<std::string> World::gather(std::string const& text) {
    std::vector<std::string> texts;
    boost::mpi::gather(implementation_->ranks, text, texts, 0);
    return texts;
}

std::vector<std::string> World::host_names() {
    return gather(boost::mpi::environment::processor_name());
}

void World::abort(int code) {
    boost::mpi::environment::abort(code);
    std::abort();
}

}  // namespace spinscape::parallel
