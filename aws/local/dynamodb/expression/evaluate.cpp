// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expression/evaluate.hpp"

#include <algorithm>

#include "aws/local/dynamodb/expression/compare.hpp"
#include "aws/local/dynamodb/expression/document.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::Binary;
using aws::dynamodb::BinarySet;
using aws::dynamodb::List;
using aws::dynamodb::Map;
using aws::dynamodb::Number;
using aws::dynamodb::NumberSet;
using aws::dynamodb::StringSet;

/// Characters of a string (code points), bytes of a binary, elements of the others.
std::optional<std::int64_t> size_of(const AttributeValue& value)
{
  struct Size {
    std::optional<std::size_t> operator()(const std::string& text) const
    {
      return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    }
    std::optional<std::size_t> operator()(const Binary& binary) const { return binary.bytes.size(); }
    std::optional<std::size_t> operator()(const List& list) const { return list.size(); }
    std::optional<std::size_t> operator()(const Map& map) const { return map.size(); }
    std::optional<std::size_t> operator()(const StringSet& set) const { return set.size(); }
    std::optional<std::size_t> operator()(const NumberSet& set) const { return set.size(); }
    std::optional<std::size_t> operator()(const BinarySet& set) const { return set.size(); }
    std::optional<std::size_t> operator()(const Number&) const { return std::nullopt; }
    std::optional<std::size_t> operator()(bool) const { return std::nullopt; }
    std::optional<std::size_t> operator()(aws::dynamodb::Null) const { return std::nullopt; }
  };
  const auto size = std::visit(Size{}, value.variant());
  return size ? std::optional(static_cast<std::int64_t>(*size)) : std::nullopt;
}

/// An operand's value for one item: part of the item, part of the expression, or made by size().
class Operand
{
public:
  Operand(const Node& node, const Item& item)
  {
    if (node.kind == Node::Kind::path) {
      m_value = find(item, node.path);
    } else if (node.kind == Node::Kind::value) {
      m_value = &node.value;
    } else if (const Operand measured(node.arguments[0], item); measured.get() != nullptr) {
      if (const auto size = size_of(*measured.get())) {
        m_made = AttributeValue(Number(*size));
        m_value = &*m_made;
      }
    }
  }
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;

  /// nullptr when the item has no such part.
  [[nodiscard]] const AttributeValue* get() const { return m_value; }

private:
  std::optional<AttributeValue> m_made;
  const AttributeValue* m_value = nullptr;
};

bool compares(std::string_view comparator, const AttributeValue* left, const AttributeValue* right)
{
  const bool both = left != nullptr && right != nullptr;
  if (comparator == "=") {
    return both && *left == *right;
  }
  if (comparator == "<>") {
    return !both || !(*left == *right);
  }
  if (!both) {
    return false;
  }
  const auto order = order_of(*left, *right);
  return comparator == "<" ? order < 0 : comparator == "<=" ? order <= 0 : comparator == ">" ? order > 0 : order >= 0;
}

template <typename Set, typename Element>
bool is_member(const AttributeValue& set, const AttributeValue& element)
{
  const auto* elements = set.get_if<Set>();
  const auto* wanted = element.get_if<Element>();
  return elements != nullptr && wanted != nullptr && elements->contains(*wanted);
}

bool contains(const AttributeValue& whole, const AttributeValue& part)
{
  if (const auto* list = whole.get_if<List>()) {
    return std::find(list->begin(), list->end(), part) != list->end();
  }
  const auto* text = whole.get_if<std::string>();
  const auto* piece = part.get_if<std::string>();
  if (text != nullptr) {
    return piece != nullptr && text->find(*piece) != std::string::npos;
  }
  const auto* bytes = whole.get_if<Binary>();
  if (bytes != nullptr) {
    const auto* wanted = part.get_if<Binary>();
    return wanted != nullptr && bytes->bytes.find(wanted->bytes) != std::string::npos;
  }
  return is_member<StringSet, std::string>(whole, part) || is_member<NumberSet, Number>(whole, part) ||
         is_member<BinarySet, Binary>(whole, part);
}

bool begins_with(const AttributeValue& whole, const AttributeValue& prefix)
{
  const auto* text = whole.get_if<std::string>();
  const auto* start = prefix.get_if<std::string>();
  const auto* bytes = whole.get_if<Binary>();
  const auto* first = prefix.get_if<Binary>();
  return (text != nullptr && start != nullptr && text->starts_with(*start)) ||
         (bytes != nullptr && first != nullptr && bytes->bytes.starts_with(first->bytes));
}

bool calls(const Node& node, const Item& item)
{
  const Operand subject(node.arguments[0], item);
  if (node.text == "attribute_exists" || node.text == "attribute_not_exists") {
    return (subject.get() != nullptr) == (node.text == "attribute_exists");
  }
  const Operand argument(node.arguments[1], item);
  if (subject.get() == nullptr || argument.get() == nullptr) {
    return false;
  }
  if (node.text == "attribute_type") {
    const auto* name = argument.get()->get_if<std::string>();
    return name != nullptr && *name == aws::dynamodb::wire_name(subject.get()->type());
  }
  return node.text == "contains" ? contains(*subject.get(), *argument.get()) : begins_with(*subject.get(), *argument.get());
}

bool is_between(const Node& node, const Item& item)
{
  const Operand value(node.arguments[0], item);
  const Operand lower(node.arguments[1], item);
  const Operand upper(node.arguments[2], item);
  return compares(">=", value.get(), lower.get()) && compares("<=", value.get(), upper.get());
}

bool is_in(const Node& node, const Item& item)
{
  const Operand value(node.arguments[0], item);
  return std::any_of(node.arguments.begin() + 1, node.arguments.end(),
                     [&](const Node& candidate) { return compares("=", value.get(), Operand(candidate, item).get()); });
}

/// Depth is bounded by the parser.
bool is_true(const Node& node, const Item& item)
{
  const auto holds_here = [&item](const Node& argument) { return is_true(argument, item); };
  switch (node.kind) {
    case Node::Kind::all_of:
      return std::all_of(node.arguments.begin(), node.arguments.end(), holds_here);
    case Node::Kind::any_of:
      return std::any_of(node.arguments.begin(), node.arguments.end(), holds_here);
    case Node::Kind::none_of:
      return !is_true(node.arguments[0], item);
    case Node::Kind::compare:
      return compares(node.text, Operand(node.arguments[0], item).get(), Operand(node.arguments[1], item).get());
    case Node::Kind::between:
      return is_between(node, item);
    case Node::Kind::in:
      return is_in(node, item);
    case Node::Kind::function:
      return calls(node, item);
    case Node::Kind::path:
    case Node::Kind::value:
      return false;
  }
  return false;
}

}  // namespace

bool holds(const ConditionExpression& condition, const Item& item)
{
  return is_true(condition.root, item);
}

}  // namespace davit::aws::local::dynamodb
