// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/request_body.hpp"

#include <nlohmann/json.hpp>

#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {

RequestBody& RequestBody::raw(std::string_view name, std::string_view json)
{
  m_out += m_out.empty() ? '{' : ',';
  append_json_string(m_out, name);
  (m_out += ':') += json;
  return *this;
}

RequestBody& RequestBody::text(std::string_view name, std::string_view value)
{
  if (value.empty()) {
    return *this;
  }
  std::string json;
  append_json_string(json, value);
  return raw(name, json);
}

RequestBody& RequestBody::item(std::string_view name, const Item& value)
{
  return raw(name, to_json_text(value));
}

RequestBody& RequestBody::flag(std::string_view name, bool value)
{
  return value ? raw(name, "true") : *this;
}

RequestBody& RequestBody::placeholders(const Placeholders& placeholders)
{
  if (!placeholders.names.empty()) {
    raw("ExpressionAttributeNames", dump_json(placeholders.names));
  }
  return placeholders.values.empty() ? *this : item("ExpressionAttributeValues", placeholders.values);
}

RequestBody& RequestBody::selection(const Selection& selection)
{
  text("IndexName", selection.index).text("FilterExpression", selection.filter).text("ProjectionExpression", selection.projection);
  placeholders(selection.placeholders).flag("ConsistentRead", selection.consistent);
  text("Select", selection.count_only ? "COUNT" : "");
  if (selection.limit) {
    raw("Limit", std::to_string(*selection.limit));
  }
  return selection.start_key.empty() ? *this : item("ExclusiveStartKey", selection.start_key);
}

std::string RequestBody::finish()
{
  text("ReturnConsumedCapacity", "TOTAL");
  return close();
}

}  // namespace davit::aws::dynamodb
