// SPDX-License-Identifier: Apache-2.0
#include "commands/table/cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace davit::commands::table {
namespace {

constexpr std::string_view k_source = "https://aws.amazon.com/dynamodb/pricing/";
constexpr double k_hours_per_month = 730;
constexpr double k_bytes_per_gb = 1024.0 * 1024.0 * 1024.0;
/// Storage is billed with so many bytes an item more (https://aws.amazon.com/dynamodb/pricing/on-demand/).
constexpr std::int64_t k_billed_per_item = 100;

// One line a region; the first is what all the others fall back to. Standard storage has 25 GB free for each account, which is not taken
// off.
constexpr std::array<RegionPrices, 1> k_prices{{
    {.region = "us-east-1",
     .valid_from = "2024-11-01",
     .standard = {.storage = 0.25,
                  .provisioned_reads = 0.00013,
                  .provisioned_writes = 0.00065,
                  .on_demand_reads = 0.125,
                  .on_demand_writes = 0.625},
     .infrequent_access =
         {.storage = 0.10, .provisioned_reads = 0.00016, .provisioned_writes = 0.00081, .on_demand_reads = 0.155, .on_demand_writes = 0.78},
     .recovery = 0.20},
}};

double gigabytes(std::int64_t bytes, std::int64_t items)
{
  return static_cast<double>(bytes + items * k_billed_per_item) / k_bytes_per_gb;
}

/// arn:aws:dynamodb:REGION:...
std::string region_of(const std::string& arn)
{
  std::size_t start = 0;
  for (int colons = 0; colons < 3; ++colons) {
    start = arn.find(':', start) + 1;
    if (start == 0) {
      return {};
    }
  }
  return arn.substr(start, arn.find(':', start) - start);
}

double provisioned_cost(const aws::dynamodb::Throughput& throughput, const ClassPrices& prices)
{
  const auto units = throughput.provisioned.value_or(aws::dynamodb::Units{});
  return k_hours_per_month *
         (static_cast<double>(units.read) * prices.provisioned_reads + static_cast<double>(units.write) * prices.provisioned_writes);
}

double cents(double dollars)
{
  return std::round(dollars * 100) / 100;
}

OrderedJson cents_or_null(const std::optional<double>& dollars)
{
  return dollars ? OrderedJson(cents(*dollars)) : OrderedJson(nullptr);
}

}  // namespace

const RegionPrices& prices_of(std::string_view region)
{
  const auto found = std::find_if(k_prices.begin(), k_prices.end(), [&](const RegionPrices& prices) { return prices.region == region; });
  return found == k_prices.end() ? k_prices.front() : *found;
}

CostEstimate estimate_cost(const TableProfile& profile)
{
  const auto& table = profile.table;
  const std::string region = region_of(table.arn);
  const RegionPrices& prices = prices_of(region);
  CostEstimate out{
      .region = std::string(prices.region), .is_of_region = prices.region == region, .valid_from = std::string(prices.valid_from)};
  out.prices = table.table_class == "STANDARD" ? prices.standard : prices.infrequent_access;
  out.storage = gigabytes(table.size_bytes, table.item_count) * out.prices.storage;
  double units = provisioned_cost(table.throughput, out.prices);
  double recoverable = gigabytes(table.size_bytes, table.item_count);
  for (const auto& index : table.indexes) {
    const double size = gigabytes(index.size_bytes, index.item_count);
    out.index_storage += size * out.prices.storage;
    recoverable += index.is_local ? size : 0;
    units += provisioned_cost(index.throughput, out.prices);
  }
  if (table.billing_mode == "PROVISIONED") {
    out.provisioned = units;
  }
  if (profile.recovery && profile.recovery->is_on()) {
    out.recovery = recoverable * prices.recovery;
  }
  return out;
}

OrderedJson to_json(const CostEstimate& estimate)
{
  OrderedJson out{{"currency", "USD"},
                  {"pricesOfRegion", estimate.region},
                  {"isOfTablesRegion", estimate.is_of_region},
                  {"pricesValidFrom", estimate.valid_from},
                  {"pricesSource", k_source}};
  out["perMonth"] = {{"storage", cents(estimate.storage)},
                     {"indexStorage", cents(estimate.index_storage)},
                     {"provisionedCapacity", cents_or_null(estimate.provisioned)},
                     {"pointInTimeRecovery", cents_or_null(estimate.recovery)},
                     {"total", cents(estimate.total())}};
  out["perMillionRequestUnits"] = {{"read", estimate.prices.on_demand_reads}, {"write", estimate.prices.on_demand_writes}};
  if (estimate.provisioned) {
    out["perMillionRequestUnits"] = nullptr;
  }
  return out;
}

}  // namespace davit::commands::table
