// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/result.hpp"

#include "coin.hpp"
#include "finder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <gmock/gmock.h>
#include <unistd.h>

namespace spinscape {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Result : public testing::Test {
protected:
    Result() {
        folder_ = std::filesystem::temp_directory_path() /
                  ("spinscape_result_" + std::to_string(::getpid()));
        std::filesystem::create_directory(folder_);
    }
    ~Result() override { std::filesystem::remove_all(folder_); }

    store::Group tree(std::string const& lines, std::string const& study = "coin") {
        auto const job =
            resolve_job("study = \"" + study + "\"\n" + lines, "job.toml", studies_, {});
        swept_seed = job.master_seed;
        Finished finished(job);
        RankCache cache;
        for (auto const& block : blocks_of(job))
            finished.add(block.point, block.first, block.count, *compute_block(job, block, cache));
        swept_ = swept_so_far(job, std::move(finished));
        swept_.times = {.wall = 1, .computing = {1}, .blocks = {1}};
        swept_.rank_instruction_sets = {"baseline"};
        return result_tree(job, swept_, {.hosts = {"here"}});
    }
    std::string written(store::Group const& root) {
        auto const path = (folder_ / "result.h5").string();
        store::write(path, root);
        return path;
    }

    std::vector<Study> studies_ = {tests::coin(), tests::finder()};
    Swept swept_{.records = RecordTable({}), .critical_points = PointTable({})};
    std::filesystem::path folder_;
    std::uint64_t swept_seed = 0;
};

TEST_F(Result, RecordsHoldTheRows) {
    auto const root = tree("[seeds]\ncount = 3\n[sweep]\ngrid = { k = [1, 9] }\n");
    EXPECT_THAT(root.require("records/point").reals(), ElementsAre(0, 0, 0, 1, 1, 1));
    EXPECT_THAT(root.require("records/replica").reals(), ElementsAre(0, 1, 2, 0, 1, 2));
    EXPECT_THAT(root.require("records/k").reals(), ElementsAre(1, 1, 1, 9, 9, 9));
    auto const mean = root.require("records/mean").reals();
    for (index row = 0; row < 6; ++row)
        EXPECT_EQ(mean[static_cast<std::size_t>(row)], swept_.records.at(row, "mean"));
    // Integers stay integers; odd replicas have none.
    auto const& heads = root.require("records/heads");
    ASSERT_TRUE(std::holds_alternative<std::vector<std::int64_t>>(heads.data));
    EXPECT_TRUE(std::isnan(heads.reals()[1]));
    EXPECT_FALSE(std::isnan(heads.reals()[2]));
    EXPECT_THAT(root.require("records/walk").dimensions, ElementsAre("record", "step"));
    EXPECT_THAT(root.require("records/step").reals(), ElementsAre(1, 2, 3));
    EXPECT_EQ(root.variable("records/spin"), nullptr);  // not swept
}

TEST_F(Result, SummaryIsThatOfTheRecords) {
    auto const root = tree("[sweep]\ngrid = { k = [1, 9] }\n[parameters]\nthrow_at = 5\n");
    for (index p : {0, 1}) {
        auto const i = static_cast<std::size_t>(p);
        auto const values = swept_.records.column(p, "mean");
        double sum = 0, squares = 0, least = 1e9;
        index n = 0, below = 0, first = 0;
        for (double const x : values) {
            if (std::isnan(x)) continue;
            ++n;
            sum += x;
            least = std::min(least, x);
            below += x < -1 ? 1 : 0;
            first += -1 <= x && x < 0 ? 1 : 0;
        }
        double const mean = sum / static_cast<double>(n);
        for (double const x : values)
            if (!std::isnan(x)) squares += (x - mean) * (x - mean);
        double const sd = std::sqrt(squares / static_cast<double>(n - 1));
        auto const at = [&](char const* name, std::size_t k) {
            return root.require(std::string("summary/") + name).reals()[k];
        };
        EXPECT_EQ(n, 39);
        EXPECT_EQ(at("n", i), 40);
        EXPECT_EQ(at("n_failed", i), 1);
        EXPECT_EQ(at("n_completed", i), 39);
        EXPECT_EQ(at("mean_count", i), 39);
        EXPECT_NEAR(at("mean_mean", i), mean, 1e-14);
        EXPECT_NEAR(at("mean_sd", i), sd, 1e-13);
        EXPECT_NEAR(at("mean_stderr", i), sd / std::sqrt(39.0), 1e-13);
        EXPECT_EQ(at("mean_min", i), least);
        EXPECT_EQ(at("mean_underflow", i), below);
        EXPECT_EQ(at("mean_histogram", 2 * i), first);
        EXPECT_EQ(at("heads_count", i), 20);  // replica 5 is odd
    }
    EXPECT_THAT(root.require("summary/mean_bin").reals(), ElementsAre(-0.5, 0.5));
    EXPECT_THAT(root.require("summary/mean_bin_bounds").reals(), ElementsAre(-1, 0, 0, 1));
    EXPECT_THAT(root.require("summary/walk_mean").dimensions, ElementsAre("point", "step"));
    // With k = 1 there is one step to walk.
    EXPECT_TRUE(std::isnan(root.require("summary/walk_mean").reals()[1]));
    EXPECT_THAT(root.require("provenance/failure_replica").reals(), ElementsAre(5, 5));
}

TEST_F(Result, ParametersThatMeanNothingAreMissing) {
    auto const root = tree(
        "[[sweep]]\nfixed = { kind = \"fair\" }\n"
        "[[sweep]]\nfixed = { kind = \"biased\" }\ngrid = { bias = [1, 2] }\n");
    EXPECT_THAT(root.require("summary/kind").texts(), ElementsAre("fair", "biased", "biased"));
    auto const bias = root.require("summary/bias").reals();
    EXPECT_TRUE(std::isnan(bias[0]));
    EXPECT_EQ(bias[2], 2);
    EXPECT_EQ(std::get<std::string>(*root.require("summary/bias").attribute("units")), "m");
}

TEST_F(Result, EveryVariableSaysWhatItIs) {
    auto const root = tree("");
    for (auto const* name : {"records", "summary", "claims"})
        for (auto const& variable : root.group(name)->variables) {
            if (variable.name.ends_with("_bounds")) continue;  // CF: the bins' attributes hold
            EXPECT_NE(variable.attribute("long_name"), nullptr) << variable.name;
            if (variable.name != "outcome") {
                EXPECT_NE(variable.attribute("units"), nullptr) << variable.name;
            }
        }
}

TEST_F(Result, FileIsValidAndTellsItsJob) {
    auto const root = tree("[parameters]\nlabel = \"a\\nb\"\n");
    auto const path = written(root);
    EXPECT_THAT(result_problems(path), IsEmpty());
    auto const text = store::read(path).require("config_toml").texts().at(0);
    EXPECT_EQ(resolve_job(text, "job.toml", studies_, {}).resolved(), text);
}

TEST_F(Result, CriticalPointsAreARaggedArray) {
    EXPECT_EQ(tree("").group("critical_points"), nullptr);  // the coin declares none
    auto const root = tree("[parameters]\nthrow_at = 1\n", "finder");
    auto const sizes = root.require("critical_points/row_size").reals();
    auto const found = root.require("records/found").reals();
    ASSERT_EQ(sizes.size(), 120U);
    index total = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        EXPECT_EQ(sizes[i], std::isnan(found[i]) ? 0 : found[i]);
        total += static_cast<index>(sizes[i]);
    }
    EXPECT_EQ(sizes[1], 0);  // it threw
    EXPECT_EQ(std::get<std::int64_t>(*root.attribute("n_critical_points")), total);
    // The first replica of the second parameter point that found three.
    auto const first =
        static_cast<std::size_t>(std::find(sizes.begin() + 40, sizes.end(), 3) - sizes.begin());
    std::size_t row = 0;
    for (std::size_t i = 0; i < first; ++i) row += static_cast<std::size_t>(sizes[i]);
    auto const at = [&](char const* name, std::size_t i) {
        return root.require(std::string("critical_points/") + name).reals()[i];
    };
    for (std::size_t order = 0; order < 3; ++order) {
        EXPECT_EQ(at("point", row + order), 1);
        EXPECT_EQ(at("replica", row + order), static_cast<double>(first - 40));
        EXPECT_EQ(at("order", row + order), static_cast<double>(order));
        EXPECT_EQ(at("most", row + order), 3);  // the swept parameter
        Stream values(swept_seed, Purpose::noise, static_cast<index>(first - 40),
                      static_cast<index>(order) + 1);
        double const energy = values.normal();
        EXPECT_EQ(at("energy", row + order), energy);
        EXPECT_EQ(at("kind", row + order), energy < 0 ? 0 : 1);
        EXPECT_FALSE(std::isnan(at("x", 3 * (row + order) + 1)));
        EXPECT_TRUE(std::isnan(at("x", 3 * (row + order) + 2)));  // two of three coordinates
    }
    auto const& kind = root.require("critical_points/kind");
    EXPECT_TRUE(std::holds_alternative<std::vector<std::int8_t>>(kind.data));
    EXPECT_EQ(std::get<std::string>(*kind.attribute("flag_meanings")),
              "minimum saddle maximum degenerate gradient_flat stalled diverged");
    EXPECT_THAT(result_problems(written(root)), IsEmpty());
    EXPECT_THAT(result_problems(written(tree("[sweep]\ngrid = { most = [0] }\n", "finder"))),
                IsEmpty());  // nothing was found at all
}

