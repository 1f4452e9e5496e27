// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/job.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

namespace spinscape {

namespace {

/// The entries of a canonical job text, keyed "parameters.epochs", "sweep 2.grid".
std::map<std::string, std::string> entries(std::string const& text) {
    std::map<std::string, std::string> found;
    std::istringstream lines(text);
    std::string section;
    int sweeps = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line == "[[sweep]]")
            section = fmt::format("sweep {}.", ++sweeps);
        else if (line.starts_with('['))
            section = line.substr(1, line.size() - 2) + ".";
        else if (auto const equals = line.find(" = "); equals != std::string::npos)
            found[section + line.substr(0, equals)] = line.substr(equals + 3);
    }
    return found;
}

}  // namespace

std::string job_differences(std::string const& before, std::string const& now) {
    auto const a = entries(before), b = entries(now);
    std::set<std::string> keys;
    for (auto const& [key, value] : a) keys.insert(key);
    for (auto const& [key, value] : b) keys.insert(key);
    auto const value = [](auto const& from, std::string const& key) {
        auto const found = from.find(key);
        return found == from.end() ? std::string("(nothing)") : found->second;
    };
    std::string text;
    for (auto const& key : keys)
        if (value(a, key) != value(b, key))
            text += fmt::format("\n  {}: {}  ->  {}", key, value(a, key), value(b, key));
    return text;
}

}  // namespace spinscape
