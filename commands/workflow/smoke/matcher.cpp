// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/matcher.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <regex>

#include "aws/core/spelling.hpp"
#include "commands/workflow/smoke/number.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// The executor that neither recurses once a character nor takes exponential time; in exchange it knows no back-references.
constexpr auto k_regex = std::regex_constants::ECMAScript | std::regex_constants::__polynomial;

/// What is longer is searched in its first part only: one pass keeps a set of states for each character, and where a match begins is found
/// by trying every place.
constexpr std::size_t k_longest_searched = 256U << 10U;
constexpr std::size_t k_longest_captured = 8U << 10U;

struct Operator {
  std::string_view name;
  bool (*holds)(const OrderedJson& operand, const OrderedJson* actual);
  bool (*accepts)(const OrderedJson& operand);
};

std::string type_of(const OrderedJson& value)
{
  return value.is_number_integer() ? "integer" : value.is_number() ? "number" : value.is_boolean() ? "boolean" : value.type_name();
}

bool equal(const OrderedJson& expected, const OrderedJson& actual)
{
  if (expected.is_number() && actual.is_number()) {
    return compare_numbers(expected, actual) == 0;
  }
  if (expected.type() != actual.type() || expected.size() != actual.size()) {
    return false;
  }
  if (expected.is_object()) {
    return std::all_of(expected.items().begin(), expected.items().end(),
                       [&](const auto& member) { return actual.contains(member.key()) && equal(member.value(), actual.at(member.key())); });
  }
  if (expected.is_array()) {
    return std::equal(expected.begin(), expected.end(), actual.begin(),
                      [](const OrderedJson& a, const OrderedJson& b) { return equal(a, b); });
  }
  return expected == actual;
}

std::optional<std::regex> compiled(const std::string& pattern)
{
  try {
    return std::regex(pattern, k_regex);
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

/// With a {{name}} inside it is judged once the name has a value.
bool is_regular_expression(const OrderedJson& operand)
{
  return operand.is_string() && (operand.get_ref<const std::string&>().find("{{") != std::string::npos ||
                                 compiled(operand.get_ref<const std::string&>()).has_value());
}

bool op_equals(const OrderedJson& operand, const OrderedJson* actual)
{
  return actual != nullptr && equal(operand, *actual);
}

/// In one pass over the text, whatever stands before the match.
bool is_found(const std::string& pattern, const std::string& text)
{
  const auto expression = compiled("[\\s\\S]*?(?:" + pattern + ")");
  return expression &&
         std::regex_search(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), k_longest_searched)), *expression,
                           std::regex_constants::match_continuous);
}

bool op_matches(const OrderedJson& operand, const OrderedJson* actual)
{
  return actual != nullptr && actual->is_string() && is_found(operand.get_ref<const std::string&>(), actual->get_ref<const std::string&>());
}

bool op_contains(const OrderedJson& operand, const OrderedJson* actual)
{
  if (actual == nullptr) {
    return false;
  }
  if (actual->is_string() && operand.is_string()) {
    return actual->get_ref<const std::string&>().find(operand.get_ref<const std::string&>()) != std::string::npos;
  }
  return actual->is_array() &&
         std::any_of(actual->begin(), actual->end(), [&](const OrderedJson& element) { return matches(operand, &element); });
}

bool op_exists(const OrderedJson& operand, const OrderedJson* actual)
{
  return operand.get<bool>() == (actual != nullptr);
}

bool op_type(const OrderedJson& operand, const OrderedJson* actual)
{
  const std::string wanted = operand.get<std::string>();
  return actual != nullptr && (type_of(*actual) == wanted || (wanted == "number" && actual->is_number()));
}

