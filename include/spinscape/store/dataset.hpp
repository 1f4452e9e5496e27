// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/dataset.hpp"

#include <string>

namespace spinscape::store {

/// Reads labelled images for training and test. What `path` names decides the format:
///  * an HDF5 file of this project (jobs/data/mnist_10x10.h5, written by write_dataset);
///  * a folder with the four IDX files of MNIST and its relatives, plain or .gz;
///  * a folder with CIFAR-10's binary batches.
/// width, height > 0: images are resized by area averaging; 0: kept as they are.
/// Pixels are scaled to [0, 1]; colour images become 3 * height * width features (or grey).
/// Error(missing_input) or Error(bad_input) say file, what was found and what was expected.
Dataset read_dataset(std::string const& path, index width = 0, index height = 0);

void write_dataset(std::string const& path, Dataset const& data);

}  // namespace spinscape::store
