// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/dynamodb/partiql/translation.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

using aws::dynamodb::Binary;
using aws::dynamodb::Number;
using Value = tl::expected<AttributeValue, std::string>;

tl::unexpected<std::string> wrong(std::string message)
{
  return tl::unexpected(std::move(message));
}

/// The word by which the service names a term that is no value.
std::string name_of(const Term& term)
{
  switch (term.kind) {
    case Term::Kind::path:
      return std::get<std::string>(term.path.front());
    case Term::Kind::missing:
      return "MISSING";
    case Term::Kind::sequence:
      return "SEXP";
    case Term::Kind::is_type:
      return "is";
    case Term::Kind::in:
      return "in";
    case Term::Kind::between:
      return "between";
    case Term::Kind::all_of:
      return "and";
    case Term::Kind::any_of:
      return "or";
    case Term::Kind::none_of:
      return "not";
    default:
      return term.text;
  }
}

Value number_value(const std::string& text, const std::string& path)
{
  auto number = Number::parse(text);
  if (!number) {
    return wrong(fmt::format("{} under {}", message_of(number.error()), path));
  }
  return AttributeValue(std::move(*number));
}

Value value_at(const Term& term, const Parameters& parameters, const std::string& path);

Value list_value(const Term& term, const Parameters& parameters, const std::string& path)
{
  aws::dynamodb::List list;
  for (std::size_t i = 0; i < term.arguments.size(); ++i) {
    auto element = value_at(term.arguments[i], parameters, fmt::format("{}[{}]", path, i));
    if (!element) {
      return element;
    }
    list.push_back(std::move(*element));
  }
  return AttributeValue(std::move(list));
}

tl::expected<Item, std::string> members_of(const Term& term, const Parameters& parameters, const std::string& path, bool is_item)
{
  Item members;
  for (std::size_t i = 0; i + 1 < term.arguments.size(); i += 2) {
    const Term& key = term.arguments[i];
    const auto* name = key.kind == Term::Kind::literal ? key.value.get_if<std::string>() : nullptr;
    if (name == nullptr) {
      return wrong(fmt::format("Tuple keys must be of type String. Actual type: {} under {}{}",
                               key.kind == Term::Kind::path ? "VariableReference" : name_of(key), path, at(key.place)));
    }
    // The service calls the item itself the root of each of its attributes.
    auto value = value_at(term.arguments[i + 1], parameters, is_item ? path : path + "." + *name);
    if (!value) {
      return wrong(value.error());
    }
    if (!members.emplace(*name, std::move(*value)).second) {
      return wrong(fmt::format("Duplicate keys in tuple. Key: {} under {}{}", *name, path, at(key.place)));
    }
  }
  return members;
}

/// Adds an element to a set of its type; a complaint where it is there already.
template <typename Set>
Complaint add_to(Set& set, const typename Set::value_type* element, const std::vector<std::string>& shown)
{
  if (set.insert(*element).second) {
    return std::nullopt;
  }
  return shown.empty()
             ? "Input collection contains duplicates"
             : fmt::format("One or more parameter values were invalid: Input collection [{}] contains duplicates.", fmt::join(shown, ", "));
}

constexpr std::string_view k_wrong_bag = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";

tl::expected<aws::dynamodb::List, std::string> bag_elements(const Term& term, const Parameters& parameters, const std::string& path)
{
  aws::dynamodb::List elements;
  for (const Term& argument : term.arguments) {
    auto element = value_at(argument, parameters, path);
    if (!element) {
      return wrong(element.error());
    }
    const bool fits = element->is(AttributeType::string) || element->is(AttributeType::number) || element->is(AttributeType::binary);
    if (!fits) {
      return wrong(std::string(k_wrong_bag) + at(argument.place));
    }
    elements.push_back(std::move(*element));
  }
  return elements;
}

template <typename Set>
Value set_of(const aws::dynamodb::List& elements, const std::vector<std::string>& shown)
{
  Set set;
  for (const AttributeValue& element : elements) {
    const auto* typed = element.get_if<typename Set::value_type>();
    if (typed == nullptr) {
      return wrong(std::string(k_wrong_bag));
    }
    if (auto complaint = add_to(set, typed, shown)) {
      return wrong(std::move(*complaint));
    }
  }
  return AttributeValue(std::move(set));
}

Value bag_value(const Term& term, const Parameters& parameters, const std::string& path)
{
  if (term.arguments.empty()) {
    return wrong("Empty bags are not supported");
  }
  auto elements = bag_elements(term, parameters, path);
  if (!elements) {
    return wrong(elements.error());
  }
  if (elements->front().is(AttributeType::number)) {
    return set_of<aws::dynamodb::NumberSet>(*elements, {});
  }
  if (elements->front().is(AttributeType::binary)) {
    return set_of<aws::dynamodb::BinarySet>(*elements, {});
  }
  std::vector<std::string> shown;
  for (const AttributeValue& element : *elements) {
    shown.push_back(element.is(AttributeType::string) ? *element.get_if<std::string>() : "");
  }
  return set_of<aws::dynamodb::StringSet>(*elements, shown);
}

Value value_at(const Term& term, const Parameters& parameters, const std::string& path)
{
  switch (term.kind) {
    case Term::Kind::literal:
      return term.value;
    case Term::Kind::number:
      return number_value(term.text, path);
    case Term::Kind::parameter:
      return parameters.at(term.index);
    case Term::Kind::list:
    case Term::Kind::sequence:
      return list_value(term, parameters, path);
    case Term::Kind::bag:
      return bag_value(term, parameters, path);
    case Term::Kind::tuple: {
      auto members = members_of(term, parameters, path, false);
      return members ? Value(AttributeValue(std::move(*members))) : wrong(members.error());
    }
    case Term::Kind::ion:
      return wrong(fmt::format("Ion Literals are not supported: {} under key {}{}", term.text.starts_with("{{") ? "BLOB" : "ION", path,
                               at(term.place)));
    default:
      return wrong(fmt::format("Unsupported data type: {} under key {}{}", name_of(term), path, at(term.place)));
  }
}

}  // namespace

tl::expected<AttributeValue, std::string> value_of(const Term& term, const Parameters& parameters)
{
  return value_at(term, parameters, "root");
}

tl::expected<Item, std::string> item_of(const Term& tuple, const Parameters& parameters)
{
  return members_of(tuple, parameters, "root", true);
}

}  // namespace davit::aws::local::dynamodb::partiql
