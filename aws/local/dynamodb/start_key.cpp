// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/start_key.hpp"

#include <fmt/format.h>

namespace davit::aws::local::dynamodb {

bool has_size_of_start_key(const Item& start, const Table& table, const KeySchema& key)
{
  std::set<std::string> names;
  for (const KeySchema* schema : {&table.key(), &key}) {
    for (const KeyAttribute& attribute : schema->attributes()) {
      names.insert(attribute.name);
    }
  }
  return start.size() == names.size();
}

Complaint start_key_part_complaint(const Item& start, const KeyAttribute& attribute, bool is_partition)
{
  const auto found = start.find(attribute.name);
  if (found == start.end()) {
    return std::string(k_invalid_start_key);
  }
  if (found->second.type() != attribute.type) {
    return "The provided key element does not match the schema";
  }
  return aws::dynamodb::refusal_of_key_value(found->second, attribute, is_partition);
}

Complaint start_table_key_complaint(const Item& start, const Table& table)
{
  if (auto complaint = refusal_of_key(aws::dynamodb::key_of(start, table.key()), table.key())) {
    return fmt::format("{}: {}", k_invalid_start_key, *complaint);
  }
  return std::nullopt;
}

}  // namespace davit::aws::local::dynamodb
