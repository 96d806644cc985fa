// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/item_call.hpp"

#include <fmt/format.h>

#include "aws/dynamodb/format/exact_json.hpp"
#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::commands::workflow::smoke {
namespace {

namespace dynamodb = aws::dynamodb;

/// A key or an item of a suite as DynamoDB's.
Result<dynamodb::Item> item_of(const OrderedJson& json)
{
  auto source = dynamodb::format::TextSource::of_text(json.dump(), "the item");
  const auto exact = dynamodb::format::read_json(source);
  if (!exact) {
    return fail(usage_error(exact.error().message));
  }
  const auto record = dynamodb::format::record_from_plain_json(*exact);
  if (!record.problems.empty()) {
    return fail(usage_error("the item cannot be stored: " + record.problems.front().message));
  }
  return record.item;
}

Answer answer_of(const std::optional<dynamodb::Item>& item)
{
  Answer answer;
  if (item) {
    answer.body = dynamodb::format::to_plain_json(*item);
  }
  return answer;
}

/// Writes names and values behind placeholders, so that reserved words are no matter.
class Expression
{
public:
  explicit Expression(dynamodb::Placeholders& placeholders) : m_placeholders(placeholders) {}

  /// "#n0 = :v0", `between` between several.
  std::string equalities(const dynamodb::Item& values, std::string_view between)
  {
    std::string out;
    for (const auto& [name, value] : values) {
      const std::string key = fmt::format(":v{}", m_placeholders.values.size());
      m_placeholders.values.emplace(key, value);
      out += fmt::format("{}{} = {}", out.empty() ? "" : between, reference(name), key);
    }
    return out;
  }

  std::string reference(const std::string& name)
  {
    const std::string key = fmt::format("#n{}", m_placeholders.names.size());
    m_placeholders.names.emplace(key, name);
    return key;
  }

private:
  dynamodb::Placeholders& m_placeholders;
};

Result<dynamodb::UpdateItemRequest> update_request(const std::string& table, const ItemCall& call)
{
  dynamodb::UpdateItemRequest request{.table = table, .return_values = "ALL_NEW"};
  DAVIT_TRY_ASSIGN(request.key, item_of(call.argument));
  DAVIT_TRY_ASSIGN(const dynamodb::Item set, item_of(call.set));
  Expression expression{request.placeholders};
  const std::string assignments = expression.equalities(set, ", ");
  std::string removals;
  for (const auto& name : call.remove) {
    removals += (removals.empty() ? "" : ", ") + expression.reference(name.get<std::string>());
  }
  request.update = (assignments.empty() ? "" : "SET " + assignments) + (removals.empty() ? "" : " REMOVE " + removals);
  return request;
}

/// The items of one partition, all pages, as a JSON list.
Result<Answer> query(dynamodb::Client& client, const std::string& table, const ItemCall& call)
{
  dynamodb::QueryRequest request;
  request.table = table;
  request.index = call.index;
  request.consistent = call.index.empty();
  DAVIT_TRY_ASSIGN(const dynamodb::Item key, item_of(call.argument));
  request.key_condition = Expression{request.placeholders}.equalities(key, " AND ");
  Answer answer;
  do {
    DAVIT_TRY_ASSIGN(dynamodb::Page page, client.query(request));
    for (const auto& item : page.items) {
      answer.body += (answer.body.empty() ? "[" : ",") + dynamodb::format::to_plain_json(item);
    }
    request.start_key = std::move(page.last_key);
  } while (!request.start_key.empty());
  answer.body += answer.body.empty() ? "[]" : "]";
  return answer;
}

}  // namespace

Result<Answer> call_item(dynamodb::Client& client, const std::string& table, const ItemCall& call)
{
  if (call.verb == ItemCall::Verb::query) {
    return query(client, table, call);
  }
  if (call.verb == ItemCall::Verb::update) {
    DAVIT_TRY_ASSIGN(const auto request, update_request(table, call));
    return client.update_item(request).map([](const dynamodb::Item& item) { return answer_of(item); });
  }
  DAVIT_TRY_ASSIGN(dynamodb::Item argument, item_of(call.argument));
  if (call.verb == ItemCall::Verb::put) {
    DAVIT_TRY(client.put_item({.table = table, .item = std::move(argument)}));
    return Answer{};
  }
  if (call.verb == ItemCall::Verb::remove) {
    DAVIT_TRY(client.delete_item({.table = table, .key = std::move(argument)}));
    return Answer{};
  }
  return client.get_item({.table = table, .key = std::move(argument), .consistent = true}).map([](const auto& item) {
    return answer_of(item);
  });
}

}  // namespace davit::commands::workflow::smoke
