// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/item_rows.hpp"
#include "aws/local/dynamodb/legacy_conditions.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/request_expressions.hpp"

namespace davit::aws::local::dynamodb {

Outcome<std::string> get_item(Engine& engine, const Call& call)
{
  const Json& input = call.input;
  DAVIT_REFUSE_IF(mixing_complaint(input, {{"ProjectionExpression"}, {"AttributesToGet"}}));
  auto key = read_attributes(input.at("Key"));
  if (!key) {
    return validation_error(std::move(key).error());
  }
  auto expressions = read_projection(input, ValuePlaceholders::ignored);
  if (!expressions) {
    return validation_error(std::move(expressions).error());
  }
  DAVIT_ANSWER_ASSIGN(const TablePtr table, usable_table(engine, call.caller, text_member(input, "TableName")));
  DAVIT_REFUSE_IF(refusal_of_key(*key, table->key()));
  const auto& projection = expressions->projection;
  if (projection) {
    DAVIT_REFUSE_IF(nested_key_complaint(*projection, *table));
  }
  DAVIT_STORED_ASSIGN(const auto transaction, engine.database.read_briefly());
  DAVIT_STORED_ASSIGN(const auto stored, read_item(*transaction, *table, *key));
  std::string answer = "{";
  if (stored) {
    append_member(answer, "Item", projection ? aws::dynamodb::to_json_text(project(stored->item(), projection->paths)) : stored->json);
  }
  if (const auto detail = detail_of(input); detail != Capacity::Detail::none) {
    const double units = read_units(stored ? stored->size : 1, flag_member(input, "ConsistentRead"));
    append_member(answer, "ConsumedCapacity", Capacity{.table = units}.to_json(table->name(), detail));
  }
  return answer + "}";
}

}  // namespace davit::aws::local::dynamodb
