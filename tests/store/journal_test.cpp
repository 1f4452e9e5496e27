// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/journal.hpp"

#include "scratch_folder.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace spinscape::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Content {
    std::vector<std::string> entries;
    JournalCheck check;
};

Content content(std::string const& path) {
    Content found;
    found.check =
        read_journal(path, [&](std::string_view entry) { found.entries.emplace_back(entry); });
    EXPECT_EQ(found.check.entries, std::ssize(found.entries));
    return found;
}

std::string framed_all(std::vector<std::string> const& entries) {
    std::string bytes;
    for (auto const& entry : entries) bytes += framed(entry);
    return bytes;
}

class JournalFile : public tests::ScratchFolder {
protected:
    void put(std::string const& bytes) const {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    }
    [[nodiscard]] std::int64_t size() const {
        return static_cast<std::int64_t>(std::filesystem::file_size(path_));
    }

    std::string const path_ = in_folder("journal");
    // One with the mark of an entry inside, one empty, one with zeros.
    std::vector<std::string> const entries_ = {"first", framed("inner").substr(0, 12), "",
                                               std::string("\0\0x\n", 4), std::string(300, 'z')};
};

TEST_F(JournalFile, EntriesComeBackInOrder) {
    {
        Journal journal(path_);
        for (auto const& entry : entries_) journal.append(entry);
        journal.sync();
    }
    auto found = content(path_);
    EXPECT_EQ(found.entries, entries_);
    EXPECT_EQ(found.check.torn, 0);
    EXPECT_EQ(found.check.intact_end, size());
    EXPECT_THAT(found.check.damage, IsEmpty());
    EXPECT_EQ(read_file(path_), framed_all(entries_));
    Journal(path_).append("later");
    EXPECT_THAT(content(path_).entries, SizeIs(entries_.size() + 1));
}

TEST_F(JournalFile, EmptyFile) {
    put("");
    EXPECT_THAT(content(path_).entries, IsEmpty());
    EXPECT_THAT(content(path_).check.damage, IsEmpty());
    Journal(path_).append("one");
    EXPECT_THAT(content(path_).entries, ElementsAre("one"));
}

// A kill while an entry is being written leaves any part of it.
TEST_F(JournalFile, ATornLastEntryIsCutOffAtEveryLength) {
    std::vector<std::string> const whole = {"first", "second entry"};
    auto const before = framed_all(whole), last = framed("the one that is torn");
    for (std::size_t left = 1; left < last.size(); ++left) {
        put(before + last.substr(0, left));
        auto const torn = content(path_);
        EXPECT_EQ(torn.entries, whole) << left;
        EXPECT_EQ(torn.check.torn, static_cast<std::int64_t>(left));
        EXPECT_EQ(torn.check.intact_end, std::ssize(before));
        EXPECT_THAT(torn.check.damage, IsEmpty()) << left;
        Journal(path_).append("next");
        EXPECT_EQ(read_file(path_), before + framed("next")) << left;
    }
}

TEST_F(JournalFile, ATornOnlyEntryIsCutOff) {
    auto const only = framed("only");
    for (std::size_t left = 1; left < only.size(); ++left) {
        put(only.substr(0, left));
        EXPECT_EQ(content(path_).check.torn, static_cast<std::int64_t>(left));
        Journal{path_};
        EXPECT_EQ(size(), 0) << left;
    }
}

// Whatever byte is wrong: that entry is lost and told, no other.
TEST_F(JournalFile, AFlippedByteCostsItsEntryOnly) {
    std::vector<std::string> const all = {"entry zero", "entry one", "entry two", "entry three"};
    auto const bytes = framed_all(all);
    auto const length = [&](std::size_t i) { return framed(all[i]).size(); };
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (unsigned const flip : {0x01U, 0x80U, 0xffU}) {
            auto wrong = bytes;
            wrong[at] = static_cast<char>(static_cast<unsigned char>(wrong[at]) ^ flip);
            put(wrong);
            std::size_t hit = 0;
            for (auto rest = at; rest >= length(hit); ++hit) rest -= length(hit);
            auto others = all;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(hit));
            auto const found = content(path_);
            EXPECT_EQ(found.entries, others) << at;
            if (hit + 1 < all.size()) {
                ASSERT_THAT(found.check.damage, SizeIs(1)) << at;
                EXPECT_THAT(found.check.damage[0], AllOf(HasSubstr(path_), HasSubstr("damaged")));
                EXPECT_EQ(found.check.torn, 0);
            } else {  // the last one cannot be told from one that is being written
                EXPECT_EQ(found.check.torn > 0, found.check.damage.empty()) << at;
            }
            // What is appended behind it is found again.
            if (flip != 0xffU) continue;
            Journal(path_).append("next");
            others.emplace_back("next");
            EXPECT_EQ(content(path_).entries, others) << at;
        }
}

TEST_F(JournalFile, StretchesThatAreNoEntriesAreSkipped) {
    auto const garbage = std::string(50, '\0') + "no entry";
    put(garbage + framed("a") + garbage + framed("b") + garbage);
    auto const found = content(path_);
    EXPECT_THAT(found.entries, ElementsAre("a", "b"));
    EXPECT_THAT(found.check.damage, SizeIs(3));
    EXPECT_THAT(found.check.damage[1], HasSubstr("58 damaged bytes at offset 75"));
    Journal(path_).append("c");
    EXPECT_THAT(content(path_).entries, ElementsAre("a", "b", "c"));
    // File systems that lose power may leave zeros where an entry was announced.
    put(framed("a") + framed("").substr(0, 8) + std::string(40, '\0'));
    EXPECT_THAT(content(path_).entries, ElementsAre("a"));
    // A length far beyond the end of the file takes no memory.
    auto wrong = framed("a");
    for (std::size_t i = 8; i < 12; ++i) wrong[i] = '\xff';
    put(wrong + framed("b"));
    EXPECT_THAT(content(path_).entries, ElementsAre("b"));
}

