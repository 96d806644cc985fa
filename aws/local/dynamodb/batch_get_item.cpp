// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/item_rows.hpp"
#include "aws/local/dynamodb/legacy_conditions.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::size_t k_max_keys_of_call = 100;
// Observed on the service: one more item of the largest size than 1 MB, less three bytes.
constexpr std::size_t k_max_answer = 1024 * 1024 + 400 * 1024 - 3;

/// What is asked of one table.
struct TableRequest {
  std::string name;
  const Json& input;  ///< KeysAndAttributes
  std::vector<Item> keys;
  Expressions expressions;
  TablePtr table = nullptr;
};

const ExpressionMembers& projection_members()
{
  static const ExpressionMembers k_members{{"ProjectionExpression"}, {"AttributesToGet"}};
  return k_members;
}

/// The expression of one table does not go with the older parameter of another.
Complaint mixing_complaint_of_all(const Json& requests)
{
  Json together = Json::object();
  for (const auto& [table, input] : requests.items()) {
    for (const auto* name : {"ProjectionExpression", "AttributesToGet"}) {
      if (const Json* member = member_of(input, name)) {
        together[name] = *member;
      }
    }
  }
  return mixing_complaint(together, projection_members());
}

/// What can be told without the table. The error is a complaint.
tl::expected<TableRequest, std::string> read_request(const std::string& name, const Json& input)
{
  if (auto complaint = mixing_complaint(input, projection_members())) {
    return tl::unexpected(std::move(*complaint));
  }
  auto expressions = read_projection(input, ValuePlaceholders::ignored);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  TableRequest request{.name = name, .input = input, .keys = {}, .expressions = std::move(*expressions)};
  for (const Json& json : input.at("Keys")) {
    auto key = read_attributes(json);
    if (!key) {
      return tl::unexpected(std::move(key).error());
    }
    request.keys.push_back(std::move(*key));
  }
  // Before the tables are known, so that the keys are compared as they were sent, but for their numbers.
  std::set<std::string> sent;
  for (const Item& key : request.keys) {
    if (!sent.insert(aws::dynamodb::to_json_text(key)).second) {
      return tl::unexpected(std::string("Provided list of item keys contains duplicates"));
    }
  }
  return request;
}

Complaint keys_complaint(const TableRequest& request)
{
  for (const Item& key : request.keys) {
    if (auto complaint = refusal_of_key(key, request.table->key())) {
      return complaint;
    }
  }
  return std::nullopt;
}

/// The answer in the making.
struct Answer {
  std::string responses = "{";
  std::string unprocessed = "{";
  std::string capacities;
  std::size_t size = 0;
};

/// The request for what did not fit into the answer.
std::string rest_of(const TableRequest& request, std::string keys)
{
  std::string out = "{";
  append_member(out, "Keys", "[" + keys + "]");
  for (const auto* name : {"ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames", "AttributesToGet"}) {
    if (const Json* member = member_of(request.input, name)) {
      append_member(out, name, dump_json(*member));
    }
  }
  return out + "}";
}

Status read_table(store::Connection& connection, const TableRequest& request, Capacity::Detail detail, Answer& answer)
{
  std::string items;
  std::string left;
  Capacity capacity;
  const bool is_consistent = flag_member(request.input, "ConsistentRead");
  for (const Item& key : request.keys) {
    DAVIT_TRY_ASSIGN(const auto stored, read_item(connection, *request.table, key));
    if (stored && answer.size + stored->size > k_max_answer) {
      left += (left.empty() ? "" : ",") + aws::dynamodb::to_json_text(key);
      continue;
    }
    capacity.table += read_units(stored ? stored->size : 1, is_consistent);
    if (stored) {
      answer.size += stored->size;
      const auto& projection = request.expressions.projection;
      items += (items.empty() ? "" : ",") +
               (projection ? aws::dynamodb::to_json_text(project(stored->item(), projection->paths)) : stored->json);
    }
  }
  append_member(answer.responses, request.name, "[" + items + "]");
  if (!left.empty()) {
    append_member(answer.unprocessed, request.name, rest_of(request, left));
  }
  answer.capacities += (answer.capacities.empty() ? "" : ",") + capacity.to_json(request.table->name(), detail);
  return {};
}

}  // namespace

Outcome<std::string> batch_get_item(Engine& engine, const Call& call)
{
  std::vector<TableRequest> requests;
  std::size_t count = 0;
  for (const auto& [name, input] : call.input.at("RequestItems").items()) {
    auto request = read_request(name, input);
    if (!request) {
      return validation_error(std::move(request).error());
    }
    count += request->keys.size();
    requests.push_back(std::move(*request));
  }
  DAVIT_REFUSE_IF(mixing_complaint_of_all(call.input.at("RequestItems")));
  if (count > k_max_keys_of_call) {
    return validation_error("Too many items requested for the BatchGetItem call");
  }
  for (TableRequest& request : requests) {
    DAVIT_ANSWER_ASSIGN(request.table, usable_table(engine, call.caller, request.name));
    DAVIT_REFUSE_IF(keys_complaint(request));
    if (request.expressions.projection) {
      DAVIT_REFUSE_IF(nested_key_complaint(*request.expressions.projection, *request.table));
    }
  }
  DAVIT_STORED_ASSIGN(const auto transaction, engine.database.read_briefly());
  Answer answer;
  const auto detail = detail_of(call.input);
  for (const TableRequest& request : requests) {
    DAVIT_STORED(read_table(*transaction, request, detail, answer));
  }
  std::string body = "{";
  append_member(body, "Responses", answer.responses + "}");
  append_member(body, "UnprocessedKeys", answer.unprocessed + "}");
  if (detail != Capacity::Detail::none) {
    append_member(body, "ConsumedCapacity", "[" + answer.capacities + "]");
  }
  return body + "}";
}

}  // namespace davit::aws::local::dynamodb
