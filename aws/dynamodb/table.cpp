// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"

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
  for (const auto& [name, index] : definition.indexes) {
    collect(index.key);
  }
  Json out = Json::array();
  for (const auto& [name, type] : types) {
    out.push_back({{"AttributeName", name}, {"AttributeType", type}});
  }
  return out;
}

Json units_document(const Units& units, const char* read, const char* write)
{
  return {{read, units.read}, {write, units.write}};
}

/// A limit of -1 takes back one that is set, so that a new table has no use for it.
void write_throughput(Json& out, const Throughput& throughput)
{
  if (throughput.provisioned) {
    out["ProvisionedThroughput"] = units_document(*throughput.provisioned, "ReadCapacityUnits", "WriteCapacityUnits");
  }
  if (throughput.on_demand && *throughput.on_demand != Units{-1, -1}) {
    out["OnDemandThroughput"] = units_document(*throughput.on_demand, "MaxReadRequestUnits", "MaxWriteRequestUnits");
  }
  if (throughput.warm) {
    out["WarmThroughput"] = units_document(*throughput.warm, "ReadUnitsPerSecond", "WriteUnitsPerSecond");
  }
}

Json index_document(const std::string& name, const IndexDefinition& index)
{
  Json out{{"IndexName", name}, {"KeySchema", key_schema_document(index.key)}, {"Projection", {{"ProjectionType", index.projection}}}};
  if (!index.non_key_attributes.empty()) {
    out["Projection"]["NonKeyAttributes"] = index.non_key_attributes;
  }
  write_throughput(out, index.throughput);
  return out;
}

void write_settings(Json& out, const TableDefinition& definition)
{
  if (!definition.table_class.empty()) {
    out["TableClass"] = definition.table_class;
  }
  if (!definition.stream_view_type.empty()) {
    out["StreamSpecification"] = {{"StreamEnabled", true}, {"StreamViewType", definition.stream_view_type}};
  }
  if (!definition.kms_key.empty()) {
    out["SSESpecification"] = {{"Enabled", true}, {"SSEType", "KMS"}, {"KMSMasterKeyId", definition.kms_key}};
  }
  if (definition.deletion_protected) {
    out["DeletionProtectionEnabled"] = true;
  }
  for (const auto& [key, value] : definition.tags) {
    out["Tags"].push_back({{"Key", key}, {"Value", value}});
  }
}

/// An object member; an empty object where it is absent or null.
Json object_member(const Json& json, const char* name)
{
  const auto found = json.find(name);
  return found != json.end() && found->is_object() ? *found : Json::object();
}

std::optional<Units> read_units(const Json& json, const char* member, const char* read, const char* write, std::int64_t absent)
{
  const Json units = object_member(json, member);
  return units.empty() ? std::nullopt : std::optional(Units{units.value(read, absent), units.value(write, absent)});
}

/// On-demand tables say that they have zero provisioned units.
Throughput read_throughput(const Json& json)
{
  Throughput out{.provisioned = read_units(json, "ProvisionedThroughput", "ReadCapacityUnits", "WriteCapacityUnits", 0),
                 .on_demand = read_units(json, "OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits", -1),
                 .warm = read_units(json, "WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond", 0)};
  if (out.provisioned == Units{}) {
    out.provisioned.reset();
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
  const auto list = json.find(member);
  if (list == json.end() || list->is_null()) {
    return;
  }
  for (const auto& index : *list) {
    const Json projection = object_member(index, "Projection");
    table.indexes.push_back({.name = index.at("IndexName"),
                             .key = read_key_schema(index.at("KeySchema"), json.at("AttributeDefinitions")),
                             .status = index.value("IndexStatus", ""),
                             .projection = projection.value("ProjectionType", ""),
                             .is_local = is_local,
                             .non_key_attributes = projection.value("NonKeyAttributes", std::vector<std::string>{}),
                             .is_backfilling = index.value("Backfilling", false),
                             .throughput = read_throughput(index),
                             .item_count = integer_member(index, "ItemCount").value_or(0),
                             .size_bytes = integer_member(index, "IndexSizeBytes").value_or(0)});
  }
}

/// A table that never was on demand has no summary; what CreateTable is asked for has the bare mode.
std::string read_billing_mode(const Json& json)
{
  return object_member(json, "BillingModeSummary").value("BillingMode", json.value("BillingMode", "PROVISIONED"));
}

std::optional<TimePoint> read_time(const Json& json, const char* member)
{
  const auto found = json.find(member);
  if (found != json.end() && found->is_number()) {
    return TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(found->get<double>() * 1000)));
  }
  if (found == json.end() || !found->is_string()) {
    return std::nullopt;
  }
  const auto parsed = parse_time(found->get<std::string>());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

