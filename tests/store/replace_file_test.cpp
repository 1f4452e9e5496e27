// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/replace_file.hpp"

#include "scratch_folder.hpp"
#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace spinscape::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Complaint {
    ExitCode code = ExitCode::success;
    std::string text;
};

template <class Act>
Complaint complaint(Act const& act) {
    try {
        act();
    } catch (Error const& error) {
        return {error.code(), error.what()};
    }
    return {};
}

class ReplaceFile : public tests::ScratchFolder {
protected:
    std::string const path_ = in_folder("file");
};

TEST_F(ReplaceFile, WritesAndReadsAnyBytes) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (auto const& bytes :
         {std::string(), all, std::string(3000000, 'x'), std::string("short")}) {
        replace_file(path_, bytes);
        EXPECT_EQ(read_file(path_), bytes);
    }
    EXPECT_THAT(names(), ElementsAre("file"));
}

TEST_F(ReplaceFile, WithoutAFolderInItsName) {
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(folder());
    replace_file("file", std::string("here"));
    std::filesystem::current_path(before);
    EXPECT_EQ(read_file(path_), "here");
}

// Old or new, never a mixture and never nothing, whenever somebody looks.
TEST_F(ReplaceFile, ReadersNeverSeeAMixture) {
    std::string const a(200000, 'a'), b(100000, 'b');
    replace_file(path_, a);
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (int i = 0; i < 60; ++i) replace_file(path_, i % 2 == 0 ? b : a);
        done = true;
    });
    int looks = 0;
    for (; !done || looks == 0; ++looks) {
        auto const seen = read_file(path_);
        EXPECT_TRUE(seen == a || seen == b) << seen.size();
    }
    writer.join();
    EXPECT_THAT(names(), ElementsAre("file"));
}

TEST_F(ReplaceFile, AFailingWriteLeavesTheOldFileAndNothingElse) {
    replace_file(path_, std::string("old"));
    Complaint found;
    {
        tests::FileSizeLimit const limit(5000);  // the write breaks off in the middle
        found = complaint([&] { replace_file(path_, std::string(20000, 'x')); });
    }
    EXPECT_EQ(found.code, ExitCode::io_failure);
    EXPECT_THAT(found.text,
                AllOf(HasSubstr(path_), HasSubstr("unchanged"), HasSubstr("too large")));
    EXPECT_EQ(read_file(path_), "old");
    EXPECT_THAT(names(), ElementsAre("file"));
}

TEST_F(ReplaceFile, AFullDiskLeavesTheOldFileAndNothingElse) {
    tests::SmallDisk const disk(folder());
    if (!disk.mounted()) GTEST_SKIP() << "a small disk cannot be mounted here";
    auto const path = disk.path() + "/file";
    replace_file(path, std::string("old"));
    auto const found = complaint([&] { replace_file(path, std::string(1 << 20, 'x')); });
    EXPECT_EQ(found.code, ExitCode::io_failure);
    EXPECT_THAT(found.text, HasSubstr("No space left"));
    EXPECT_EQ(read_file(path), "old");
    EXPECT_EQ(tests::names_in(disk.path()).size(), 1U);
}

TEST_F(ReplaceFile, SaysWhatIsWrong) {
    auto const missing = complaint([&] { replace_file(in_folder("no/file"), std::string("x")); });
    EXPECT_EQ(missing.code, ExitCode::cannot_create);
    EXPECT_THAT(missing.text, AllOf(HasSubstr("no/file"), HasSubstr("there is no folder")));

    std::filesystem::create_directory(path_);
    std::ofstream(path_ + "/inside") << "x";
    auto const folder = complaint([&] { replace_file(path_, std::string("x")); });
    EXPECT_EQ(folder.code, ExitCode::io_failure);
    EXPECT_THAT(folder.text, AllOf(HasSubstr("rename"), HasSubstr("directory")));
    EXPECT_THAT(names(), ElementsAre("file"));

    auto const below_a_file =
        complaint([&] { replace_file(path_ + "/inside/file", std::string("x")); });
    EXPECT_EQ(below_a_file.code, ExitCode::cannot_create);

    auto const long_name =
        complaint([&] { replace_file(in_folder(std::string(300, 'n')), std::string("x")); });
    EXPECT_EQ(long_name.code, ExitCode::io_failure);
    EXPECT_THAT(long_name.text, HasSubstr("name too long"));
}

TEST_F(ReplaceFile, ReadOnlyFolder) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    std::filesystem::permissions(
        folder(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_EQ(complaint([&] { replace_file(path_, std::string("x")); }).code,
              ExitCode::cannot_create);
    std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
}

TEST_F(ReplaceFile, AStaleTemporaryIsNoObstacle) {
    auto const temporary = path_ + ".tmp" + std::to_string(::getpid());
    std::ofstream(temporary) << std::string(100, 'x');
    replace_file(path_, std::string("new"));
    EXPECT_EQ(read_file(path_), "new");
    EXPECT_THAT(names(), ElementsAre("file"));
}

TEST_F(ReplaceFile, ReadingSaysWhatIsWrong) {
    auto const missing = complaint([&] { read_file(path_); });
    EXPECT_EQ(missing.code, ExitCode::missing_input);
    EXPECT_THAT(missing.text, AllOf(HasSubstr(path_), HasSubstr("No such file")));
    auto const folder = complaint([&] { read_file(this->folder()); });
    EXPECT_EQ(folder.code, ExitCode::io_failure);
    EXPECT_THAT(folder.text, HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace spinscape::store
