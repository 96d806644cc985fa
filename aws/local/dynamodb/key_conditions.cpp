// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/key_conditions.hpp"

#include <fmt/format.h>

#include "aws/local/dynamodb/expression/compare.hpp"
#include "aws/local/dynamodb/row_key.hpp"
#include "aws/local/dynamodb/start_key.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using Operator = KeyCondition::Operator;

constexpr const char* k_not_supported = "Query key condition not supported";

/// Takes the conditions of one expression apart. The first complaint ends it.
class Conversion
{
public:
  Complaint convert(const Node& node)
  {
    if (auto complaint = refuse_operator(node)) {
      return complaint;
    }
    if (node.kind == Node::Kind::all_of) {
      for (const Node& argument : node.arguments) {
        if (auto complaint = convert(argument)) {
          return complaint;
        }
      }
      return std::nullopt;
    }
    return convert_predicate(node);
  }

  KeyConditions take() { return std::move(m_conditions); }

private:
  static Complaint refuse_operator(const Node& node)
  {
    const auto invalid = [](std::string_view name) { return fmt::format("Invalid operator used in KeyConditionExpression: {}", name); };
    switch (node.kind) {
      case Node::Kind::any_of:
        return invalid("OR");
      case Node::Kind::none_of:
        return invalid("NOT");
      case Node::Kind::in:
        return invalid("IN");
      case Node::Kind::compare:
        return node.text == "<>" ? Complaint(invalid("<>")) : std::nullopt;
      case Node::Kind::function:
        return node.text != "begins_with" ? Complaint(invalid(node.text)) : std::nullopt;
      case Node::Kind::path:
      case Node::Kind::value:
      case Node::Kind::between:
      case Node::Kind::all_of:
        return std::nullopt;
    }
    return std::nullopt;
  }

  Complaint convert_predicate(const Node& node)
  {
    const bool attribute_first = node.kind == Node::Kind::between || node.kind == Node::Kind::function;
    if (attribute_first && node.arguments[0].kind != Node::Kind::path) {
      return fmt::format("Invalid condition in KeyConditionExpression: {} operator must have the key attribute as its first operand",
                         node.text);
    }
    const Node* attribute = nullptr;
    KeyCondition condition{.comparison = operator_of(node)};
    for (const Node& argument : node.arguments) {
      if (argument.kind == Node::Kind::function) {
        return "KeyConditionExpressions cannot contain nested operations";
      }
      if (argument.kind != Node::Kind::path) {
        condition.values.push_back(argument.value);
        continue;
      }
      if (attribute != nullptr) {
        return "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition";
      }
      if (argument.path.size() > 1) {
        return "KeyConditionExpressions cannot have conditions on nested attributes";
      }
      attribute = &argument;
    }
    if (attribute == nullptr) {
      return "Invalid condition in KeyConditionExpression: No key attribute specified";
    }
    if (attribute != &node.arguments[0]) {
      condition.comparison = turned(condition.comparison);
    }
    const bool is_new = m_conditions.emplace(std::get<std::string>(attribute->path[0]), std::move(condition)).second;
    return is_new ? std::nullopt
                  : Complaint("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
  }

  static Operator operator_of(const Node& node)
  {
    if (node.kind != Node::Kind::compare) {
      return node.kind == Node::Kind::between ? Operator::between : Operator::begins_with;
    }
    return node.text == "="    ? Operator::equal
           : node.text == "<"  ? Operator::less
           : node.text == "<=" ? Operator::less_or_equal
           : node.text == ">"  ? Operator::greater
                               : Operator::greater_or_equal;
  }

  /// For `:value < attribute`.
  static Operator turned(Operator comparison)
  {
    switch (comparison) {
      case Operator::less:
        return Operator::greater;
      case Operator::less_or_equal:
        return Operator::greater_or_equal;
      case Operator::greater:
        return Operator::less;
      case Operator::greater_or_equal:
        return Operator::less_or_equal;
      case Operator::equal:
      case Operator::between:
      case Operator::begins_with:
      case Operator::not_indexable:
        return comparison;
    }
    return comparison;
  }

  KeyConditions m_conditions;
};

Complaint value_complaint(const KeyCondition& condition, const KeyAttribute& attribute, bool is_partition)
{
  for (const auto& value : condition.values) {
    if (value.type() != attribute.type) {
      return "One or more parameter values were invalid: Condition parameter type does not match schema type";
    }
  }
  for (const auto& value : condition.values) {
    if (auto complaint = aws::dynamodb::refusal_of_key_value(value, attribute, is_partition)) {
      return complaint;
    }
  }
  if (condition.comparison == Operator::begins_with && attribute.type == aws::dynamodb::AttributeType::number) {
    return "One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type";
  }
  return std::nullopt;
}

/// What is wrong with the condition on one attribute of the key.
Complaint attribute_complaint(const KeyConditions& conditions, const KeyAttribute& attribute, bool is_partition, bool is_alone)
{
  const auto found = conditions.find(attribute.name);
  if (is_alone && conditions.size() > 1) {
    return std::string(k_not_supported);
  }
  if (found == conditions.end()) {
    return is_partition ? Complaint("Query condition missed key schema element: " + attribute.name) : std::nullopt;
  }
  const KeyCondition& condition = found->second;
  if (condition.comparison == Operator::not_indexable) {
    return "Attempted conditional constraint is not an indexable operation";
  }
  if (auto complaint = value_complaint(condition, attribute, is_partition)) {
    return complaint;
  }
  return is_partition && condition.comparison != Operator::equal ? Complaint(k_not_supported) : std::nullopt;
}

/// A condition on an attribute that the key does not have stands where one on a sort attribute should.
Complaint foreign_complaint(const KeyConditions& conditions, const KeySchema& key)
{
  const bool fits =
      std::all_of(conditions.begin(), conditions.end(), [&key](const auto& entry) { return key.find(entry.first) != nullptr; });
  const auto missed =
      std::find_if(key.sort.begin(), key.sort.end(), [&](const KeyAttribute& attribute) { return !conditions.contains(attribute.name); });
  return fits || missed == key.sort.end() ? std::nullopt : Complaint("Query condition missed key schema element: " + missed->name);
}

/// Every partition attribute of a multi-attribute key is given by an equality.
Complaint partition_complaint(const KeyConditions& conditions, const KeySchema& key)
{
  std::vector<std::string> open;
  for (const KeyAttribute& attribute : key.partition) {
    const auto found = conditions.find(attribute.name);
    if (found == conditions.end() || found->second.comparison != Operator::equal) {
      open.push_back(attribute.name);
    }
  }
  if (key.partition.size() == 1 || open.empty()) {
    return std::nullopt;
  }
  return fmt::format("HASH key attributes {} must have equality conditions specified in the query", fmt::join(open, ", "));
}

/// The sort attributes of a multi-attribute key are given from the first on, all but the last with an equality.
Complaint gap_complaint(const KeyConditions& conditions, const KeySchema& key)
{
  std::vector<std::string> open;
  for (const KeyAttribute& attribute : key.sort) {
    const auto found = conditions.find(attribute.name);
    if (found != conditions.end() && !open.empty()) {
      return fmt::format(
          "RANGE key attributes {} must have equality conditions specified in the query because a condition is present on key attribute {}",
          fmt::join(open, ", "), attribute.name);
    }
    if (found == conditions.end() || found->second.comparison != Operator::equal) {
      open.push_back(attribute.name);
    }
  }
  return std::nullopt;
}

KeyRange beginning_with(const std::string& prefix)
{
  return {prefix, behind(prefix)};
}

KeyRange narrowed(const std::string& prefix, const KeyCondition& condition)
{
  const std::string first = prefix + encode(condition.values[0]);
  switch (condition.comparison) {
    case Operator::equal:
      return beginning_with(first);
    case Operator::less:
      return {prefix, first};
    case Operator::less_or_equal:
      return {prefix, behind(first)};
    case Operator::greater:
      return {behind(first), behind(prefix)};
    case Operator::greater_or_equal:
      return {first, behind(prefix)};
    case Operator::between:
      return {first, behind(prefix + encode(condition.values[1]))};
    case Operator::begins_with:
      return beginning_with(prefix + encode_prefix(condition.values[0]));
    case Operator::not_indexable:
      break;
  }
  return beginning_with(prefix);
}

}  // namespace

