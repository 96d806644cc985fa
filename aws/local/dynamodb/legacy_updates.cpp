// SPDX-License-Identifier: Apache-2.0
// AttributeUpdates and AttributesToGet.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/legacy_conditions.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr std::string_view k_invalid_update = "One or more parameter values were invalid: ";
constexpr std::size_t k_max_attribute_name = 65535;

Complaint name_complaint(const std::string& name)
{
  if (name.size() <= k_max_attribute_name) {
    return std::nullopt;
  }
  return fmt::format("{}Attribute name is too large, must be less than 65536 bytes", k_invalid_update);
}

bool is_set(AttributeType type)
{
  return type == AttributeType::string_set || type == AttributeType::number_set || type == AttributeType::binary_set;
}

Complaint action_complaint(const std::string& action, const std::optional<AttributeValue>& value)
{
  if (!value) {
    return action == "DELETE"
               ? std::nullopt
               : Complaint(fmt::format("{}Only DELETE action is allowed when no attribute value is specified", k_invalid_update));
  }
  const AttributeType type = value->type();
  if (action == "DELETE" && !is_set(type)) {
    return fmt::format("{}DELETE action with value is not supported for the type {}", k_invalid_update, wire_name(type));
  }
  if (action == "ADD" && !is_set(type) && type != AttributeType::number && type != AttributeType::list) {
    return fmt::format("{}ADD action is not supported for the type {}", k_invalid_update, wire_name(type));
  }
  return std::nullopt;
}

UpdateAction::Kind kind_of(const std::string& action, bool has_value)
{
  if (action == "ADD") {
    return UpdateAction::Kind::add;
  }
  return action != "DELETE" ? UpdateAction::Kind::set : has_value ? UpdateAction::Kind::erase : UpdateAction::Kind::remove;
}

tl::expected<UpdateAction, std::string> read_action(const std::string& attribute, const Json& update)
{
  const std::string action = text_member(update, "Action");
  std::optional<AttributeValue> value;
  if (const Json* json = member_of(update, "Value")) {
    auto read = aws::dynamodb::attribute_value_from_json(*json);
    if (!read) {
      return tl::unexpected(message_of(read.error(), ValueWords::newer));
    }
    value = std::move(*read);
  }
  auto complaint = action_complaint(action, value);
  complaint = complaint ? complaint : name_complaint(attribute);
  if (complaint) {
    return tl::unexpected(std::move(*complaint));
  }
  UpdateAction out{.kind = kind_of(action, value.has_value()), .path = {attribute}, .operand = {.kind = Node::Kind::value}};
  out.operand.value = value.value_or(AttributeValue());
  return out;
}

}  // namespace

tl::expected<std::optional<UpdateExpression>, std::string> read_attribute_updates(const Json& input)
{
  const Json* updates = member_of(input, "AttributeUpdates");
  if (updates == nullptr) {
    return std::nullopt;
  }
  UpdateExpression out;
  for (const auto& [attribute, update] : updates->items()) {
    auto action = read_action(attribute, update);
    if (!action) {
      return tl::unexpected(std::move(action).error());
    }
    out.actions.push_back(std::move(*action));
  }
  return out;
}

tl::expected<std::optional<ProjectionExpression>, std::string> read_attributes_to_get(const Json& input)
{
  const Json* names = member_of(input, "AttributesToGet");
  if (names == nullptr) {
    return std::nullopt;
  }
  ProjectionExpression out;
  std::set<std::string> seen;
  for (const auto& json : *names) {
    const std::string name = json.get<std::string>();
    if (auto complaint = name_complaint(name)) {
      return tl::unexpected(std::move(*complaint));
    }
    if (!seen.insert(name).second) {
      return tl::unexpected(fmt::format("{}Duplicate value in attribute name: {}", k_invalid_update, name));
    }
    out.paths.push_back({name});
  }
  return out;
}

tl::expected<Expressions, std::string> read_projection(const Json& input, ValuePlaceholders values)
{
  auto older = read_attributes_to_get(input);
  if (!older) {
    return tl::unexpected(std::move(older).error());
  }
  auto expressions = read_expressions(input, values);
  if (expressions && *older) {
    expressions->projection = std::move(*older);
  }
  return expressions;
}

}  // namespace davit::aws::local::dynamodb
