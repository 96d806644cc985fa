// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/legacy_conditions.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/engine.hpp"
#include "aws/local/dynamodb/expression/compare.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using Operator = KeyCondition::Operator;
using Values = std::vector<AttributeValue>;

constexpr std::string_view k_invalid_condition = "One or more parameter values were invalid: ";

/// One comparison operator: how many values it takes, of which types, and what it is in an expression.
struct Comparison {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  std::string_view types;  ///< wire names between spaces; empty for any
  Node::Kind kind;
  std::string_view text;
  Operator key;
};

constexpr std::size_t k_any_number = std::numeric_limits<std::size_t>::max();
constexpr std::array<Comparison, 13> k_comparisons{{
    {"EQ", 1, 1, "", Node::Kind::compare, "=", Operator::equal},
    {"NE", 1, 1, "", Node::Kind::compare, "<>", Operator::not_indexable},
    {"LE", 1, 1, " S N B ", Node::Kind::compare, "<=", Operator::less_or_equal},
    {"LT", 1, 1, " S N B ", Node::Kind::compare, "<", Operator::less},
    {"GE", 1, 1, " S N B ", Node::Kind::compare, ">=", Operator::greater_or_equal},
    {"GT", 1, 1, " S N B ", Node::Kind::compare, ">", Operator::greater},
    {"NOT_NULL", 0, 0, "", Node::Kind::function, "attribute_exists", Operator::not_indexable},
    {"NULL", 0, 0, "", Node::Kind::function, "attribute_not_exists", Operator::not_indexable},
    {"CONTAINS", 1, 1, " S N B ", Node::Kind::function, "contains", Operator::not_indexable},
    {"NOT_CONTAINS", 1, 1, " S N B ", Node::Kind::function, "contains", Operator::not_indexable},
    {"BEGINS_WITH", 1, 1, " S B ", Node::Kind::function, "begins_with", Operator::begins_with},
    {"IN", 1, k_any_number, " S N B ", Node::Kind::in, "IN", Operator::not_indexable},
    {"BETWEEN", 2, 2, " S N B ", Node::Kind::between, "BETWEEN", Operator::between},
}};

const Comparison& comparison_named(std::string_view name)
{
  return *std::find_if(k_comparisons.begin(), k_comparisons.end(),
                       [name](const Comparison& comparison) { return comparison.name == name; });
}

tl::expected<Values, std::string> read_values(const Json* list, ValueWords words = ValueWords::newer)
{
  Values values;
  for (const auto& json : list == nullptr ? Json::array() : *list) {
    auto value = aws::dynamodb::attribute_value_from_json(json);
    if (!value) {
      return tl::unexpected(message_of(value.error(), words));
    }
    values.push_back(std::move(*value));
  }
  return values;
}

Complaint values_complaint(const Comparison& comparison, const Values& values)
{
  if (values.size() < comparison.least || values.size() > comparison.most) {
    return fmt::format("{}Invalid number of argument(s) for the {} ComparisonOperator", k_invalid_condition, comparison.name);
  }
  for (const auto& value : values) {
    if (value.type() != values[0].type()) {
      return fmt::format("{}AttributeValues inside AttributeValueList must be of same type", k_invalid_condition);
    }
  }
  for (const auto& value : values) {
    const std::string type(wire_name(value.type()));
    if (!comparison.types.empty() && comparison.types.find(" " + type + " ") == std::string_view::npos) {
      return fmt::format("{}ComparisonOperator {} is not valid for {} AttributeValue type", k_invalid_condition, comparison.name, type);
    }
  }
  if (comparison.name == "BETWEEN" && order_of(values[0], values[1]) > 0) {
    return "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound";
  }
  return std::nullopt;
}

Node path_node(const std::string& attribute)
{
  return {.kind = Node::Kind::path, .path = {attribute}};
}

Node condition_node(const std::string& attribute, const Comparison& comparison, Values values)
{
  Node node{.kind = comparison.kind, .text = std::string(comparison.text)};
  node.arguments.push_back(path_node(attribute));
  for (auto& value : values) {
    node.arguments.push_back({.kind = Node::Kind::value, .value = std::move(value)});
  }
  if (comparison.name != "NOT_CONTAINS") {
    return node;
  }
  // An attribute that is not there does not fulfil it either.
  Node both{.kind = Node::Kind::all_of};
  both.arguments.push_back({.kind = Node::Kind::function, .text = "attribute_exists", .arguments = {path_node(attribute)}});
  both.arguments.push_back({.kind = Node::Kind::none_of, .arguments = {std::move(node)}});
  return both;
}

/// Conditions joined by ConditionalOperator.
std::optional<ConditionExpression> joined(std::vector<Node> conditions, const Json& input)
{
  if (conditions.empty()) {
    return std::nullopt;
  }
  Node root{.kind = text_member(input, "ConditionalOperator") == "OR" ? Node::Kind::any_of : Node::Kind::all_of};
  root.arguments = std::move(conditions);
  return ConditionExpression{std::move(root)};
}

