// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5_handle.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/tree.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <optional>

namespace spinscape::store {

namespace {

struct Failure {
    std::string what;
};

/// Bookkeeping of HDF5 dimension scales and netCDF, not for users.
constexpr std::array<std::string_view, 7> bookkeeping = {
    "CLASS",         "NAME",          "REFERENCE_LIST",     "DIMENSION_LIST",
    "_Netcdf4Dimid", "_NCProperties", "_Netcdf4Coordinates"};

constexpr std::string_view bare_label = "This is a netCDF dimension but not a netCDF variable.";

template <class T>
T checked(T result, std::string const& object) {
    if (result < 0) throw Failure{"'" + object + "': " + QuietErrors::reason()};
    return result;
}

/// Elements of a data space; 0 for the null space.
index elements(hid_t space) {
    return static_cast<index>(H5Sget_simple_extent_npoints(space));
}

/// `Read(memory type, buffer)` of a dataset or attribute, into the nearest type that we have;
/// nothing for types that have no counterpart (references, compounds, ...).
template <class Read>
std::optional<Data> read_values(hid_t type, hid_t space, Read const& read) {
    auto const n = static_cast<std::size_t>(std::max<index>(elements(space), 0));
    auto const numbers = [&]<class T>(hid_t memory_type, T) -> Data {
        std::vector<T> values(n);
        if (n > 0) read(memory_type, values.data());
        return values;
    };
    auto const size = H5Tget_size(type);
    switch (H5Tget_class(type)) {
        case H5T_FLOAT:
            return size <= 4 ? numbers(H5T_NATIVE_FLOAT, float{})
                             : numbers(H5T_NATIVE_DOUBLE, double{});
        case H5T_INTEGER:
            if (size == 1)
                return H5Tget_sign(type) == H5T_SGN_NONE ? numbers(H5T_NATIVE_UINT8, std::uint8_t{})
                                                         : numbers(H5T_NATIVE_INT8, std::int8_t{});
            if (size < 4 || (size == 4 && H5Tget_sign(type) != H5T_SGN_NONE))
                return numbers(H5T_NATIVE_INT32, std::int32_t{});
            return numbers(H5T_NATIVE_INT64, std::int64_t{});
        case H5T_STRING: {
            std::vector<std::string> texts(n);
            if (n == 0) return texts;
            if (H5Tis_variable_str(type) > 0) {
                std::vector<char*> pointers(n);
                auto const memory_type = text_type();
                read(memory_type, pointers.data());
                for (std::size_t i = 0; i < n; ++i)
                    if (pointers[i] != nullptr) texts[i] = pointers[i];
                H5Dvlen_reclaim(memory_type, space, H5P_DEFAULT, pointers.data());
            } else {
                std::vector<char> bytes(n * size);
                Handle const memory_type(H5Tcopy(type), H5Tclose);
                read(memory_type, bytes.data());
                for (std::size_t i = 0; i < n; ++i) {
                    auto const* first = bytes.data() + i * size;
                    texts[i].assign(first, std::find(first, first + size, '\0'));
                    while (!texts[i].empty() && H5Tget_strpad(type) == H5T_STR_SPACEPAD &&
                           texts[i].back() == ' ')
                        texts[i].pop_back();
                }
            }
            return texts;
        }
        default:
            return std::nullopt;
    }
}

std::optional<Attribute> attribute_from(Data const& data, bool scalar) {
    return std::visit(
        [&](auto const& values) -> std::optional<Attribute> {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if (values.empty()) return std::nullopt;
            if constexpr (std::is_same_v<T, std::string>) {
                if (scalar) return values.front();
                return values;
            } else {
                using Wide = std::conditional_t<std::is_integral_v<T>, std::int64_t, double>;
                if (scalar) return static_cast<Wide>(values.front());
                return std::vector<Wide>(values.begin(), values.end());
            }
        },
        data);
}

Attributes read_attributes(hid_t object) {
    Attributes attributes;
    auto const collect = [](hid_t where, char const* name, H5A_info_t const*, void* out) -> herr_t {
        if (std::find(bookkeeping.begin(), bookkeeping.end(), name) != bookkeeping.end()) return 0;
        Handle const attribute(H5Aopen(where, name, H5P_DEFAULT), H5Aclose);
        Handle const type(H5Aget_type(attribute), H5Tclose),
            space(H5Aget_space(attribute), H5Sclose);
        if (H5Sget_simple_extent_type(space) == H5S_NULL || H5Sget_simple_extent_ndims(space) > 1)
            return 0;
        bool good = true;
        auto const data = read_values(type, space, [&](hid_t memory_type, void* buffer) {
            good = H5Aread(attribute, memory_type, buffer) >= 0;
        });
        if (!good) return -1;
        bool const scalar = H5Sget_simple_extent_ndims(space) == 0;
        if (data)
            if (auto value = attribute_from(*data, scalar))
                static_cast<Attributes*>(out)->emplace_back(name, std::move(*value));
        return 0;
    };
    hsize_t position = 0;
    if (H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, collect, &attributes) < 0) {
        attributes.clear();
        position = 0;
        checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, collect, &attributes),
                "attributes");
    }
    return attributes;
}

