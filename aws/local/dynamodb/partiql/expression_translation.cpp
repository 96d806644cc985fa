// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/dynamodb/partiql/node_builder.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

tl::unexpected<std::string> refused(std::string message)
{
  return tl::unexpected(std::move(message));
}

bool is_set_function(const Assignment& assignment)
{
  return assignment.value && assignment.value->kind == Term::Kind::call &&
         (assignment.value->text == "set_add" || assignment.value->text == "set_delete");
}

bool is_set(const AttributeValue& value)
{
  return value.is(AttributeType::string_set) || value.is(AttributeType::number_set) || value.is(AttributeType::binary_set);
}

/// SET a = set_add(a, ...): as ADD and DELETE of an update expression.
tl::expected<UpdateAction, std::string> set_action(const Assignment& assignment, NodeBuilder& builder, const Parameters& parameters)
{
  const Term& call = *assignment.value;
  const bool adds = call.text == "set_add";
  const std::string_view name = adds ? "SET_ADD" : "SET_DELETE";
  constexpr std::size_t k_arguments = 2;
  if (call.arguments.size() != k_arguments) {
    return refused(fmt::format("{} must have exactly two arguments{}", name, at(call.place)));
  }
  if (call.arguments[0].kind != Term::Kind::path || call.arguments[0].path != assignment.target) {
    return refused(fmt::format("The first argument to {} must equal the assignment value{}", name, at(call.place)));
  }
  auto value = value_of(call.arguments[1], parameters);
  if (!value) {
    return refused(std::move(value).error());
  }
  if (!is_set(*value)) {
    return refused(fmt::format("The second argument to {} must be a value with type SET{}", name, at(call.arguments[0].place)));
  }
  auto operand = builder.value(call.arguments[1]);
  if (!operand) {
    return refused(std::move(operand).error());
  }
  return UpdateAction{.kind = adds ? UpdateAction::Kind::add : UpdateAction::Kind::erase,
                      .path = builder.path(assignment.target),
                      .operand = std::move(*operand)};
}

tl::expected<UpdateAction, std::string> action_of(const Assignment& assignment, NodeBuilder& builder, const Parameters& parameters)
{
  if (is_set_function(assignment)) {
    return set_action(assignment, builder, parameters);
  }
  if (!assignment.value) {
    return UpdateAction{.kind = UpdateAction::Kind::remove, .path = builder.path(assignment.target), .operand = {}};
  }
  auto operand = builder.assigned(*assignment.value);
  if (!operand) {
    return refused(std::move(operand).error());
  }
  return UpdateAction{.kind = UpdateAction::Kind::set, .path = builder.path(assignment.target), .operand = std::move(*operand)};
}

/// The attribute and the value of `attribute = value`, on whichever sides they stand.
struct Equality {
  const Term* path = nullptr;
  const Term* value = nullptr;
};

std::optional<Equality> equality_of(const Term& term)
{
  if (term.kind != Term::Kind::binary || term.text != "=") {
    return std::nullopt;
  }
  const Term& left = term.arguments[0];
  const Term& right = term.arguments[1];
  if ((left.kind == Term::Kind::path) == (right.kind == Term::Kind::path)) {
    return std::nullopt;
  }
  return left.kind == Term::Kind::path ? Equality{&left, &right} : Equality{&right, &left};
}

Complaint take_key(const Equality& equality, const KeyAttribute& attribute, const Parameters& parameters, Item& key)
{
  if (equality.path->path.size() > 1) {
    return fmt::format("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key {}",
                       attribute.name);
  }
  auto value = value_of(*equality.value, parameters);
  if (!value) {
    return std::move(value).error();
  }
  if (value->type() != attribute.type) {
    return fmt::format("Key attribute's data type should match its data type in table's schema: Key {}", attribute.name);
  }
  const auto [taken, is_new] = key.emplace(attribute.name, *value);
  if (!is_new && !(taken->second == *value)) {
    return fmt::format("Multiple conditions on same key {}. Only single item Update/Insert/Delete are supported", attribute.name);
  }
  return std::nullopt;
}

std::vector<const Term*> joined_by_and(const std::optional<Term>& where)
{
  std::vector<const Term*> parts;
  if (where && where->kind == Term::Kind::all_of) {
    for (const Term& part : where->arguments) {
      parts.push_back(&part);
    }
  } else if (where) {
    parts.push_back(&*where);
  }
  return parts;
}

}  // namespace

tl::expected<ConditionExpression, std::string> condition_of(const Term& term, const Parameters& parameters)
{
  NodeBuilder builder(parameters);
  auto root = builder.condition(term);
  if (!root) {
    return refused(std::move(root).error());
  }
  ConditionExpression condition{.root = std::move(*root)};
  if (auto checked = check(condition, builder.placeholders()); !checked) {
    return refused(std::move(checked).error());
  }
  return condition;
}

tl::expected<UpdateExpression, std::string> update_of(const std::vector<Assignment>& assignments, const Parameters& parameters)
{
  NodeBuilder builder(parameters);
  UpdateExpression update;
  for (const Assignment& assignment : assignments) {
    auto action = action_of(assignment, builder, parameters);
    if (!action) {
      return refused(std::move(action).error());
    }
    update.actions.push_back(std::move(*action));
  }
  if (auto checked = check(update, builder.placeholders()); !checked) {
    return refused(std::move(checked).error());
  }
  return update;
}

tl::expected<ItemCondition, std::string> item_condition_of(const std::optional<Term>& where, const Parameters& parameters,
                                                           const KeySchema& key)
{
  ItemCondition out;
  for (const Term* part : joined_by_and(where)) {
    const auto equality = equality_of(*part);
    const KeyAttribute* attribute = equality ? key.find(std::get<std::string>(equality->path->path.front())) : nullptr;
    if (attribute == nullptr) {
      out.others.push_back(part);
      continue;
    }
    if (auto complaint = take_key(*equality, *attribute, parameters, out.key)) {
      return refused(std::move(*complaint));
    }
  }
  if (out.key.size() != key.attributes().size()) {
    return refused("Where clause does not contain a mandatory equality on all key attributes");
  }
  return out;
}

}  // namespace davit::aws::local::dynamodb::partiql
