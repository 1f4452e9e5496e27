// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/dataset.hpp"

#include "image_files.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/resize.hpp"
#include "spinscape/store/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace spinscape::store {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void bad(std::string const& path, std::string const& why) {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}", path, why));
}

/// Resizes plane by plane and scales to [0, 1].
Samples samples_from(RawImages const& raw, index width, index height) {
    Samples samples;
    samples.labels.assign(raw.labels.begin(), raw.labels.end());
    auto const plane = static_cast<std::size_t>(raw.height * raw.width);
    samples.features.reserve(static_cast<std::size_t>(raw.count() * raw.channels * width * height));
    std::vector<double> image(plane);
    for (std::size_t first = 0; first < raw.pixels.size(); first += plane) {
        for (std::size_t i = 0; i < plane; ++i) image[i] = raw.pixels[first + i] / 255.0;
        for (double const x : resize_by_area(image, raw.height, raw.width, height, width))
            samples.features.push_back(static_cast<float>(x));
    }
    return samples;
}

Dataset dataset_from(std::string const& name, RawImages const& train, RawImages const& test,
                     index classes, index width, index height) {
    if (train.height != test.height || train.width != test.width)
        bad(name, fmt::format("training images are {}x{}, test images {}x{}", train.width,
                              train.height, test.width, test.height));
    Dataset data{.name = name, .origin = name, .classes = classes};
    data.width = width > 0 ? width : train.width;
    data.height = height > 0 ? height : train.height;
    data.channels = train.channels;
    data.inputs = data.channels * data.width * data.height;
    data.train = samples_from(train, data.width, data.height);
    data.test = samples_from(test, data.width, data.height);
    return data;
}

/// The file of a folder whose name contains all the given parts, with or without ".gz".
std::optional<fs::path> find_file(fs::path const& folder, std::vector<std::string> const& parts) {
    std::vector<fs::path> found;
    for (auto const& entry : fs::directory_iterator(folder)) {
        auto const name = entry.path().filename().string();
        if (std::all_of(parts.begin(), parts.end(),
                        [&](auto const& part) { return name.find(part) != std::string::npos; }))
            found.push_back(entry.path());
    }
    if (found.empty()) return std::nullopt;
    std::sort(found.begin(), found.end());  // of "x" and "x.gz" the plain one
    bool const twins = found.size() == 2 && found.back() == found.front().string() + ".gz";
    if (found.size() > 1 && !twins)
        bad(folder.string(), fmt::format("{} files match '{}': keep one data set per folder",
                                         found.size(), parts.back()));
    return found.front();
}

Dataset read_folder(std::string const& path, index width, index height) {
    if (auto const test = find_file(path, {"test_batch.bin"})) {
        std::vector<fs::path> batches;
        for (int i = 1; i <= 5; ++i)
            if (auto const batch = find_file(path, {fmt::format("data_batch_{}.bin", i)}))
                batches.push_back(*batch);
        if (batches.empty())
            throw Error(ExitCode::missing_input,
                        path + ": there is no data_batch_1.bin ... data_batch_5.bin");
        return dataset_from(path, read_cifar(batches), read_cifar({*test}), 10, width, height);
    }
    auto const need = [&](std::vector<std::string> const& parts) {
        if (auto const found = find_file(path, parts)) return *found;
        throw Error(
            ExitCode::missing_input,
            fmt::format(
                "{}: there is no file '*{}*{}*' (IDX, plain or .gz), nor CIFAR-10's test_batch.bin",
                path, parts[0], parts[1]));
    };
    // EMNIST calls its test files "test" instead of "t10k", and has up to 62 classes.
    bool const emnist = find_file(path, {"emnist-", "train-images", "idx3"}).has_value();
    auto const* const test = emnist ? "test-" : "t10k";
    auto const train_images = need({"train-images", "idx3"}),
               train_labels = need({"train-labels", "idx1"});
    auto const test_images = need({test, "idx3"}), test_labels = need({test, "idx1"});
    index const limit = emnist ? 62 : 10;
    auto const train = read_idx(train_images, train_labels, limit),
               tested = read_idx(test_images, test_labels, limit);
    index classes = 10;
    if (emnist)
        classes = 1 + std::max(*std::max_element(train.labels.begin(), train.labels.end()),
                               *std::max_element(tested.labels.begin(), tested.labels.end()));
    return dataset_from(path, train, tested, classes, width, height);
}

