// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/partiql/statement_call.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// What one call of ExecuteStatement reads.
struct SelectedPage {
  std::vector<std::string> items;  ///< DynamoDB-JSON texts
  std::string next_token;          ///< empty behind the last page
  std::string last_key;            ///< DynamoDB-JSON of the key that the page ends at; empty for none
  Capacity capacity;
};

/// Reads a page of a SELECT whose table is known. `input` has Limit and NextToken.
Outcome<SelectedPage> select_page(Engine& engine, const Caller& caller, const Json& input, const StatementCall& call);

/// Whether the SELECT names one item of its table by its key, and asks for nothing else: all that batches and transactions read.
/// The error is a complaint about its condition.
tl::expected<bool, std::string> selects_one_item(const StatementCall& call);

/// Reads the item of such a SELECT, as the statement shows it; adds what that costs.
Outcome<std::optional<Item>> select_item(store::Connection& connection, const StatementCall& call, Capacity& capacity);

}  // namespace davit::aws::local::dynamodb::partiql
