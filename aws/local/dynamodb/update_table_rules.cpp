// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/update_table_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/stream_settings.hpp"
#include "aws/local/dynamodb/table_rules.hpp"
#include "aws/local/dynamodb/throughput_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid_table_update = "One or more parameter values were invalid: ";

std::ptrdiff_t kinds_of(const Json& update)
{
  constexpr std::array<const char*, 3> k_kinds{"Update", "Create", "Delete"};
  return std::count_if(k_kinds.begin(), k_kinds.end(), [&update](const char* kind) { return member_of(update, kind) != nullptr; });
}

constexpr std::array<const char*, 9> k_changes{"ProvisionedThroughput",     "BillingMode",        "GlobalSecondaryIndexUpdates",
                                               "StreamSpecification",       "SSESpecification",   "TableClass",
                                               "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"};

/// Changes that come alone.
Complaint company_complaint(const Json& input)
{
  const auto count =
      std::count_if(k_changes.begin(), k_changes.end(), [&](const char* change) { return member_of(input, change) != nullptr; });
  for (const auto& [change, words] :
       {std::pair("SSESpecification", "Server-Side Encryption modification"), std::pair("TableClass", "TableClass modification"),
        std::pair("DeletionProtectionEnabled", "DeletionProtection modification"), std::pair("WarmThroughput", "WarmThroughput")}) {
    if (count > 1 && member_of(input, change) != nullptr) {
      return fmt::format("{}{} must be the only operation in the request", k_invalid_table_update, words);
    }
  }
  const auto allowed = member_of(input, "BillingMode") == nullptr ? 1 : 2;
  if (member_of(input, "OnDemandThroughput") != nullptr && count > allowed) {
    return fmt::format("{}OnDemandThroughput can only be combined with BillingMode in an UpdateTable request", k_invalid_table_update);
  }
  for (auto* look : {table_class_complaint, encryption_complaint, stream_change_complaint}) {
    if (auto complaint = look(input)) {
      return complaint;
    }
  }
  return std::nullopt;
}

/// How many indexes it makes and deletes.
std::size_t comings_and_goings(const Json& input)
{
  const Json* updates = member_of(input, "GlobalSecondaryIndexUpdates");
  std::size_t count = 0;
  for (const auto& update : updates == nullptr ? Json::array() : *updates) {
    count += (member_of(update, "Create") != nullptr ? 1U : 0U) + (member_of(update, "Delete") != nullptr ? 1U : 0U);
  }
  return count;
}

/// Units, the stream, and indexes that come or go are changed in calls of their own; a new billing mode may bring units along.
Complaint stream_company_complaint(const Json& input)
{
  const bool changes_stream = member_of(input, "StreamSpecification") != nullptr;
  const bool changes_units = member_of(input, "ProvisionedThroughput") != nullptr && member_of(input, "BillingMode") == nullptr;
  if (changes_units && changes_stream) {
    return fmt::format("{}You cannot modify stream status while updating table IOPS", k_invalid_table_update);
  }
  if ((changes_units || changes_stream) && comings_and_goings(input) > 0) {
    return fmt::format("{}You cannot create or delete index while {}", k_invalid_table_update,
                       changes_units ? "updating table IOPS" : "changing stream status");
  }
  return std::nullopt;
}

Complaint billing_change_complaint(const Json& input)
{
  const Json* throughput = member_of(input, "ProvisionedThroughput");
  const std::string billing = text_member(input, "BillingMode");
  if (billing == "PROVISIONED" && throughput == nullptr) {
    return fmt::format("{}ProvisionedThroughput must be specified when BillingMode is PROVISIONED", k_invalid_table_update);
  }
  if (billing == "PAY_PER_REQUEST" && throughput != nullptr) {
    return fmt::format("{}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
                       k_invalid_table_update);
  }
  return throughput == nullptr ? std::nullopt : throughput_complaint(*throughput);
}

Complaint index_updates_complaint(const Json& updates)
{
  std::set<std::string> names;
  for (const auto& update : updates) {
    if (kinds_of(update) > 1) {
      return fmt::format("{}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
                         k_invalid_table_update);
    }
    const std::string name = index_name_of(update);
    if (name.empty()) {
      return fmt::format(
          "{}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
          k_invalid_table_update);
    }
    if (!names.insert(name).second) {
      return fmt::format("{}Only one global secondary index update per index is allowed simultaneously. Index: {}", k_invalid_table_update,
                         name);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string index_name_of(const Json& update)
{
  for (const auto* kind : {"Update", "Create", "Delete"}) {
    if (const Json* action = member_of(update, kind)) {
      return text_member(*action, "IndexName");
    }
  }
  return {};
}

Complaint update_table_complaint(const Json& input)
{
  const Json* updates = member_of(input, "GlobalSecondaryIndexUpdates");
  const bool changes_something = std::any_of(k_changes.begin(), k_changes.end(), [&](const char* change) {
    return std::string_view(change) == "GlobalSecondaryIndexUpdates" ? updates != nullptr && !updates->empty()
                                                                     : member_of(input, change) != nullptr;
  });
  if (!changes_something) {
    return "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is "
           "required";
  }
  for (auto* look : {company_complaint, stream_company_complaint, billing_change_complaint}) {
    if (auto complaint = look(input)) {
      return complaint;
    }
  }
  return updates == nullptr ? std::nullopt : index_updates_complaint(*updates);
}

Outcome<void> one_at_a_time(const Json& input)
{
  if (comings_and_goings(input) <= 1) {
    return {};
  }
  return tl::unexpected(Refusal(Fault{
      "LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"}));
}

}  // namespace davit::aws::local::dynamodb
