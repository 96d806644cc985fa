// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/key_schema.hpp"
#include "aws/dynamodb/requests.hpp"

namespace CLI {
class App;
}

namespace davit::commands::item {

/// Which items of a partition a query is to give, by their sort key.
struct SortFlags {
  std::string equal;
  std::string begins_with;
  std::vector<std::string> between;
  std::string from;
  std::string to;
  std::string after;
  std::string before;
};
void add_sort_flags(CLI::App& command, SortFlags& flags);

/// Adds the key condition. Usage error when a value has not the type of its attribute, the key has no sort attribute, or several conditions
/// are given that DynamoDB does not take together.
Status add_key_condition(const aws::dynamodb::KeySchema& schema, const std::string& partition, const SortFlags& flags,
                         aws::dynamodb::QueryRequest& request);

}  // namespace davit::commands::item