/// Characters, not bytes: all bytes of UTF-8 but those that go on with one.
std::size_t count_characters(const std::string& text)
{
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool op_length(const OrderedJson& operand, const OrderedJson* actual)
{
  if (actual == nullptr || !(actual->is_string() || actual->is_structured())) {
    return false;
  }
  const OrderedJson length = actual->is_string() ? count_characters(actual->get_ref<const std::string&>()) : actual->size();
  return matches(operand, &length);
}

/// Whether both are numbers and compare as asked.
template <typename Holds>
bool compares(const OrderedJson& operand, const OrderedJson* actual, Holds holds)
{
  return actual != nullptr && actual->is_number() && operand.is_number() && holds(compare_numbers(*actual, operand));
}

bool op_min(const OrderedJson& operand, const OrderedJson* actual)
{
  return compares(operand, actual, [](std::partial_ordering order) { return order >= 0; });
}

bool op_max(const OrderedJson& operand, const OrderedJson* actual)
{
  return compares(operand, actual, [](std::partial_ordering order) { return order <= 0; });
}

bool op_gt(const OrderedJson& operand, const OrderedJson* actual)
{
  return compares(operand, actual, [](std::partial_ordering order) { return order > 0; });
}

bool op_lt(const OrderedJson& operand, const OrderedJson* actual)
{
  return compares(operand, actual, [](std::partial_ordering order) { return order < 0; });
}

bool op_any_of(const OrderedJson& operand, const OrderedJson* actual)
{
  return std::any_of(operand.begin(), operand.end(), [&](const OrderedJson& one) { return matches(one, actual); });
}

/// What is absent is not "not x": only {not: {exists: true}} asks for that.
bool op_not(const OrderedJson& operand, const OrderedJson* actual)
{
  const bool asks_for_absence = operand.is_object() && operand.contains("exists");
  return (actual != nullptr || asks_for_absence) && !matches(operand, actual);
}

bool is_type_name(const OrderedJson& operand)
{
  constexpr std::array k_names{"string", "number", "integer", "boolean", "null", "array", "object"};
  return operand.is_string() && std::find(k_names.begin(), k_names.end(), operand.get_ref<const std::string&>()) != k_names.end();
}

bool is_sound(const OrderedJson& operand)
{
  return !complaint_about(operand);
}

bool is_length(const OrderedJson& operand)
{
  return (operand.is_number_integer() || operand.is_object()) && is_sound(operand);
}

bool are_sound(const OrderedJson& operand)
{
  return operand.is_array() && std::all_of(operand.begin(), operand.end(), is_sound);
}

/// A {{name}} is judged once it has a value.
bool is_number(const OrderedJson& operand)
{
  return operand.is_number() || (operand.is_string() && operand.get_ref<const std::string&>().starts_with("{{"));
}

constexpr std::array<Operator, 12> k_operators{{
    {"equals", op_equals, [](const OrderedJson&) { return true; }},
    {"matches", op_matches, is_regular_expression},
    {"contains", op_contains, is_sound},
    {"exists", op_exists, [](const OrderedJson& operand) { return operand.is_boolean(); }},
    {"type", op_type, is_type_name},
    {"length", op_length, is_length},
    {"min", op_min, is_number},
    {"max", op_max, is_number},
    {"gt", op_gt, is_number},
    {"lt", op_lt, is_number},
    {"any_of", op_any_of, are_sound},
    {"not", op_not, is_sound},
}};

const Operator* operator_named(std::string_view name)
{
  const auto* found =
      std::find_if(k_operators.begin(), k_operators.end(), [&](const Operator& candidate) { return candidate.name == name; });
  return found == k_operators.end() ? nullptr : found;
}

std::vector<std::string> operator_names()
{
  std::vector<std::string> names;
  std::transform(k_operators.begin(), k_operators.end(), std::back_inserter(names),
                 [](const Operator& one) { return std::string(one.name); });
  return names;
}

/// {match: "^x"} is more likely a slip than a literal.
std::optional<std::string> complaint_about_literal(const OrderedJson& literal)
{
  const bool has_one_member = literal.is_object() && literal.size() == 1;
  const auto suggestion = has_one_member ? nearest(literal.begin().key(), operator_names()) : std::nullopt;
  if (!suggestion || edit_distance(literal.begin().key(), *suggestion) > 2) {
    return std::nullopt;
  }
  return fmt::format("'{}' is no operator; did you mean '{}'? An object that is meant as it stands goes below `equals`",
                     literal.begin().key(), *suggestion);
}

}  // namespace

bool matches(const OrderedJson& expected, const OrderedJson* actual)
{
  if (!has_operators(expected)) {
    return actual != nullptr && equal(expected, *actual);
  }
  return std::all_of(expected.items().begin(), expected.items().end(), [&](const auto& member) {
    const Operator* one = operator_named(member.key());
    return one != nullptr && one->holds(member.value(), actual);
  });
}

bool has_operators(const OrderedJson& expected)
{
  return expected.is_object() && !expected.empty() && operator_named(expected.begin().key()) != nullptr;
}

std::optional<std::string> complaint_about(const OrderedJson& expected)
{
  if (!has_operators(expected)) {
    return complaint_about_literal(expected);
  }
  for (const auto& [name, operand] : expected.items()) {
    const Operator* one = operator_named(name);
    if (one == nullptr) {
      return fmt::format("'{}' is no operator: use {}", name, fmt::join(operator_names(), ", "));
    }
    if (!one->accepts(operand)) {
      return fmt::format("operator '{}' cannot use {}", name, operand.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    }
  }
  return std::nullopt;
}

std::optional<std::string> first_match(const std::string& pattern, const std::string& text)
{
  const auto expression = compiled(pattern);
  const std::string searched = text.substr(0, k_longest_captured);
  std::smatch match;
  if (!expression || !std::regex_search(searched, match, *expression)) {
    return std::nullopt;
  }
  return match[match.size() > 1 ? 1 : 0].str();
}

}  // namespace davit::commands::workflow::smoke
