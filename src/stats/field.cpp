// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/field.hpp"

#include "spinscape/base/error.hpp"

#include <algorithm>

namespace spinscape {

Schema::Schema(std::vector<Field> fields) : fields_(std::move(fields)) {
    for (auto const& field : fields_) {
        offsets_.push_back(width_);
        width_ += field.length();
    }
}

std::size_t Schema::position(std::string_view name) const {
    auto const found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](Field const& field) { return field.name == name; });
    if (found == fields_.end())
        throw Error(ExitCode::internal,
                    "field '" + std::string(name) + "' is not in the study's declaration");
    return static_cast<std::size_t>(found - fields_.begin());
}

index Schema::offset(std::string_view field) const {
    return offsets_[position(field)];
}

Field const& Schema::field(std::string_view name) const {
    return fields_[position(name)];
}

}  // namespace spinscape
