// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/dynamodb/attribute_value.hpp"

/// PartiQL (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).
namespace davit::aws::dynamodb {

struct StatementRequest {
  std::string statement;
  List parameters;  ///< for the ? of the statement, in order
  bool consistent = false;
  std::optional<int> limit;  ///< items evaluated, before the conditions that are no keys
  std::string next_token;    ///< of the page before; empty for the first page
};

struct StatementPage {
  std::vector<Item> items;
  std::string next_token;  ///< empty on the last page
  double consumed_capacity = 0;
};

std::string body_of(const StatementRequest& request);

Result<StatementPage> statement_page_from_json(const Json& answer);

}  // namespace davit::aws::dynamodb
