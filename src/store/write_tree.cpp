// SPDX-License-Identifier: BSD-3-Clause
// The layout that xarray, h5py, netCDF and MATLAB all open as it is: every axis has exactly one
// dimension scale, only numeric types and variable-length UTF-8 strings, creation order tracked.
#include "hdf5_handle.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"
#include "spinscape/store/tree.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <type_traits>

namespace spinscape::store {

namespace {

constexpr std::size_t compress_from =
    4096;  // bytes; below, chunk overhead costs more than it saves
constexpr hsize_t chunk_elements = 1 << 16;

struct Failure {
    std::string what;
};

template <class T>
T checked(T result, char const* doing, std::string const& object) {
    if (result < 0)
        throw Failure{std::string(doing) + " '" + object + "': " + QuietErrors::reason()};
    return result;
}

struct Types {
    hid_t in_file, in_memory;
};

template <class T>
Types types() {
    if constexpr (std::is_same_v<T, double>) return {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE};
    if constexpr (std::is_same_v<T, float>) return {H5T_IEEE_F32LE, H5T_NATIVE_FLOAT};
    if constexpr (std::is_same_v<T, std::int64_t>) return {H5T_STD_I64LE, H5T_NATIVE_INT64};
    if constexpr (std::is_same_v<T, std::int32_t>) return {H5T_STD_I32LE, H5T_NATIVE_INT32};
    if constexpr (std::is_same_v<T, std::int8_t>) return {H5T_STD_I8LE, H5T_NATIVE_INT8};
    if constexpr (std::is_same_v<T, std::uint8_t>) return {H5T_STD_U8LE, H5T_NATIVE_UINT8};
}

std::vector<char const*> pointers(std::vector<std::string> const& texts) {
    std::vector<char const*> result;
    for (auto const& text : texts) result.push_back(text.c_str());
    return result;
}

Handle space_of(std::vector<hsize_t> const& shape) {
    if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
    // An axis of length 0 must be extendible: netCDF readers refuse a fixed one.
    std::vector<hsize_t> limit = shape;
    for (auto& n : limit)
        if (n == 0) n = H5S_UNLIMITED;
    return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), limit.data()), H5Sclose};
}

void write_attribute(hid_t object, std::string const& name, Attribute const& value) {
    std::visit(
        [&](auto const& x) {
            using T = std::decay_t<decltype(x)>;
            auto const put = [&](hid_t file_type, hid_t memory_type, Handle const& space,
                                 void const* data) {
                Handle const attribute(checked(H5Acreate2(object, name.c_str(), file_type, space,
                                                          H5P_DEFAULT, H5P_DEFAULT),
                                               "attribute", name),
                                       H5Aclose);
                checked(H5Awrite(attribute, memory_type, data), "attribute", name);
            };
            if constexpr (std::is_same_v<T, std::string>) {
                auto const type = text_type();
                char const* text = x.c_str();
                put(type, type, space_of({}), &text);
            } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
                if (x.empty()) return;
                auto const type = text_type();
                put(type, type, space_of({x.size()}), pointers(x).data());
            } else if constexpr (std::is_arithmetic_v<T>) {
                put(types<T>().in_file, types<T>().in_memory, space_of({}), &x);
            } else {
                if (x.empty()) return;
                using Number = typename T::value_type;
                put(types<Number>().in_file, types<Number>().in_memory, space_of({x.size()}),
                    x.data());
            }
        },
        value);
}

/// `_FillValue` must have the variable's own type, which Attribute does not always carry.
template <class T>
void write_fill_value(hid_t dataset, Attribute const& value) {
    T const fill = std::visit(
        [](auto const& x) {
            if constexpr (std::is_arithmetic_v<std::decay_t<decltype(x)>>)
                return static_cast<T>(x);
            else
                return T{};
        },
        value);
    Handle const attribute(H5Acreate2(dataset, "_FillValue", types<T>().in_file, space_of({}),
                                      H5P_DEFAULT, H5P_DEFAULT),
                           H5Aclose);
    checked(H5Awrite(attribute, types<T>().in_memory, &fill), "attribute", "_FillValue");
}

