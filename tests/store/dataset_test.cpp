// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/dataset.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/store/tree.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <unistd.h>

namespace spinscape::store {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::uint32_t word) {
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

/// An IDX file: magic number, sizes, data.
Bytes idx(std::uint32_t magic, std::vector<std::uint32_t> const& sizes, Bytes const& data) {
    Bytes bytes;
    append(bytes, magic);
    for (auto const size : sizes) append(bytes, size);
    bytes.insert(bytes.end(), data.begin(), data.end());
    return bytes;
}

Bytes ramp(std::size_t n, int factor) {
    Bytes bytes(n);
    for (std::size_t i = 0; i < n; ++i)
        bytes[i] = static_cast<std::uint8_t>(static_cast<int>(i) * factor % 256);
    return bytes;
}

std::vector<float> brightness(Bytes const& pixels) {
    std::vector<float> x;
    for (auto const pixel : pixels) x.push_back(static_cast<float>(pixel / 255.0));
    return x;
}

class DatasetFolder : public testing::Test {
protected:
    DatasetFolder()
        : folder_(fs::temp_directory_path() / ("spinscape_dataset_" + std::to_string(::getpid()))) {
        fs::create_directories(folder_);
    }
    ~DatasetFolder() override { fs::remove_all(folder_); }
    DatasetFolder(DatasetFolder const&) = delete;
    DatasetFolder& operator=(DatasetFolder const&) = delete;

    [[nodiscard]] std::string path(std::string const& name = "") const {
        return (folder_ / name).string();
    }
    void write(std::string const& name, Bytes const& bytes) const {
        std::ofstream file(path(name), std::ios::binary);
        file.write(reinterpret_cast<char const*>(bytes.data()), std::ssize(bytes));
    }
    void write_gzip(std::string const& name, Bytes const& bytes) const {
        auto* file = gzopen(path(name).c_str(), "wb");
        ASSERT_NE(file, nullptr);
        gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
        gzclose(file);
    }
    /// Three training images of 2 x 3 pixels, two test images.
    void write_mnist() const {
        write("train-images-idx3-ubyte", idx(0x803, {3, 2, 3}, train_pixels));
        write("train-labels-idx1-ubyte", idx(0x801, {3}, {7, 0, 9}));
        write("t10k-images-idx3-ubyte", idx(0x803, {2, 2, 3}, test_pixels));
        write("t10k-labels-idx1-ubyte", idx(0x801, {2}, {1, 2}));
    }
    void expect_mnist(Dataset const& data) const {
        EXPECT_EQ(data.inputs, 6);
        EXPECT_EQ(data.classes, 10);
        EXPECT_EQ(data.height, 2);
        EXPECT_EQ(data.width, 3);
        EXPECT_EQ(data.channels, 1);
        EXPECT_EQ(data.train.features, brightness(train_pixels));
        EXPECT_EQ(data.train.labels, (std::vector<std::int32_t>{7, 0, 9}));
        EXPECT_EQ(data.test.features, brightness(test_pixels));
        EXPECT_EQ(data.test.labels, (std::vector<std::int32_t>{1, 2}));
    }
    /// What reading the folder, or a file in it, is refused with.
    [[nodiscard]] std::string complaint(ExitCode code = ExitCode::bad_input,
                                        std::string const& name = "") const {
        try {
            read_dataset(path(name));
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), code) << error.what();
            return error.what();
        }
        return "nothing";
    }

    Bytes const train_pixels = ramp(18, 15), test_pixels = ramp(12, 21);

private:
    fs::path folder_;
};

TEST_F(DatasetFolder, IdxFiles) {
    write_mnist();
    expect_mnist(read_dataset(path()));
}

TEST_F(DatasetFolder, CompressedIdxFiles) {
    write_gzip("train-images-idx3-ubyte.gz", idx(0x803, {3, 2, 3}, train_pixels));
    write_gzip("train-labels-idx1-ubyte.gz", idx(0x801, {3}, {7, 0, 9}));
    write_gzip("t10k-images-idx3-ubyte.gz", idx(0x803, {2, 2, 3}, test_pixels));
    write_gzip("t10k-labels-idx1-ubyte.gz", idx(0x801, {2}, {1, 2}));
    expect_mnist(read_dataset(path()));
}

TEST_F(DatasetFolder, PlainBesideCompressed) {
    write_mnist();
    write_gzip("train-labels-idx1-ubyte.gz", idx(0x801, {3}, {1, 1, 1}));
    expect_mnist(read_dataset(path()));
}

TEST_F(DatasetFolder, TwoDataSetsInOneFolderAreNotMixed) {
    write_mnist();
    write("fashion-train-images-idx3-ubyte", idx(0x803, {3, 2, 3}, train_pixels));
    EXPECT_THAT(complaint(), AllOf(HasSubstr("2 files match"), HasSubstr("one data set")));
}

