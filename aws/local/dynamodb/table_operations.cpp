// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/table_description.hpp"
#include "aws/local/dynamodb/table_rules.hpp"
#include "aws/local/dynamodb/tag_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_listed = 100;

tl::unexpected<Refusal> in_use(std::string message)
{
  return tl::unexpected(Refusal(Fault{"ResourceInUseException", std::move(message)}));
}

/// Rows of a table that was deleted and whose name is used again, or is asked for the last time.
Status clear_all(store::Connection& connection, const Table& table)
{
  DAVIT_TRY(clear(connection, table.space()));
  for (const Index& index : table.indexes()) {
    DAVIT_TRY(clear(connection, index.space));
  }
  return {};
}

std::string described(std::string_view member, const Json& description)
{
  return dump_json(Json{{member, description}});
}

}  // namespace

Outcome<std::string> create_table(Engine& engine, const Call& call)
{
  DAVIT_REFUSE_IF(create_table_complaint(call.input));
  if (const Json* tags = member_of(call.input, "Tags")) {
    DAVIT_REFUSE_IF(tags_complaint(*tags));
  }
  const std::string name = call.input.at("TableName");
  const auto alone = engine.catalog.alone();
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  if (engine.catalog.find(call.caller.account_id, call.caller.region, name)) {
    return in_use("Table already exists: " + name);
  }
  const TimePoint now = engine.catalog.now();
  DAVIT_STORED_ASSIGN(const std::int64_t id, engine.catalog.next_id(*transaction));
  const auto table =
      std::make_shared<const Table>(call.caller.account_id, call.caller.region, new_record(id, call.caller, call.input, now));
  DAVIT_STORED(engine.catalog.write(*transaction, *table));
  DAVIT_STORED_ASSIGN(const Json description, description_of(*transaction, *table, now));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(table);
  return described("TableDescription", description_of_new(call.input, description));
}

Outcome<std::string> describe_table(Engine& engine, const Call& call)
{
  const std::string name = text_member(call.input, "TableName");
  const TablePtr table = find_table(engine, call.caller, name);
  if (!table) {
    return table_not_found(name);
  }
  DAVIT_STORED_ASSIGN(const auto transaction, engine.database.read());
  DAVIT_STORED_ASSIGN(const Json description, description_of(*transaction, *table, engine.catalog.now()));
  return described("Table", description);
}

Outcome<std::string> list_tables(Engine& engine, const Call& call)
{
  const std::string after = text_member(call.input, "ExclusiveStartTableName");
  const auto limit = static_cast<std::size_t>(integer_member(call.input, "Limit").value_or(k_max_listed));
  Json answer = {{"TableNames", Json::array()}};
  for (const TablePtr& table : engine.catalog.list(call.caller.account_id, call.caller.region)) {
    if (table->name() <= after) {
      continue;
    }
    if (answer["TableNames"].size() == limit) {
      answer["LastEvaluatedTableName"] = answer["TableNames"].back();
      break;
    }
    answer["TableNames"].push_back(table->name());
  }
  return dump_json(answer);
}

Outcome<std::string> delete_table(Engine& engine, const Call& call)
{
  const std::string name = text_member(call.input, "TableName");
  const auto alone = engine.catalog.alone();
  DAVIT_STORED_ASSIGN(auto transaction, engine.database.write());
  const TablePtr table = find_table(engine, call.caller, name);
  if (!table) {
    return table_not_found(name);
  }
  const TimePoint now = engine.catalog.now();
  const std::string status = table->status(now);
  if (status == "CREATING" || status == "UPDATING") {
    return in_use(fmt::format("Attempt to change a resource which is still in use: Table is being {}: {}",
                              status == "CREATING" ? "created" : "updated", name));
  }
  if (flag_member(table->description(), "DeletionProtectionEnabled")) {
    return validation_error(
        fmt::format("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."));
  }
  if (status == "DELETING") {
    return in_use("Attempt to change a resource which is still in use: Table is being deleted: " + name);
  }
  Json record = table->record();
  record["deletedAt"] = (now + k_control_plane_delay).time_since_epoch().count();
  const auto deleted = std::make_shared<const Table>(table->account_id(), table->region(), std::move(record));
  DAVIT_STORED_ASSIGN(Json description, description_of(*transaction, *deleted, now));
  // What goes is no longer described.
  for (const auto* member :
       {"AttributeDefinitions", "KeySchema", "CreationDateTime", "LocalSecondaryIndexes", "GlobalSecondaryIndexes", "WarmThroughput"}) {
    description.erase(member);
  }
  DAVIT_STORED(clear_all(*transaction, *deleted));
  DAVIT_STORED(engine.catalog.write(*transaction, *deleted));
  DAVIT_STORED(transaction.commit());
  engine.catalog.publish(deleted);
  return described("TableDescription", description);
}

}  // namespace davit::aws::local::dynamodb
