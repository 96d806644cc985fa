// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/dynamodb/expression/compare.hpp"
#include "aws/local/dynamodb/legacy_conditions.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/read_page.hpp"
#include "aws/local/dynamodb/start_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::AttributeValue;
using Operator = KeyCondition::Operator;

struct QueryRequest {
  std::optional<Item> start_key;
  Expressions expressions;
  KeyConditions conditions;
};

/// What can be told without the table. The error is a complaint.
tl::expected<QueryRequest, std::string> read_query(const Json& input)
{
  static const ExpressionMembers k_members{{"ProjectionExpression", "FilterExpression", "KeyConditionExpression"},
                                           {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"}};
  if (auto complaint = mixing_complaint(input, k_members)) {
    return tl::unexpected(std::move(*complaint));
  }
  auto filter = read_filter(input, "QueryFilter");
  if (!filter) {
    return tl::unexpected(std::move(filter).error());
  }
  auto start_key = read_start_key(input, ValueWords::newer);
  if (!start_key) {
    return tl::unexpected(std::move(start_key).error());
  }
  if (member_of(input, "KeyConditions") == nullptr && member_of(input, "KeyConditionExpression") == nullptr) {
    return tl::unexpected(std::string("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."));
  }
  auto expressions = read_projection(input, ValuePlaceholders::read);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  if (*filter) {
    expressions->filter = std::move(*filter);
  }
  if (auto complaint = select_complaint(input, expressions->projection.has_value(), ValueWords::newer)) {
    return tl::unexpected(std::move(*complaint));
  }
  auto conditions =
      expressions->key_condition ? key_conditions_of(*expressions->key_condition) : read_key_conditions(input.at("KeyConditions"));
  if (!conditions) {
    return tl::unexpected(std::move(conditions).error());
  }
  if (conditions->empty()) {
    return tl::unexpected(std::string("Conditions can be of length 1 or 2 only"));
  }
  return QueryRequest{std::move(*start_key), std::move(*expressions), std::move(*conditions)};
}

bool fulfils(const AttributeValue& value, const KeyCondition& condition)
{
  const auto order = order_of(value, condition.values[0]);
  switch (condition.comparison) {
    case Operator::equal:
      return order == 0;
    case Operator::less:
      return order < 0;
    case Operator::less_or_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_or_equal:
      return order >= 0;
    case Operator::between:
      return order >= 0 && order_of(value, condition.values[1]) <= 0;
    case Operator::begins_with:
    case Operator::not_indexable:
      return scalar_text(value).starts_with(scalar_text(condition.values[0]));
  }
  return false;
}

/// A start key lies where the query reads.
Complaint start_key_place_complaint(const Item& start, const KeyConditions& conditions, const KeySchema& key)
{
  const auto fulfilled = [&](const KeyAttribute& attribute) {
    const auto condition = conditions.find(attribute.name);
    return condition == conditions.end() || fulfils(start.at(attribute.name), condition->second);
  };
  const bool in_partition = std::all_of(key.partition.begin(), key.partition.end(), fulfilled);
  const bool has_sort_condition = !key.sort.empty() && conditions.contains(key.sort[0].name);
  if (!has_sort_condition) {
    return in_partition ? std::nullopt : Complaint("The provided starting key is outside query boundaries based on provided conditions");
  }
  if (!std::all_of(key.sort.begin(), key.sort.end(), fulfilled)) {
    return "The provided starting key does not match the range key predicate";
  }
  return in_partition ? std::nullopt : Complaint("The query can return at most one row and cannot be restarted");
}

Complaint filter_complaint(const Json& input, const std::optional<ConditionExpression>& filter, const KeySchema& key)
{
  if (!filter) {
    return std::nullopt;
  }
  const std::string_view member = member_of(input, "QueryFilter") == nullptr ? "Filter Expression" : "QueryFilter";
  const auto names = attributes_of(*filter);
  for (const KeyAttribute& attribute : key.attributes()) {
    if (names.contains(attribute.name)) {
      return fmt::format("{} can only contain non-primary key attributes: Primary key attribute: {}", member, attribute.name);
    }
  }
  return std::nullopt;
}

}  // namespace

Outcome<std::string> query(Engine& engine, const Call& call)
{
  const Json& input = call.input;
  auto request = read_query(input);
  if (!request) {
    return validation_error(std::move(request).error());
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(input, "TableName")));
  DAVIT_ANSWER_ASSIGN(const Index* const index, index_of(input, *table, engine.catalog.now()));
  const KeySchema& key = key_of(*table, index);
  auto& expressions = request->expressions;
  const Item* start = request->start_key ? &*request->start_key : nullptr;
  if (start != nullptr && !has_size_of_start_key(*start, *table, key)) {
    return validation_error(std::string(k_invalid_start_key));
  }
  DAVIT_REFUSE_IF(key_condition_complaint(request->conditions, key, start));
  if (start != nullptr) {
    DAVIT_REFUSE_IF(start_table_key_complaint(*start, *table));
    DAVIT_REFUSE_IF(start_key_place_complaint(*start, request->conditions, key));
  }
  if (expressions.projection) {
    DAVIT_REFUSE_IF(nested_key_complaint(*expressions.projection, *table));
  }
  DAVIT_REFUSE_IF(filter_complaint(input, expressions.filter, key));
  DAVIT_REFUSE_IF(index_filter_complaint(*table, index, expressions.filter));
  DAVIT_REFUSE_IF(index_select_complaint(input, *table, index, expressions.projection));
  if (expressions.filter) {
    DAVIT_REFUSE_IF(nested_key_complaint(*expressions.filter, *table));
  }
  PageRequest page{.table = *table,
                   .index = index,
                   .range = range_of(request->conditions, key),
                   .forward = flag_member(input, "ScanIndexForward", true),
                   .limit = integer_member(input, "Limit"),
                   .is_consistent = flag_member(input, "ConsistentRead"),
                   .counts_only = text_member(input, "Select") == "COUNT",
                   .completes = needs_table(input, *table, index, expressions),
                   .filter = std::move(expressions.filter),
                   .projection = std::move(expressions.projection)};
  if (start != nullptr) {
    start_behind(page.range, *start, *table, index, page.forward);
  }
  return read_page(engine, input, page);
}

}  // namespace davit::aws::local::dynamodb