TEST_F(DatasetFolder, ImagesAreResized) {
    write_mnist();
    auto const data = read_dataset(path(), 1, 1);
    EXPECT_EQ(data.inputs, 1);
    ASSERT_EQ(data.train.features.size(), 3U);
    // The first image is 0, 15, ..., 75.
    EXPECT_NEAR(data.train.features[0], 37.5 / 255, 1e-7);
}

TEST_F(DatasetFolder, ExtendedMnistHasAsManyClassesAsLabels) {
    write("emnist-x-train-images-idx3-ubyte", idx(0x803, {3, 2, 3}, train_pixels));
    write("emnist-x-train-labels-idx1-ubyte", idx(0x801, {3}, {0, 46, 2}));
    write("emnist-x-test-images-idx3-ubyte", idx(0x803, {2, 2, 3}, test_pixels));
    write("emnist-x-test-labels-idx1-ubyte", idx(0x801, {2}, {1, 2}));
    EXPECT_EQ(read_dataset(path()).classes, 47);
}

struct Damage {
    std::string name;
    std::string file;
    Bytes bytes;
    std::string fault;
};

class DamagedIdx : public DatasetFolder, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedIdx, MessageNamesFileAndFault) {
    write_mnist();
    write(GetParam().file, GetParam().bytes);
    EXPECT_THAT(complaint(), AllOf(HasSubstr(GetParam().file), HasSubstr(GetParam().fault)));
}

auto const* const images = "train-images-idx3-ubyte";
auto const* const labels = "t10k-labels-idx1-ubyte";
INSTANTIATE_TEST_SUITE_P(
    All, DamagedIdx,
    testing::Values(
        Damage{"empty", images, {}, "is cut off: 0 bytes"},
        Damage{"header", images, idx(0x803, {3, 2}, {}), "is cut off: 12 bytes"},
        Damage{"truncated", images, idx(0x803, {3, 2, 3}, Bytes(17)),
               "is cut off: 17 data bytes where its header states 18"},
        Damage{"surplus", images, idx(0x803, {3, 2, 3}, Bytes(20)),
               "has 2 bytes after the 18 that its header states"},
        Damage{"magic", images, idx(0x801, {3, 2, 3}, Bytes(18)), "wrong magic number 0x00000801"},
        Damage{"zero_size", images, idx(0x803, {3, 0, 3}, {}), "states size 0 along axis 1"},
        Damage{"absurd_sizes", images, idx(0x803, {~0U, ~0U, ~0U}, {}), "beyond any data set"},
        Damage{"label_magic", labels, idx(0x803, {2}, {1, 2}), "wrong magic number 0x00000803"},
        Damage{"label_count", labels, idx(0x801, {3}, {1, 2, 3}),
               "has 3 labels where t10k-images-idx3-ubyte has 2 images"},
        Damage{"label_range", labels, idx(0x801, {2}, {1, 10}),
               "label 10 of sample 1 is out of range (0 ... 9)"}),
    [](auto const& which) { return which.param.name; });

TEST_F(DatasetFolder, OtherSizeOfTestImages) {
    write_mnist();
    write("t10k-images-idx3-ubyte", idx(0x803, {2, 3, 2}, test_pixels));
    EXPECT_THAT(complaint(), HasSubstr("training images are 3x2, test images 2x3"));
}

TEST_F(DatasetFolder, CompressedFileCutOff) {
    write_mnist();
    fs::remove(path(images));
    write_gzip("train-images-idx3-ubyte.gz", idx(0x803, {3, 2, 3}, train_pixels));
    fs::resize_file(path("train-images-idx3-ubyte.gz"), 30);
    EXPECT_THAT(complaint(), AllOf(HasSubstr("train-images-idx3-ubyte.gz"),
                                   HasSubstr("cannot be decompressed")));
    write("train-images-idx3-ubyte.gz", idx(0x803, {3, 2, 3}, train_pixels));
    EXPECT_THAT(complaint(), HasSubstr("is not compressed with gzip"));
}

TEST_F(DatasetFolder, MissingFiles) {
    EXPECT_THAT(complaint(ExitCode::missing_input, "nowhere"), HasSubstr("nowhere"));
    EXPECT_THAT(complaint(ExitCode::missing_input), HasSubstr("train-images"));
    write_mnist();
    fs::remove(path(labels));
    EXPECT_THAT(complaint(ExitCode::missing_input), HasSubstr("t10k"));
}

/// One record of CIFAR-10: a label and 3 planes of 32 x 32 pixels, each of one brightness.
Bytes cifar(std::uint8_t label, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    Bytes record = {label};
    for (auto const plane : {red, green, blue}) record.insert(record.end(), 1024, plane);
    return record;
}

