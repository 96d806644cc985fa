// SPDX-License-Identifier: Apache-2.0
// The types that the members of an AttributeValue must have in JSON, and what the service says of others.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {
namespace {

using Message = std::optional<std::string>;

// Deeper values fail their validation, whatever their types are.
constexpr int k_deepest_look = 2 * k_max_nesting;

std::string name_of_scalar(const Json& json)
{
  if (json.is_boolean()) {
    return json.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
  }
  return json.is_number_integer() ? "NUMBER_VALUE" : json.is_number() ? "DECIMAL_VALUE" : "STRING_VALUE";
}

Message refuse_containers(const Json& json, std::string_view java_class)
{
  if (json.is_array()) {
    return "Unrecognized collection type class " + std::string(java_class);
  }
  if (json.is_object()) {
    return "Start of structure or map found where not expected";
  }
  return std::nullopt;
}

Message check_string(const Json& json)
{
  if (auto refused = refuse_containers(json, "java.lang.String")) {
    return refused;
  }
  if (!json.is_string()) {
    return name_of_scalar(json) + " cannot be converted to String";
  }
  return std::nullopt;
}

Message check_boolean(const Json& json)
{
  if (auto refused = refuse_containers(json, "java.lang.Boolean")) {
    return refused;
  }
  if (json.is_number()) {
    return name_of_scalar(json) + " cannot be converted to Boolean";
  }
  return boolean_of(json) ? std::nullopt : Message("Unexpected token received from parser");
}

Message check_blob(const Json& json)
{
  if (auto refused = refuse_containers(json, "java.nio.ByteBuffer")) {
    return refused;
  }
  if (!json.is_string()) {
    return "only base-64-encoded strings are convertible to bytes";
  }
  const auto& text = json.get_ref<const std::string&>();
  if (text.size() % 4 != 0) {
    return "Base64 encoded length is expected a multiple of 4 bytes but found: " + std::to_string(text.size());
  }
  if (!from_base64(text)) {
    return "Invalid last non-pad Base64 character dectected";
  }
  return std::nullopt;
}

template <typename Check>
Message check_list(const Json& json, Check check)
{
  if (json.is_object()) {
    return "Start of structure or map found where not expected";
  }
  if (!json.is_array()) {
    return "Unexpected field type";
  }
  for (const auto& element : json) {
    if (element.is_null()) {
      continue;
    }
    if (auto refused = check(element)) {
      return refused;
    }
  }
  return std::nullopt;
}

Message check_value(const Json& json, int depth);

Message check_map(const Json& json, int depth)
{
  if (json.is_array()) {
    return "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>";
  }
  if (!json.is_object()) {
    return "Unexpected field type";
  }
  for (const auto& element : json) {
    if (auto refused = check_value(element, depth + 1)) {
      return refused;
    }
  }
  return std::nullopt;
}

Message check_member(AttributeType type, const Json& json, int depth)
{
  switch (type) {
    case AttributeType::string:
    case AttributeType::number:
      return check_string(json);
    case AttributeType::binary:
      return check_blob(json);
    case AttributeType::boolean:
    case AttributeType::null:
      return check_boolean(json);
    case AttributeType::list:
      return check_list(json, [depth](const Json& element) { return check_value(element, depth + 1); });
    case AttributeType::map:
      return check_map(json, depth);
    case AttributeType::string_set:
    case AttributeType::number_set:
      return check_list(json, check_string);
    case AttributeType::binary_set:
      return check_list(json, check_blob);
  }
  return std::nullopt;
}

// The order in which the service reads the members.
constexpr std::array k_order{AttributeType::string, AttributeType::binary,     AttributeType::number,     AttributeType::boolean,
                             AttributeType::null,   AttributeType::binary_set, AttributeType::number_set, AttributeType::string_set,
                             AttributeType::list,   AttributeType::map};

Message check_value(const Json& json, int depth)
{
  if (json.is_null() || depth > k_deepest_look) {
    return std::nullopt;
  }
  if (json.is_array()) {
    return "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue";
  }
  if (!json.is_object()) {
    return "Unexpected value type in payload";
  }
  for (const AttributeType type : k_order) {
    const auto member = json.find(wire_name(type));
    if (member == json.end() || member->is_null()) {
      continue;
    }
    if (auto refused = check_member(type, *member, depth)) {
      return refused;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> boolean_of(const Json& json)
{
  if (json.is_boolean()) {
    return json.get<bool>();
  }
  std::string word = json.is_string() ? json.get<std::string>() : std::string();
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  if (word == "true" || word == "yes" || word == "1") {
    return true;
  }
  return word == "false" || word == "no" || word == "0" ? std::optional(false) : std::nullopt;
}

std::optional<std::string> serialization_error_of(const Json& attribute_value)
{
  return check_value(attribute_value, 1);
}

}  // namespace davit::aws::dynamodb
