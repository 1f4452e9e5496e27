// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/journal.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace spinscape::store {

namespace {

/// Starts every entry; also what to look for behind a damaged one.
constexpr std::array<char, 8> mark = {'\x89', 'S', 'p', 'J', 'r', 'n', 'l', '\n'};

struct Header {
    std::array<char, 8> mark;
    std::uint32_t length;
    std::uint32_t checksum;  ///< CRC-32 of length and entry
};
static_assert(sizeof(Header) == 16);

std::uint32_t checksum(std::uint32_t length, std::string_view entry) {
    auto sum = crc32(0, reinterpret_cast<Bytef const*>(&length), sizeof length);
    sum = crc32_z(sum, reinterpret_cast<Bytef const*>(entry.data()), entry.size());
    return static_cast<std::uint32_t>(sum);
}

[[noreturn]] void fail(std::string const& path, std::string const& doing) {
    throw Error(ExitCode::io_failure, path + ": " + doing + ": " + std::strerror(errno));
}

void lock(int descriptor, std::string const& path) {
    using namespace std::chrono_literals;
    // The processes of a run that was killed a moment ago may still be going down.
    for (int attempt = 0; attempt < 100; ++attempt) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return;
        // File systems without locks: the lock of the run folder has told the user.
        if (errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP) return;
        if (errno != EWOULDBLOCK && errno != EINTR) break;
        std::this_thread::sleep_for(100ms);
    }
    fail(path, "another process writes this journal");
}

}  // namespace

std::string framed(std::string_view entry) {
    auto const length = static_cast<std::uint32_t>(entry.size());
    Header const header{mark, length, checksum(length, entry)};
    std::string bytes(reinterpret_cast<char const*>(&header), sizeof header);
    bytes += entry;
    return bytes;
}

std::string read_entry(std::string const& path, std::int64_t at) {
    std::ifstream file(path, std::ios::binary);
    Header header{};
    file.seekg(at);
    if (!file.read(reinterpret_cast<char*>(&header), sizeof header) || header.mark != mark)
        return "";
    auto const behind = file.tellg();
    // Before the length is believed: a damaged one must not ask for memory.
    if (file.seekg(0, std::ios::end); file.tellg() - behind < std::streamoff{header.length})
        return "";
    std::string entry(header.length, '\0');
    file.seekg(behind);
    file.read(entry.data(), static_cast<std::streamsize>(entry.size()));
    return file && checksum(header.length, entry) == header.checksum ? entry : "";
}

JournalCheck read_journal(std::string const& path,
                          std::function<void(std::string_view)> const& visit) {
    auto const bytes = read_file(path);
    std::string_view const all = bytes, sign(mark.data(), mark.size());
    JournalCheck check;
    std::size_t at = 0, damaged_from = std::string_view::npos;
    auto const end_of_damage = [&](std::size_t end) {
        if (damaged_from == std::string_view::npos) return;
        check.damage.push_back(path + ": " + std::to_string(end - damaged_from) +
                               " damaged bytes at offset " + std::to_string(damaged_from) +
                               " are skipped");
        damaged_from = std::string_view::npos;
    };
    while (at < all.size()) {
        Header header{};
        bool const whole = all.size() - at >= sizeof header;
        if (whole) std::memcpy(&header, all.data() + at, sizeof header);
        bool const marked = whole && header.mark == mark;
        auto const behind = at + sizeof header;
        if (marked && header.length <= all.size() - behind) {
            auto const entry = all.substr(behind, header.length);
            if (checksum(header.length, entry) == header.checksum) {
                end_of_damage(at);
                visit(entry);
                ++check.entries;
                at = behind + header.length;
                check.intact_end = static_cast<std::int64_t>(at);
                continue;
            }
        }
        auto const next = all.find(sign, at + 1);
        if (next == std::string_view::npos) break;
        if (damaged_from == std::string_view::npos) damaged_from = at;
        at = next;
    }
    // Behind the last intact entry: an entry that was being written has its mark in front.
    auto const rest = static_cast<std::size_t>(check.intact_end);
    if (rest < all.size()) {
        if (all.substr(rest, sign.size()) ==
            sign.substr(0, std::min(sign.size(), all.size() - rest)))
            check.torn = static_cast<std::int64_t>(all.size() - rest);
        else {
            damaged_from = rest;
            end_of_damage(all.size());
        }
    }
    return check;
}

Journal::Journal(std::string path) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(path_, "cannot be opened for appending");
    try {
        lock(descriptor_, path_);
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0) fail(path_, "its size is unknown");
        end_ = status.st_size;
        if (end_ > 0) {
            auto const check = read_journal(path_, [](std::string_view) {});
            if (check.torn > 0) end_ = check.intact_end;
            if (::ftruncate(descriptor_, end_) != 0) fail(path_, "cutting off an unfinished entry");
        }
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

Journal::~Journal() {
    ::fsync(descriptor_);
    ::close(descriptor_);
}

std::int64_t Journal::append(std::string_view entry) {
    if (entry.size() > std::numeric_limits<std::uint32_t>::max())
        throw Error(ExitCode::io_failure, path_ + ": an entry of more than 4 GiB");
    auto const bytes = framed(entry);
    auto const begin = end_;
    for (std::size_t done = 0; done < bytes.size();) {
        auto const n = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            int const reason = errno;
            // What fitted on the disk must not stay: it would look like a torn entry.
            [[maybe_unused]] int const ignored = ::ftruncate(descriptor_, end_);
            errno = reason;
            fail(path_, "appending to the journal");
        }
        done += static_cast<std::size_t>(n);
    }
    end_ += static_cast<std::int64_t>(bytes.size());
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && status.st_nlink == 0)
        throw Error(ExitCode::io_failure,
                    path_ + " has been removed while it was written; what was in it is lost");
    return begin;
}

void Journal::sync() {
    if (::fdatasync(descriptor_) != 0) fail(path_, "bringing the journal to the disk");
}

}  // namespace spinscape::store
