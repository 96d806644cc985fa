// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/dynamodb/format/value_reader.hpp"
#include "aws/dynamodb/item_size.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

/// The reasons of one key, which differ between a table and an index.
struct KeyReasons {
  Reason type;
  Reason empty;
  Reason too_long;
};

constexpr KeyReasons k_table_reasons{Reason::key_type, Reason::key_empty, Reason::key_too_long};
constexpr KeyReasons k_index_reasons{Reason::index_key_type, Reason::index_key_empty, Reason::index_key_too_long};

bool is_empty(const AttributeValue& value)
{
  const auto* text = value.get_if<std::string>();
  const auto* binary = value.get_if<Binary>();
  return (text != nullptr && text->empty()) || (binary != nullptr && binary->bytes.empty());
}

int depth_of(const AttributeValue& value)
{
  int deepest = 0;
  if (const auto* list = value.get_if<List>()) {
    for (const auto& element : *list) {
      deepest = std::max(deepest, depth_of(element));
    }
  } else if (const auto* map = value.get_if<Map>()) {
    for (const auto& [name, element] : *map) {
      deepest = std::max(deepest, depth_of(element));
    }
  }
  return deepest + 1;
}

/// Judges one item; every finding stands at the item's own place, because values do not know theirs.
class Judge
{
public:
  explicit Judge(const Record& record) : m_record(record) {}

  std::vector<Problem> judge(const TableKeys& keys)
  {
    judge_key(keys.key, k_table_reasons, "the key");
    for (const auto& [name, schema] : keys.indexes) {
      judge_key(schema, k_index_reasons, fmt::format("the key of index '{}'", name));
    }
    judge_passwords(keys.key);
    judge_depth();
    if (const auto size = item_size(m_record.item); size > k_max_item_size) {
      refuse(Reason::item_too_large, fmt::format("the item has {} bytes; {} are allowed", size, k_max_item_size));
    }
    return std::move(m_problems);
  }

private:
  void refuse(Reason reason, std::string message) { m_problems.push_back({reason, std::move(message), m_record.at}); }

  void judge_key(const KeySchema& schema, const KeyReasons& reasons, const std::string& owner)
  {
    for (const auto& attribute : schema.partition) {
      judge_attribute(attribute, reasons, k_max_partition_key_size, owner);
    }
    for (const auto& attribute : schema.sort) {
      judge_attribute(attribute, reasons, k_max_sort_key_size, owner);
    }
  }

  void judge_attribute(const KeyAttribute& attribute, const KeyReasons& reasons, std::size_t max_size, const std::string& owner)
  {
    const auto found = m_record.item.find(attribute.name);
    if (found == m_record.item.end()) {
      // An index passes over items without its key.
      if (reasons.type == Reason::key_type) {
        refuse(Reason::key_missing, fmt::format("the key attribute {} is missing", shown(attribute.name)));
      }
      return;
    }
    const AttributeValue& value = found->second;
    if (!value.is(attribute.type)) {
      refuse(reasons.type, fmt::format("{} of {} has type {}; the table declares {}", shown(attribute.name), owner, wire_name(value.type()),
                                       wire_name(attribute.type)));
    } else if (is_empty(value)) {
      refuse(reasons.empty, fmt::format("{} of {} is empty", shown(attribute.name), owner));
    } else if (value_size(value) > max_size) {
      refuse(reasons.too_long,
             fmt::format("{} of {} has {} bytes; {} are allowed", shown(attribute.name), owner, value_size(value), max_size));
    }
  }

  /// A salted hash would make another item of it on every seeding.
  void judge_passwords(const KeySchema& key)
  {
    for (const auto& password : m_record.passwords) {
      if (key.find(std::get<std::string>(password.path.front())) != nullptr) {
        refuse(Reason::password, "a key attribute cannot be a $password");
      }
    }
  }

  void judge_depth()
  {
    for (const auto& [name, value] : m_record.item) {
      if (depth_of(value) > k_max_nesting) {
        refuse(Reason::depth, fmt::format("{} is nested deeper than {} levels", shown(name), k_max_nesting));
      }
    }
  }

  const Record& m_record;
  std::vector<Problem> m_problems;
};

}  // namespace

std::vector<Problem> problems_of(const Record& record, const TableKeys& keys)
{
  return record.problems.empty() ? Judge{record}.judge(keys) : record.problems;
}

}  // namespace davit::aws::dynamodb::format
