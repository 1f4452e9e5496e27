// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5_handle.hpp"

#include "spinscape/store/tree.hpp"

namespace spinscape::store {

std::string QuietErrors::reason() {
    std::string text;
    auto const collect = [](unsigned, H5E_error2_t const* error, void* out) -> herr_t {
        auto& message = *static_cast<std::string*>(out);
        if (error->desc == nullptr || message.size() > 400) return 0;
        if (!message.empty()) message += "; ";
        message += error->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &text);
    return text.empty() ? "HDF5 gives no reason" : text;
}

Handle text_type() {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLTERM);
    return type;
}

std::string hdf5_version() {
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace spinscape::store
