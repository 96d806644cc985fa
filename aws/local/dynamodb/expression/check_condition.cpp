// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "aws/local/dynamodb/expression/compare.hpp"
#include "aws/local/dynamodb/expression/node_walk.hpp"
#include "aws/local/dynamodb/expression/placeholder_resolution.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::wire_name;

struct Function {
  std::string_view name;
  std::size_t operands;
};

constexpr std::array<Function, 6> k_functions{
    {{"attribute_exists", 1}, {"attribute_not_exists", 1}, {"attribute_type", 2}, {"begins_with", 2}, {"contains", 2}, {"size", 1}}};

const Function* function_of(const Node& node)
{
  const auto* found = std::find_if(k_functions.begin(), k_functions.end(), [&](const Function& f) { return f.name == node.text; });
  return found == k_functions.end() ? nullptr : found;
}

Complaint unknown_function(const Node& node)
{
  if (!is_call(node) || function_of(node) != nullptr) {
    return std::nullopt;
  }
  const bool is_of_updates = node.text == "if_not_exists" || node.text == "list_append";
  return (is_of_updates ? "The function is not allowed in a condition expression; function: " : "Invalid function name; function: ") +
         node.text;
}

bool is_logical(const Node& node)
{
  return node.kind == Node::Kind::all_of || node.kind == Node::Kind::any_of || node.kind == Node::Kind::none_of;
}

/// size() is an operand and never a condition; the other functions are conditions and never operands.
Complaint misused_function(const Node& node)
{
  for (const Node& argument : node.arguments) {
    if (is_call(argument) && (argument.text == "size") == is_logical(node)) {
      return "The function is not allowed to be used this way in an expression; function: " + argument.text;
    }
  }
  return std::nullopt;
}

Complaint undefined(Node& node, Placeholders& placeholders)
{
  return first_complaint(node, [&placeholders](Node& operand) -> Complaint {
    if (operand.kind == Node::Kind::path) {
      return resolve(operand.path, placeholders);
    }
    return operand.kind == Node::Kind::value ? resolve_value(operand, placeholders) : std::nullopt;
  });
}

/// Known before any item is read; nothing for a path.
std::optional<AttributeType> type_of(const Node& node)
{
  if (node.kind == Node::Kind::value) {
    return node.value.type();
  }
  return is_call(node) && node.text == "size" ? std::optional(AttributeType::number) : std::nullopt;
}

std::string wrong_type(std::string_view name, std::string_view type)
{
  return fmt::format("Incorrect operand type for operator or function; operator or function: {}, operand type: {}", name, type);
}

Complaint same_operands(const Node& node)
{
  if (is_logical(node)) {
    return std::nullopt;
  }
  const auto repeats = [&node](const Node& other) {
    return other.kind == Node::Kind::path && node.arguments[0].kind == Node::Kind::path && other.path == node.arguments[0].path;
  };
  if (node.arguments.size() < 2 || std::none_of(node.arguments.begin() + 1, node.arguments.end(), repeats)) {
    return std::nullopt;
  }
  return fmt::format(
      "The first operand must be distinct from the remaining operands for this operator or function; operator: {}, first operand: {}",
      node.text, to_string(node.arguments[0].path));
}

Complaint wrong_count(const Node& node)
{
  const Function* function = function_of(node);
  if (function == nullptr || function->operands == node.arguments.size()) {
    return std::nullopt;
  }
  return fmt::format("Incorrect number of operands for operator or function; operator or function: {}, number of operands: {}", node.text,
                     node.arguments.size());
}

