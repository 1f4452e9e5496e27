// SPDX-License-Identifier: BSD-3-Clause
#include "image_files.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <memory>

namespace spinscape::store {

namespace {

[[noreturn]] void bad(std::filesystem::path const& path, std::string const& why) {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}", path.string(), why));
}

std::uint32_t big_endian(std::vector<std::uint8_t> const& bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
           std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

/// Checks an IDX header and returns the sizes it states.
std::vector<index> idx_sizes(std::filesystem::path const& path,
                             std::vector<std::uint8_t> const& bytes, std::uint32_t magic,
                             char const* what) {
    std::size_t const axes = magic & 0xff, header = 4 + 4 * axes;
    if (bytes.size() < 4)
        bad(path, fmt::format("is cut off: {} bytes, too short for an IDX header", bytes.size()));
    if (big_endian(bytes, 0) != magic)
        bad(path, fmt::format("wrong magic number {:#010x} (IDX {} start with {:#010x})",
                              big_endian(bytes, 0), what, magic));
    if (bytes.size() < header)
        bad(path, fmt::format("is cut off: {} bytes, too short for an IDX header", bytes.size()));
    std::vector<index> sizes;
    index expected = 1;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        sizes.push_back(big_endian(bytes, 4 + 4 * axis));
        if (sizes.back() == 0) bad(path, fmt::format("states size 0 along axis {}", axis));
        if (expected > (index{1} << 40) / sizes.back())
            bad(path, "states sizes beyond any data set");
        expected *= sizes.back();
    }
    auto const found = static_cast<index>(bytes.size() - header);
    if (found < expected)
        bad(path,
            fmt::format("is cut off: {} data bytes where its header states {}", found, expected));
    if (found > expected)
        bad(path, fmt::format("has {} bytes after the {} that its header states", found - expected,
                              expected));
    return sizes;
}

}  // namespace

std::vector<std::uint8_t> read_bytes(std::filesystem::path const& path) {
    if (!std::filesystem::exists(path))
        throw Error(ExitCode::missing_input, fmt::format("there is no file '{}'", path.string()));
    std::unique_ptr<gzFile_s, int (*)(gzFile)> const file(gzopen(path.c_str(), "rb"), gzclose);
    if (!file) throw Error(ExitCode::io_failure, fmt::format("{} cannot be opened", path.string()));
    std::vector<std::uint8_t> bytes, buffer(std::size_t{1} << 20);
    for (;;) {
        int const n = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
        int state = Z_OK;
        char const* const reason = gzerror(file.get(), &state);
        if (n < 0 || (state != Z_OK && state != Z_STREAM_END))
            bad(path, fmt::format("cannot be decompressed: {}", reason));
        if (n == 0) break;
        bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + n);
    }
    if (path.extension() == ".gz" && gzdirect(file.get()) != 0)
        bad(path, "is named .gz but is not compressed with gzip");
    return bytes;
}

RawImages read_idx(std::filesystem::path const& images, std::filesystem::path const& labels,
                   index classes) {
    auto pixels = read_bytes(images);
    auto const sizes = idx_sizes(images, pixels, 0x803, "images");
    auto classes_of = read_bytes(labels);
    auto const count = idx_sizes(labels, classes_of, 0x801, "labels")[0];
    if (count != sizes[0])
        bad(labels, fmt::format("has {} labels where {} has {} images", count,
                                images.filename().string(), sizes[0]));
    RawImages raw{.channels = 1, .height = sizes[1], .width = sizes[2], .pixels = {}, .labels = {}};
    raw.pixels.assign(pixels.begin() + 16, pixels.end());
    raw.labels.assign(classes_of.begin() + 8, classes_of.end());
    for (std::size_t i = 0; i < raw.labels.size(); ++i)
        if (raw.labels[i] >= classes)
            bad(labels, fmt::format("label {} of sample {} is out of range (0 ... {})",
                                    raw.labels[i], i, classes - 1));
    return raw;
}

RawImages read_cifar(std::vector<std::filesystem::path> const& batches) {
    constexpr std::size_t image = std::size_t{3} * 32 * 32, record = image + 1;
    RawImages raw{.channels = 3, .height = 32, .width = 32, .pixels = {}, .labels = {}};
    for (auto const& path : batches) {
        auto const bytes = read_bytes(path);
        if (bytes.empty() || bytes.size() % record != 0)
            bad(path, fmt::format("has {} bytes, which is no multiple of CIFAR-10's {} bytes per "
                                  "image (cut off?)",
                                  bytes.size(), record));
        for (std::size_t at = 0; at < bytes.size(); at += record) {
            if (bytes[at] > 9)
                bad(path, fmt::format("label {} of image {} is out of range (0 ... 9)", bytes[at],
                                      at / record));
            raw.labels.push_back(bytes[at]);
            auto const first = bytes.begin() + static_cast<std::ptrdiff_t>(at) + 1;
            raw.pixels.insert(raw.pixels.end(), first, first + static_cast<std::ptrdiff_t>(image));
        }
    }
    return raw;
}

}  // namespace spinscape::store
