// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// A result file as plain data: groups of variables with named dimensions and attributes, in the
/// style of netCDF. Written as HDF5 that xarray, h5py, Julia and MATLAB open as it is.
namespace spinscape::store {

using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>,
                               std::vector<double>, std::vector<std::string>>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;

using Data = std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>,
                          std::vector<std::int32_t>, std::vector<std::int8_t>,
                          std::vector<std::uint8_t>, std::vector<std::string>>;

/// Row-major array; no dimensions: a scalar (one element). A variable with the name of its only
/// dimension holds that dimension's coordinates.
struct Variable {
    std::string name;
    std::vector<std::string> dimensions;  ///< names, resolved in the group, then in its parents
    Data data;
    Attributes attributes{};

    [[nodiscard]] index size() const;
    /// The data as doubles; integers equal to an attribute `_FillValue` become NaN.
    [[nodiscard]] std::vector<double> reals() const;
    [[nodiscard]] std::vector<std::string> const& texts() const;
    [[nodiscard]] Attribute const* attribute(std::string_view attribute_name) const;
};

struct Dimension {
    std::string name;
    index size = 0;
};

struct Group {
    std::string name;  ///< empty for the root
    std::vector<Dimension> dimensions{};
    std::vector<Variable> variables{};
    Attributes attributes{};
    std::vector<Group> groups{};

    /// By path ("summary/train_loss_mean"); nullptr if absent.
    [[nodiscard]] Variable const* variable(std::string_view path) const;
    [[nodiscard]] Group const* group(std::string_view path) const;
    [[nodiscard]] Attribute const* attribute(std::string_view attribute_name) const;
    /// As above, but Error(bad_input) naming the path if absent.
    [[nodiscard]] Variable const& require(std::string_view path) const;
};

/// Writes `root` to `path` by temporary file, fsync and rename, so that `path` is either the old
/// file or the complete new one. HDF5 1.8 format, creation order tracked, one dimension scale per
/// axis, deflate + shuffle + fletcher32 on arrays of more than a few kB.
/// Throws Error(cannot_create) or Error(io_failure) with the path and HDF5's reason.
void write(std::string const& path, Group const& root);

/// Error(missing_input) if there is no such file, Error(bad_input) if it is not HDF5 or is damaged.
/// Fixed-length strings and further numeric types of other writers are converted.
Group read(std::string const& path);

/// What stands against the rules above in any HDF5 file (axis without scale, type that netCDF
/// readers lose, checksum that does not fit, ...), one sentence each; empty if nothing.
std::vector<std::string> convention_problems(std::string const& path);

/// Version of the HDF5 library in use.
std::string hdf5_version();

}  // namespace spinscape::store
