// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/throttle/capacity_buckets.hpp"

#include <fmt/format.h>

#include <limits>

namespace davit::aws::local::dynamodb {
namespace {

constexpr double k_burst_seconds = 300;
constexpr double k_unlimited = std::numeric_limits<double>::max();

const Json* index_description(const Table& table, const std::string& index)
{
  const Json* indexes = member_of(table.description(), "GlobalSecondaryIndexes");
  if (indexes == nullptr) {
    return nullptr;
  }
  const auto found = std::find_if(indexes->begin(), indexes->end(), [&index](const Json& one) { return one.at("IndexName") == index; });
  return found == indexes->end() ? nullptr : &*found;
}

bool pays_per_request(const Table& table)
{
  const Json* billing = member_of(table.description(), "BillingModeSummary");
  return billing != nullptr && billing->value("BillingMode", std::string()) == "PAY_PER_REQUEST";
}

/// Units a second; nothing where there is no limit.
std::optional<double> provisioned(const Table& table, const std::string& index, Direction direction)
{
  if (pays_per_request(table)) {
    return std::nullopt;
  }
  const Json* description = index.empty() ? &table.description() : index_description(table, index);
  const Json* throughput = description == nullptr ? nullptr : member_of(*description, "ProvisionedThroughput");
  if (throughput == nullptr) {
    return std::nullopt;
  }
  return throughput->value(direction == Direction::read ? "ReadCapacityUnits" : "WriteCapacityUnits", 0.0);
}

double consumed_units(const Json& consumed, const char* member)
{
  const Json* part = member_of(consumed, member);
  return part == nullptr ? 0 : part->value("CapacityUnits", 0.0);
}

}  // namespace

Refusal throughput_exceeded(const Exhausted& exhausted)
{
  const bool is_index = !exhausted.index.empty();
  Refusal refusal(Fault{
      "ProvisionedThroughputExceededException",
      is_index
          ? "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider "
            "increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API"
          : "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with "
            "the UpdateTable API."});
  const Json reason = {{"reason", fmt::format("{}{}ProvisionedThroughputExceeded", is_index ? "Index" : "Table",
                                              exhausted.direction == Direction::read ? "Read" : "Write")},
                       {"resource", exhausted.table->arn() + (is_index ? "/index/" + exhausted.index : "")}};
  refusal.members = "\"ThrottlingReasons\":[" + dump_json(reason) + "]";
  return refusal;
}

std::optional<Exhausted> CapacityBuckets::exhausted(const TablePtr& table, Direction direction, std::string_view index)
{
  std::vector<std::string> used{std::string(index)};
  if (direction == Direction::write) {
    for (const Index& one : table->indexes()) {
      if (!one.is_local) {
        used.push_back(one.name);
      }
    }
  }
  const std::lock_guard lock(m_mutex);
  for (std::string& name : used) {
    // A local index uses its table's capacity.
    const Index* found = table->index(name);
    if (found != nullptr && found->is_local) {
      name.clear();
    }
    if (balance(*table, name, direction) <= 0) {
      return Exhausted{table, name, direction};
    }
  }
  return std::nullopt;
}

double CapacityBuckets::left(const TablePtr& table, Direction direction)
{
  const std::lock_guard lock(m_mutex);
  double least = balance(*table, {}, direction);
  for (const Index& index : table->indexes()) {
    if (!index.is_local && direction == Direction::write) {
      least = std::min(least, balance(*table, index.name, direction));
    }
  }
  return least;
}

void CapacityBuckets::take(const TablePtr& table, Direction direction, const Json& consumed)
{
  const std::lock_guard lock(m_mutex);
  double units = consumed_units(consumed, "Table");
  for (const auto* kind : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    const Json* indexes = member_of(consumed, kind);
    if (indexes == nullptr) {
      continue;
    }
    for (const auto& [name, used] : indexes->items()) {
      if (kind == std::string_view("LocalSecondaryIndexes")) {
        units += used.value("CapacityUnits", 0.0);
      } else {
        take(*table, name, direction, used.value("CapacityUnits", 0.0));
      }
    }
  }
  take(*table, {}, direction, units);
}

/// A bucket that nobody used yet holds what its table did not use since it was made, one second's worth at least.
double CapacityBuckets::balance(const Table& table, const std::string& index, Direction direction)
{
  const auto rate = provisioned(table, index, direction);
  if (!rate) {
    return k_unlimited;
  }
  const TimePoint now = m_clock();
  const auto [found, is_new] = m_buckets.try_emplace(Key(table.space(), index, direction));
  Bucket& bucket = found->second;
  const double elapsed = is_new ? epoch_seconds(now) - table.description().at("CreationDateTime").get<double>()
                                : std::chrono::duration<double>(now - bucket.filled).count();
  bucket.balance = std::min(bucket.balance + *rate * std::max(elapsed, is_new ? 1.0 : 0.0), *rate * k_burst_seconds);
  bucket.filled = now;
  return bucket.balance;
}

void CapacityBuckets::take(const Table& table, const std::string& index, Direction direction, double units)
{
  if (provisioned(table, index, direction)) {
    balance(table, index, direction);
    m_buckets[Key(table.space(), index, direction)].balance -= units;
  }
}

}  // namespace davit::aws::local::dynamodb
