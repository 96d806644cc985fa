// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/table_rules.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/stream_settings.hpp"
#include "aws/local/dynamodb/throughput_rules.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid = "One or more parameter values were invalid: ";
constexpr std::size_t k_max_local_indexes = 5;
constexpr std::size_t k_max_global_indexes = 20;
// Attributes of each part of a multi-attribute key.
constexpr std::ptrdiff_t k_max_key_parts = 4;
constexpr std::size_t k_max_projected = 100;

Complaint invalid(std::string message)
{
  return std::string(k_invalid) + message;
}

std::vector<std::string> names_of(const Json& elements)
{
  std::vector<std::string> names;
  for (const auto& element : elements) {
    names.push_back(element.at("AttributeName").get<std::string>());
  }
  return names;
}

std::string listed(const std::vector<std::string>& names)
{
  return fmt::format("[{}]", fmt::join(names, ", "));
}

std::string first_repeated(const std::vector<std::string>& names)
{
  std::set<std::string> seen;
  const auto found = std::find_if(names.begin(), names.end(), [&seen](const std::string& name) { return !seen.insert(name).second; });
  return found == names.end() ? std::string() : *found;
}

Complaint billing_complaint(const Json& input)
{
  const Json* throughput = member_of(input, "ProvisionedThroughput");
  if (text_member(input, "BillingMode") == "PAY_PER_REQUEST") {
    return throughput == nullptr
               ? std::nullopt
               : invalid("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  }
  if (throughput == nullptr) {
    return invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  return throughput_complaint(*throughput);
}

Complaint undefined_complaint(const std::vector<std::string>& keys, const std::vector<std::string>& defined)
{
  const auto is_defined = [&defined](const std::string& key) { return std::find(defined.begin(), defined.end(), key) != defined.end(); };
  if (std::all_of(keys.begin(), keys.end(), is_defined)) {
    return std::nullopt;
  }
  return invalid(fmt::format("Some index key attributes are not defined in AttributeDefinitions. Keys: {}, AttributeDefinitions: {}",
                             listed(keys), listed(defined)));
}

/// A key of one partition attribute and at most one sort attribute.
Complaint simple_key_complaint(const Json& schema)
{
  const auto keys = names_of(schema);
  if (keys.size() > 1 && keys[0] == keys[1]) {
    return "Both the Hash Key and the Range Key element in the KeySchema have the same name";
  }
  if (schema[0].at("KeyType") != "HASH") {
    return "Invalid KeySchema: The first KeySchemaElement is not a HASH key type";
  }
  if (schema.size() > 1 && schema[1].at("KeyType") != "RANGE") {
    return "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type";
  }
  return std::nullopt;
}

Complaint key_size_complaint(const Json& schema, std::string_view type)
{
  const auto count = std::count_if(schema.begin(), schema.end(), [type](const Json& element) { return element.at("KeyType") == type; });
  return count <= k_max_key_parts ? std::nullopt
                                  : invalid(fmt::format("The KeySchema exceeds the maximum allowed number of {} key attributes", type));
}

/// Partition attributes before sort attributes, each name once, four of a kind at most.
Complaint global_key_complaint(const Json& schema)
{
  if (schema.size() <= 2 && (schema.size() < 2 || schema[1].at("KeyType") == "RANGE" || schema[0].at("KeyType") == "RANGE")) {
    return simple_key_complaint(schema);
  }
  const auto keys = names_of(schema);
  if (std::set<std::string>(keys.begin(), keys.end()).size() != keys.size()) {
    return "The KeySchema contains multiple key attributes with the same name";
  }
  const auto is_partition = [](const Json& element) { return element.at("KeyType") == "HASH"; };
  if (!is_partition(schema[0])) {
    return "Invalid KeySchema: The first KeySchemaElement is not a HASH key type";
  }
  if (!std::is_partitioned(schema.begin(), schema.end(), is_partition)) {
    return invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema");
  }
  auto complaint = key_size_complaint(schema, "HASH");
  return complaint ? complaint : key_size_complaint(schema, "RANGE");
}

Complaint projection_complaint(const Json& index)
{
  const Json& projection = index.at("Projection");
  const std::string type = text_member(projection, "ProjectionType");
  const Json* others = member_of(projection, "NonKeyAttributes");
  if (type.empty()) {
    return invalid("Unknown ProjectionType: null");
  }
  if (others != nullptr && type != "INCLUDE") {
    return invalid(fmt::format("ProjectionType is {}, but NonKeyAttributes is specified", type));
  }
  if (others == nullptr && type == "INCLUDE") {
    return invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  std::set<std::string> seen;
  for (const auto& name : others == nullptr ? Json::array() : *others) {
    if (!seen.insert(name.get<std::string>()).second) {
      return invalid("Duplicate element in NonKeyAttributes: " + name.get<std::string>());
    }
  }
  return std::nullopt;
}

Complaint local_index_complaint(const Json& index, const Json& table_schema, const std::vector<std::string>& defined)
{
  const Json& schema = index.at("KeySchema");
  const auto keys = names_of(schema);
  if (auto complaint = undefined_complaint(keys, defined)) {
    return complaint;
  }
  if (auto complaint = simple_key_complaint(schema)) {
    return complaint;
  }
  const std::string name = index.at("IndexName");
  if (schema.size() != 2) {
    return invalid("Index KeySchema does not have a range key for index: " + name);
  }
  const std::string table_partition = table_schema[0].at("AttributeName");
  if (keys[0] != table_partition) {
    return invalid(fmt::format(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index hash key: {}, table hash key: {}",
        name, keys[0], table_partition));
  }
  return projection_complaint(index);
}

Complaint global_index_complaint(const Json& index, const std::vector<std::string>& defined, bool is_on_demand)
{
  const Json& schema = index.at("KeySchema");
  if (auto complaint = undefined_complaint(names_of(schema), defined)) {
    return complaint;
  }
  if (auto complaint = global_key_complaint(schema)) {
    return complaint;
  }
  if (auto complaint = projection_complaint(index)) {
    return complaint;
  }
  const Json* throughput = member_of(index, "ProvisionedThroughput");
  if (is_on_demand && throughput != nullptr) {
    return invalid(fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode is PAY_PER_REQUEST",
                               index.at("IndexName").get<std::string>()));
  }
  if (!is_on_demand && throughput == nullptr) {
    return invalid(fmt::format("ProvisionedThroughput is not specified for index: {}", index.at("IndexName").get<std::string>()));
  }
  return throughput == nullptr ? std::nullopt : throughput_complaint(*throughput);
}

/// Looks at each index of one list, and at the list.
template <typename Look>
Complaint list_complaint(const Json& input, const std::string& member, std::size_t limit, const std::string& limit_words,
                         std::set<std::string>& names, Look look)
{
  const Json* indexes = member_of(input, member);
  if (indexes == nullptr) {
    return std::nullopt;
  }
  if (indexes->empty()) {
    return invalid("List of " + member + " is empty");
  }
  for (const auto& index : *indexes) {
    if (auto complaint = look(index)) {
      return complaint;
    }
    const std::string name = index.at("IndexName");
    if (!names.insert(name).second) {
      return invalid("Duplicate index name: " + name);
    }
  }
  return indexes->size() > limit ? invalid(fmt::format("{} {}", limit_words, limit)) : std::nullopt;
}

Complaint index_complaint(const Json& input, const std::vector<std::string>& defined)
{
  std::set<std::string> names;
  const Json& table_schema = input.at("KeySchema");
  const bool is_on_demand = text_member(input, "BillingMode") == "PAY_PER_REQUEST";
  if (const Json* local = member_of(input, "LocalSecondaryIndexes"); local != nullptr && !local->empty() && table_schema.size() != 2) {
    return invalid("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
  }
  auto complaint =
      list_complaint(input, "LocalSecondaryIndexes", k_max_local_indexes, "Number of LocalSecondaryIndexes exceeds per-table limit of",
                     names, [&](const Json& index) { return local_index_complaint(index, table_schema, defined); });
  return complaint ? complaint
                   : list_complaint(input, "GlobalSecondaryIndexes", k_max_global_indexes,
                                    "GlobalSecondaryIndex count exceeds the per-table limit of", names,
                                    [&](const Json& index) { return global_index_complaint(index, defined, is_on_demand); });
}

/// Every defined attribute is a key of something.
Complaint unused_definition_complaint(const Json& input, const std::vector<std::string>& defined)
{
  const bool has_indexes = member_of(input, "LocalSecondaryIndexes") != nullptr || member_of(input, "GlobalSecondaryIndexes") != nullptr;
  if (!has_indexes) {
    return defined.size() == input.at("KeySchema").size()
               ? std::nullopt
               : invalid("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions");
  }
  std::vector<std::string> used = names_of(input.at("KeySchema"));
  for (const auto* member : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    for (const auto& index : member_of(input, member) == nullptr ? Json::array() : input.at(member)) {
      const auto names = names_of(index.at("KeySchema"));
      used.insert(used.end(), names.begin(), names.end());
    }
  }
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  const std::set<std::string> known(defined.begin(), defined.end());
  if (std::equal(known.begin(), known.end(), used.begin(), used.end())) {
    return std::nullopt;
  }
  return invalid(
      fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: {}, keys used: {}", listed(defined), listed(used)));
}

/// Attributes beside keys that all indexes together may name.
Complaint projected_count_complaint(const Json& input)
{
  std::size_t count = 0;
  for (const auto* member : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    for (const auto& index : member_of(input, member) == nullptr ? Json::array() : input.at(member)) {
      const Json* others = member_of(index.at("Projection"), "NonKeyAttributes");
      count += others == nullptr ? 0 : others->size();
    }
  }
  if (count <= k_max_projected) {
    return std::nullopt;
  }
  return invalid(fmt::format("NonKeyAttributes count ({}) exceeds the per-table limit of {}", count, k_max_projected));
}

}  // namespace

Complaint new_index_complaint(const Json& index, const Json& attribute_definitions, bool is_on_demand)
{
  const bool has_throughput = member_of(index, "ProvisionedThroughput") != nullptr;
  if (auto complaint = global_index_complaint(index, names_of(attribute_definitions), !has_throughput)) {
    return complaint;
  }
  if (has_throughput != is_on_demand) {
    return std::nullopt;
  }
  const std::string name = index.at("IndexName");
  return invalid(is_on_demand
                     ? fmt::format("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {} when BillingMode is "
                                   "PAY_PER_REQUEST",
                                   name)
                     : "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: " + name);
}

Complaint encryption_complaint(const Json& input)
{
  const Json* encryption = member_of(input, "SSESpecification");
  if (encryption == nullptr) {
    return std::nullopt;
  }
  for (const auto* member : {"SSEType", "KMSMasterKeyId"}) {
    if (member_of(*encryption, "Enabled") != nullptr && !flag_member(*encryption, "Enabled") && member_of(*encryption, member) != nullptr) {
      return invalid(std::string(member) + " can not be specified if Enabled is false");
    }
  }
  return text_member(*encryption, "SSEType") == "AES256" ? invalid("SSEType AES256 is not supported") : std::nullopt;
}

Complaint create_table_complaint(const Json& input)
{
  for (auto* look : {table_class_complaint, encryption_complaint, billing_complaint}) {
    if (auto complaint = look(input)) {
      return complaint;
    }
  }
  const auto defined = names_of(input.at("AttributeDefinitions"));
  const auto keys = names_of(input.at("KeySchema"));
  if (keys.size() > defined.size()) {
    return "Invalid KeySchema: Some index key attribute have no definition";
  }
  if (auto complaint = undefined_complaint(keys, defined)) {
    return complaint;
  }
  if (auto complaint = simple_key_complaint(input.at("KeySchema"))) {
    return complaint;
  }
  if (std::set<std::string>(defined.begin(), defined.end()).size() != defined.size()) {
    return "Attribute Name is duplicated: " + first_repeated(defined);
  }
  const bool has_indexes = member_of(input, "LocalSecondaryIndexes") != nullptr || member_of(input, "GlobalSecondaryIndexes") != nullptr;
  Complaint complaint = has_indexes ? index_complaint(input, defined) : std::nullopt;
  for (auto* look : {projected_count_complaint, new_stream_complaint, new_throughputs_complaint}) {
    complaint = complaint ? complaint : look(input);
  }
  return complaint ? complaint : unused_definition_complaint(input, defined);
}

}  // namespace davit::aws::local::dynamodb
