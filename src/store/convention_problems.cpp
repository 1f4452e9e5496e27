// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5_handle.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/tree.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <filesystem>

namespace spinscape::store {

namespace {

using Problems = std::vector<std::string>;

bool tracks_creation_order(hid_t properties, herr_t (*get)(hid_t, unsigned*)) {
    unsigned flags = 0;
    get(properties, &flags);
    return (flags & H5P_CRT_ORDER_TRACKED) != 0;
}

/// Why netCDF readers lose or refuse a value of this type; empty if they do not.
std::string type_problem(hid_t type) {
    switch (H5Tget_class(type)) {
        case H5T_FLOAT:
        case H5T_INTEGER:
            return "";
        case H5T_STRING:
            return H5Tis_variable_str(type) > 0
                       ? ""
                       : "is a fixed-length string (netCDF4 cannot read it)";
        case H5T_ENUM:
            return "is an enumeration or bool (lost by netCDF readers)";
        case H5T_COMPOUND:
            return "is a compound or complex type (lost by netCDF readers)";
        case H5T_REFERENCE:
            return "is a reference (xarray cannot open the file)";
        default:
            return "has a type that netCDF readers lose";
    }
}

void check_attributes(hid_t object, std::string const& path, Problems& problems) {
    struct Context {
        std::string const& path;
        Problems& problems;
    } context{path, problems};
    auto const check = [](hid_t where, char const* name, H5A_info_t const*, void* out) -> herr_t {
        auto& [at, found] = *static_cast<Context*>(out);
        std::string_view const text = name;
        // The scales' own bookkeeping is made of references and fixed strings by definition.
        if (text == "CLASS" || text == "NAME" || text == "REFERENCE_LIST" ||
            text == "DIMENSION_LIST" || text.starts_with("_N"))
            return 0;
        Handle const attribute(H5Aopen(where, name, H5P_DEFAULT), H5Aclose);
        Handle const type(H5Aget_type(attribute), H5Tclose),
            space(H5Aget_space(attribute), H5Sclose);
        auto const where_text = "attribute '" + std::string(name) + "' of " + at + " ";
        if (auto const problem = type_problem(type); !problem.empty())
            found.push_back(where_text + problem);
        if (H5Sget_simple_extent_type(space) == H5S_NULL) found.push_back(where_text + "is null");
        if (H5Sget_simple_extent_ndims(space) > 1)
            found.push_back(where_text + "has two axes (netCDF4 cannot open the file)");
        return 0;
    };
    hsize_t position = 0;
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, check, &context);
}

void check_dataset(hid_t dataset, std::string const& path, Problems& problems) {
    Handle const type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    Handle const properties(H5Dget_create_plist(dataset), H5Pclose);
    if (auto const problem = type_problem(type); !problem.empty())
        problems.push_back(path + " " + problem);
    if (H5Sget_simple_extent_type(space) == H5S_NULL)
        problems.push_back(path + " has a null dataspace (xarray cannot open the file)");
    if (!tracks_creation_order(properties, H5Pget_attr_creation_order))
        problems.push_back(path + " does not track the creation order of its attributes");
    if (H5DSis_scale(dataset) <= 0) {
        int const axes = H5Sget_simple_extent_ndims(space);
        for (int axis = 0; axis < axes; ++axis) {
            int const scales = H5DSget_num_scales(dataset, static_cast<unsigned>(axis));
            if (scales != 1)
                problems.push_back(path + " axis " + std::to_string(axis) + " has " +
                                   std::to_string(std::max(scales, 0)) +
                                   " dimension scales where one is needed");
        }
    }
    // Reading everything once proves the checksums.
    if (auto const bytes = H5Dget_storage_size(dataset); bytes > 0 && type_problem(type).empty()) {
        auto const n = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
        std::vector<char> buffer(n * H5Tget_size(type));
        if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data()) < 0)
            problems.push_back(path + " cannot be read: " + QuietErrors::reason());
        else if (H5Tis_variable_str(type) > 0)
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer.data());
    }
}

void check_group(hid_t group, std::string const& path, Problems& problems) {
    Handle const properties(H5Gget_create_plist(group), H5Pclose);
    auto const here = path.empty() ? std::string("/") : path;
    if (!tracks_creation_order(properties, H5Pget_link_creation_order))
        problems.push_back(here + " does not track the creation order of its members");
    check_attributes(group, here, problems);
    std::vector<std::string> names;
    auto const collect = [](hid_t, char const* name, H5L_info_t const* info, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->push_back(
            (info->type == H5L_TYPE_EXTERNAL ? "!" : "") + std::string(name));
        return 0;
    };
    hsize_t position = 0;
    H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, collect, &names);
    for (auto const& name : names) {
        if (name.starts_with('!')) {
            problems.push_back(path + "/" + name.substr(1) + " is a link to another file");
            continue;
        }
        auto const child = path + "/" + name;
        Handle const object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
        if (object < 0) {
            problems.push_back(child + " cannot be opened: " + QuietErrors::reason());
        } else if (H5Iget_type(object) == H5I_GROUP) {
            check_group(object, child, problems);
        } else if (H5Iget_type(object) == H5I_DATASET) {
            check_dataset(object, child, problems);
            check_attributes(object, child, problems);
        }
    }
}

}  // namespace

std::vector<std::string> convention_problems(std::string const& path) {
    if (!std::filesystem::exists(path))
        throw Error(ExitCode::missing_input, "there is no file '" + path + "'");
    QuietErrors const quiet;
    Handle const file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (file < 0)
        throw Error(ExitCode::bad_input,
                    path + " cannot be opened as HDF5: " + QuietErrors::reason());
    Problems problems;
    Handle const root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
    check_group(root, "", problems);
    return problems;
}

}  // namespace spinscape::store
