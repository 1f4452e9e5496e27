// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/duration.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string complaint(std::string const& text) {
    try {
        return "read as " + std::to_string(parse_duration(text).count());
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        return error.what();
    }
}

TEST(Duration, EveryUnit) {
    for (auto const& [text, seconds] :
         std::vector<std::pair<std::string, long long>>{{"45s", 45},
                                                        {"45sec", 45},
                                                        {"90m", 5400},
                                                        {"90min", 5400},
                                                        {"11h", 39600},
                                                        {"2d", 172800},
                                                        {"11h30m", 41400},
                                                        {"1d2h3m4s", 93784},
                                                        {"2d04h", 187200},
                                                        {"0h1s", 1},
                                                        {"007s", 7}})
        EXPECT_EQ(parse_duration(text).count(), seconds) << text;
}

TEST(Duration, WhatIsNoneIsRefusedWithWhatIs) {
    auto const allowed = HasSubstr("write 90min, 1h30m, 2d or 45s");
    for (auto const& [text, why] :
         std::vector<std::pair<std::string, std::string>>{{"", "it is empty"},
                                                          {"30", "a unit is missing"},
                                                          {"1h30", "a unit is missing"},
                                                          {"1.5h", "a unit is missing"},
                                                          {"1 h", "a unit is missing"},
                                                          {"h", "a number is missing"},
                                                          {"hm", "a number is missing"},
                                                          {"+1h", "a number is missing"},
                                                          {" 1h", "a number is missing"},
                                                          {"1h ", "a number is missing"},
                                                          {"-5s", "a number is missing"},
                                                          {"1h-5s", "a number is missing"},
                                                          {"3w", "there is no such unit"},
                                                          {"3H", "there is no such unit"},
                                                          {"3hours", "there is no such unit"},
                                                          {"11:30:00", "colons"},
                                                          {"0s", "it is nothing"},
                                                          {"0d0h", "it is nothing"}})
        EXPECT_THAT(complaint(text),
                    AllOf(HasSubstr("'" + text + "' is no duration"), HasSubstr(why), allowed));
}

TEST(Duration, TooLongIsToldAsSuch) {
    for (auto const* text : {"9223372036854775807s", "9223372036854775808s", "106751991167301d",
                             "99999999999999999999999999h", "1h99999999999999999999s"})
        EXPECT_THAT(complaint(text), HasSubstr("it is too long")) << text;
    EXPECT_EQ(parse_duration("1000000d").count(), 86400000000);
}

TEST(Duration, PrintsItsLargestTwoParts) {
    for (auto const& [seconds, text] :
         std::vector<std::pair<double, std::string>>{{-3, "0s"},
                                                     {0, "0s"},
                                                     {0.4, "0s"},
                                                     {59.4, "59s"},
                                                     {59.6, "1m00s"},
                                                     {90, "1m30s"},
                                                     {3599, "59m59s"},
                                                     {3600, "1h00m"},
                                                     {41400, "11h30m"},
                                                     {172799, "47h59m"},
                                                     {187200, "2d04h"},
                                                     {8640000, "100d00h"}})
        EXPECT_EQ(duration_text(seconds), text) << seconds;
}

TEST(Duration, WhatIsPrintedIsReadBack) {
    for (long long seconds = 1; seconds < 1000000; seconds += 1 + seconds / 7) {
        auto const unit = seconds < 3600 ? 1 : seconds < 172800 ? 60 : 3600;
        auto const back = parse_duration(duration_text(static_cast<double>(seconds))).count();
        EXPECT_EQ(back, seconds / unit * unit);
    }
}

}  // namespace
}  // namespace spinscape
