// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/transaction.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/dynamodb/request_body.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {
namespace {

std::string_view wire_name_of(TransactionKind kind)
{
  switch (kind) {
    case TransactionKind::put:
      return "Put";
    case TransactionKind::update:
      return "Update";
    case TransactionKind::remove:
      return "Delete";
    case TransactionKind::check:
      return "ConditionCheck";
    case TransactionKind::get:
      return "Get";
  }
  return {};
}

std::string body_of_element(const TransactionElement& element, bool return_old)
{
  RequestBody body{element.table};
  body.item(element.kind == TransactionKind::put ? "Item" : "Key", element.item);
  body.text(element.kind == TransactionKind::get ? "ProjectionExpression" : "UpdateExpression", element.expression);
  body.text("ConditionExpression", element.condition).placeholders(element.placeholders);
  if (return_old && element.kind != TransactionKind::get && !element.condition.empty()) {
    body.text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
  }
  return body.close();
}

Result<std::optional<Item>> optional_item(const Json& json, const char* member)
{
  const auto found = json.find(member);
  if (found == json.end() || found->is_null()) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(Item item, item_of_answer(*found));
  return item;
}

/// Codes that go away by themselves.
bool is_passing(const CancellationReason& reason)
{
  return reason.code == "ThrottlingError" || reason.code == "ProvisionedThroughputExceeded";
}

bool is_conflict(const CancellationReason& reason)
{
  return reason.code == "ConditionalCheckFailed" || reason.code == "TransactionConflict" || reason.code == "DuplicateItem";
}

}  // namespace

std::string body_of(const TransactionRequest& request)
{
  std::string elements = "[";
  for (const auto& element : request.elements) {
    elements += elements.size() == 1 ? "" : ",";
    elements += RequestBody{}.raw(wire_name_of(element.kind), body_of_element(element, request.return_old)).close();
  }
  return RequestBody{}.raw("TransactItems", elements + "]").text("ClientRequestToken", request.token).finish();
}

Result<TransactionOutcome> transaction_outcome_from_json(const Json& answer)
{
  TransactionOutcome out{.cancellation = std::nullopt, .reasons = {}, .items = {}, .consumed_capacity = consumed_capacity(answer)};
  for (const auto& response : answer.value("Responses", Json::array())) {
    DAVIT_TRY_ASSIGN(auto item, optional_item(response, "Item"));
    out.items.push_back(std::move(item));
  }
  return out;
}

Result<TransactionOutcome> cancelled_transaction(Error error, const std::string& body)
{
  TransactionOutcome out;
  const auto json = parse_json(body, "the error");
  const auto reasons = json ? json->find("CancellationReasons") : Json::const_iterator{};
  if (json && reasons != json->end() && reasons->is_array()) {
    for (const auto& reason : *reasons) {
      CancellationReason read{.code = reason.value("Code", "None"), .message = {}};
      read.message = reason.contains("Message") && reason.at("Message").is_string() ? reason.at("Message").get<std::string>() : "";
      DAVIT_TRY_ASSIGN(read.item, optional_item(reason, "Item"));
      out.reasons.push_back(std::move(read));
    }
  }
  error.kind = kind_of(out.reasons);
  out.cancellation = std::move(error);
  return out;
}

bool are_passing(const std::vector<CancellationReason>& reasons)
{
  const auto passes = [](const CancellationReason& reason) {
    return reason.code == "None" || reason.code == "TransactionConflict" || is_passing(reason);
  };
  const bool any = std::any_of(reasons.begin(), reasons.end(), [](const CancellationReason& reason) { return reason.code != "None"; });
  return any && std::all_of(reasons.begin(), reasons.end(), passes);
}

ErrorKind kind_of(const std::vector<CancellationReason>& reasons)
{
  const auto is_innocent = [](const CancellationReason& reason) { return reason.code == "None"; };
  const auto is_other = [&](const CancellationReason& reason) {
    return !is_innocent(reason) && !is_passing(reason) && !is_conflict(reason);
  };
  if (std::all_of(reasons.begin(), reasons.end(), is_innocent) || std::any_of(reasons.begin(), reasons.end(), is_other)) {
    return ErrorKind::failed;
  }
  return std::any_of(reasons.begin(), reasons.end(), is_conflict) ? ErrorKind::conflict : ErrorKind::unavailable;
}

}  // namespace davit::aws::dynamodb
