// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace davit::aws::dynamodb {
namespace {

Json key_schema_document(const KeySchema& key)
{
  Json out = Json::array();
  for (const auto& attribute : key.partition) {
    out.push_back({{"AttributeName", attribute.name}, {"KeyType", "HASH"}});
  }
  for (const auto& attribute : key.sort) {
    out.push_back({{"AttributeName", attribute.name}, {"KeyType", "RANGE"}});
  }
  return out;
}

Json attribute_definitions(const TableDefinition& definition)
{
  std::map<std::string, std::string> types;
  const auto collect = [&types](const KeySchema& key) {
    for (const auto& attribute : key.attributes()) {
      types.emplace(attribute.name, wire_name(attribute.type));
    }
  };
  collect(definition.key);
  for (const auto& [name, key] : definition.indexes) {
    collect(key);
  }
  Json out = Json::array();
  for (const auto& [name, type] : types) {
    out.push_back({{"AttributeName", name}, {"AttributeType", type}});
  }
  return out;
}

KeySchema read_key_schema(const Json& schema, const Json& definitions)
{
  KeySchema key;
  for (const auto& element : schema) {
    KeyAttribute attribute{.name = element.at("AttributeName")};
    for (const auto& definition : definitions) {
      if (definition.at("AttributeName") == attribute.name) {
        attribute.type = attribute_type_of(definition.at("AttributeType").get<std::string>()).value_or(AttributeType::string);
      }
    }
    (element.at("KeyType") == "HASH" ? key.partition : key.sort).push_back(std::move(attribute));
  }
  return key;
}

void read_indexes(TableDescription& table, const Json& json, const char* member, bool is_local)
{
  for (const auto& index : json.value(member, Json::array())) {
    table.indexes.push_back({.name = index.at("IndexName"),
                             .key = read_key_schema(index.at("KeySchema"), json.at("AttributeDefinitions")),
                             .status = index.value("IndexStatus", ""),
                             .projection = index.value("Projection", Json::object()).value("ProjectionType", ""),
                             .is_local = is_local});
  }
}

TableDescription read_description(const Json& json)
{
  TableDescription table{.name = json.at("TableName"), .arn = json.value("TableArn", ""), .status = json.at("TableStatus")};
  // A table that never was on demand has no summary.
  const Json summary = json.value("BillingModeSummary", Json::object());
  table.billing_mode = summary.is_object() ? summary.value("BillingMode", "PROVISIONED") : "PROVISIONED";
  // While a table is being deleted its keys may be gone already.
  if (json.contains("KeySchema") && json.contains("AttributeDefinitions")) {
    table.key = read_key_schema(json.at("KeySchema"), json.at("AttributeDefinitions"));
    read_indexes(table, json, "GlobalSecondaryIndexes", false);
    read_indexes(table, json, "LocalSecondaryIndexes", true);
  }
  if (json.contains("CreationDateTime") && json.at("CreationDateTime").is_number()) {
    table.created_at = TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(json.at("CreationDateTime").get<double>() * 1000)));
  }
  table.item_count = json.value("ItemCount", std::int64_t{0});
  table.size_bytes = json.value("TableSizeBytes", std::int64_t{0});
  table.deletion_protected = json.value("DeletionProtectionEnabled", false);
  return table;
}

}  // namespace

bool TableDescription::is_ready() const
{
  return status == "ACTIVE" && std::all_of(indexes.begin(), indexes.end(),
                                           [](const IndexDescription& index) { return index.is_local || index.status == "ACTIVE"; });
}

Json create_table_document(const TableDefinition& definition)
{
  Json out{{"TableName", definition.name},
           {"AttributeDefinitions", attribute_definitions(definition)},
           {"KeySchema", key_schema_document(definition.key)},
           {"BillingMode", "PAY_PER_REQUEST"}};
  for (const auto& [name, key] : definition.indexes) {
    out["GlobalSecondaryIndexes"].push_back(
        {{"IndexName", name}, {"KeySchema", key_schema_document(key)}, {"Projection", {{"ProjectionType", "ALL"}}}});
  }
  return out;
}

Result<TableDescription> table_description_from_json(const Json& json)
{
  try {
    return read_description(json);
  } catch (const Json::exception& e) {
    return fail(failed_error(fmt::format("the answer is no table description: {}", e.what())));
  }
}

std::vector<std::string> differences(const TableDefinition& wanted, const TableDescription& found)
{
  std::vector<std::string> out;
  if (wanted.key != found.key) {
    out.push_back(fmt::format("its key is {}, not {}", to_string(found.key), to_string(wanted.key)));
  }
  for (const auto& [name, key] : wanted.indexes) {
    const auto index =
        std::find_if(found.indexes.begin(), found.indexes.end(), [&name = name](const IndexDescription& i) { return i.name == name; });
    if (index == found.indexes.end()) {
      out.push_back(fmt::format("it has no index '{}'", name));
    } else if (index->key != key) {
      out.push_back(fmt::format("the key of index '{}' is {}, not {}", name, to_string(index->key), to_string(key)));
    } else if (index->projection != "ALL") {
      out.push_back(fmt::format("index '{}' projects {}, not ALL", name, index->projection));
    }
  }
  for (const auto& index : found.indexes) {
    if (!wanted.indexes.contains(index.name)) {
      out.push_back(fmt::format("it has an index '{}' of its own", index.name));
    }
  }
  return out;
}

std::string to_string(const KeySchema& key)
{
  std::string out;
  for (const auto& attribute : key.attributes()) {
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", attribute.name, wire_name(attribute.type));
  }
  return out;
}

}  // namespace davit::aws::dynamodb
