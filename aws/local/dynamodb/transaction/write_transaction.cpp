// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/transaction/write_transaction.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/row_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_transaction_size = 4 * 1024 * 1024;

struct ReasonCode {
  std::string_view exception;
  std::string_view code;
};

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (Errors)
constexpr std::array<ReasonCode, 4> k_reason_codes{{{"ConditionalCheckFailedException", "ConditionalCheckFailed"},
                                                    {"ValidationException", "ValidationError"},
                                                    {"DuplicateItemException", "DuplicateItem"},
                                                    {"ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded"}}};

/// Of an error that is no reason, because it is not about the action, there is none.
std::string_view reason_code_of(const Refusal& refusal)
{
  const auto* found = std::find_if(k_reason_codes.begin(), k_reason_codes.end(),
                                   [&refusal](const ReasonCode& known) { return known.exception == refusal.code; });
  return found == k_reason_codes.end() ? std::string_view() : found->code;
}

std::string reason_json(const std::optional<Refusal>& reason)
{
  std::string out = "{";
  append_member(out, "Code", reason ? "\"" + std::string(reason_code_of(*reason)) + "\"" : "\"None\"");
  if (!reason) {
    return out + "}";
  }
  std::string message;
  aws::dynamodb::append_json_string(message, reason->message);
  append_member(out, "Message", message);
  return out + (reason->members.empty() ? "" : "," + reason->members) + "}";
}

/// Where an action's item lies; empty where its key is no key of the table.
std::string place_of(const TransactedAction& transacted)
{
  const WriteAction& action = transacted.action;
  const KeySchema& key = transacted.table->key();
  const auto complaint = action.has_whole_item() ? refusal_of_item(action.item, key) : refusal_of_key(action.item, key);
  return complaint ? std::string() : transacted.table->arn() + '\n' + row_key(action.item, key);
}

Outcome<Written> carry_out_checked(store::Connection& connection, const TransactedAction& transacted)
{
  DAVIT_REFUSE_IF(write_complaint(transacted.action, *transacted.table));
  return carry_out(connection, *transacted.table, transacted.action);
}

}  // namespace

Complaint transaction_size_complaint(std::size_t bytes)
{
  if (bytes <= k_max_transaction_size) {
    return std::nullopt;
  }
  return fmt::format("Transaction payload size cannot exceed 4MB. Payload Size: {}", bytes);
}

Refusal cancelled(const Reasons& reasons)
{
  std::vector<std::string> codes;
  std::vector<std::string> documents;
  for (const auto& reason : reasons) {
    codes.emplace_back(reason ? reason_code_of(*reason) : "None");
    documents.push_back(reason_json(reason));
  }
  Refusal refusal(
      Fault{"TransactionCanceledException",
            fmt::format("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", fmt::join(codes, ", "))});
  refusal.members = fmt::format("\"CancellationReasons\":[{}]", fmt::join(documents, ","));
  return refusal;
}

bool is_told_at_once(const std::string& complaint)
{
  return complaint.find("cannot contain an empty") != std::string::npos;
}

Outcome<void> prepare(Engine& engine, const Caller& caller, std::vector<TransactedAction>& actions)
{
  for (TransactedAction& transacted : actions) {
    DAVIT_ANSWER_ASSIGN(transacted.table, usable_table(engine, caller, transacted.table_name));
  }
  std::set<std::string> places;
  for (const TransactedAction& transacted : actions) {
    if (auto complaint = write_complaint(transacted.action, *transacted.table); complaint && is_told_at_once(*complaint)) {
      return validation_error(std::move(*complaint));
    }
    const std::string place = place_of(transacted);
    if (!place.empty() && !places.insert(place).second) {
      return validation_error(std::string(k_one_operation_an_item));
    }
  }
  return {};
}

Outcome<std::vector<Written>> carry_out_all(store::Connection& connection, const std::vector<TransactedAction>& actions)
{
  std::vector<Written> all;
  Reasons reasons;
  bool is_cancelled = false;
  for (const TransactedAction& transacted : actions) {
    auto written = carry_out_checked(connection, transacted);
    if (!written && reason_code_of(written.error()).empty()) {
      return tl::unexpected(std::move(written).error());
    }
    is_cancelled = is_cancelled || !written;
    reasons.push_back(written ? std::nullopt : std::optional(written.error()));
    all.push_back(written ? std::move(*written) : Written());
  }
  if (is_cancelled) {
    return tl::unexpected(cancelled(reasons));
  }
  return all;
}

void TransactionCapacity::add(const TablePtr& table, const Capacity& used)
{
  auto found = std::find_if(m_tables.begin(), m_tables.end(), [&table](const auto& entry) { return entry.first->arn() == table->arn(); });
  if (found == m_tables.end()) {
    found = m_tables.insert(m_tables.end(), {table, Capacity()});
  }
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html: one unit to prepare, one to commit.
  found->second.add(used);
  found->second.add(used);
}

std::string TransactionCapacity::to_json(Capacity::Detail detail, Capacity::Kind kind) const
{
  std::vector<std::string> documents;
  for (const auto& [table, capacity] : m_tables) {
    documents.push_back(capacity.to_json(table->name(), detail, kind));
  }
  return fmt::format("[{}]", fmt::join(documents, ","));
}

}  // namespace davit::aws::local::dynamodb