void read_settings(TableDescription& table, const Json& json)
{
  table.deletion_protected = json.value("DeletionProtectionEnabled", false);
  table.table_class = object_member(json, "TableClassSummary").value("TableClass", json.value("TableClass", "STANDARD"));
  const Json stream = object_member(json, "StreamSpecification");
  table.stream_view_type = stream.value("StreamEnabled", false) ? stream.value("StreamViewType", "") : "";
  table.stream_arn = json.value("LatestStreamArn", "");
  const Json encryption = object_member(json, "SSEDescription");
  table.encryption_status = encryption.value("Status", "");
  table.kms_key = encryption.value("KMSMasterKeyArn", object_member(json, "SSESpecification").value("KMSMasterKeyId", ""));
  for (const auto& replica : json.value("Replicas", Json::array())) {
    table.replicas.push_back({.region = replica.at("RegionName"), .status = replica.value("ReplicaStatus", "")});
  }
}

TableDescription read_description(const Json& json)
{
  TableDescription table{.name = json.at("TableName"), .arn = json.value("TableArn", ""), .status = json.value("TableStatus", "")};
  table.billing_mode = read_billing_mode(json);
  // While a table is being deleted its keys may be gone already.
  if (json.contains("KeySchema") && json.contains("AttributeDefinitions")) {
    table.key = read_key_schema(json.at("KeySchema"), json.at("AttributeDefinitions"));
    read_indexes(table, json, "GlobalSecondaryIndexes", false);
    read_indexes(table, json, "LocalSecondaryIndexes", true);
  }
  table.id = json.value("TableId", "");
  table.created_at = read_time(json, "CreationDateTime");
  table.item_count = integer_member(json, "ItemCount").value_or(0);
  table.size_bytes = integer_member(json, "TableSizeBytes").value_or(0);
  table.throughput = read_throughput(json);
  read_settings(table, json);
  return table;
}

/// What a new table of this mode is warm for by itself
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html).
Throughput throughput_like(Throughput throughput, bool is_on_demand)
{
  constexpr Units k_new_on_demand{.read = 12'000, .write = 4'000};
  const Units anyway = is_on_demand ? k_new_on_demand : throughput.provisioned.value_or(Units{});
  if (throughput.warm && throughput.warm->read <= anyway.read && throughput.warm->write <= anyway.write) {
    throughput.warm.reset();
  }
  (is_on_demand ? throughput.provisioned : throughput.on_demand).reset();
  return throughput;
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
           {"BillingMode", definition.billing_mode}};
  write_throughput(out, definition.throughput);
  for (const auto& [name, index] : definition.indexes) {
    out[index.is_local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes"].push_back(index_document(name, index));
  }
  write_settings(out, definition);
  return out;
}

TableDefinition definition_of(const TableDescription& table)
{
  const bool is_on_demand = table.billing_mode == "PAY_PER_REQUEST";
  TableDefinition out{.name = table.name,
                      .key = table.key,
                      .billing_mode = table.billing_mode,
                      .throughput = throughput_like(table.throughput, is_on_demand),
                      .table_class = table.table_class == "STANDARD" ? "" : table.table_class,
                      .stream_view_type = table.stream_view_type,
                      .kms_key = table.kms_key,
                      .deletion_protected = table.deletion_protected};
  for (const auto& index : table.indexes) {
    out.indexes.emplace(index.name, IndexDefinition{.key = index.key,
                                                    .is_local = index.is_local,
                                                    .projection = index.projection.empty() ? "ALL" : index.projection,
                                                    .non_key_attributes = index.non_key_attributes,
                                                    .throughput = throughput_like(index.throughput, is_on_demand)});
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
  for (const auto& [name, definition] : wanted.indexes) {
    const auto index =
        std::find_if(found.indexes.begin(), found.indexes.end(), [&name = name](const IndexDescription& i) { return i.name == name; });
    if (index == found.indexes.end()) {
      out.push_back(fmt::format("it has no index '{}'", name));
    } else if (index->key != definition.key) {
      out.push_back(fmt::format("the key of index '{}' is {}, not {}", name, to_string(index->key), to_string(definition.key)));
    } else if (index->projection != definition.projection) {
      out.push_back(fmt::format("index '{}' projects {}, not {}", name, index->projection, definition.projection));
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
