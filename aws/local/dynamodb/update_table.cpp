// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/stream_settings.hpp"
#include "aws/local/dynamodb/table_description.hpp"
#include "aws/local/dynamodb/table_rules.hpp"
#include "aws/local/dynamodb/throughput_changes.hpp"
#include "aws/local/dynamodb/throughput_rules.hpp"
#include "aws/local/dynamodb/update_table_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid_change = "One or more parameter values were invalid: ";
constexpr std::size_t k_global_index_quota = 20;
constexpr std::string_view k_blocked =
    "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate";

/// A slot for the rows of a new index that no other index has.
int free_slot(const Json& slots)
{
  std::set<int> used;
  for (const auto& slot : slots) {
    used.insert(slot.get<int>());
  }
  int slot = 1;
  while (used.contains(slot)) {
    ++slot;
  }
  return slot;
}

/// An attribute has one type, whatever it is a key of.
Complaint redefinition_complaint(const Json& wanted, const Json& known, const Json& definition)
{
  if (known.at("AttributeType") == definition.at("AttributeType")) {
    return std::nullopt;
  }
  std::string kind = "HASH";
  for (const auto& element : wanted.at("KeySchema")) {
    kind = element.at("AttributeName") == known.at("AttributeName") ? element.at("KeyType").get<std::string>() : kind;
  }
  const auto shown = [&kind](const Json& one) {
    return fmt::format("Schema:[SchemaElement: key{{{}:{}:{}}}]", one.at("AttributeName").get<std::string>(),
                       one.at("AttributeType").get<std::string>(), kind);
  };
  return fmt::format(
      "{}Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: {} New schema: {}",
      k_invalid_change, shown(known), shown(definition));
}

/// The table's definitions and the new ones.
tl::expected<Json, std::string> merged_definitions(const Json& wanted, const Json& input, Json definitions)
{
  const Json* added = member_of(input, "AttributeDefinitions");
  for (const auto& definition : added == nullptr ? Json::array() : *added) {
    const auto same = [&](const Json& known) { return known.at("AttributeName") == definition.at("AttributeName"); };
    const auto known = std::find_if(definitions.begin(), definitions.end(), same);
    if (known == definitions.end()) {
      definitions.push_back(definition);
    } else if (auto complaint = redefinition_complaint(wanted, *known, definition)) {
      return tl::unexpected(std::move(*complaint));
    }
  }
  return definitions;
}

Complaint create_index(const Json& wanted, const Json& input, Json& record)
{
  Json& description = record["description"];
  const std::string name = wanted.at("IndexName");
  if (record["slots"].contains(name)) {
    return "Attempting to create an index which already exists";
  }
  if (member_of(input, "AttributeDefinitions") == nullptr) {
    return fmt::format("{}AttributeDefinitions is not specified for index: {}", k_invalid_change, name);
  }
  auto definitions = merged_definitions(wanted, input, description.at("AttributeDefinitions"));
  if (!definitions) {
    return std::move(definitions).error();
  }
  // Every key attribute is defined anew, one that the table knows as well.
  if (auto complaint = new_index_complaint(wanted, input.at("AttributeDefinitions"), is_on_demand(description))) {
    return complaint;
  }
  if (description["GlobalSecondaryIndexes"].size() >= k_global_index_quota) {
    return fmt::format("{}GlobalSecondaryIndex count exceeds the per-table limit of {}", k_invalid_change, k_global_index_quota);
  }
  description["AttributeDefinitions"] = std::move(*definitions);
  description["GlobalSecondaryIndexes"].push_back(described_index(wanted, description.at("TableArn"), true));
  record["slots"][name] = free_slot(record["slots"]);
  record["indexStatuses"][name] = "CREATING";
  return std::nullopt;
}

/// Definitions that no key uses go: those of an index that went, and those that nothing needed.
void drop_unused_definitions(Json& description)
{
  std::set<std::string> used;
  const auto use = [&used](const Json& schema) {
    for (const auto& element : schema) {
      used.insert(element.at("AttributeName").get<std::string>());
    }
  };
  use(description.at("KeySchema"));
  for (const auto* list : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    for (const auto& index : description.value(list, Json::array())) {
      use(index.at("KeySchema"));
    }
  }
  Json kept = Json::array();
  for (const auto& definition : description.at("AttributeDefinitions")) {
    if (used.contains(definition.at("AttributeName").get<std::string>())) {
      kept.push_back(definition);
    }
  }
  description["AttributeDefinitions"] = std::move(kept);
}

/// The index of that name in a description; end when there is none.
Json::iterator find_index(Json& description, const std::string& name)
{
  Json& indexes = description["GlobalSecondaryIndexes"];
  return std::find_if(indexes.begin(), indexes.end(), [&name](const Json& index) { return index.at("IndexName") == name; });
}

/// The index goes at once, and is shown with its last numbers until the table has settled.
Status delete_index(store::Connection& connection, const Index& index, Json& record)
{
  Json& description = record["description"];
  const auto found = find_index(description, index.name);
  DAVIT_TRY_ASSIGN(const SpaceTotals totals, totals_of(connection, index.space));
  record["leavingIndex"] = std::move(*found);
  record["leavingIndex"].update({{"IndexStatus", "DELETING"}, {"ItemCount", totals.items}, {"IndexSizeBytes", totals.bytes}});
  record["meanwhile"]["AttributeDefinitions"] = description.at("AttributeDefinitions");
  description["GlobalSecondaryIndexes"].erase(found);
  record["slots"].erase(index.name);
  drop_unused_definitions(description);
  return clear(connection, index.space);
}

