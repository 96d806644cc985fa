// SPDX-License-Identifier: Apache-2.0
#include "commands/table/cost.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace davit::commands::table {
namespace {

constexpr std::int64_t k_gib = 1024LL * 1024 * 1024;

TableProfile profile_in(const std::string& region)
{
  TableProfile out{.table = {.name = "t", .arn = "arn:aws:dynamodb:" + region + ":111122223333:table/t"},
                   .time_to_live = {},
                   .recovery = {},
                   .tags = {},
                   .untold = {}};
  out.table.billing_mode = "PAY_PER_REQUEST";
  out.table.size_bytes = 100 * k_gib;
  return out;
}

TEST(Cost, StorageIsBilledByClassWithAHundredBytesAnItem)
{
  auto profile = profile_in("us-east-1");
  EXPECT_DOUBLE_EQ(estimate_cost(profile).storage, 25);
  profile.table.item_count = k_gib;
  EXPECT_DOUBLE_EQ(estimate_cost(profile).storage, 50);
  profile.table.table_class = "STANDARD_INFREQUENT_ACCESS";
  EXPECT_DOUBLE_EQ(estimate_cost(profile).storage, 20);
}

TEST(Cost, IndexesAndProvisionedUnitsAddUp)
{
  auto profile = profile_in("us-east-1");
  profile.table.billing_mode = "PROVISIONED";
  profile.table.throughput.provisioned = {.read = 10, .write = 100};
  profile.table.indexes.push_back({.name = "i",
                                   .key = {},
                                   .status = "ACTIVE",
                                   .projection = "ALL",
                                   .throughput = {.provisioned = aws::dynamodb::Units{0, 100}},
                                   .size_bytes = 10 * k_gib});
  const auto cost = estimate_cost(profile);
  EXPECT_DOUBLE_EQ(cost.index_storage, 2.5);
  EXPECT_NEAR(*cost.provisioned, 730 * (10 * 0.00013 + 200 * 0.00065), 1e-9);
  EXPECT_NEAR(cost.total(), 25 + 2.5 + *cost.provisioned, 1e-9);
  EXPECT_TRUE(to_json(cost)["perMillionRequestUnits"].is_null());
}

TEST(Cost, RecoveryCountsTheTableAndItsLocalIndexes)
{
  auto profile = profile_in("us-east-1");
  profile.table.indexes.push_back({.name = "l", .key = {}, .status = "", .projection = "ALL", .is_local = true, .size_bytes = 50 * k_gib});
  EXPECT_FALSE(estimate_cost(profile).recovery);
  profile.recovery = {.status = "ENABLED"};
  EXPECT_DOUBLE_EQ(*estimate_cost(profile).recovery, 30);
}

TEST(Cost, TheRegionWhosePricesAreTakenIsSaid)
{
  EXPECT_TRUE(estimate_cost(profile_in("us-east-1")).is_of_region);
  const auto elsewhere = estimate_cost(profile_in("ap-southeast-1"));
  EXPECT_FALSE(elsewhere.is_of_region);
  EXPECT_EQ(to_json(elsewhere)["pricesOfRegion"], "us-east-1");
}

}  // namespace
}  // namespace davit::commands::table
