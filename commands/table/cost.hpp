// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/core/json.hpp"
#include "commands/table/profile.hpp"

namespace davit::commands::table {

/// What one table class costs in one region, in US dollars before taxes, free tier and reserved capacity.
struct ClassPrices {
  double storage;             ///< a GB and month
  double provisioned_reads;   ///< a read unit and hour
  double provisioned_writes;  ///< a write unit and hour
  double on_demand_reads;     ///< a million read units
  double on_demand_writes;    ///< a million write units
};

struct RegionPrices {
  std::string_view region;
  std::string_view valid_from;  ///< since when AWS has had these prices
  ClassPrices standard;
  ClassPrices infrequent_access;
  double recovery;  ///< point-in-time recovery, a GB and month
};

/// The prices of the region, or those of us-east-1 where no others are known.
const RegionPrices& prices_of(std::string_view region);

/// What a table costs by its present size and settings. An estimate: requests, streams, backups, replicas and transfer come on top.
struct CostEstimate {
  std::string region;        ///< whose prices these are
  bool is_of_region = true;  ///< the table is in that region
  std::string valid_from;
  double storage = 0;  ///< dollars a month, here and below
  double index_storage = 0;
  std::optional<double> provisioned;  ///< of provisioned tables and their indexes
  std::optional<double> recovery;     ///< where it is on
  ClassPrices prices{};

  [[nodiscard]] double total() const { return storage + index_storage + provisioned.value_or(0) + recovery.value_or(0); }
};

CostEstimate estimate_cost(const TableProfile& profile);

OrderedJson to_json(const CostEstimate& estimate);

}  // namespace davit::commands::table