std::string last_name(hid_t object) {
    std::array<char, 1024> path{};
    H5Iget_name(object, path.data(), path.size());
    std::string_view const text = path.data();
    return std::string(text.substr(text.rfind('/') + 1));
}

/// Name of the scale on an axis, or one made up from the variable's name.
std::string dimension_name(hid_t dataset, unsigned axis, std::string const& variable) {
    std::string name;
    auto const take = [](hid_t, unsigned, hid_t scale, void* out) -> herr_t {
        *static_cast<std::string*>(out) = last_name(scale);
        return 1;
    };
    if (H5DSget_num_scales(dataset, axis) > 0)
        H5DSiterate_scales(dataset, axis, nullptr, take, &name);
    return name.empty() ? variable + "_axis" + std::to_string(axis) : name;
}

class TreeReader {
public:
    Group group(hid_t here, std::string const& name, std::string const& path) {
        Group tree{.name = name, .attributes = read_attributes(here)};
        for (auto const& child : children(here)) {
            auto const child_path = path + "/" + child;
            Handle const object(checked(H5Oopen(here, child.c_str(), H5P_DEFAULT), child_path),
                                H5Oclose);
            if (H5Iget_type(object) == H5I_GROUP)
                tree.groups.push_back(group(object, child, child_path));
            if (H5Iget_type(object) == H5I_DATASET) dataset(object, child, child_path, tree);
        }
        return tree;
    }

private:
    static std::vector<std::string> children(hid_t here) {
        std::vector<std::string> names;
        auto const collect = [](hid_t, char const* name, H5L_info_t const*, void* out) -> herr_t {
            static_cast<std::vector<std::string>*>(out)->emplace_back(name);
            return 0;
        };
        hsize_t position = 0;
        if (H5Literate(here, H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, collect, &names) < 0) {
            names.clear();
            position = 0;
            checked(H5Literate(here, H5_INDEX_NAME, H5_ITER_INC, &position, collect, &names),
                    "group");
        }
        return names;
    }

    static void dataset(hid_t object, std::string const& name, std::string const& path,
                        Group& tree) {
        Handle const type(H5Dget_type(object), H5Tclose), space(H5Dget_space(object), H5Sclose);
        std::vector<hsize_t> shape(
            static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space), 0)));
        H5Sget_simple_extent_dims(space, shape.data(), nullptr);
        bool const scale = H5DSis_scale(object) > 0;
        if (scale && shape.size() == 1) {
            tree.dimensions.push_back({name, static_cast<index>(shape[0])});
            std::array<char, 128> label{};
            H5DSget_scale_name(object, label.data(), label.size());
            if (std::string_view(label.data()).starts_with(bare_label)) return;
        }
        std::vector<std::string> dimensions;
        for (unsigned axis = 0; axis < shape.size(); ++axis)
            dimensions.push_back(scale ? name : dimension_name(object, axis, name));
        auto data = read_values(type, space, [&](hid_t memory_type, void* buffer) {
            checked(H5Dread(object, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), path);
        });
        if (data)
            tree.variables.push_back(
                {name, std::move(dimensions), std::move(*data), read_attributes(object)});
    }
};

}  // namespace

Group read(std::string const& path) {
    if (!std::filesystem::exists(path))
        throw Error(ExitCode::missing_input, "there is no file '" + path + "'");
    QuietErrors const quiet;
    try {
        if (H5Fis_hdf5(path.c_str()) <= 0)
            throw Failure{"it is no HDF5 file (wrong signature, or cut off at its start)"};
        Handle const file(checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), path),
                          H5Fclose);
        return TreeReader().group(file, "", "");
    } catch (Failure const& failure) {
        throw Error(ExitCode::bad_input,
                    path + " cannot be read: " + failure.what +
                        ". If another program holds it open, close that first; if the "
                        "file system has no locks, set HDF5_USE_FILE_LOCKING=FALSE");
    }
}

}  // namespace spinscape::store
