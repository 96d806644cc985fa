// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"

namespace davit::aws::dynamodb {
namespace {

constexpr std::string_view k_invalid = "One or more parameter values were invalid: ";
constexpr const char* k_null_is_true = "One or more parameter values were invalid: Null attribute value types must have the value of true";

/// Paths grow on the way out, so that values without errors cost none.
tl::unexpected<WireError> invalid(std::string message, std::string newer_message = {})
{
  return tl::unexpected(WireError{WireError::Kind::validation, std::move(message), std::move(newer_message), {}});
}

tl::unexpected<WireError> below(std::string step, WireError error)
{
  const bool needs_dot = !error.path.empty() && error.path.front() != '[';
  error.path = std::move(step) + (needs_dot ? "." : "") + error.path;
  return tl::unexpected(std::move(error));
}

/// The older layer reads numbers as Java's BigDecimal does, whose scale wraps at the largest exponent that it holds.
NumberError as_big_decimal(NumberError error, std::string_view text)
{
  const std::size_t letter = text.find_first_of("eE");
  const bool wraps = error == NumberError::overflow && letter != std::string_view::npos && text.substr(letter + 1) == "2147483647";
  return wraps ? NumberError::underflow : error;
}

WireResult<Number> read_number(const Json& json)
{
  const auto& text = json.get_ref<const std::string&>();
  auto number = Number::parse(text);
  if (!number) {
    const std::string tail = number.error() == NumberError::not_numeric ? ": " + text : "";
    const std::string newer = std::string(message_of(number.error())) + tail;
    const std::string older = std::string(message_of(as_big_decimal(number.error(), text))) + (text.empty() ? "" : tail);
    return invalid(older, newer == older ? "" : newer);
  }
  return *number;
}

/// "[a, b]", as the service prints a collection.
std::string listed(const Json& strings)
{
  std::string out = "[";
  for (const auto& element : strings) {
    out += out.size() == 1 ? "" : ", ";
    out += element.get_ref<const std::string&>();
  }
  return out + "]";
}

/// The members before the first repeated one in order, the others as they came, each in quotes.
template <typename Set>
std::string listed_until_repeated(const Set& ordered, const Json& strings, std::string_view separator,
                                  std::string (*text_of)(const typename Set::value_type&))
{
  std::vector<std::string> parts;
  for (const auto& element : ordered) {
    parts.push_back("\"" + text_of(element) + "\"");
  }
  for (auto repeated = strings.begin() + static_cast<std::ptrdiff_t>(ordered.size()); repeated != strings.end(); ++repeated) {
    parts.push_back("\"" + repeated->template get_ref<const std::string&>() + "\"");
  }
  return fmt::format("[{}]", fmt::join(parts, separator));
}

WireResult<AttributeValue> null_in_set(std::string_view kind)
{
  return invalid(fmt::format("{}An {} set may not have a null member", k_invalid, kind));
}

bool has_null(const Json& list)
{
  return std::any_of(list.begin(), list.end(), [](const Json& element) { return element.is_null(); });
}

WireResult<AttributeValue> read_string_set(const Json& json)
{
  if (json.empty()) {
    return invalid(fmt::format("{}An string set  may not be empty", k_invalid));
  }
  StringSet set;
  for (const auto& element : json) {
    if (!set.insert(element.get_ref<const std::string&>()).second) {
      const std::string newer = listed_until_repeated(set, json, ", ", [](const std::string& text) { return text; });
      return invalid(fmt::format("{}Input collection {} contains duplicates.", k_invalid, listed(json)),
                     fmt::format("{}Input collection {} contains duplicates.", k_invalid, newer));
    }
  }
  return AttributeValue(std::move(set));
}

WireResult<AttributeValue> read_number_set(const Json& json)
{
  if (json.empty()) {
    return invalid(fmt::format("{}An number set  may not be empty", k_invalid));
  }
  NumberSet set;
  bool duplicate = false;
  for (const auto& element : json) {
    auto number = read_number(element);
    if (!number) {
      return tl::unexpected(std::move(number).error());
    }
    duplicate |= !set.insert(std::move(*number)).second;
  }
  if (duplicate) {
    return invalid("Input collection contains duplicates", fmt::format("{}Input collection contains duplicates.", k_invalid));
  }
  return AttributeValue(std::move(set));
}

WireResult<AttributeValue> read_binary_set(const Json& json)
{
  if (json.empty()) {
    return invalid(fmt::format("{}Binary sets should not be empty", k_invalid));
  }
  BinarySet set;
  for (const auto& element : json) {
    if (!set.insert(Binary{from_base64(element.get_ref<const std::string&>()).value_or("")}).second) {
      const std::string newer = listed_until_repeated(set, json, ",", [](const Binary& binary) { return to_base64(binary.bytes); });
      return invalid(fmt::format("{}Input collection {}of type BS contains duplicates.", k_invalid, listed(json)),
                     fmt::format("{}Input collection {}of type BS contains duplicates.", k_invalid, newer));
    }
  }
  return AttributeValue(std::move(set));
}

WireResult<AttributeValue> read_value(const Json& json, int depth);

WireResult<AttributeValue> read_list(const Json& json, int depth)
{
  List list;
  list.reserve(json.size());
  for (const auto& element : json) {
    auto value = read_value(element, depth + 1);
    if (!value) {
      return below(fmt::format("[{}]", list.size()), std::move(value).error());
    }
    list.push_back(std::move(*value));
  }
  return AttributeValue(std::move(list));
}

WireResult<Map> read_map(const Json& json, int depth)
{
  Map map;
  for (const auto& [name, element] : json.items()) {
    auto value = read_value(element, depth + 1);
    if (!value) {
      return below(name, std::move(value).error());
    }
    map.emplace_hint(map.end(), name, std::move(*value));
  }
  return map;
}

WireResult<AttributeValue> read_member(AttributeType type, const Json& json, int depth)
{
  switch (type) {
    case AttributeType::string:
      return AttributeValue(json.get<std::string>());
    case AttributeType::number:
      return read_number(json).map([](Number number) { return AttributeValue(std::move(number)); });
    case AttributeType::binary:
      return AttributeValue(Binary{from_base64(json.get_ref<const std::string&>()).value_or("")});
    case AttributeType::boolean:
      return AttributeValue(boolean_of(json).value_or(false));
    case AttributeType::null:
      return boolean_of(json).value_or(false) ? WireResult<AttributeValue>(Null{}) : invalid(k_null_is_true);
    case AttributeType::list:
      return read_list(json, depth);
    case AttributeType::map:
      return read_map(json, depth).map([](Map map) { return AttributeValue(std::move(map)); });
    case AttributeType::string_set:
      return has_null(json) ? null_in_set("string") : read_string_set(json);
    case AttributeType::number_set:
      return has_null(json) ? null_in_set("number") : read_number_set(json);
    case AttributeType::binary_set:
      return has_null(json) ? null_in_set("binary") : read_binary_set(json);
  }
  return invalid({});
}

/// Types were checked before. Recursion ends at the nesting limit.
WireResult<AttributeValue> read_value(const Json& json, int depth)
{
  if (depth > k_max_nesting) {
    return invalid("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit");
  }
  std::optional<AttributeValue> found;
  bool several = false;
  for (const auto& [name, member] : json.items()) {
    const auto type = attribute_type_of(name);
    if (!type || member.is_null()) {
      continue;
    }
    auto value = read_member(*type, member, depth);
    if (!value) {
      return value;
    }
    several |= found.has_value();
    found = std::move(*value);
  }
  if (!found) {
    return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  if (several) {
    return invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  }
  return std::move(*found);
}

tl::unexpected<WireError> badly_typed(std::string message, std::string path)
{
  return tl::unexpected(WireError{WireError::Kind::serialization, std::move(message), {}, std::move(path)});
}

}  // namespace

WireResult<AttributeValue> attribute_value_from_json(const Json& json, std::string path)
{
  if (auto refused = serialization_error_of(json)) {
    return badly_typed(std::move(*refused), std::move(path));
  }
  auto value = read_value(json, 1);
  return value || path.empty() ? std::move(value) : below(std::move(path), std::move(value).error());
}

WireResult<Item> item_from_json(const Json& json)
{
  if (!json.is_object()) {
    return badly_typed("Unexpected field type", {});
  }
  for (const auto& [name, value] : json.items()) {
    if (auto refused = serialization_error_of(value)) {
      return badly_typed(std::move(*refused), name);
    }
  }
  return checked_item_from_json(json);
}

WireResult<Item> checked_item_from_json(const Json& json)
{
  return read_map(json, 0);
}

WireResult<Item> parse_item(std::string_view text)
{
  // The deepest item has two levels of JSON for each of its own, far below what the parser takes.
  const auto json = parse_json(text, "item");
  if (!json) {
    return badly_typed(json.error().diagnostics.empty() ? json.error().message : json.error().diagnostics.front().message, {});
  }
  return item_from_json(*json);
}

}  // namespace davit::aws::dynamodb
