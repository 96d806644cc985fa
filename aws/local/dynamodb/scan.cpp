// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/dynamodb/legacy_conditions.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/read_page.hpp"
#include "aws/local/dynamodb/row_key.hpp"
#include "aws/local/dynamodb/start_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

struct ScanRequest {
  std::optional<Item> start_key;
  Expressions expressions;
};

Complaint segment_complaint(const Json& input)
{
  const auto segment = integer_member(input, "Segment");
  const auto total = integer_member(input, "TotalSegments");
  if (segment && !total) {
    return "The TotalSegments parameter is required but was not present in the request when Segment parameter is present";
  }
  if (total && !segment) {
    return "The Segment parameter is required but was not present in the request when parameter TotalSegments is present";
  }
  if (total && *segment >= *total) {
    return fmt::format(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {} is not less than TotalSegments: {}",
        *segment, *total);
  }
  return std::nullopt;
}

/// What can be told without the table. The error is a complaint.
tl::expected<ScanRequest, std::string> read_scan(const Json& input)
{
  static const ExpressionMembers k_members{{"ProjectionExpression", "FilterExpression"},
                                           {"AttributesToGet", "ScanFilter", "ConditionalOperator"}};
  if (auto complaint = mixing_complaint(input, k_members)) {
    return tl::unexpected(std::move(*complaint));
  }
  auto filter = read_filter(input, "ScanFilter");
  if (!filter) {
    return tl::unexpected(std::move(filter).error());
  }
  auto start_key = read_start_key(input, ValueWords::older);
  if (!start_key) {
    return tl::unexpected(std::move(start_key).error());
  }
  if (auto complaint = segment_complaint(input)) {
    return tl::unexpected(std::move(*complaint));
  }
  auto expressions = read_projection(input, ValuePlaceholders::named);
  if (!expressions) {
    return tl::unexpected(std::move(expressions).error());
  }
  if (*filter) {
    expressions->filter = std::move(*filter);
  }
  if (auto complaint = select_complaint(input, expressions->projection.has_value(), ValueWords::older)) {
    return tl::unexpected(std::move(*complaint));
  }
  return ScanRequest{std::move(*start_key), std::move(*expressions)};
}

/// What is wrong with the start key of a scan of an index, as far as the index is concerned.
Complaint index_start_key_complaint(const Item& start, const Table& table, const KeySchema& key)
{
  if (!has_size_of_start_key(start, table, key)) {
    return std::string(k_invalid_start_key);
  }
  const auto attributes = key.attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (auto complaint = start_key_part_complaint(start, attributes[i], i < key.partition.size())) {
      return complaint;
    }
  }
  return std::nullopt;
}

/// A table's start key has nothing besides its key.
Complaint table_start_key_complaint(const Item& start, const Table& table, const Index* index)
{
  if (index != nullptr || has_size_of_start_key(start, table, table.key())) {
    return start_table_key_complaint(start, table);
  }
  return fmt::format("{}: The provided key element does not match the schema", k_invalid_start_key);
}

KeyRange segment_of(const Json& input)
{
  const std::int64_t total = integer_member(input, "TotalSegments").value_or(1);
  const std::int64_t segment = integer_member(input, "Segment").value_or(0);
  return {segment_start(segment, total), segment_start(segment + 1, total)};
}

Complaint wrong_segment_complaint(const KeyRange& range, const Item& start, const Table& table, const Index* index, const Json& input)
{
  const std::string partition = partition_prefix(start, key_of(table, index));
  if (partition >= range.low && (range.high.empty() || partition < range.high)) {
    return std::nullopt;
  }
  return fmt::format(
      "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: {} Segment: {}",
      *integer_member(input, "TotalSegments"), *integer_member(input, "Segment"));
}

}  // namespace

Outcome<std::string> scan(Engine& engine, const Call& call)
{
  const Json& input = call.input;
  auto request = read_scan(input);
  if (!request) {
    return validation_error(std::move(request).error());
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(input, "TableName")));
  DAVIT_ANSWER_ASSIGN(const Index* const index, index_of(input, *table, engine.catalog.now()));
  auto& expressions = request->expressions;
  KeyRange range = segment_of(input);
  if (request->start_key && index != nullptr) {
    DAVIT_REFUSE_IF(index_start_key_complaint(*request->start_key, *table, index->key));
  }
  DAVIT_REFUSE_IF(index_select_complaint(input, *table, index, expressions.projection));
  if (request->start_key) {
    DAVIT_REFUSE_IF(table_start_key_complaint(*request->start_key, *table, index));
    DAVIT_REFUSE_IF(wrong_segment_complaint(range, *request->start_key, *table, index, input));
    start_behind(range, *request->start_key, *table, index, true);
  }
  if (expressions.projection) {
    DAVIT_REFUSE_IF(nested_key_complaint(*expressions.projection, *table));
  }
  if (expressions.filter) {
    DAVIT_REFUSE_IF(nested_key_complaint(*expressions.filter, *table));
  }
  const PageRequest page{.table = *table,
                         .index = index,
                         .range = std::move(range),
                         .limit = integer_member(input, "Limit"),
                         .is_consistent = flag_member(input, "ConsistentRead"),
                         .counts_only = text_member(input, "Select") == "COUNT",
                         .completes = needs_table(input, *table, index, expressions),
                         .filter = std::move(expressions.filter),
                         .projection = std::move(expressions.projection)};
  return read_page(engine, input, page);
}

}  // namespace davit::aws::local::dynamodb
