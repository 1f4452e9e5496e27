// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <vector>

namespace spinscape::tests {

/// Names of the files in a folder, sorted.
inline std::vector<std::string> names_in(std::string const& folder) {
    std::vector<std::string> names;
    for (auto const& file : std::filesystem::directory_iterator(folder))
        names.push_back(file.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

/// A test with an empty folder of its own, which is removed at the end.
class ScratchFolder : public testing::Test {
protected:
    ScratchFolder() {
        auto name = (std::filesystem::temp_directory_path() / "spinscape_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for tests");
        folder_ = name;
    }
    ~ScratchFolder() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string const& folder() const { return folder_; }
    [[nodiscard]] std::string in_folder(std::string const& name) const {
        return folder_ + "/" + name;
    }
    [[nodiscard]] std::vector<std::string> names() const { return names_in(folder_); }

private:
    std::string folder_;
};

/// While it lives, files of this process cannot grow beyond so many bytes: a disk that fills up.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit const now{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(FileSizeLimit const&) = delete;
    FileSizeLimit& operator=(FileSizeLimit const&) = delete;

private:
    void (*handler_)(int);
    rlimit before_{};
};

/// A disk of 64 kB, where the user may mount one.
class SmallDisk {
public:
    explicit SmallDisk(std::string const& folder) : path_(folder + "/disk") {
        std::filesystem::create_directory(path_);
        mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=64k") == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    }
    SmallDisk(SmallDisk const&) = delete;
    SmallDisk& operator=(SmallDisk const&) = delete;

    [[nodiscard]] bool mounted() const { return mounted_; }
    [[nodiscard]] std::string const& path() const { return path_; }

private:
    std::string path_;
    bool mounted_;
};

}  // namespace spinscape::tests