TEST_F(DatasetFolder, CifarBatches) {
    auto first = cifar(3, 51, 102, 153);
    auto const second = cifar(9, 0, 255, 0);
    first.insert(first.end(), second.begin(), second.end());
    write("data_batch_1.bin", first);
    write("data_batch_2.bin", cifar(0, 255, 255, 255));
    write("test_batch.bin", cifar(5, 1, 2, 3));
    auto const data = read_dataset(path());
    EXPECT_EQ(data.inputs, 3072);
    EXPECT_EQ(data.channels, 3);
    EXPECT_EQ(data.classes, 10);
    EXPECT_EQ(data.train.labels, (std::vector<std::int32_t>{3, 9, 0}));
    EXPECT_EQ(data.test.labels, (std::vector<std::int32_t>{5}));
    ASSERT_EQ(data.train.features.size(), 3U * 3072);
    EXPECT_EQ(data.train.features[0], 51 / 255.0F);
    EXPECT_EQ(data.train.features[1024], 102 / 255.0F);
    EXPECT_EQ(data.train.features[3071], 153 / 255.0F);
    EXPECT_EQ(data.train.features[3072 + 1024], 1);
    auto const small = read_dataset(path(), 4, 4);
    EXPECT_EQ(small.inputs, 48);
    EXPECT_NEAR(small.train.features[16], 102 / 255.0, 1e-7);
}

TEST_F(DatasetFolder, DamagedCifarBatches) {
    write("test_batch.bin", cifar(5, 1, 2, 3));
    EXPECT_THAT(complaint(ExitCode::missing_input), HasSubstr("data_batch_1.bin"));
    auto batch = cifar(1, 1, 1, 1);
    batch.pop_back();
    write("data_batch_1.bin", batch);
    EXPECT_THAT(complaint(), AllOf(HasSubstr("data_batch_1.bin"), HasSubstr("has 3072 bytes")));
    write("data_batch_1.bin", cifar(10, 1, 1, 1));
    EXPECT_THAT(complaint(), HasSubstr("label 10 of image 0 is out of range"));
}

Dataset small_dataset() {
    Dataset data{.name = "small", .origin = "made up", .inputs = 4, .classes = 3};
    data.width = data.height = 2;
    data.train = {brightness({0, 51, 102, 255, 1, 2, 3, 4}), {2, 0}};
    data.test = {brightness({9, 8, 7, 6}), {1}};
    return data;
}

TEST_F(DatasetFolder, Hdf5RoundTrip) {
    auto const written = small_dataset();
    write_dataset(path("small.h5"), written);
    EXPECT_THAT(convention_problems(path("small.h5")), testing::IsEmpty());
    auto const data = read_dataset(path("small.h5"));
    EXPECT_EQ(data.name, "small");
    EXPECT_EQ(data.origin, "made up");
    EXPECT_EQ(data.classes, 3);
    EXPECT_EQ(data.inputs, 4);
    EXPECT_EQ(data.train.features, written.train.features);
    EXPECT_EQ(data.train.labels, written.train.labels);
    EXPECT_EQ(data.test.features, written.test.features);
    EXPECT_EQ(data.test.labels, written.test.labels);
}

TEST_F(DatasetFolder, DamagedHdf5) {
    auto const file = path("small.h5");
    write_dataset(file, small_dataset());
    auto const whole = read(file);
    auto const changed = [&](std::function<void(Group&)> const& change) {
        auto root = whole;
        change(root);
        store::write(file, root);
        return complaint(ExitCode::bad_input, "small.h5");
    };
    EXPECT_THAT(changed([](Group& root) { root.attributes.clear(); }),
                AllOf(HasSubstr("small.h5"), HasSubstr("'classes'")));
    EXPECT_THAT(changed([](Group& root) {
                    std::erase_if(root.variables,
                                  [](Variable const& v) { return v.name == "test_labels"; });
                }),
                HasSubstr("test_labels"));
    EXPECT_THAT(changed([](Group& root) {
                    for (auto& [name, value] : root.attributes)
                        if (name == "classes") value = std::int64_t{2};
                }),
                HasSubstr("0 ... 1"));
    EXPECT_THAT(changed([](Group& root) {
                    for (auto& [name, value] : root.attributes)
                        if (name == "height") value = std::int64_t{3};
                }),
                HasSubstr("labels ask for"));
    // A size of 0 must not pass as "no images of nothing".
    EXPECT_THAT(changed([](Group& root) {
                    for (auto& [name, value] : root.attributes)
                        if (name == "channels") value = std::int64_t{0};
                }),
                HasSubstr("channels"));
    write("small.h5", {1, 2, 3});
    EXPECT_THAT(complaint(ExitCode::bad_input, "small.h5"), HasSubstr("small.h5"));
}

TEST(ShippedData, MnistOfTenByTenPixels) {
    auto const data = read_dataset(SPINSCAPE_SOURCE_DIR "/jobs/data/mnist_10x10.h5");
    EXPECT_EQ(data.inputs, 100);
    EXPECT_EQ(data.classes, 10);
    EXPECT_EQ(std::ssize(data.train.features), 100 * data.train.count());
    EXPECT_EQ(std::ssize(data.test.features), 100 * data.test.count());
}

}  // namespace
}  // namespace spinscape::store
