// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/statement.hpp"

#include <nlohmann/json.hpp>

#include "aws/dynamodb/request_body.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {

std::string body_of(const StatementRequest& request)
{
  RequestBody body;
  body.text("Statement", request.statement).text("NextToken", request.next_token).flag("ConsistentRead", request.consistent);
  std::string parameters;
  for (const auto& value : request.parameters) {
    parameters += parameters.empty() ? '[' : ',';
    append_json(parameters, value);
  }
  if (!parameters.empty()) {
    body.raw("Parameters", parameters + "]");
  }
  if (request.limit) {
    body.raw("Limit", std::to_string(*request.limit));
  }
  return body.finish();
}

Result<StatementPage> statement_page_from_json(const Json& answer)
{
  StatementPage page{.items = {}, .next_token = {}, .consumed_capacity = consumed_capacity(answer)};
  const auto items = answer.find("Items");
  if (items == answer.end() || !items->is_array()) {
    return fail(unreadable_answer("what ExecuteStatement answered has no items"));
  }
  for (const auto& element : *items) {
    DAVIT_TRY_ASSIGN(Item item, item_of_answer(element));
    page.items.push_back(std::move(item));
  }
  const auto token = answer.find("NextToken");
  page.next_token = token != answer.end() && token->is_string() ? token->get<std::string>() : "";
  return page;
}

}  // namespace davit::aws::dynamodb
