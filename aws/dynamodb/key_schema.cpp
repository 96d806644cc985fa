// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/key_schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/dynamodb/item_size.hpp"

namespace davit::aws::dynamodb {
namespace {

constexpr std::string_view k_mismatch = "The provided key element does not match the schema";

bool is_empty(const AttributeValue& value)
{
  const auto* text = value.get_if<std::string>();
  const auto* binary = value.get_if<Binary>();
  return (text != nullptr && text->empty()) || (binary != nullptr && binary->bytes.empty());
}

std::string refusal_of_empty(const KeyAttribute& attribute)
{
  return fmt::format(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {} value. Key: {}",
      attribute.type == AttributeType::string ? "string" : "binary", attribute.name);
}

std::optional<std::string> refusal_of_size(const AttributeValue& value, bool is_partition)
{
  // Numbers have at most 21 bytes.
  const std::size_t limit = is_partition ? k_max_partition_key_size : k_max_sort_key_size;
  if (value.is(AttributeType::number) || value_size(value) <= limit) {
    return std::nullopt;
  }
  return fmt::format("One or more parameter values were invalid: {}",
                     is_partition ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                                  : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
}

/// Runs `refuse` over the attributes of the key until it refuses one.
template <typename Refuse>
std::optional<std::string> first_refusal(const KeySchema& key, Refuse refuse)
{
  for (const bool is_partition : {true, false}) {
    for (const auto& attribute : is_partition ? key.partition : key.sort) {
      if (auto refusal = refuse(attribute, is_partition)) {
        return refusal;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> refusal_of_key_value(const AttributeValue& value, const KeyAttribute& attribute, bool is_partition)
{
  return is_empty(value) ? refusal_of_empty(attribute) : refusal_of_size(value, is_partition);
}

std::vector<KeyAttribute> KeySchema::attributes() const
{
  std::vector<KeyAttribute> all = partition;
  all.insert(all.end(), sort.begin(), sort.end());
  return all;
}

const KeyAttribute* KeySchema::find(std::string_view name) const
{
  for (const auto* part : {&partition, &sort}) {
    const auto found = std::find_if(part->begin(), part->end(), [name](const KeyAttribute& attribute) { return attribute.name == name; });
    if (found != part->end()) {
      return &*found;
    }
  }
  return nullptr;
}

bool is_key_type(AttributeType type)
{
  return type == AttributeType::string || type == AttributeType::number || type == AttributeType::binary;
}

std::optional<std::string> refusal_of_item(const Item& item, const KeySchema& key)
{
  return first_refusal(key, [&item](const KeyAttribute& attribute, bool is_partition) -> std::optional<std::string> {
    const auto found = item.find(attribute.name);
    if (found == item.end()) {
      return fmt::format("One or more parameter values were invalid: Missing the key {} in the item", attribute.name);
    }
    if (found->second.type() != attribute.type) {
      return fmt::format("One or more parameter values were invalid: Type mismatch for key {} expected: {} actual: {}", attribute.name,
                         wire_name(attribute.type), wire_name(found->second.type()));
    }
    return refusal_of_key_value(found->second, attribute, is_partition);
  });
}

std::optional<std::string> refusal_of_key(const Item& key, const KeySchema& schema)
{
  if (key.size() != schema.partition.size() + schema.sort.size()) {
    return std::string(k_mismatch);
  }
  return first_refusal(schema, [&key](const KeyAttribute& attribute, bool is_partition) -> std::optional<std::string> {
    const auto found = key.find(attribute.name);
    if (found == key.end() || found->second.type() != attribute.type) {
      return std::string(k_mismatch);
    }
    return refusal_of_key_value(found->second, attribute, is_partition);
  });
}

Item key_of(const Item& item, const KeySchema& key)
{
  Item out;
  for (const auto& attribute : key.attributes()) {
    if (const auto found = item.find(attribute.name); found != item.end()) {
      out.emplace(attribute.name, found->second);
    }
  }
  return out;
}

}  // namespace davit::aws::dynamodb
