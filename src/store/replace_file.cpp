// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/replace_file.hpp"

#include "spinscape/base/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace spinscape::store {

namespace {

/// Writes and syncs; `path` is a file or, without bytes, a folder. The system's reason if that
/// failed, else nothing.
std::string write_and_sync(std::string const& path, int flags, std::span<char const> bytes) {
    int const descriptor = ::open(path.c_str(), flags, 0666);
    bool good = descriptor >= 0;
    for (std::size_t done = 0; good && done < bytes.size();) {
        auto const n = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        good = n > 0;
        done += good ? static_cast<std::size_t>(n) : 0;
    }
    good = good && ::fsync(descriptor) == 0;
    int const reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    return good ? "" : "writing '" + path + "': " + std::strerror(reason);
}

}  // namespace

void replace_file(std::string const& path, std::span<char const> bytes) {
    namespace fs = std::filesystem;
    auto folder = fs::path(path).parent_path().string();
    if (folder.empty()) folder = ".";
    if (!fs::is_directory(folder))
        throw Error(ExitCode::cannot_create,
                    path + " cannot be written: there is no folder '" + folder + "'");
    if (::access(folder.c_str(), W_OK) != 0)
        throw Error(ExitCode::cannot_create,
                    path + " cannot be written: folder '" + folder + "': " + std::strerror(errno));
    auto const temporary = path + ".tmp" + std::to_string(::getpid());
    auto problem = write_and_sync(temporary, O_WRONLY | O_CREAT | O_TRUNC, bytes);
    if (problem.empty() && std::rename(temporary.c_str(), path.c_str()) != 0)
        problem = "rename to '" + path + "': " + std::strerror(errno);
    if (problem.empty()) problem = write_and_sync(folder, O_RDONLY | O_DIRECTORY, {});
    if (problem.empty()) return;
    std::remove(temporary.c_str());
    throw Error(ExitCode::io_failure,
                path + " was not written; what was there before is unchanged (" + problem + ")");
}

std::string read_file(std::string const& path) {
    // A folder opens like a file.
    if (std::filesystem::is_directory(path))
        throw Error(ExitCode::io_failure, path + " cannot be read: it is a folder");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Error(errno == ENOENT ? ExitCode::missing_input : ExitCode::io_failure,
                    path + " cannot be read: " + std::strerror(errno));
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return std::move(bytes).str();
}

}  // namespace spinscape::store
