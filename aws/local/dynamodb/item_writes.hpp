// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/item_rows.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {

/// The expressions of a request that writes one item, from whichever parameters it has. The error is a complaint.
tl::expected<Expressions, std::string> read_write_expressions(const Json& input);

/// Of a write that is refused before the table is known: counted, but in the words of the older checks.
tl::unexpected<Refusal> write_refusal(const Json& request, const std::string& complaint);

/// A ConditionalCheckFailedException, with the item when the request asked for it.
tl::unexpected<Refusal> condition_failed(const Json& request, const std::optional<Item>& before);

/// The item as it is, for a condition to look at.
Outcome<std::optional<Item>> current_item(store::Connection& connection, const Table& table, const Item& key);

/// Attributes, ConsumedCapacity and ItemCollectionMetrics, as far as they are asked for; `attributes` empty for none.
std::string write_answer(const Json& request, const Table& table, const Item& key, const Capacity& capacity, const std::string& attributes);

}  // namespace davit::aws::local::dynamodb
