// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/tree.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <thread>

namespace spinscape::store {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
    auto const path = fs::temp_directory_path() / ("spinscape_tree_" + std::to_string(::getpid()));
    fs::create_directories(path);
    return path;
}

/// Every construct that a result file may contain.
Group every_construct() {
    std::vector<double> large(20000);
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = std::sin(static_cast<double>(i));
    Group records{
        .name = "records",
        .dimensions = {{"record", 3}, {"t", 2}, {"none", 0}, {"many", 20000}},
        .variables = {{"t", {"t"}, std::vector{0.5, 1.5}, {{"units", std::string("1")}}},
                      {"energy", {"record"}, std::vector{-1.5, missing, -1.25}, {}},
                      {"curve", {"record", "t"}, std::vector{1., 2., 3., 4., 5., 6.}, {}},
                      {"width",
                       {"record"},
                       std::vector<std::int64_t>{25, -1, 50},
                       {{"_FillValue", std::int64_t{-1}}}},
                      {"outcome",
                       {"record"},
                       std::vector<std::int8_t>{0, 4, 1},
                       {{"flag_values", std::vector<std::int64_t>{0, 1, 4}},
                        {"flag_meanings", std::string("a b c")}}},
                      {"byte", {"record"}, std::vector<std::uint8_t>{0, 128, 255}, {}},
                      {"single", {"record"}, std::vector<float>{0.5F, 1.5F, 2.5F}, {}},
                      {"short", {"record"}, std::vector<std::int32_t>{1, 2, 3}, {}},
                      {"label", {"record"}, std::vector<std::string>{"a", "", "Θ₀ ü"}, {}},
                      {"nothing", {"none"}, std::vector<double>{}, {}},
                      {"large", {"many"}, large, {}}}};
    Group deep{.name = "deep", .variables = {{"inherits", {"shared"}, std::vector{1., 2.}, {}}}};
    return {
        .name = "",
        .dimensions = {{"shared", 2}},
        .variables = {{"config_toml", {}, std::vector<std::string>{std::string(70000, 'x')}, {}},
                      {"number", {}, std::vector{42.}, {}}},
        .attributes = {{"title", std::string("all")},
                       {"count", std::int64_t{3}},
                       {"real", 0.5},
                       {"list", std::vector<double>{1, 2}},
                       {"names", std::vector<std::string>{"a", "b"}}},
        .groups = {records, deep}};
}

TEST(Tree, RoundTripKeepsEverything) {
    auto const path = (folder() / "all.h5").string();
    auto const tree = every_construct();
    write(path, tree);
    auto const back = read(path);
    EXPECT_EQ(std::get<std::string>(*back.attribute("title")), "all");
    EXPECT_EQ(std::get<std::int64_t>(*back.attribute("count")), 3);
    EXPECT_EQ(std::get<std::vector<std::string>>(*back.attribute("names")),
              (std::vector<std::string>{"a", "b"}));
    for (auto const& variable : tree.groups[0].variables) {
        auto const* read_back = back.variable("records/" + variable.name);
        ASSERT_NE(read_back, nullptr) << variable.name;
        EXPECT_EQ(read_back->dimensions, variable.dimensions) << variable.name;
        EXPECT_EQ(read_back->data.index(), variable.data.index()) << variable.name;
        if (variable.name == "energy") {
            EXPECT_TRUE(std::isnan(read_back->reals()[1]));
        } else {
            EXPECT_EQ(read_back->data, variable.data) << variable.name;
        }
    }
    EXPECT_TRUE(std::isnan(back.require("records/width").reals()[1]));  // its _FillValue
    EXPECT_EQ(back.require("deep/inherits").dimensions.front(), "shared");
    EXPECT_EQ(back.require("config_toml").texts().front().size(), 70000U);
    EXPECT_THAT(convention_problems(path), testing::IsEmpty());
}

TEST(Tree, EqualTreesGiveEqualBytes) {
    auto const bytes = [](std::string const& path) {
        write(path, every_construct());
        std::ifstream file(path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    auto const one = bytes((folder() / "one.h5").string());
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // no time stamps either
    EXPECT_EQ(one, bytes((folder() / "two.h5").string()));
}

TEST(Tree, ForeignReadersOpenItAsItIs) {
    auto const path = (folder() / "readers.h5").string();
    write(path, every_construct());
    auto const command =
        "/usr/bin/python3 " SPINSCAPE_SOURCE_DIR "/tests/store/readers_check.py " + path;
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Tree, ViolationsOfTheConventionsAreFound) {
    auto const path = (folder() / "violations.h5").string();
    auto const command =
        "/usr/bin/python3 " SPINSCAPE_SOURCE_DIR "/tests/store/make_violations.py " + path;
    ASSERT_EQ(std::system(command.c_str()), 0);
    auto const problems = convention_problems(path);
    for (auto const* expected :
         {"/unscaled axis 0", "/flag is an enumeration", "/pair is a compound",
          "/fixed is a fixed-length", "/null has a null", "attribute 'matrix'",
          "attribute 'reference'", "does not track the creation order of its members"}) {
        auto const found = std::any_of(problems.begin(), problems.end(), [&](auto const& p) {
            return p.find(expected) != std::string::npos;
        });
        EXPECT_TRUE(found) << expected;
    }
}

TEST(Tree, UnwritableFolderLeavesTheOldFile) {
    EXPECT_THROW(write("/proc/nothing/file.h5", every_construct()), Error);
    try {
        write((folder() / "absent" / "file.h5").string(), every_construct());
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::cannot_create);
    }
}

TEST(Tree, FullDiskLeavesTheOldFile) {
    auto const path = (folder() / "kept.h5").string();
    write(path, {.name = "", .attributes = {{"title", std::string("old")}}});
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit const tight{8192, before.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    ExitCode code = ExitCode::success;
    try {
        write(path, every_construct());
    } catch (Error const& error) {
        code = error.code();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(code, ExitCode::io_failure);
    EXPECT_EQ(std::get<std::string>(*read(path).attribute("title")), "old");
    for (auto const& entry : fs::directory_iterator(folder()))
        EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
}

TEST(Tree, DamagedFilesAreNamed) {
    auto const path = (folder() / "damaged.h5").string();
    EXPECT_THROW(read((folder() / "absent.h5").string()), Error);
    std::ofstream(path) << "this is text";
    EXPECT_THROW(read(path), Error);
    write(path, every_construct());
    fs::resize_file(path, fs::file_size(path) / 2);
    try {
        read(path);
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_input);
        EXPECT_NE(std::string(error.what()).find("damaged.h5"), std::string::npos);
    }
}

TEST(Tree, WrongShapesAreRefused) {
    Group tree{
        .name = "", .dimensions = {{"x", 3}}, .variables = {{"y", {"x"}, std::vector{1., 2.}, {}}}};
    EXPECT_THROW(write((folder() / "shape.h5").string(), tree), Error);
    tree.variables[0].dimensions = {"unknown"};
    EXPECT_THROW(write((folder() / "shape.h5").string(), tree), Error);
}

}  // namespace
}  // namespace spinscape::store
