// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/parallel/world.hpp"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/request.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

/// Messages of any length between ranks, and reports as bytes.
namespace spinscape::parallel {

/// Further tags must be smaller: pieces of a message whose length has gone before, with another
/// tag.
inline constexpr int tag_pieces = 1000;

void send_bytes(boost::mpi::communicator const& ranks, int to, int tag, std::string const& bytes);
std::string receive_bytes(boost::mpi::communicator const& ranks, int from, int tag);

void put(ByteWriter& out, BlockReport const& report);
BlockReport get_report(ByteReader& in, index rank);

/// Messages under way from a rank that must not wait until they are taken: the other side may be
/// computing, or may itself be waiting for this rank.
class Outbox {
public:
    explicit Outbox(boost::mpi::communicator const& ranks) : ranks_(ranks) {}

    void send(int to, int tag, std::string bytes);
    void wait_until_all_are_taken();

private:
    /// Stays where it is while MPI reads from it.
    struct Letter {
        std::string bytes;
        std::int64_t size = 0;
        std::vector<boost::mpi::request> requests;

        bool taken();
    };

    boost::mpi::communicator const& ranks_;
    std::deque<std::unique_ptr<Letter>> letters_;
};

}  // namespace spinscape::parallel
