// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/item_writes.hpp"

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/item_checks.hpp"
#include "aws/local/dynamodb/legacy_conditions.hpp"

namespace davit::aws::local::dynamodb {

tl::expected<Expressions, std::string> read_write_expressions(const Json& input)
{
  auto updates = read_attribute_updates(input);
  if (!updates) {
    return tl::unexpected(std::move(updates).error());
  }
  auto expected = read_expected(input);
  if (!expected) {
    return tl::unexpected(std::move(expected).error());
  }
  auto expressions = read_expressions(input);
  if (expressions && *updates) {
    expressions->update = std::move(*updates);
  }
  if (expressions && *expected) {
    expressions->condition = std::move(*expected);
  }
  return expressions;
}

tl::unexpected<Refusal> write_refusal(const Json& request, const std::string& complaint)
{
  return validation_error(is_left_to_older_checks(request) ? complaint : detected({complaint}));
}

bool tells_old(const Json& request)
{
  return text_member(request, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

tl::unexpected<Refusal> condition_failed(const std::optional<Item>& shown)
{
  Refusal refusal(Fault{"ConditionalCheckFailedException", "The conditional request failed"});
  if (shown) {
    refusal.members = "\"Item\":" + aws::dynamodb::to_json_text(*shown);
  }
  return tl::unexpected(std::move(refusal));
}

std::string old_attributes(const Json& request, const std::optional<Item>& before)
{
  return before && text_member(request, "ReturnValues") == "ALL_OLD" ? aws::dynamodb::to_json_text(*before) : std::string();
}

std::string write_answer(const Json& request, const Table& table, const Item& key, const Capacity& capacity, const std::string& attributes)
{
  std::string answer = "{";
  if (!attributes.empty()) {
    append_member(answer, "Attributes", attributes);
  }
  if (const auto detail = detail_of(request); detail != Capacity::Detail::none) {
    append_member(answer, "ConsumedCapacity", capacity.to_json(table.name(), detail));
  }
  if (const std::string metrics = collection_metrics(request, table, key); !metrics.empty()) {
    append_member(answer, "ItemCollectionMetrics", metrics);
  }
  return answer + "}";
}

}  // namespace davit::aws::local::dynamodb
