// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/attribute_value.hpp"

namespace davit::aws::dynamodb {

constexpr std::size_t k_max_partition_key_size = 2048;
constexpr std::size_t k_max_sort_key_size = 1024;

/// One attribute of a key: a name and one of the three key types.
struct KeyAttribute {
  std::string name;
  AttributeType type = AttributeType::string;
  bool operator==(const KeyAttribute&) const = default;
};

/// The key of a table (one partition attribute, at most one sort attribute) or of an index (up to four of each since multi-attribute
/// keys, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html).
struct KeySchema {
  std::vector<KeyAttribute> partition;
  std::vector<KeyAttribute> sort;
  bool operator==(const KeySchema&) const = default;

  /// All attributes, partition first.
  [[nodiscard]] std::vector<KeyAttribute> attributes() const;
  [[nodiscard]] const KeyAttribute* find(std::string_view name) const;
};

/// Whether a type may be a key: S, N, B.
bool is_key_type(AttributeType type);

/// Why DynamoDB refuses the item in a table with this key (a missing, wrongly typed, empty or oversized key attribute), in its words.
std::optional<std::string> refusal_of_item(const Item& item, const KeySchema& key);

/// Why DynamoDB refuses `key` as the Key of GetItem, UpdateItem or DeleteItem: it must have the key attributes and no others.
std::optional<std::string> refusal_of_key(const Item& key, const KeySchema& schema);

/// Why DynamoDB refuses the value, which has the attribute's type, as a key: it is empty or too long.
std::optional<std::string> refusal_of_key_value(const AttributeValue& value, const KeyAttribute& attribute, bool is_partition);

/// The key attributes of an item that has them all.
Item key_of(const Item& item, const KeySchema& key);

}  // namespace davit::aws::dynamodb
