// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/dynamodb/expression/node_walk.hpp"
#include "aws/local/dynamodb/expression/placeholder_resolution.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::wire_name;

bool is_sign(const Node& node)
{
  return node.text == "+" || node.text == "-";
}

Complaint unknown_operand_function(const Node& node)
{
  if (!is_call(node) || is_sign(node) || node.text == "if_not_exists" || node.text == "list_append") {
    return std::nullopt;
  }
  return (is_condition_function(node.text) ? "The function is not allowed in an update expression; function: "
                                           : "Invalid function name; function: ") +
         node.text;
}

/// A list can be appended to where it is assigned, and nowhere else.
Complaint misplaced_function(const Node& node)
{
  const auto appends = [](const Node& argument) { return is_call(argument) && argument.text == "list_append"; };
  if (std::none_of(node.arguments.begin(), node.arguments.end(), appends)) {
    return std::nullopt;
  }
  return "The function is not allowed to be used this way in an expression; function: list_append";
}

std::string_view keyword_of(UpdateAction::Kind kind)
{
  switch (kind) {
    case UpdateAction::Kind::set:
      return "SET";
    case UpdateAction::Kind::remove:
      return "REMOVE";
    case UpdateAction::Kind::add:
      return "ADD";
    case UpdateAction::Kind::erase:
      return "DELETE";
  }
  return {};
}

Complaint repeated_section(const UpdateExpression& update)
{
  for (auto it = update.sections.begin(); it != update.sections.end(); ++it) {
    if (std::find(update.sections.begin(), it, *it) != it) {
      return fmt::format("The \"{}\" section can only be used once in an update expression;", keyword_of(*it));
    }
  }
  return std::nullopt;
}

/// The words of the ADD and DELETE clauses; empty for the types that both take.
std::string_view long_name(AttributeType type)
{
  switch (type) {
    case AttributeType::string:
      return "STRING";
    case AttributeType::number:
      return "NUMBER";
    case AttributeType::binary:
      return "BINARY";
    case AttributeType::null:
      return "NULL";
    case AttributeType::boolean:
      return "BOOL";
    case AttributeType::list:
      return "LIST";
    case AttributeType::map:
      return "MAP";
    case AttributeType::string_set:
    case AttributeType::number_set:
    case AttributeType::binary_set:
      return {};
  }
  return {};
}

Complaint wrong_operand_of_clause(const UpdateAction& action)
{
  if (action.kind != UpdateAction::Kind::add && action.kind != UpdateAction::Kind::erase) {
    return std::nullopt;
  }
  const AttributeType type = action.operand.value.type();
  if (long_name(type).empty() || (action.kind == UpdateAction::Kind::add && type == AttributeType::number)) {
    return std::nullopt;
  }
  // The service names the set of types that ADD takes for both clauses.
  return fmt::format("Incorrect operand type for operator or function; operator: {}, operand type: {}, typeSet: ALLOWED_FOR_ADD_OPERAND",
                     keyword_of(action.kind), long_name(type));
}

/// What a function returns, or a value is; nothing for a path and for what depends on one.
std::optional<AttributeType> operand_type(const Node& node)
{
  if (node.kind == Node::Kind::value) {
    return node.value.type();
  }
  if (!is_call(node)) {
    return std::nullopt;
  }
  return node.text == "list_append" ? std::optional(AttributeType::list)
         : is_sign(node)            ? std::optional(AttributeType::number)
                                    : std::nullopt;
}

Complaint wrong_operand_of_call(const Node& node)
{
  if (!is_call(node)) {
    return std::nullopt;
  }
  if (node.arguments.size() != 2) {
    return fmt::format("Incorrect number of operands for operator or function; operator or function: {}, number of operands: {}", node.text,
                       node.arguments.size());
  }
  if (node.text == "if_not_exists") {
    return node.arguments[0].kind == Node::Kind::path
               ? std::nullopt
               : Complaint("Operator or function requires a document path; operator or function: " + node.text);
  }
  const AttributeType wanted = is_sign(node) ? AttributeType::number : AttributeType::list;
  for (const Node& argument : node.arguments) {
    if (const auto type = operand_type(argument); type && *type != wanted) {
      return fmt::format("Incorrect operand type for operator or function; operator or function: {}, operand type: {}", node.text,
                         wire_name(*type));
    }
  }
  return std::nullopt;
}

/// The first complaint of `look` about an action.
template <typename Look>
Complaint about_actions(UpdateExpression& update, Look look)
{
  for (UpdateAction& action : update.actions) {
    if (auto complaint = look(action)) {
      return complaint;
    }
  }
  return std::nullopt;
}

template <typename Look>
Complaint about_operands(UpdateExpression& update, Look look)
{
  return about_actions(update, [&look](UpdateAction& action) { return first_complaint(action.operand, look); });
}

Complaint reserved_word(UpdateExpression& update)
{
  return about_actions(update, [](UpdateAction& action) {
    auto complaint = reserved_in(action.path);
    return complaint ? complaint : first_complaint(action.operand, [](Node& node) { return reserved_in(node.path); });
  });
}

Complaint undefined_name(UpdateExpression& update, Placeholders& placeholders)
{
  return about_actions(update, [&placeholders](UpdateAction& action) {
    auto complaint = resolve(action.path, placeholders);
    return complaint ? complaint
                     : first_complaint(action.operand, [&placeholders](Node& node) { return resolve(node.path, placeholders); });
  });
}

Complaint undefined_value(UpdateExpression& update, Placeholders& placeholders)
{
  return about_operands(
      update, [&placeholders](Node& node) { return node.kind == Node::Kind::value ? resolve_value(node, placeholders) : std::nullopt; });
}

Complaint overlapping_targets(const UpdateExpression& update)
{
  std::vector<const Path*> paths;
  for (const UpdateAction& action : update.actions) {
    paths.push_back(&action.path);
  }
  return overlap_among(paths);
}

/// In the service's order.
Complaint complaint_about(UpdateExpression& update, Placeholders& placeholders)
{
  Complaint complaint = reserved_word(update);
  const auto otherwise = [&complaint](auto look) {
    if (!complaint) {
      complaint = look();
    }
  };
  otherwise([&] { return about_operands(update, unknown_operand_function); });
  otherwise([&] { return about_operands(update, misplaced_function); });
  otherwise([&] { return repeated_section(update); });
  otherwise([&] { return undefined_name(update, placeholders); });
  otherwise([&] { return undefined_value(update, placeholders); });
  otherwise([&] { return overlapping_targets(update); });
  otherwise([&] { return about_actions(update, wrong_operand_of_clause); });
  otherwise([&] { return about_operands(update, wrong_operand_of_call); });
  return complaint;
}

}  // namespace

Parsed<void> check(UpdateExpression& expression, Placeholders& placeholders)
{
  if (auto complaint = complaint_about(expression, placeholders)) {
    return tl::unexpected(std::move(*complaint));
  }
  return {};
}

Parsed<void> check(ProjectionExpression& expression, Placeholders& placeholders)
{
  for (const Path& path : expression.paths) {
    if (auto complaint = reserved_in(path)) {
      return tl::unexpected(std::move(*complaint));
    }
  }
  std::vector<const Path*> paths;
  for (Path& path : expression.paths) {
    if (auto complaint = resolve(path, placeholders)) {
      return tl::unexpected(std::move(*complaint));
    }
    paths.push_back(&path);
  }
  if (auto complaint = overlap_among(paths)) {
    return tl::unexpected(std::move(*complaint));
  }
  return {};
}

}  // namespace davit::aws::local::dynamodb
