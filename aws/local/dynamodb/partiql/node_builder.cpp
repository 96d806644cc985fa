// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/partiql/node_builder.hpp"

#include <fmt/format.h>

#include <array>

namespace davit::aws::local::dynamodb::partiql {
namespace {

using Made = NodeBuilder::Made;

tl::unexpected<std::string> unfit(std::string message)
{
  return tl::unexpected(std::move(message));
}

constexpr std::string_view k_missing_needs_is = "MISSING must be compared using IS operator";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names)
{
  return std::find(names.begin(), names.end(), text) != names.end();
}

bool is_condition_call(const Term& term)
{
  return term.kind == Term::Kind::call &&
         is_one_of(term.text, {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"});
}

bool is_known_call(const Term& term)
{
  return is_condition_call(term) || term.text == "size";
}

bool is_comparator(std::string_view operation)
{
  return is_one_of(operation, {"=", "<>", "<", "<=", ">", ">="});
}

/// Whether it is true or false, as an operand of AND, OR and NOT must be. What the service knows for no condition it names later.
bool is_boolean(const Term& term)
{
  return term.is_condition() || term.kind == Term::Kind::call || term.kind == Term::Kind::binary;
}

struct TypeName {
  std::string_view name;
  std::string_view wire;
};

constexpr std::array<TypeName, 9> k_tested_types{{{"NULL", "NULL"},
                                                  {"BOOLEAN", "BOOL"},
                                                  {"BOOL", "BOOL"},
                                                  {"BLOB", "B"},
                                                  {"STRING", "S"},
                                                  {"NUMERIC", "N"},
                                                  {"STRUCT", "M"},
                                                  {"TUPLE", "M"},
                                                  {"LIST", "L"}}};

Node function(std::string name, std::vector<Node> arguments)
{
  return {.kind = Node::Kind::function, .text = std::move(name), .arguments = std::move(arguments)};
}

Node opposite(Node node)
{
  Node out{.kind = Node::Kind::none_of};
  out.arguments.push_back(std::move(node));
  return out;
}

/// condition = true
const Term* compared_with_truth(const Term& term, bool& truth)
{
  for (const std::size_t side : {0U, 1U}) {
    const Term& constant = term.arguments[1 - side];
    const auto* flag = constant.kind == Term::Kind::literal ? constant.value.get_if<bool>() : nullptr;
    if (flag != nullptr && is_condition_call(term.arguments[side])) {
      truth = *flag;
      return &term.arguments[side];
    }
  }
  return nullptr;
}

}  // namespace

Path NodeBuilder::path(const Path& written)
{
  Path out;
  for (const PathElement& element : written) {
    const auto* name = std::get_if<std::string>(&element);
    if (name == nullptr) {
      out.push_back(element);
      continue;
    }
    const std::string placeholder = fmt::format("#{}", m_placeholders.names.size());
    m_placeholders.names.emplace(placeholder, *name);
    out.emplace_back(placeholder);
  }
  return out;
}

Made NodeBuilder::value(const Term& term)
{
  if (term.kind == Term::Kind::missing) {
    return unfit(std::string(k_missing_needs_is));
  }
  auto value = value_of(term, m_parameters);
  if (!value) {
    return unfit(std::move(value).error());
  }
  const std::string placeholder = fmt::format(":{}", m_placeholders.values.size());
  m_placeholders.values.emplace(placeholder, std::move(*value));
  return Node{.kind = Node::Kind::value, .text = placeholder};
}

Made NodeBuilder::operand(const Term& term)
{
  if (term.kind == Term::Kind::path) {
    return Node{.kind = Node::Kind::path, .path = path(term.path)};
  }
  if (term.kind == Term::Kind::call) {
    return call(term);
  }
  if (term.kind == Term::Kind::binary || term.kind == Term::Kind::negation) {
    return unfit("Unsupported operator in Condition Expression. Operator: " + term.text);
  }
  return value(term);
}

Made NodeBuilder::all(Node::Kind kind, std::string text, const std::vector<Term>& operands)
{
  Node out{.kind = kind, .text = std::move(text)};
  for (const Term& term : operands) {
    auto node = operand(term);
    if (!node) {
      return node;
    }
    out.arguments.push_back(std::move(*node));
  }
  return out;
}

Made NodeBuilder::condition(const Term& term)
{
  switch (term.kind) {
    case Term::Kind::all_of:
    case Term::Kind::any_of:
    case Term::Kind::none_of:
      return joined(term);
    case Term::Kind::is_type:
      return type_test(term);
    case Term::Kind::in:
      return membership(term);
    case Term::Kind::between:
      return all(Node::Kind::between, "BETWEEN", term.arguments);
    case Term::Kind::binary:
      return comparison(term);
    case Term::Kind::call:
      return call(term);
    default:
      return unfit("WHERE clause must contain an expression that resolves to a boolean");
  }
}

Made NodeBuilder::joined(const Term& term)
{
  const bool is_negation = term.kind == Term::Kind::none_of;
  Node out{.kind = is_negation ? Node::Kind::none_of : term.kind == Term::Kind::all_of ? Node::Kind::all_of : Node::Kind::any_of};
  for (const Term& argument : term.arguments) {
    if (!is_boolean(argument)) {
      return unfit(is_negation ? "The argument to NOT must be a Type or Expression" : "The arguments to AND/OR must be Expressions");
    }
    auto node = condition(argument);
    if (!node) {
      return node;
    }
    out.arguments.push_back(std::move(*node));
  }
  return out;
}

Made NodeBuilder::comparison(const Term& term)
{
  if (!is_comparator(term.text)) {
    return unfit("Unsupported operator in Condition Expression. Operator: " + term.text);
  }
  bool truth = true;
  const Term* compared = is_one_of(term.text, {"=", "<>"}) ? compared_with_truth(term, truth) : nullptr;
  if (compared == nullptr) {
    return all(Node::Kind::compare, term.text, term.arguments);
  }
  auto node = call(*compared);
  return node && truth != (term.text == "=") ? Made(opposite(std::move(*node))) : node;
}

Made NodeBuilder::type_test(const Term& term)
{
  const Term& subject = term.arguments.front();
  if (subject.kind != Term::Kind::path) {
    return unfit("The left hand side argument to IS must be a Variable Reference, Literal, or Path");
  }
  Node tested{.kind = Node::Kind::path, .path = path(subject.path)};
  if (term.text == "MISSING") {
    return function("attribute_not_exists", {std::move(tested)});
  }
  const auto* type =
      std::find_if(k_tested_types.begin(), k_tested_types.end(), [&](const TypeName& known) { return known.name == term.text; });
  if (type == k_tested_types.end()) {
    return unfit(
        fmt::format("Unsupported data type for IS operator: {}. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, "
                    "NUMERIC, STRUCT, TUPLE, LIST]{}",
                    term.text == "INT" ? "INTEGER" : term.text, at(term.place)));
  }
  auto wire = value({.kind = Term::Kind::literal, .value = AttributeValue(type->wire)});
  return wire ? Made(function("attribute_type", {std::move(tested), std::move(*wire)})) : wire;
}

Made NodeBuilder::membership(const Term& term)
{
  const Term& candidates = term.arguments[1];
  const bool is_many = candidates.kind == Term::Kind::list || candidates.kind == Term::Kind::sequence;
  const bool is_one = candidates.kind == Term::Kind::literal || candidates.kind == Term::Kind::number;
  if (term.arguments[0].kind != Term::Kind::path || (!is_many && !is_one) || (is_many && candidates.arguments.empty())) {
    return unfit(
        "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one member");
  }
  std::vector<Term> operands{term.arguments[0]};
  // One value in parentheses is no list.
  const std::vector<Term> one{candidates};
  const std::vector<Term>& values = is_many ? candidates.arguments : one;
  operands.insert(operands.end(), values.begin(), values.end());
  return all(Node::Kind::in, "IN", operands);
}

Made NodeBuilder::call(const Term& term)
{
  if (!is_known_call(term)) {
    return unfit(fmt::format("Unrecognized function: {}{}", term.text, at(term.place)));
  }
  return all(Node::Kind::function, term.text, term.arguments);
}

Made NodeBuilder::assigned(const Term& term)
{
  if (term.kind == Term::Kind::path) {
    return Node{.kind = Node::Kind::path, .path = path(term.path)};
  }
  if (term.is_condition()) {
    return unfit("IS operator is not supported in update expressions");
  }
  const bool is_sum = term.kind == Term::Kind::binary && is_one_of(term.text, {"+", "-"});
  if (term.kind == Term::Kind::binary && !is_sum) {
    return unfit("Unsupported operator in Update Expression. Operator: " + term.text);
  }
  const bool is_function = term.kind == Term::Kind::call;
  if (is_function && !is_known_call(term) && !is_one_of(term.text, {"list_append", "if_not_exists"})) {
    return unfit(fmt::format("Unrecognized function: {}{}", term.text, at(term.place)));
  }
  if (!is_sum && !is_function) {
    return value(term);
  }
  Node out{.kind = Node::Kind::function, .text = term.text};
  for (const Term& argument : term.arguments) {
    auto node = assigned(argument);
    if (!node) {
      return node;
    }
    out.arguments.push_back(std::move(*node));
  }
  return out;
}

}  // namespace davit::aws::local::dynamodb::partiql
