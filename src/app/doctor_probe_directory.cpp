// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_probes.hpp"
#include "spinscape/store/tree.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

namespace spinscape::app::diagnosis {

namespace {

namespace fs = std::filesystem;

constexpr int appended_lines = 200;
constexpr std::size_t line_length = 64;  // with its newline

std::string reason(char const* call) {
    return fmt::format("{}: {}", call, std::strerror(errno));
}

/// An open file, closed at the end.
class File {
public:
    File(std::string const& path, int flags) : descriptor_(::open(path.c_str(), flags, 0600)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(File const&) = delete;
    File& operator=(File const&) = delete;
    operator int() const { return descriptor_; }

private:
    int descriptor_;
};

/// A folder of our own below the target, removed with all that is in it.
class TrialFolder {
public:
    explicit TrialFolder(std::string const& parent) : path_(parent + "/.spinscape-doctor-XXXXXX") {
        if (::mkdtemp(path_.data()) == nullptr) {
            failure_ = reason("Nothing can be created in it");
            path_.clear();
        }
    }
    ~TrialFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    TrialFolder(TrialFolder const&) = delete;
    TrialFolder& operator=(TrialFolder const&) = delete;
    [[nodiscard]] std::string const& failure() const { return failure_; }
    [[nodiscard]] std::string file(char const* name) const { return path_ + "/" + name; }

private:
    std::string path_, failure_;
};

/// Exit code of `work` in a process of its own; -1 if there was none.
int in_second_process(std::function<int()> const& work) {
    auto const child = ::fork();
    if (child == 0) ::_exit(work());
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

std::string try_lock(std::string const& path) {
    File const file(path, O_CREAT | O_RDWR);
    if (file < 0) return reason("open");
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) return reason("flock");
    enum Outcome { excluded, locked_too, failed };
    int const outcome = in_second_process([&] {
        File const again(path, O_RDWR);
        if (::flock(again, LOCK_EX | LOCK_NB) == 0) return locked_too;
        return errno == EWOULDBLOCK ? excluded : failed;
    });
    if (outcome == excluded) return "";
    return outcome == locked_too ? "a second process got the same lock"
                                 : "a second process could not try the lock";
}

bool write_all(int file, char const* data, std::size_t count) {
    while (count > 0) {
        auto const written = ::write(file, data, count);
        if (written < 0) return false;
        data += written;
        count -= static_cast<std::size_t>(written);
    }
    return true;
}

/// Replaces a file as results are written: new file, fsync, rename, fsync of the folder.
std::string try_replacing(TrialFolder const& folder) {
    auto const path = folder.file("result"), next = folder.file("result.new");
    std::string const data(std::size_t{1} << 20, 'x');
    {
        File const file(next, O_CREAT | O_WRONLY | O_TRUNC);
        if (file < 0) return reason("open");
        if (!write_all(file, data.data(), data.size())) return reason("write");
        if (::fsync(file) != 0) return reason("fsync");
    }
    if (::rename(next.c_str(), path.c_str()) != 0) return reason("rename");
    File const parent(folder.file("."), O_RDONLY | O_DIRECTORY);
    // Some network file systems cannot, and need it not.
    if (::fsync(parent) != 0 && errno != EINVAL) return reason("fsync of the folder");
    return "";
}

std::string line_of(char letter) {
    return std::string(line_length - 1, letter) + "\n";
}

int append_lines(std::string const& path, char letter) {
    File const file(path, O_CREAT | O_WRONLY | O_APPEND);
    auto const line = line_of(letter);
    for (int i = 0; i < appended_lines; ++i)
        if (::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) return 1;
    return 0;
}

std::string try_appending(std::string const& path) {
    // The second process starts a third and both append at the same time.
    int const code = in_second_process([&] {
        auto const other = ::fork();
        if (other < 0) return 1;
        int const mine = append_lines(path, other == 0 ? 'a' : 'b');
        if (other == 0) ::_exit(mine);
        int status = 0;
        ::waitpid(other, &status, 0);
        return mine != 0 || status != 0 ? 1 : 0;
    });
    if (code != 0) return "a process could not append";
    std::ifstream file(path);
    int whole = 0;
    for (std::string line; std::getline(file, line);)
        if (line + "\n" == line_of('a') || line + "\n" == line_of('b')) ++whole;
    return whole == 2 * appended_lines
               ? ""
               : fmt::format("{} of {} lines arrived whole", whole, 2 * appended_lines);
}

std::string try_hdf5(std::string const& path) {
    try {
        store::Group root;
        root.attributes = {{"number", std::int64_t{42}}};
        store::write(path, root);
        auto const* number = store::read(path).attribute("number");
        return number != nullptr ? "" : "what was written is not there";
    } catch (std::exception const& problem) {
        return problem.what();
    }
}

/// Seconds from the mean of our clock before and after to the time a new file gets.
double clock_skew(std::string const& path) {
    auto const now = [] {
        return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    double const before = now();
    {
        File const file(path, O_CREAT | O_WRONLY);
        write_all(file, "x", 1);
        ::fsync(file);
    }
    double const after = now();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return 0;
    double const time = static_cast<double>(status.st_mtim.tv_sec) +
                        1e-9 * static_cast<double>(status.st_mtim.tv_nsec);
    return time - (before + after) / 2;
}

std::string file_system(std::string const& path) {
    static std::map<std::uint32_t, char const*> const names = {
        {0x6969, "NFS"},        {0x0BD00BD0, "Lustre"}, {0x47504653, "GPFS"},
        {0x19830326, "BeeGFS"}, {0x00C36400, "Ceph"},   {0x01021994, "tmpfs"},
        {0x858458F6, "ramfs"},  {0xEF53, "ext4"},       {0x58465342, "XFS"},
        {0x9123683E, "Btrfs"},  {0x2FC12FC1, "ZFS"},    {0x794C7630, "overlayfs"},
        {0x65735546, "FUSE"},   {0xFF534D42, "CIFS"}};
    struct statfs information {};
    if (::statfs(path.c_str(), &information) != 0) return "";
    auto const found = names.find(static_cast<std::uint32_t>(information.f_type));
    return found == names.end() ? "" : found->second;
}

void measure_space(DirectoryFacts& facts) {
    struct statvfs information {};
    if (::statvfs(facts.path.c_str(), &information) != 0) return;
    facts.bytes_free =
        static_cast<double>(information.f_bavail) * static_cast<double>(information.f_frsize);
    if (information.f_files > 0) facts.files_free = static_cast<double>(information.f_favail);
}

}  // namespace

DirectoryFacts observe_directory(std::string const& path) {
    DirectoryFacts facts{.path = path};
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
        facts.failure =
            fs::exists(path, ignored) ? "This is not a directory" : "There is no such directory";
        return facts;
    }
    facts.file_system = file_system(path);
    measure_space(facts);
    TrialFolder const folder(path);
    if (!folder.failure().empty()) {
        facts.failure = folder.failure();
        return facts;
    }
    facts.lock_failure = try_lock(folder.file("lock"));
    facts.append_failure = try_appending(folder.file("log"));
    facts.clock_skew = clock_skew(folder.file("clock"));
    facts.hdf5_failure = try_hdf5(folder.file("trial.h5"));
    auto const start = std::chrono::steady_clock::now();
    facts.replace_failure = try_replacing(folder);
    facts.replace_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return facts;
}

}  // namespace spinscape::app::diagnosis