Complaint wrong_type_name(const Node& node)
{
  const Node& operand = node.arguments[1];
  const auto type = type_of(operand);
  if (type != AttributeType::string) {
    return wrong_type(node.text, type ? wire_name(*type) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  }
  const auto& name = *operand.value.get_if<std::string>();
  if (!aws::dynamodb::attribute_type_of(name)) {
    return fmt::format("Invalid attribute type name found; type: {}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}", name);
  }
  return std::nullopt;
}

Complaint wrong_operands_of_call(const Node& node)
{
  if (node.text == "attribute_exists" || node.text == "attribute_not_exists") {
    return node.arguments[0].kind == Node::Kind::path
               ? std::nullopt
               : Complaint("Operator or function requires a document path; operator or function: " + node.text);
  }
  if (node.text == "attribute_type") {
    return wrong_type_name(node);
  }
  for (const Node& argument : node.arguments) {
    const auto type = type_of(argument);
    const bool fits_prefix = type == AttributeType::string || type == AttributeType::binary;
    const bool has_no_size = type == AttributeType::number || type == AttributeType::boolean || type == AttributeType::null;
    if (type && ((node.text == "begins_with" && !fits_prefix) || (node.text == "size" && has_no_size))) {
      return wrong_type(node.text, wire_name(*type));
    }
  }
  return std::nullopt;
}

bool is_ordered(AttributeType type)
{
  return type == AttributeType::string || type == AttributeType::number || type == AttributeType::binary;
}

/// Only strings, numbers and binaries have an order.
Complaint unordered_operand(const Node& node)
{
  if (node.kind != Node::Kind::between && (node.kind != Node::Kind::compare || node.text == "=" || node.text == "<>")) {
    return std::nullopt;
  }
  for (const Node& argument : node.arguments) {
    if (const auto type = type_of(argument); type && !is_ordered(*type)) {
      return wrong_type(node.text, wire_name(*type));
    }
  }
  return std::nullopt;
}

std::string shown(const AttributeValue& value)
{
  return fmt::format("AttributeValue: {{{}:{}}}", wire_name(value.type()), scalar_text(value));
}

Complaint wrong_bounds(const Node& node)
{
  if (node.kind != Node::Kind::between || node.arguments[1].kind != Node::Kind::value || node.arguments[2].kind != Node::Kind::value) {
    return std::nullopt;
  }
  const AttributeValue& lower = node.arguments[1].value;
  const AttributeValue& upper = node.arguments[2].value;
  const std::string_view rule = lower.type() != upper.type() ? "same data type for lower and upper bounds"
                                : order_of(lower, upper) > 0 ? "upper bound to be greater than or equal to lower bound"
                                                             : "";
  if (rule.empty()) {
    return std::nullopt;
  }
  return fmt::format("The BETWEEN operator requires {}; lower bound operand: {}, upper bound operand: {}", rule, shown(lower),
                     shown(upper));
}

/// All that is wrong with one condition once its shape is right; the service tells the first in this order.
Complaint wrong_operands(Node& node, Placeholders& placeholders)
{
  if (is_logical(node)) {
    for (Node& argument : node.arguments) {
      if (auto complaint = wrong_operands(argument, placeholders)) {
        return complaint;
      }
    }
    return std::nullopt;
  }
  if (auto complaint = undefined(node, placeholders)) {
    return complaint;
  }
  for (auto* look : {wrong_count, same_operands}) {
    if (auto complaint = first_complaint(std::as_const(node), look)) {
      return complaint;
    }
  }
  return first_complaint(std::as_const(node), [](const Node& part) -> Complaint {
    if (is_call(part)) {
      return wrong_operands_of_call(part);
    }
    auto complaint = unordered_operand(part);
    return complaint ? complaint : wrong_bounds(part);
  });
}

}  // namespace

bool is_condition_function(std::string_view name)
{
  return std::any_of(k_functions.begin(), k_functions.end(), [name](const Function& function) { return function.name == name; });
}

Parsed<void> check(ConditionExpression& expression, Placeholders& placeholders)
{
  Node& root = expression.root;
  if (auto complaint = first_complaint(std::as_const(root), unknown_function)) {
    return tl::unexpected(std::move(*complaint));
  }
  if (is_call(root) && root.text == "size") {
    return tl::unexpected(std::string("The function is not allowed to be used this way in an expression; function: size"));
  }
  if (auto complaint = first_complaint(std::as_const(root), misused_function)) {
    return tl::unexpected(std::move(*complaint));
  }
  if (auto complaint = first_complaint(std::as_const(root), [](const Node& node) { return reserved_in(node.path); })) {
    return tl::unexpected(std::move(*complaint));
  }
  if (auto complaint = wrong_operands(root, placeholders)) {
    return tl::unexpected(std::move(*complaint));
  }
  return {};
}

}  // namespace davit::aws::local::dynamodb
