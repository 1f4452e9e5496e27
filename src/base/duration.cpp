// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/duration.hpp"

#include "spinscape/base/error.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace spinscape {

namespace {

constexpr long long minute = 60, hour = 60 * minute, day = 24 * hour;

/// Seconds of a unit; 0 if there is no such unit.
long long seconds_of(std::string_view unit) {
    if (unit == "s" || unit == "sec") return 1;
    if (unit == "m" || unit == "min") return minute;
    if (unit == "h") return hour;
    if (unit == "d") return day;
    return 0;
}

}  // namespace

std::chrono::seconds parse_duration(std::string_view text) {
    auto const refuse = [&](char const* why) -> Error {
        return {ExitCode::usage, "'" + std::string(text) + "' is no duration: " + why +
                                     "; write 90min, 1h30m, 2d or 45s"};
    };
    if (text.empty()) throw refuse("it is empty");
    if (text.find(':') != std::string_view::npos)
        throw refuse("schedulers disagree on what the parts between colons mean");
    long long total = 0;
    for (auto left = text; !left.empty();) {
        long long number = 0;
        auto const [end, problem] = std::from_chars(left.data(), left.data() + left.size(), number);
        if (problem == std::errc::result_out_of_range) throw refuse("it is too long");
        if (problem != std::errc() || number < 0) throw refuse("a number is missing");
        left.remove_prefix(static_cast<std::size_t>(end - left.data()));
        std::size_t letters = 0;
        while (letters < left.size() && std::isalpha(static_cast<unsigned char>(left[letters])))
            ++letters;
        auto const unit = seconds_of(left.substr(0, letters));
        if (unit == 0) throw refuse(letters == 0 ? "a unit is missing" : "there is no such unit");
        if (number > (1LL << 40) / unit) throw refuse("it is too long");
        total += number * unit;
        left.remove_prefix(letters);
    }
    if (total == 0) throw refuse("it is nothing");
    return std::chrono::seconds(total);
}

std::string duration_text(double exact) {
    auto const seconds = std::llround(std::max(exact, 0.0));
    // "7h05m": the second part has two digits.
    auto const both = [&](long long unit, char name, long long part, char part_name) {
        auto const rest = std::to_string(seconds % unit / part);
        return std::to_string(seconds / unit) + name + (rest.size() < 2 ? "0" : "") + rest +
               part_name;
    };
    if (seconds < minute) return std::to_string(seconds) + "s";
    if (seconds < hour) return both(minute, 'm', 1, 's');
    if (seconds < 2 * day) return both(hour, 'h', minute, 'm');
    return both(day, 'd', hour, 'h');
}

}  // namespace spinscape
