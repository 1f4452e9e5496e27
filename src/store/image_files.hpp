// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spinscape::store {

/// Bytes of one part (training or test) of an image data set: images channel by channel.
struct RawImages {
    index channels = 1, height = 0, width = 0;
    std::vector<std::uint8_t> pixels;  ///< count x channels x height x width
    std::vector<std::uint8_t> labels;

    [[nodiscard]] index count() const { return static_cast<index>(labels.size()); }
};

/// The whole file, decompressed if it is gzip. Error(missing_input / bad_input) name the file.
std::vector<std::uint8_t> read_bytes(std::filesystem::path const& path);

/// IDX files as distributed for MNIST, Fashion-MNIST and EMNIST ([LeCunMNIST]): big-endian magic
/// number 0x803 (images) or 0x801 (labels), sizes, unsigned bytes.
RawImages read_idx(std::filesystem::path const& images, std::filesystem::path const& labels,
                   index classes);

/// CIFAR-10's binary version: records of one label byte and 3 x 32 x 32 pixels, planes red, green,
/// blue.
RawImages read_cifar(std::vector<std::filesystem::path> const& batches);

}  // namespace spinscape::store
