// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/partiql/statement.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb::partiql {

/// The values of a statement's question marks.
using Parameters = std::vector<AttributeValue>;

// A statement's terms as the values and expressions that the other operations work with. An error is a complaint.

/// A value, alone or as part of an item.
tl::expected<AttributeValue, std::string> value_of(const Term& term, const Parameters& parameters);

/// The item of an INSERT.
tl::expected<Item, std::string> item_of(const Term& tuple, const Parameters& parameters);

/// A condition, checked as the other operations' are.
tl::expected<ConditionExpression, std::string> condition_of(const Term& term, const Parameters& parameters);

/// The assignments of an UPDATE.
tl::expected<UpdateExpression, std::string> update_of(const std::vector<Assignment>& assignments, const Parameters& parameters);

/// What a WHERE asks of a single item: its key, and a condition besides.
struct ItemCondition {
  Item key;
  std::vector<const Term*> others;  ///< joined by AND
};

/// An equality on every key attribute, in a WHERE whose parts are joined by AND.
tl::expected<ItemCondition, std::string> item_condition_of(const std::optional<Term>& where, const Parameters& parameters,
                                                           const KeySchema& key);

}  // namespace davit::aws::local::dynamodb::partiql
