// SPDX-License-Identifier: BSD-3-Clause
#include "messages.hpp"

#include <boost/mpi/nonblocking.hpp>

#include <algorithm>

namespace spinscape::parallel {

namespace {

namespace mpi = boost::mpi;

/// Messages are cut into pieces: counts in MPI 3 are int.
constexpr std::size_t piece = std::size_t{1} << 24;

}  // namespace

void send_bytes(mpi::communicator const& ranks, int to, int tag, std::string const& bytes) {
    auto const size = static_cast<std::int64_t>(bytes.size());
    ranks.send(to, tag, &size, 1);
    for (std::size_t first = 0; first < bytes.size(); first += piece)
        ranks.send(to, tag_pieces, bytes.data() + first,
                   static_cast<int>(std::min(piece, bytes.size() - first)));
}

std::string receive_bytes(mpi::communicator const& ranks, int from, int tag) {
    std::int64_t size = 0;
    ranks.recv(from, tag, &size, 1);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    for (std::size_t first = 0; first < bytes.size(); first += piece)
        ranks.recv(from, tag_pieces, bytes.data() + first,
                   static_cast<int>(std::min(piece, bytes.size() - first)));
    return bytes;
}

void put(ByteWriter& out, BlockReport const& report) {
    out.put(report.block);
    out.put(report.seconds);
    out.put(report.headline);
    out.put_all(std::span<double const>(report.rows));
    out.put_text(report.failures);
    out.put_all(std::span<double const>(report.points));
}

BlockReport get_report(ByteReader& in, index rank) {
    BlockReport report{.block = in.get<index>(), .rank = rank, .headline = {}};
    report.seconds = in.get<double>();
    report.headline = in.get<Moments>();
    report.rows = in.get_all<double>();
    report.failures = in.get_text();
    report.points = in.get_all<double>();
    return report;
}

bool Outbox::Letter::taken() {
    return mpi::test_all(requests.begin(), requests.end());
}

void Outbox::send(int to, int tag, std::string bytes) {
    while (!letters_.empty() && letters_.front()->taken()) letters_.pop_front();
    auto& letter = *letters_.emplace_back(std::make_unique<Letter>());
    letter.bytes = std::move(bytes);
    letter.size = static_cast<std::int64_t>(letter.bytes.size());
    letter.requests.push_back(ranks_.isend(to, tag, &letter.size, 1));
    for (std::size_t first = 0; first < letter.bytes.size(); first += piece)
        letter.requests.push_back(
            ranks_.isend(to, tag_pieces, letter.bytes.data() + first,
                         static_cast<int>(std::min(piece, letter.bytes.size() - first))));
}

void Outbox::wait_until_all_are_taken() {
    for (auto& letter : letters_) mpi::wait_all(letter->requests.begin(), letter->requests.end());
    letters_.clear();
}

}  // namespace spinscape::parallel
