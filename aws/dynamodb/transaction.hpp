// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/dynamodb/attribute_value.hpp"
#include "aws/dynamodb/requests.hpp"

/// TransactWriteItems and TransactGetItems
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html).
namespace davit::aws::dynamodb {

/// Actions that one transaction may have.
constexpr std::size_t k_max_transaction = 100;
/// Characters of a client token, and how long the service remembers it.
constexpr std::size_t k_max_client_token = 36;

enum class TransactionKind { put, update, remove, check, get };

struct TransactionElement {
  TransactionKind kind = TransactionKind::put;
  std::string table;
  Item item;               ///< of a put the item, of the others the key
  std::string expression;  ///< of an update the update expression, of a get the projection
  std::string condition;
  Placeholders placeholders = {};
};

struct TransactionRequest {
  std::vector<TransactionElement> elements;  ///< all of them gets, or none
  std::string token;                         ///< of writes: the same token within ten minutes is the same transaction
  bool return_old = true;                    ///< a write whose condition does not hold gives the item that is there
};

/// Why one element kept the transaction from happening; the code is "None" for those that did not.
struct CancellationReason {
  std::string code;
  std::string message;
  std::optional<Item> item = std::nullopt;
};

struct TransactionOutcome {
  std::optional<Error> cancellation;        ///< nothing was written; `reasons` has one for each element, in their order
  std::vector<CancellationReason> reasons;  ///< empty when it went through
  std::vector<std::optional<Item>> items;   ///< of gets, in their order
  double consumed_capacity = 0;
};

std::string body_of(const TransactionRequest& request);

Result<TransactionOutcome> transaction_outcome_from_json(const Json& answer);

/// The outcome that the body of a TransactionCanceledException tells; `error` is that exception.
Result<TransactionOutcome> cancelled_transaction(Error error, const std::string& body);

/// Whether the same transaction may go through a little later: throttling and conflicts with others are all that kept it.
bool are_passing(const std::vector<CancellationReason>& reasons);

/// The exit class of a cancellation: of conditions and conflicts a conflict, of throttling alone unavailable, else failed.
ErrorKind kind_of(const std::vector<CancellationReason>& reasons);

}  // namespace davit::aws::dynamodb
