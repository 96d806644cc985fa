// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/expression/evaluate.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::BinarySet;
using aws::dynamodb::List;
using aws::dynamodb::Map;
using aws::dynamodb::Number;
using aws::dynamodb::NumberSet;
using aws::dynamodb::StringSet;

constexpr const char* k_invalid_path = "The document path provided in the update expression is invalid for update";
constexpr const char* k_wrong_type = "An operand in the update expression has an incorrect data type";
constexpr const char* k_missing = "The provided expression refers to an attribute that does not exist in the item";

tl::unexpected<std::string> refusal(std::string_view text)
{
  return tl::unexpected(std::string(text));
}

using Value = Parsed<AttributeValue>;

Value value_of(const Node& node, const Item& item);

Value arithmetic(const Node& node, const AttributeValue& left, const AttributeValue& right)
{
  const auto* a = left.get_if<Number>();
  const auto* b = right.get_if<Number>();
  if (a == nullptr || b == nullptr) {
    return refusal(k_wrong_type);
  }
  const auto sum = node.text == "+" ? a->plus(*b) : a->minus(*b);
  return sum ? Value(AttributeValue(*sum)) : refusal(message_of(sum.error()));
}

Value joined(AttributeValue left, AttributeValue right)
{
  auto* a = left.get_if<List>();
  auto* b = right.get_if<List>();
  if (a == nullptr || b == nullptr) {
    return refusal(k_wrong_type);
  }
  a->insert(a->end(), std::make_move_iterator(b->begin()), std::make_move_iterator(b->end()));
  return left;
}

Value call(const Node& node, const Item& item)
{
  if (node.text == "if_not_exists") {
    const AttributeValue* there = find(item, node.arguments[0].path);
    return there != nullptr ? Value(*there) : value_of(node.arguments[1], item);
  }
  auto left = value_of(node.arguments[0], item);
  if (!left) {
    return left;
  }
  if (!left->is(node.text == "list_append" ? AttributeType::list : AttributeType::number)) {
    return refusal(k_wrong_type);
  }
  auto right = value_of(node.arguments[1], item);
  if (!right) {
    return right;
  }
  return node.text == "list_append" ? joined(std::move(*left), std::move(*right)) : arithmetic(node, *left, *right);
}

/// Depth is bounded by the parser.
Value value_of(const Node& node, const Item& item)
{
  if (node.kind == Node::Kind::value) {
    return node.value;
  }
  if (node.kind == Node::Kind::function) {
    return call(node, item);
  }
  const AttributeValue* there = find(item, node.path);
  return there != nullptr ? Value(*there) : refusal(k_missing);
}

/// The map or list that holds the last element of the path.
AttributeValue* parent_of(Item& item, const Path& path)
{
  AttributeValue* parent = find(item, std::span(path).first(path.size() - 1));
  if (parent == nullptr) {
    return nullptr;
  }
  const bool fits = std::holds_alternative<std::string>(path.back()) ? parent->is(AttributeType::map) : parent->is(AttributeType::list);
  return fits ? parent : nullptr;
}

/// Sets what a path names. An index behind the end of a list is kept back, for the service appends those in the order of their indexes.
struct Placement {
  Item& item;
  std::map<Path, AttributeValue> appended;

  Parsed<void> put(const Path& path, AttributeValue value)
  {
    if (path.size() == 1) {
      item.insert_or_assign(std::get<std::string>(path[0]), std::move(value));
      return {};
    }
    AttributeValue* parent = parent_of(item, path);
    if (parent == nullptr) {
      return refusal(k_invalid_path);
    }
    if (const auto* name = std::get_if<std::string>(&path.back())) {
      parent->get_if<Map>()->insert_or_assign(*name, std::move(value));
      return {};
    }
    auto& list = *parent->get_if<List>();
    const auto index = std::get<std::uint64_t>(path.back());
    if (index < list.size()) {
      list[index] = std::move(value);
    } else {
      appended.insert_or_assign(path, std::move(value));
    }
    return {};
  }

  void append()
  {
    for (auto& [path, value] : appended) {
      parent_of(item, path)->get_if<List>()->push_back(std::move(value));
    }
  }
};

/// Indexes count in the lists as they were, so that the highest goes first. Each path leads to something.
void remove_all(std::vector<const Path*> paths, Item& item)
{
  std::sort(paths.begin(), paths.end(), [](const Path* a, const Path* b) { return *a > *b; });
  for (const Path* path : paths) {
    const PathElement& last = path->back();
    if (path->size() == 1) {
      item.erase(std::get<std::string>(last));
    } else if (AttributeValue* parent = parent_of(item, *path); auto* map = parent->get_if<Map>()) {
      map->erase(std::get<std::string>(last));
    } else {
      auto& list = *parent->get_if<List>();
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(std::get<std::uint64_t>(last)));
    }
  }
}