tl::expected<KeyConditions, std::string> key_conditions_of(const ConditionExpression& expression)
{
  Conversion conversion;
  if (auto complaint = conversion.convert(expression.root)) {
    return tl::unexpected(std::move(*complaint));
  }
  return conversion.take();
}

Complaint key_condition_complaint(const KeyConditions& conditions, const KeySchema& key, const Item* start)
{
  const auto attributes = key.attributes();
  if (conditions.size() > std::max<std::size_t>(2, attributes.size())) {
    return fmt::format("The number of query conditions ({}) exceeds the number of key attributes defined in the schema ({})",
                       conditions.size(), attributes.size());
  }
  if (auto complaint = partition_complaint(conditions, key)) {
    return complaint;
  }
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const bool is_partition = i < key.partition.size();
    if (start != nullptr) {
      if (auto complaint = start_key_part_complaint(*start, attributes[i], is_partition)) {
        return complaint;
      }
    }
    if (auto complaint = attribute_complaint(conditions, attributes[i], is_partition, attributes.size() == 1)) {
      return complaint;
    }
  }
  auto complaint = foreign_complaint(conditions, key);
  return complaint ? complaint : gap_complaint(conditions, key);
}

KeyRange range_of(const KeyConditions& conditions, const KeySchema& key)
{
  Item partition;
  for (const KeyAttribute& attribute : key.partition) {
    partition.emplace(attribute.name, conditions.at(attribute.name).values[0]);
  }
  std::string prefix = partition_prefix(partition, key);
  for (const KeyAttribute& attribute : key.sort) {
    const auto found = conditions.find(attribute.name);
    if (found == conditions.end()) {
      break;
    }
    if (found->second.comparison != Operator::equal) {
      return narrowed(prefix, found->second);
    }
    prefix += encode(found->second.values[0]);
  }
  return beginning_with(prefix);
}

}  // namespace davit::aws::local::dynamodb
