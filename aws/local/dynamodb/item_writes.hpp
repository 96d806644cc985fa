// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/item_rows.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {

/// The expressions of a request that writes one item, from whichever parameters it has. The error is a complaint.
tl::expected<Expressions, std::string> read_write_expressions(const Json& input);

/// Of a write that is refused before the table is known: counted, but in the words of the older checks.
tl::unexpected<Refusal> write_refusal(const Json& request, const std::string& complaint);

/// Whether a failed condition is to be answered with the item.
bool tells_old(const Json& request);

/// A ConditionalCheckFailedException, with the item when there is one to be shown.
tl::unexpected<Refusal> condition_failed(const std::optional<Item>& shown);

/// The attributes of a write that can answer with those of the item before it, and with no others; empty for none.
std::string old_attributes(const Json& request, const std::optional<Item>& before);

/// Attributes, ConsumedCapacity and ItemCollectionMetrics, as far as they are asked for; `attributes` empty for none.
std::string write_answer(const Json& request, const Table& table, const Item& key, const Capacity& capacity, const std::string& attributes);

}  // namespace davit::aws::local::dynamodb