/// Whether the path names a place, be there something in it or not.
bool is_place(Item& item, const Path& path)
{
  return path.size() == 1 || parent_of(item, path) != nullptr;
}

template <typename Set>
bool unite(AttributeValue& into, const AttributeValue& more)
{
  auto* set = into.get_if<Set>();
  const auto* elements = more.get_if<Set>();
  if (set == nullptr || elements == nullptr) {
    return false;
  }
  set->insert(elements->begin(), elements->end());
  return true;
}

bool extend(AttributeValue& into, const AttributeValue& more)
{
  auto* list = into.get_if<List>();
  const auto* elements = more.get_if<List>();
  if (list == nullptr || elements == nullptr) {
    return false;
  }
  list->insert(list->end(), elements->begin(), elements->end());
  return true;
}

template <typename Set>
bool subtract(AttributeValue& from, const AttributeValue& less, bool& is_empty)
{
  auto* set = from.get_if<Set>();
  const auto* elements = less.get_if<Set>();
  if (set == nullptr || elements == nullptr) {
    return false;
  }
  for (const auto& element : *elements) {
    set->erase(element);
  }
  is_empty = set->empty();
  return true;
}

Parsed<void> add(const UpdateAction& action, Placement& placement)
{
  AttributeValue* there = find(placement.item, action.path);
  const AttributeValue& operand = action.operand.value;
  if (there == nullptr) {
    return placement.put(action.path, operand);
  }
  if (there->is(AttributeType::number) && operand.is(AttributeType::number)) {
    auto sum = there->get_if<Number>()->plus(*operand.get_if<Number>());
    if (!sum) {
      return refusal(message_of(sum.error()));
    }
    *there = AttributeValue(std::move(*sum));
    return {};
  }
  // Only AttributeUpdates add lists; an expression refuses them before.
  const bool done = unite<StringSet>(*there, operand) || unite<NumberSet>(*there, operand) || unite<BinarySet>(*there, operand) ||
                    extend(*there, operand);
  return done ? Parsed<void>() : refusal(k_wrong_type);
}

Parsed<void> erase(const UpdateAction& action, Placement& placement, std::vector<const Path*>& emptied)
{
  AttributeValue* there = find(placement.item, action.path);
  if (there == nullptr) {
    return is_place(placement.item, action.path) ? Parsed<void>() : refusal(k_invalid_path);
  }
  bool is_empty = false;
  const AttributeValue& operand = action.operand.value;
  const bool done = subtract<StringSet>(*there, operand, is_empty) || subtract<NumberSet>(*there, operand, is_empty) ||
                    subtract<BinarySet>(*there, operand, is_empty);
  if (is_empty) {
    emptied.push_back(&action.path);
  }
  return done ? Parsed<void>() : refusal(k_wrong_type);
}

/// What shortens a list waits until every place is found.
Parsed<void> carry_out(const UpdateAction& action, Placement& placement, std::map<const UpdateAction*, AttributeValue>& assigned,
                       std::vector<const Path*>& removals)
{
  switch (action.kind) {
    case UpdateAction::Kind::set:
      return placement.put(action.path, std::move(assigned.at(&action)));
    case UpdateAction::Kind::add:
      return add(action, placement);
    case UpdateAction::Kind::erase:
      return erase(action, placement, removals);
    case UpdateAction::Kind::remove:
      break;
  }
  if (!is_place(placement.item, action.path)) {
    return refusal(k_invalid_path);
  }
  if (find(placement.item, action.path) != nullptr) {
    removals.push_back(&action.path);
  }
  return {};
}

}  // namespace

Parsed<void> apply_update(const UpdateExpression& update, Item& item)
{
  std::map<const UpdateAction*, AttributeValue> assigned;
  for (const UpdateAction& action : update.actions) {
    if (action.kind == UpdateAction::Kind::set) {
      auto value = value_of(action.operand, item);
      if (!value) {
        return tl::unexpected(std::move(value).error());
      }
      assigned.emplace(&action, std::move(*value));
    }
  }
  Placement placement{item, {}};
  std::vector<const Path*> removals;
  for (const UpdateAction& action : update.actions) {
    if (auto done = carry_out(action, placement, assigned, removals); !done) {
      return done;
    }
  }
  placement.append();
  remove_all(std::move(removals), item);
  return {};
}

}  // namespace davit::aws::local::dynamodb