tl::expected<Node, std::string> read_condition(const std::string& attribute, const Comparison& comparison, const Json* list,
                                               ValueWords words = ValueWords::newer)
{
  auto values = read_values(list, words);
  if (!values) {
    return tl::unexpected(std::move(values).error());
  }
  if (auto complaint = values_complaint(comparison, *values)) {
    return tl::unexpected(std::move(*complaint));
  }
  return condition_node(attribute, comparison, std::move(*values));
}

/// An entry of Expected without a comparison operator: a value that is there, or none.
tl::expected<Node, std::string> read_existence(const std::string& attribute, const Json& condition)
{
  const Json* value = member_of(condition, "Value");
  const Json* exists = member_of(condition, "Exists");
  const bool wanted = flag_member(condition, "Exists", true);
  if (wanted && value == nullptr) {
    return tl::unexpected(fmt::format("{}Value must be provided when Exists is {} for Attribute: {}", k_invalid_condition,
                                      exists == nullptr ? "null" : "true", attribute));
  }
  if (!wanted && value != nullptr) {
    return tl::unexpected(fmt::format("{}Value cannot be used when Exists is false for Attribute: {}", k_invalid_condition, attribute));
  }
  if (!wanted) {
    return condition_node(attribute, comparison_named("NULL"), {});
  }
  const Json list = Json::array({*value});
  return read_condition(attribute, comparison_named("EQ"), &list);
}

tl::expected<Node, std::string> read_expectation(const std::string& attribute, const Json& condition)
{
  const Json* list = member_of(condition, "AttributeValueList");
  const Json* value = member_of(condition, "Value");
  if (list != nullptr && value != nullptr) {
    return tl::unexpected(
        fmt::format("{}Value and AttributeValueList cannot be used together for Attribute: {}", k_invalid_condition, attribute));
  }
  const std::string name = text_member(condition, "ComparisonOperator");
  if (name.empty()) {
    return list == nullptr ? read_existence(attribute, condition)
                           : tl::unexpected(fmt::format("{}AttributeValueList can only be used with a ComparisonOperator for Attribute: {}",
                                                        k_invalid_condition, attribute));
  }
  if (member_of(condition, "Exists") != nullptr) {
    return tl::unexpected(
        fmt::format("{}Exists and ComparisonOperator cannot be used together for Attribute: {}", k_invalid_condition, attribute));
  }
  if (name != "NULL" && name != "NOT_NULL" && list == nullptr && value == nullptr) {
    return tl::unexpected(fmt::format("{}Value or AttributeValueList must be used with ComparisonOperator: {} for Attribute: {}",
                                      k_invalid_condition, name, attribute));
  }
  const Json single = value == nullptr ? Json() : Json::array({*value});
  return read_condition(attribute, comparison_named(name), value == nullptr ? list : &single);
}

}  // namespace

tl::expected<std::optional<ConditionExpression>, std::string> read_expected(const Json& input)
{
  const Json* expected = member_of(input, "Expected");
  std::vector<Node> conditions;
  if (expected != nullptr) {
    for (const auto& [attribute, condition] : expected->items()) {
      auto node = read_expectation(attribute, condition);
      if (!node) {
        return tl::unexpected(std::move(node).error());
      }
      conditions.push_back(std::move(*node));
    }
  }
  return joined(std::move(conditions), input);
}

tl::expected<std::optional<ConditionExpression>, std::string> read_filter(const Json& input, std::string_view member)
{
  const Json* filter = member_of(input, member);
  const auto words = member == "ScanFilter" ? ValueWords::older : ValueWords::newer;
  std::vector<Node> conditions;
  if (filter != nullptr) {
    for (const auto& [attribute, condition] : filter->items()) {
      auto node = read_condition(attribute, comparison_named(text_member(condition, "ComparisonOperator")),
                                 member_of(condition, "AttributeValueList"), words);
      if (!node) {
        return tl::unexpected(std::move(node).error());
      }
      conditions.push_back(std::move(*node));
    }
  }
  return joined(std::move(conditions), input);
}

tl::expected<KeyConditions, std::string> read_key_conditions(const Json& conditions)
{
  KeyConditions out;
  for (const auto& [attribute, condition] : conditions.items()) {
    const Comparison& comparison = comparison_named(text_member(condition, "ComparisonOperator"));
    auto values = read_values(member_of(condition, "AttributeValueList"));
    if (!values) {
      return tl::unexpected(std::move(values).error());
    }
    if (auto complaint = values_complaint(comparison, *values)) {
      return tl::unexpected(std::move(*complaint));
    }
    out.emplace(attribute, KeyCondition{comparison.key, std::move(*values)});
  }
  return out;
}

}  // namespace davit::aws::local::dynamodb