Handle creation_properties(std::vector<hsize_t> const& shape, std::size_t bytes) {
    Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_obj_track_times(properties, false);  // equal trees give equal files
    bool const empty = std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end();
    if (shape.empty() || (bytes < compress_from && !empty)) return properties;
    auto chunk = shape;
    for (auto& n : chunk) n = std::max<hsize_t>(n, 1);
    hsize_t inner = 1;
    for (std::size_t i = 1; i < chunk.size(); ++i) inner *= chunk[i];
    chunk[0] = std::clamp<hsize_t>(chunk_elements / std::max<hsize_t>(inner, 1), 1, chunk[0]);
    H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    if (!empty) {
        H5Pset_shuffle(properties);
        H5Pset_deflate(properties, 6);
        H5Pset_fletcher32(properties);
    }
    return properties;
}

/// Dimension scales in scope, by dimension name: those of the group and of its parents.
using Scope = std::map<std::string, std::pair<hsize_t, std::string>>;  // size, path of the scale

class TreeWriter {
public:
    explicit TreeWriter(hid_t file) : file_(file) {}

    void group(hid_t parent, Group const& tree, std::string const& path, Scope scope) {
        Handle opened;
        hid_t here = parent;
        if (!path.empty()) {
            Handle const properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
            H5Pset_obj_track_times(properties, false);
            H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
            H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
            opened = Handle(
                checked(H5Gcreate2(parent, tree.name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT),
                        "group", path),
                H5Gclose);
            here = opened;
        }
        for (auto const& [name, value] : tree.attributes) write_attribute(here, name, value);
        for (auto const& dimension : tree.dimensions) {
            scope[dimension.name] = {static_cast<hsize_t>(dimension.size),
                                     path + "/" + dimension.name};
            auto const* coordinate = tree.variable(dimension.name);
            if (coordinate == nullptr) {
                bare_dimension(here, dimension);
            } else {
                if (coordinate->dimensions != std::vector{dimension.name})
                    throw Failure{"variable '" + dimension.name +
                                  "' must have its own name as dimension"};
                variable(here, *coordinate, path, scope);
            }
        }
        for (auto const& entry : tree.variables) {
            auto const own = [&](Dimension const& dimension) {
                return dimension.name == entry.name;
            };
            if (std::none_of(tree.dimensions.begin(), tree.dimensions.end(), own))
                variable(here, entry, path, scope);
        }
        for (auto const& child : tree.groups) group(here, child, path + "/" + child.name, scope);
    }

private:
    /// A dimension without coordinates, in the form that the netCDF-4 format prescribes.
    void bare_dimension(hid_t here, Dimension const& dimension) {
        std::vector<hsize_t> const shape = {static_cast<hsize_t>(dimension.size)};
        Handle const dataset(
            checked(H5Dcreate2(here, dimension.name.c_str(), H5T_IEEE_F32BE, space_of(shape),
                               H5P_DEFAULT, creation_properties(shape, 0), H5P_DEFAULT),
                    "dimension", dimension.name),
            H5Dclose);
        char label[64];
        std::snprintf(label, sizeof label,
                      "This is a netCDF dimension but not a netCDF variable.%10lld",
                      static_cast<long long>(dimension.size));
        checked(H5DSset_scale(dataset, label), "dimension", dimension.name);
    }

    void variable(hid_t here, Variable const& entry, std::string const& path, Scope const& scope) {
        auto const full = path + "/" + entry.name;
        std::vector<hsize_t> shape;
        hsize_t expected = 1;
        for (auto const& dimension : entry.dimensions) {
            auto const found = scope.find(dimension);
            if (found == scope.end())
                throw Failure{"variable '" + full + "' has an unknown dimension '" + dimension +
                              "'"};
            shape.push_back(found->second.first);
            expected *= shape.back();
        }
        if (static_cast<hsize_t>(entry.size()) != expected)
            throw Failure{"variable '" + full + "' has " + std::to_string(entry.size()) +
                          " elements where its dimensions ask for " + std::to_string(expected)};
        Handle const dataset = std::visit(
            [&](auto const& values) { return dataset_with(here, entry, full, shape, values); },
            entry.data);
        bool const coordinate = entry.dimensions == std::vector{entry.name};
        if (coordinate) {
            checked(H5DSset_scale(dataset, entry.name.c_str()), "scale", full);
        } else {
            for (std::size_t axis = 0; axis < entry.dimensions.size(); ++axis) {
                Handle const scale(
                    H5Dopen2(file_, scope.at(entry.dimensions[axis]).second.c_str(), H5P_DEFAULT),
                    H5Dclose);
                checked(H5DSattach_scale(dataset, scale, static_cast<unsigned>(axis)), "scale of",
                        full);
            }
        }
        for (auto const& [name, value] : entry.attributes)
            if (name != "_FillValue") write_attribute(dataset, name, value);
    }

