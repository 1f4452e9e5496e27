// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/architecture.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"

#include <algorithm>

namespace spinscape {

namespace {

template <class Enum>
Enum from_name(std::vector<std::string> const& names, std::string_view name) {
    auto const found = std::find(names.begin(), names.end(), name);
    SPINSCAPE_EXPECT(found != names.end());
    return static_cast<Enum>(found - names.begin());
}

[[noreturn]] void empty(std::string const& what) {
    throw Error(ExitCode::bad_input, "a network needs at least one unit per layer: " + what);
}

}  // namespace

std::vector<std::string> const& activation_names() {
    static std::vector<std::string> const names = {"relu",    "leaky_relu", "tanh",
                                                   "sigmoid", "softplus",   "linear"};
    return names;
}

std::vector<std::string> const& loss_names() {
    static std::vector<std::string> const names = {"cross_entropy", "squared", "hinge"};
    return names;
}

Activation activation_from(std::string_view name) {
    return from_name<Activation>(activation_names(), name);
}

Loss loss_from(std::string_view name) {
    return from_name<Loss>(loss_names(), name);
}

std::vector<Architecture::Layer> Architecture::layers() const {
    if (inputs < 1) empty("there are " + std::to_string(inputs) + " inputs");
    if (outputs < 1) empty("there are " + std::to_string(outputs) + " outputs");
    std::vector<Layer> result;
    index offset = 0, width = inputs;
    auto const append = [&](index next) {
        result.push_back({width, next, offset, offset + width * next});
        offset += (width + 1) * next;
        width = next;
    };
    for (index const h : hidden) {
        if (h < 1)
            empty("hidden layer " + std::to_string(result.size() + 1) + " has " +
                  std::to_string(h) + " units");
        append(h);
    }
    append(outputs);
    return result;
}

index Architecture::parameter_count() const {
    auto const last = layers().back();
    return last.bias + last.outputs;
}

}  // namespace spinscape