tl::unexpected<Refusal> no_such_index(const Table& table, const std::string& name, std::string_view doing)
{
  if (table.index(name) != nullptr) {
    return validation_error(fmt::format("Cannot {} an index that is not a GlobalSecondaryIndex: {}", doing, name));
  }
  return tl::unexpected(Refusal(
      Fault{"ResourceNotFoundException", fmt::format("Requested resource not found: Index: {} for Table: {}", name, table.name())}));
}

Outcome<void> change_index(store::Connection& connection, const Json& update, const Json& input, const Table& table, Json& record)
{
  Json& description = record["description"];
  if (!description.contains("GlobalSecondaryIndexes")) {
    description["GlobalSecondaryIndexes"] = Json::array();
  }
  if (const Json* wanted = member_of(update, "Create")) {
    DAVIT_REFUSE_IF(create_index(*wanted, input, record));
    drop_unused_definitions(description);
    return {};
  }
  const std::string name = index_name_of(update);
  const auto found = find_index(description, name);
  const Json* throughput = member_of(update, "Update") == nullptr ? nullptr : member_of(update.at("Update"), "ProvisionedThroughput");
  const Complaint complaint = throughput == nullptr ? std::nullopt : throughput_complaint(*throughput);
  if (found == description["GlobalSecondaryIndexes"].end()) {
    return complaint ? validation_error(std::string(k_blocked))
                     : no_such_index(table, name, member_of(update, "Update") != nullptr ? "update" : "delete");
  }
  DAVIT_REFUSE_IF(complaint);
  if (const Json* wanted = member_of(update, "Update")) {
    DAVIT_REFUSE_IF(change_index_throughputs(*wanted, is_on_demand(description), *found));
    record["indexStatuses"][name] = "UPDATING";
    return {};
  }
  DAVIT_STORED(delete_index(connection, *table.index(name), record));
  return {};
}

Complaint change_settings(const Json& input, Json& description, TimePoint now)
{
  if (const Json* encryption = member_of(input, "SSESpecification")) {
    if (!flag_member(*encryption, "Enabled") && !description.contains("SSEDescription")) {
      return fmt::format("{}Table is already encrypted by default", k_invalid_change);
    }
    describe_encryption(input, description);
  }
  if (auto complaint = change_stream(input, description, now)) {
    return complaint;
  }
  if (member_of(input, "DeletionProtectionEnabled") != nullptr) {
    description["DeletionProtectionEnabled"] = flag_member(input, "DeletionProtectionEnabled");
  }
  if (const Json* table_class = member_of(input, "TableClass")) {
    const std::string current = description.value(Json::json_pointer("/TableClassSummary/TableClass"), "STANDARD");
    if (current != *table_class) {
      description["TableClassSummary"] = {{"TableClass", *table_class}, {"LastUpdateDateTime", epoch_seconds(now)}};
    }
  }
  return std::nullopt;
}

/// Whether TableStatus says UPDATING meanwhile; protection and limits are in effect at once, and encryption and warm throughput have
/// statuses of their own.
bool takes_the_table(const Json& input)
{
  constexpr std::array<const char*, 5> k_slow_changes{"ProvisionedThroughput", "BillingMode", "GlobalSecondaryIndexUpdates",
                                                      "StreamSpecification", "TableClass"};
  return std::any_of(k_slow_changes.begin(), k_slow_changes.end(),
                     [&input](const char* change) { return member_of(input, change) != nullptr; });
}

}  // namespace

Outcome<std::string> update_table(Engine& engine, const Call& call)
{
  DAVIT_REFUSE_IF(update_table_complaint(call.input));
  const std::string name = text_member(call.input, "TableName");
  const auto alone = engine.catalog.alone();
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  const TablePtr table = find_table(engine, call.caller, name);
  if (!table) {
    return table_not_found(name);
  }
  const TimePoint now = engine.catalog.now();
  if (table->status(now) != "ACTIVE") {
    return tl::unexpected(
        Refusal(Fault{"ResourceInUseException", "Attempt to change a resource which is still in use: Table is being updated: " + name}));
  }
  DAVIT_OUTCOME(one_at_a_time(call.input));
  Json record = table->record();
  record["indexStatuses"] = Json::object();
  record.erase("leavingIndex");
  DAVIT_REFUSE_IF(change_throughputs(call.input, record, now));
  DAVIT_REFUSE_IF(change_settings(call.input, record["description"], now));
  const Json* updates = member_of(call.input, "GlobalSecondaryIndexUpdates");
  for (const auto& update : updates == nullptr ? Json::array() : *updates) {
    DAVIT_OUTCOME(change_index(*transaction, update, call.input, *table, record));
  }
  if (record["description"].contains("GlobalSecondaryIndexes") && record["description"]["GlobalSecondaryIndexes"].empty()) {
    record["description"].erase("GlobalSecondaryIndexes");
  }
  record["settledAt"] = (now + k_control_plane_delay).time_since_epoch().count();
  if (takes_the_table(call.input)) {
    record["updatedAt"] = record["settledAt"];
  }
  const auto changed = std::make_shared<const Table>(table->account_id(), table->region(), std::move(record));
  for (const Index& index : changed->indexes()) {
    if (table->index(index.name) == nullptr) {
      DAVIT_STORED(fill_index(*transaction, *changed, index));
    }
  }
  DAVIT_STORED(engine.catalog.write(*transaction, *changed));
  DAVIT_STORED_ASSIGN(const Json description, description_of(*transaction, *changed, now));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(changed);
  return dump_json({{"TableDescription", description}});
}

}  // namespace davit::aws::local::dynamodb