std::int64_t size_of(Group const& root, std::string const& path, char const* name) {
    auto const* value = root.attribute(name);
    auto const* number = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
    if (number == nullptr)
        bad(path, fmt::format("has no integer attribute '{}'; is it a Spinscape data set?", name));
    if (*number < 1) bad(path, fmt::format("states {} {}", *number, name));
    return *number;
}

RawImages part(Group const& root, std::string const& path, std::string const& name,
               Dataset const& shape) {
    auto const* images = root.variable(name + "_images");
    auto const* labels = root.variable(name + "_labels");
    if (images == nullptr || labels == nullptr)
        bad(path, fmt::format(
                      "has no variables '{0}_images' and '{0}_labels'; is it a Spinscape data set?",
                      name));
    auto const* pixels = std::get_if<std::vector<std::uint8_t>>(&images->data);
    auto const* classes = std::get_if<std::vector<std::uint8_t>>(&labels->data);
    if (pixels == nullptr || classes == nullptr)
        bad(path, fmt::format("'{0}_images' and '{0}_labels' must be unsigned bytes", name));
    if (std::ssize(*pixels) != std::ssize(*classes) * shape.inputs)
        bad(path,
            fmt::format("'{}_images' has {} pixels where {} labels ask for {}", name,
                        pixels->size(), classes->size(), std::ssize(*classes) * shape.inputs));
    for (auto const label : *classes)
        if (label >= shape.classes)
            bad(path, fmt::format("label {} in '{}_labels' is out of range (0 ... {})", label, name,
                                  shape.classes - 1));
    return {.channels = shape.channels,
            .height = shape.height,
            .width = shape.width,
            .pixels = *pixels,
            .labels = *classes};
}

std::string text(Group const& root, char const* name) {
    auto const* value = root.attribute(name);
    auto const* found = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    return found != nullptr ? *found : "";
}

Dataset read_file(std::string const& path, index width, index height) {
    auto const root = read(path);
    Dataset shape{.classes = size_of(root, path, "classes"),
                  .width = size_of(root, path, "width"),
                  .height = size_of(root, path, "height"),
                  .channels = size_of(root, path, "channels")};
    shape.inputs = shape.channels * shape.width * shape.height;
    auto data = dataset_from(path, part(root, path, "train", shape),
                             part(root, path, "test", shape), shape.classes, width, height);
    data.name = text(root, "title");
    data.origin = text(root, "source");
    return data;
}

std::vector<std::uint8_t> bytes_of(std::vector<float> const& features) {
    std::vector<std::uint8_t> bytes(features.size());
    for (std::size_t i = 0; i < features.size(); ++i)
        bytes[i] =
            static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(features[i], 0.0F, 1.0F)));
    return bytes;
}

}  // namespace

Dataset read_dataset(std::string const& path, index width, index height) {
    if (!fs::exists(path))
        throw Error(ExitCode::missing_input,
                    fmt::format("there is no data file or folder '{}'", path));
    return fs::is_directory(path) ? read_folder(path, width, height)
                                  : read_file(path, width, height);
}

void write_dataset(std::string const& path, Dataset const& data) {
    Group root{.name = "",
               .dimensions = {{"train", data.train.count()},
                              {"test", data.test.count()},
                              {"channel", data.channels},
                              {"row", data.height},
                              {"column", data.width}},
               .attributes = {{"Conventions", std::string("CF-1.10")},
                              {"title", data.name},
                              {"source", data.origin},
                              {"filetype", std::string("spinscape-dataset")},
                              {"classes", std::int64_t{data.classes}},
                              {"channels", std::int64_t{data.channels}},
                              {"height", std::int64_t{data.height}},
                              {"width", std::int64_t{data.width}}}};
    for (auto const* name : {"train", "test"}) {
        auto const& samples = std::string_view(name) == "train" ? data.train : data.test;
        root.variables.push_back(
            {std::string(name) + "_images",
             {name, "channel", "row", "column"},
             bytes_of(samples.features),
             {{"long_name", std::string("brightness, 255 = 1")}, {"units", std::string("1")}}});
        root.variables.push_back(
            {std::string(name) + "_labels",
             {name},
             std::vector<std::uint8_t>(samples.labels.begin(), samples.labels.end()),
             {{"long_name", std::string("class")}, {"units", std::string("1")}}});
    }
    write(path, root);
}

}  // namespace spinscape::store
