// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expression/compare.hpp"

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::local::dynamodb {

using aws::dynamodb::AttributeType;
using aws::dynamodb::AttributeValue;
using aws::dynamodb::Binary;
using aws::dynamodb::Number;

std::partial_ordering order_of(const AttributeValue& a, const AttributeValue& b)
{
  if (a.type() != b.type()) {
    return std::partial_ordering::unordered;
  }
  switch (a.type()) {
    case AttributeType::string:
      return a.get_if<std::string>()->compare(*b.get_if<std::string>()) <=> 0;
    case AttributeType::number:
      return *a.get_if<Number>() <=> *b.get_if<Number>();
    case AttributeType::binary:
      return a.get_if<Binary>()->bytes.compare(b.get_if<Binary>()->bytes) <=> 0;
    case AttributeType::boolean:
    case AttributeType::null:
    case AttributeType::list:
    case AttributeType::map:
    case AttributeType::string_set:
    case AttributeType::number_set:
    case AttributeType::binary_set:
      return std::partial_ordering::unordered;
  }
  return std::partial_ordering::unordered;
}

std::string scalar_text(const AttributeValue& value)
{
  if (const auto* text = value.get_if<std::string>()) {
    return *text;
  }
  if (const auto* number = value.get_if<Number>()) {
    return number->to_string();
  }
  if (const auto* binary = value.get_if<Binary>()) {
    return to_base64(binary->bytes);
  }
  return aws::dynamodb::to_json_text(value);
}

}  // namespace davit::aws::local::dynamodb