TEST_F(JournalFile, TwoProcessesTakeTurns) {
    constexpr int each = 40;
    std::vector<pid_t> children;
    for (char const who : {'a', 'b'}) {
        auto const child = ::fork();
        if (child == 0) {
            for (int i = 0; i < each; ++i) {
                Journal journal(path_);  // waits until the other has closed it
                journal.append(std::string(1, who) + std::to_string(i));
                journal.append(std::string(200, who));
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (auto const child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    auto const found = content(path_);
    EXPECT_THAT(found.check.damage, IsEmpty());
    ASSERT_THAT(found.entries, SizeIs(4 * each));
    std::size_t next[2] = {};
    for (std::size_t i = 0; i < found.entries.size(); i += 2) {
        auto const who = found.entries[i][0];
        EXPECT_EQ(found.entries[i], who + std::to_string(next[who == 'b' ? 1 : 0]++));
        EXPECT_EQ(found.entries[i + 1], std::string(200, who));
    }
}

TEST_F(JournalFile, IsReadWhileItIsWritten) {
    constexpr std::size_t count = 400;
    std::atomic<bool> done = false;
    Journal journal(path_);
    std::thread writer([&] {
        for (std::size_t i = 0; i < count; ++i) journal.append(std::string(1 + i * 13, 'e'));
        done = true;
    });
    std::size_t seen = 0, looks = 0;
    for (bool last = false; !last; ++looks) {
        last = done;
        auto const found = content(path_);
        EXPECT_THAT(found.check.damage, IsEmpty());
        EXPECT_GE(found.entries.size(), seen);
        seen = found.entries.size();
        for (std::size_t i = 0; i < seen; ++i) ASSERT_EQ(found.entries[i].size(), 1 + i * 13);
    }
    writer.join();
    EXPECT_EQ(seen, count);
    EXPECT_GE(looks, 2U);
}

template <class Act>
std::string complaint(Act const& act, ExitCode code = ExitCode::io_failure) {
    try {
        act();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), code);
        return error.what();
    }
    return "";
}

TEST_F(JournalFile, WhatCannotBeOpenedIsTold) {
    auto const nowhere = in_folder("no/journal");
    EXPECT_THAT(complaint([&] { Journal{nowhere}; }),
                AllOf(HasSubstr(nowhere), HasSubstr("No such file")));
    EXPECT_THAT(complaint([&] { content(nowhere); }, ExitCode::missing_input),
                HasSubstr("No such file"));
    EXPECT_THAT(complaint([&] { Journal{folder()}; }), HasSubstr("directory"));
    if (::geteuid() == 0) return;  // root may write everything
    put(framed("kept"));
    std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
    EXPECT_THAT(complaint([&] { Journal{path_}; }), HasSubstr("Permission denied"));
    EXPECT_THAT(content(path_).entries, ElementsAre("kept"));
}

TEST_F(JournalFile, ARemovedFolderIsTold) {
    auto const place = in_folder("run");
    std::filesystem::create_directory(place);
    Journal journal(place + "/journal");
    journal.append("one");
    std::filesystem::remove_all(place);
    EXPECT_THAT(complaint([&] { journal.append("two"); }), HasSubstr("has been removed"));
}

/// Appends entries of 3000 bytes until that fails; the reason.
std::string fill(Journal& journal, std::size_t& written) {
    for (written = 0; written < 1000; ++written) {
        auto const why =
            complaint([&] { journal.append(std::string(3000, static_cast<char>('a' + written))); });
        if (!why.empty()) return why;
    }
    return "never full";
}

TEST_F(JournalFile, WhatDoesNotFitIsNotThereAtAll) {
    Journal journal(path_);
    std::size_t written = 0;
    {
        tests::FileSizeLimit const limit(20000);
        EXPECT_THAT(fill(journal, written), AllOf(HasSubstr(path_), HasSubstr("too large")));
        EXPECT_EQ(written, 6U);
        EXPECT_EQ(size(), 6 * 3016);
        journal.append("a small one still fits");
    }
    journal.append(std::string(3000, 'y'));
    auto const found = content(path_);
    EXPECT_THAT(found.entries, SizeIs(8));
    EXPECT_THAT(found.check.damage, IsEmpty());
}

TEST_F(JournalFile, AFullDiskLosesNothing) {
    tests::SmallDisk const disk(folder());
    if (!disk.mounted()) GTEST_SKIP() << "a small disk cannot be mounted here";
    auto const path = disk.path() + "/journal";
    std::size_t written = 0;
    Journal journal(path);
    EXPECT_THAT(fill(journal, written), HasSubstr("No space left"));
    EXPECT_GT(written, 10U);
    auto const found = content(path);
    EXPECT_THAT(found.entries, SizeIs(written));
    EXPECT_EQ(found.check.torn, 0);
    EXPECT_THAT(found.check.damage, IsEmpty());
}

}  // namespace
}  // namespace spinscape::store
