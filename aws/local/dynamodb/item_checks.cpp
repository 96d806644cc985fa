// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/item_checks.hpp"

#include <fmt/format.h>

#include "aws/dynamodb/item_size.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/engine.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::AttributeType;
using aws::dynamodb::AttributeValue;
using aws::dynamodb::wire_name;

std::string type_mismatch(AttributeType type, const KeyAttribute& attribute, const Index& index)
{
  return fmt::format("One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}",
                     attribute.name, wire_name(attribute.type), wire_name(type), index.name);
}

/// What an operand will be, as far as the expression alone tells.
std::optional<AttributeType> known_type(const Node& node)
{
  if (node.kind == Node::Kind::value) {
    return node.value.type();
  }
  if (node.kind != Node::Kind::function) {
    return std::nullopt;
  }
  if (node.text == "if_not_exists") {
    return known_type(node.arguments[1]);
  }
  return node.text == "list_append" ? AttributeType::list : AttributeType::number;
}

Complaint type_complaint(const AttributeValue& value, const KeyAttribute& attribute, const Index& index, WrittenBy written_by)
{
  if (value.type() == attribute.type) {
    return std::nullopt;
  }
  return written_by == WrittenBy::update ? "The update expression attempted to update the secondary index key to unsupported type"
                                         : type_mismatch(value.type(), attribute, index);
}

Complaint value_complaint(const AttributeValue& value, const KeyAttribute& attribute, const Index& index, WrittenBy written_by)
{
  const bool is_partition = std::find(index.key.partition.begin(), index.key.partition.end(), attribute) != index.key.partition.end();
  const std::size_t limit = is_partition ? aws::dynamodb::k_max_partition_key_size : aws::dynamodb::k_max_sort_key_size;
  const std::size_t size = value.is(AttributeType::number) ? 1 : value_size(value);
  std::string reason;
  if (size == 0) {
    reason = fmt::format("The AttributeValue for a key attribute cannot contain an empty {} value.",
                         attribute.type == AttributeType::string ? "string" : "binary");
  } else if (size > limit) {
    reason = is_partition ? "Size of hashkey has exceeded the maximum size limit of2048 bytes."
                          : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes.";
  } else {
    return std::nullopt;
  }
  return fmt::format("One or more parameter values are not valid. {} {} IndexName: {}, IndexKey: {}",
                     written_by == WrittenBy::update
                         ? "The update expression attempted to update a secondary index key to a value that is not supported."
                         : "A value specified for a secondary index key is not supported.",
                     reason, index.name, attribute.name);
}

/// Global ones first, each kind by name: the order in which the service finds fault.
std::vector<const Index*> in_order(const std::vector<Index>& indexes)
{
  std::vector<const Index*> out;
  for (const Index& index : indexes) {
    out.push_back(&index);
  }
  std::sort(out.begin(), out.end(),
            [](const Index* a, const Index* b) { return std::pair(a->is_local, a->name) < std::pair(b->is_local, b->name); });
  return out;
}

/// At most the sum of two allowed depths, so that recursion ends.
int depth_of(const AttributeValue& value)
{
  int deepest = 0;
  if (const auto* list = value.get_if<aws::dynamodb::List>()) {
    for (const auto& element : *list) {
      deepest = std::max(deepest, depth_of(element));
    }
  } else if (const auto* map = value.get_if<aws::dynamodb::Map>()) {
    for (const auto& [name, element] : *map) {
      deepest = std::max(deepest, depth_of(element));
    }
  }
  return deepest + 1;
}

}  // namespace

Complaint index_key_complaint(const Item& item, const Table& table, WrittenBy written_by)
{
  for (const Index* index : in_order(table.indexes())) {
    for (const KeyAttribute& attribute : index->key.attributes()) {
      const auto found = item.find(attribute.name);
      if (found == item.end()) {
        continue;
      }
      if (auto complaint = type_complaint(found->second, attribute, *index, written_by)) {
        return complaint;
      }
      if (auto complaint = value_complaint(found->second, attribute, *index, written_by)) {
        return complaint;
      }
    }
  }
  return std::nullopt;
}

Complaint index_key_complaint(const UpdateExpression& update, const Table& table)
{
  for (const Index* index : in_order(table.indexes())) {
    for (const KeyAttribute& attribute : index->key.attributes()) {
      for (const UpdateAction& action : update.actions) {
        const auto type = action.kind == UpdateAction::Kind::remove ? std::nullopt : known_type(action.operand);
        if (action.path == Path{attribute.name} && type && *type != attribute.type) {
          return type_mismatch(*type, attribute, *index);
        }
      }
    }
  }
  return std::nullopt;
}

Complaint size_complaint(const Item& item)
{
  if (aws::dynamodb::item_size(item) <= aws::dynamodb::k_max_item_size) {
    return std::nullopt;
  }
  return "Item size has exceeded the maximum allowed size";
}

Complaint nesting_complaint(const Item& item)
{
  const auto is_too_deep = [](const auto& entry) { return depth_of(entry.second) > aws::dynamodb::k_max_nesting; };
  if (std::none_of(item.begin(), item.end(), is_too_deep)) {
    return std::nullopt;
  }
  return "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
}

std::string collection_metrics(const Json& request, const Table& table, const Item& key)
{
  const bool has_local_index =
      std::any_of(table.indexes().begin(), table.indexes().end(), [](const Index& index) { return index.is_local; });
  if (!has_local_index || text_member(request, "ReturnItemCollectionMetrics") != "SIZE") {
    return {};
  }
  Item partition;
  for (const KeyAttribute& attribute : table.key().partition) {
    partition.emplace(attribute.name, key.at(attribute.name));
  }
  // Estimated to the next gigabyte, as the service does.
  return "{\"ItemCollectionKey\":" + aws::dynamodb::to_json_text(partition) + ",\"SizeEstimateRangeGB\":[0.0,1.0]}";
}

}  // namespace davit::aws::local::dynamodb
