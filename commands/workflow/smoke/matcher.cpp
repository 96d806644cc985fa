// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/matcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <regex>

namespace davit::commands::workflow::smoke {
namespace {

/// std::regex recurses once a character: what is longer is searched in its first part only.
constexpr std::size_t k_longest_searched = 32'768;

struct Operator {
  std::string_view name;
  bool (*holds)(const OrderedJson& operand, const OrderedJson* actual);
  bool (*accepts)(const OrderedJson& operand);
};

std::string type_of(const OrderedJson& value)
{
  return value.is_number_integer() ? "integer" : value.is_number() ? "number" : value.is_boolean() ? "boolean" : value.type_name();
}

bool is_regular_expression(const OrderedJson& operand)
{
  if (!operand.is_string()) {
    return false;
  }
  // With a {{name}} inside it is judged once the name has a value.
  if (operand.get_ref<const std::string&>().find("{{") != std::string::npos) {
    return true;
  }
  try {
    const std::regex compiled(operand.get_ref<const std::string&>());
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

bool op_matches(const OrderedJson& operand, const OrderedJson* actual)
{
  if (actual == nullptr || !actual->is_string()) {
    return false;
  }
  const std::string text = actual->get_ref<const std::string&>().substr(0, k_longest_searched);
  return std::regex_search(text, std::regex(operand.get_ref<const std::string&>()));
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

bool op_length(const OrderedJson& operand, const OrderedJson* actual)
{
  if (actual == nullptr || actual->is_number() || actual->is_boolean()) {
    return false;
  }
  const OrderedJson length = actual->is_string() ? actual->get_ref<const std::string&>().size() : actual->size();
  return matches(operand, &length);
}

bool op_min(const OrderedJson& operand, const OrderedJson* actual)
{
  return actual != nullptr && actual->is_number() && actual->get<double>() >= operand.get<double>();
}

bool op_max(const OrderedJson& operand, const OrderedJson* actual)
{
  return actual != nullptr && actual->is_number() && actual->get<double>() <= operand.get<double>();
}

bool op_any_of(const OrderedJson& operand, const OrderedJson* actual)
{
  return std::any_of(operand.begin(), operand.end(), [&](const OrderedJson& one) { return matches(one, actual); });
}

bool op_not(const OrderedJson& operand, const OrderedJson* actual)
{
  return !matches(operand, actual);
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

constexpr std::array<Operator, 9> k_operators{{
    {"matches", op_matches, is_regular_expression},
    {"contains", op_contains, is_sound},
    {"exists", op_exists, [](const OrderedJson& operand) { return operand.is_boolean(); }},
    {"type", op_type, is_type_name},
    {"length", op_length, is_length},
    {"min", op_min, [](const OrderedJson& operand) { return operand.is_number(); }},
    {"max", op_max, [](const OrderedJson& operand) { return operand.is_number(); }},
    {"any_of", op_any_of, are_sound},
    {"not", op_not, is_sound},
}};

const Operator* operator_named(std::string_view name)
{
  const auto* found =
      std::find_if(k_operators.begin(), k_operators.end(), [&](const Operator& candidate) { return candidate.name == name; });
  return found == k_operators.end() ? nullptr : found;
}

/// An object is a set of operators when its first member is one; else it is a literal.
bool has_operators(const OrderedJson& expected)
{
  return expected.is_object() && !expected.empty() && operator_named(expected.begin().key()) != nullptr;
}

bool equal(const OrderedJson& expected, const OrderedJson& actual)
{
  if (expected.is_number() && actual.is_number()) {
    return expected == actual;
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

std::optional<std::string> complaint_about(const OrderedJson& expected)
{
  if (!has_operators(expected)) {
    return std::nullopt;
  }
  for (const auto& [name, operand] : expected.items()) {
    const Operator* one = operator_named(name);
    if (one == nullptr) {
      return fmt::format("'{}' is no operator: use matches, contains, exists, type, length, min, max, any_of or not", name);
    }
    if (!one->accepts(operand)) {
      return fmt::format("operator '{}' cannot use {}", name, operand.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    }
  }
  return std::nullopt;
}

}  // namespace davit::commands::workflow::smoke
