// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/item_rows.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {

/// One item to be written, or only looked at, however it was asked for: by an operation of its own, in a transaction, by a statement.
struct WriteAction {
  enum class Kind {
    put,
    insert,  ///< a put that is refused when there is an item
    update,
    erase,
    check,
  };
  Kind kind = Kind::put;
  Item item;  ///< of put and insert the whole item, else its key
  Expressions expressions;
  bool tells_old = false;  ///< a failed condition is answered with the item (ReturnValuesOnConditionCheckFailure)

  [[nodiscard]] bool has_whole_item() const { return kind == Kind::put || kind == Kind::insert; }
};

/// What an action found and left.
struct Written {
  std::optional<Item> before;
  std::optional<Item> after;  ///< nothing where there is no item afterwards
  Capacity capacity;
};

/// What is wrong with the action's key, and what of it does not fit the table's keys and indexes. Needs no item.
Complaint write_complaint(const WriteAction& action, const Table& table);

/// Looks at the condition and writes, within the connection's transaction. A condition that does not hold, or an update that cannot be
/// carried out on the item that is there, is a refusal, and nothing is written.
Outcome<Written> carry_out(store::Connection& connection, const Table& table, const WriteAction& action);

}  // namespace davit::aws::local::dynamodb
