// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/write_action.hpp"

namespace davit::aws::local::dynamodb {

/// One action of a transaction, and the table that it is about.
struct TransactedAction {
  std::string table_name;  ///< as the request has it, perhaps an ARN
  WriteAction action;
  TablePtr table = nullptr;
};

constexpr std::size_t k_max_transaction_actions = 100;

/// What a transaction over 4 MB is told, of the items and values that it brings along.
Complaint transaction_size_complaint(std::size_t bytes);

/// The outcome of each action: nothing for those that could have been carried out.
using Reasons = std::vector<std::optional<Refusal>>;

/// The TransactionCanceledException that lists these reasons, one for each action.
Refusal cancelled(const Reasons& reasons);

/// Of a key that is empty, the service tells before any action runs; of all else that is wrong with a key it tells in the action's reason.
bool is_told_at_once(const std::string& complaint);

constexpr std::string_view k_one_operation_an_item = "Transaction request cannot include multiple operations on one item";

/// Finds the tables, and refuses what is refused before any action runs: a missing table, an empty key, two actions on one item.
Outcome<void> prepare(Engine& engine, const Caller& caller, std::vector<TransactedAction>& actions);

/// Carries out all the actions within the connection's transaction, or refuses with the reasons of those that could not be: the caller
/// then lets go of the transaction without a commit. TransactionConflict is never among the reasons: the store takes one writer at a time,
/// so no write ever meets a transaction that is under way; it waits for its end.
Outcome<std::vector<Written>> carry_out_all(store::Connection& connection, const std::vector<TransactedAction>& actions);

/// The capacity used of each table, in the order in which the tables appear: twice what the actions would use by themselves.
class TransactionCapacity
{
public:
  void add(const TablePtr& table, const Capacity& used);
  /// The member ConsumedCapacity, a list.
  [[nodiscard]] std::string to_json(Capacity::Detail detail, Capacity::Kind kind) const;

private:
  std::vector<std::pair<TablePtr, Capacity>> m_tables;
};

}  // namespace davit::aws::local::dynamodb