TEST_F(Result, ValidationChecksCriticalPoints) {
    auto const good = tree("seeds.count = 9\n", "finder");
    auto const problems = [&](auto const& change) {
        auto root = good;
        change(*std::find_if(root.groups.begin(), root.groups.end(),
                             [](auto const& group) { return group.name == "critical_points"; }));
        return result_problems(written(root));
    };
    auto const variable = [](store::Group& group, char const* name) -> store::Variable& {
        return *std::find_if(group.variables.begin(), group.variables.end(),
                             [&](auto const& entry) { return entry.name == name; });
    };
    EXPECT_THAT(problems([&](auto& group) {
                    std::get<std::vector<std::int32_t>>(variable(group, "row_size").data)[0] += 1;
                }),
                Contains(HasSubstr("row_size adds up to")));
    EXPECT_THAT(problems([&](auto& group) {
                    std::get<std::vector<std::int8_t>>(variable(group, "kind").data)[0] = 7;
                }),
                Contains(HasSubstr("/critical_points/kind holds 7")));
    EXPECT_THAT(problems([&](auto& group) { variable(group, "row_size").attributes.pop_back(); }),
                Contains(HasSubstr("sample_dimension")));
}

TEST_F(Result, ValidationFindsWhatIsWrong) {
    auto const good = tree("[seeds]\ncount = 2\n");
    auto const problems = [&](auto const& change) {
        auto root = good;
        change(root);
        return result_problems(written(root));
    };
    auto const attribute = [](store::Group& root, std::string const& name) -> store::Attribute& {
        return std::find_if(root.attributes.begin(), root.attributes.end(),
                            [&](auto const& entry) { return entry.first == name; })
            ->second;
    };
    auto const group = [](store::Group& root, std::string const& name) -> store::Group& {
        return *std::find_if(root.groups.begin(), root.groups.end(),
                             [&](auto const& entry) { return entry.name == name; });
    };
    auto const drop = [](store::Group& from, std::string const& name) {
        std::erase_if(from.variables, [&](auto const& variable) { return variable.name == name; });
    };
    EXPECT_THAT(problems([&](auto& root) {
                    attribute(root, "format_version") = std::vector<std::int64_t>{2, 0};
                }),
                Contains(HasSubstr("format version 2.0")));
    EXPECT_THAT(problems([&](auto& root) { attribute(root, "n_records") = std::int64_t{5}; }),
                Contains(HasSubstr("'n_records' is 5 where /records has 6 rows")));
    EXPECT_THAT(problems([&](auto& root) { attribute(root, "study") = 1.5; }),
                Contains(HasSubstr("'study' is missing or no text")));
    EXPECT_THAT(problems([&](auto& root) { drop(group(root, "claims"), "measured"); }),
                Contains(HasSubstr("'/claims/measured' is missing")));
    EXPECT_THAT(problems([&](auto& root) { drop(group(root, "records"), "replica"); }),
                Contains(HasSubstr("'/records/replica' is missing")));
    EXPECT_THAT(problems([&](auto& root) {
                    for (auto& variable : group(root, "summary").variables)
                        if (variable.name == "n")
                            std::get<std::vector<std::int64_t>>(variable.data)[0] = 7;
                }),
                Contains(HasSubstr("adds up to 11 where /records has 6 rows")));
}

TEST_F(Result, RecordsOutliveAStudyThatDrawsNoConclusions) {
    auto const root = tree("[parameters]\nflaw = \"conclude\"\n");
    EXPECT_EQ(root.require("records/mean").size(), 120);
    EXPECT_EQ(root.require("claims/id").size(), 0);
    EXPECT_THAT(result_problems(written(root)), ElementsAre(HasSubstr("no conclusion")));
}

}  // namespace
}  // namespace spinscape
