// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace spinscape::store {

/// An append-only file of entries, each with its length and checksum: what a rank has finished.
/// Every entry is one write to the end of the file, so that a process killed at any instant leaves
/// all earlier entries intact and at most one torn entry at the end; readers need no lock and may
/// read while it grows. (An HDF5 file that is being written has no such promise.)
class Journal {
public:
    /// Opens for appending, creates if absent, cuts off a torn entry at the end. The file is locked
    /// while this lives: Error(io_failure) if another process keeps it for more than 10 s.
    explicit Journal(std::string path);
    ~Journal();
    Journal(Journal const&) = delete;
    Journal& operator=(Journal const&) = delete;

    /// Error(io_failure) on a full disk (the entry is then not there at all), or when the file has
    /// been removed from under us. Returns where the entry begins, for read_entry.
    std::int64_t append(std::string_view entry);
    /// To the disk itself: against the loss of the machine, not only of the process.
    void sync();

private:
    std::string path_;
    int descriptor_ = -1;
    std::int64_t end_ = 0;
};

/// What a journal holds besides intact entries.
struct JournalCheck {
    std::int64_t entries = 0;
    std::int64_t intact_end = 0;  ///< behind the last intact entry
    std::int64_t torn = 0;  ///< bytes of an unfinished entry at the end: being written, or cut
    std::vector<std::string> damage;  ///< a sentence per damaged stretch, which was skipped
};

/// Hands every intact entry to `visit`, in order, and skips damaged stretches.
/// Error(missing_input) or Error(io_failure) if the file cannot be read.
JournalCheck read_journal(std::string const& path,
                          std::function<void(std::string_view)> const& visit);

/// The entry that begins at this byte of a journal; empty if it is not there or damaged.
std::string read_entry(std::string const& path, std::int64_t at);

/// An entry as it stands in a journal, for files of a single entry.
std::string framed(std::string_view entry);

}  // namespace spinscape::store