    template <class T>
    Handle dataset_with(hid_t here, Variable const& entry, std::string const& full,
                        std::vector<hsize_t> const& shape, std::vector<T> const& values) {
        auto const create = [&](hid_t type, std::size_t bytes) {
            return Handle(
                checked(H5Dcreate2(here, entry.name.c_str(), type, space_of(shape), H5P_DEFAULT,
                                   creation_properties(shape, bytes), H5P_DEFAULT),
                        "variable", full),
                H5Dclose);
        };
        if constexpr (std::is_same_v<T, std::string>) {
            auto const type = text_type();
            auto dataset = create(type, 0);
            if (!values.empty())
                checked(
                    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers(values).data()),
                    "writing", full);
            return dataset;
        } else {
            auto dataset = create(types<T>().in_file, values.size() * sizeof(T));
            if (!values.empty())
                checked(H5Dwrite(dataset, types<T>().in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                 values.data()),
                        "writing", full);
            if (auto const* fill = entry.attribute("_FillValue"))
                write_fill_value<T>(dataset, *fill);
            return dataset;
        }
    }

    hid_t file_;
};

/// Receives the memory of HDF5's "core" driver when the file in it is closed. (H5Fget_file_image
/// would be shorter, but spoils the checksum of the superblock in HDF5 1.10.)
struct Image {
    std::size_t size = 0;
    std::vector<char> bytes{};

    H5FD_file_image_callbacks_t callbacks() {
        using Operation = H5FD_file_image_op_t;
        return {[](std::size_t n, Operation, void*) { return std::malloc(n); },
                [](void* to, void const* from, std::size_t n, Operation, void*) {
                    return std::memcpy(to, from, n);
                },
                [](void* p, std::size_t n, Operation, void*) { return std::realloc(p, n); },
                [](void* p, Operation operation, void* data) -> herr_t {
                    auto& image = *static_cast<Image*>(data);
                    auto const* first = static_cast<char const*>(p);
                    if (operation == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
                        image.bytes.assign(first, first + image.size);
                    std::free(p);
                    return 0;
                },
                [](void* data) { return data; },
                [](void*) -> herr_t { return 0; },
                this};
    }
};

/// The bytes of the file. Made in memory, because HDF5 does not survive a disk that fills up while
/// it writes; what is left to the disk are plain system calls with plain errors.
std::vector<char> file_image(Group const& root) {
    Image image;
    auto callbacks = image.callbacks();
    Handle const access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_fapl_core(access, std::size_t{1} << 20, false);
    checked(H5Pset_file_image_callbacks(access, &callbacks), "image of", "/");
    Handle const creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    H5Pset_obj_track_times(creation, false);
    H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    {
        Handle const file(
            checked(H5Fcreate("image", H5F_ACC_TRUNC, creation, access), "creating", "/"),
            H5Fclose);
        TreeWriter(file).group(file, root, "", {});
        checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "flushing", "/");
        hsize_t size = 0;
        checked(H5Fget_filesize(file, &size), "size of", "/");
        image.size = static_cast<std::size_t>(size);
    }
    // The driver's memory comes in pieces of a MiB; the superblock (version 2) says where the file
    // ends.
    std::uint64_t end = 0;
    std::memcpy(&end, image.bytes.data() + 28, sizeof end);
    image.bytes.resize(std::min<std::size_t>(image.bytes.size(), end));
    return std::move(image.bytes);
}

}  // namespace

void write(std::string const& path, Group const& root) {
    QuietErrors const quiet;
    try {
        replace_file(path, file_image(root));
    } catch (Failure const& failure) {
        throw Error(
            ExitCode::io_failure,
            path + " was not written; what was there before is unchanged (" + failure.what + ")");
    }
}

}  // namespace spinscape::store
