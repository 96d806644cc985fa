// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "commands/workflow/smoke/json_path.hpp"
#include "commands/workflow/smoke/matcher.hpp"
#include "commands/workflow/smoke/report.hpp"

namespace davit::commands::workflow::smoke {
namespace {

/// A reference that leads to itself without looking deeper into the value never ends; documents are never so deep.
constexpr int k_deepest = 200;

bool is_equal(const OrderedJson& a, const OrderedJson& b)
{
  return matches({{"equals", a}}, &b);
}

/// "1.0" is an integer, as the draft says (section 6.1.1 of its validation vocabulary).
bool is_of_type(const OrderedJson& value, const std::string& type)
{
  if (type == "integer") {
    return value.is_number_integer() || (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
  }
  return type == "number" ? value.is_number() : type == value.type_name();
}

const OrderedJson* resolve(const OrderedJson& root, const std::string& reference)
{
  if (reference == "#") {
    return &root;
  }
  const auto pointer = OrderedJson::json_pointer(reference.substr(1));
  return root.contains(pointer) ? &root.at(pointer) : nullptr;
}

std::size_t characters(const std::string& text)
{
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// One value held against one schema, and all below both.
class Validator
{
public:
  explicit Validator(const OrderedJson& root) : m_root(root) {}

  void check(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  [[nodiscard]] std::vector<std::string> take() { return std::move(m_found); }

private:
  using Keyword = void (Validator::*)(const OrderedJson& schema, const OrderedJson& value, const std::string& path);

  void complain(const std::string& path, const std::string& message) { m_found.push_back(path + ": " + message); }
  [[nodiscard]] bool is_valid(const OrderedJson& schema, const OrderedJson& value) const;

  void any_type(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void number(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void text(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void array(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void contains(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void object(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void properties(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void dependencies(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void combined(const OrderedJson& schema, const OrderedJson& value, const std::string& path);
  void conditional(const OrderedJson& schema, const OrderedJson& value, const std::string& path);

  const OrderedJson& m_root;
  std::vector<std::string> m_found;
  int m_depth = 0;
};

bool Validator::is_valid(const OrderedJson& schema, const OrderedJson& value) const
{
  Validator inner{m_root};
  inner.m_depth = m_depth;
  inner.check(schema, value, "$");
  return inner.m_found.empty();
}

void Validator::check(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  if (schema.is_boolean()) {
    if (!schema.get<bool>()) {
      complain(path, "nothing is allowed here");
    }
    return;
  }
  if (++m_depth > k_deepest) {
    complain(path, "the references of the schema lead too deep");
  } else {
    if (schema.contains("$ref")) {
      check(*resolve(m_root, schema["$ref"].get<std::string>()), value, path);
    }
    any_type(schema, value, path);
    combined(schema, value, path);
    conditional(schema, value, path);
    const Keyword of_type = value.is_number()   ? &Validator::number
                            : value.is_string() ? &Validator::text
                            : value.is_array()  ? &Validator::array
                            : value.is_object() ? &Validator::object
                                                : nullptr;
    if (of_type != nullptr) {
      (this->*of_type)(schema, value, path);
    }
  }
  --m_depth;
}

void Validator::any_type(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  if (schema.contains("type")) {
    const OrderedJson& type = schema["type"];
    const auto fits = [&value](const OrderedJson& each) { return is_of_type(value, each.get<std::string>()); };
    if (type.is_array() ? std::none_of(type.begin(), type.end(), fits) : !fits(type)) {
      complain(path, fmt::format("{} is no {}", short_text(value, 60), type.is_array() ? type.dump() : type.get<std::string>()));
    }
  }
  if (schema.contains("const") && !is_equal(schema["const"], value)) {
    complain(path, fmt::format("{} is not {}", short_text(value, 60), short_text(schema["const"], 60)));
  }
  if (schema.contains("enum") &&
      std::none_of(schema["enum"].begin(), schema["enum"].end(), [&](const OrderedJson& each) { return is_equal(each, value); })) {
    complain(path, fmt::format("{} is none of {}", short_text(value, 60), short_text(schema["enum"], 120)));
  }
}

void Validator::number(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  const double number = value.get<double>();
  const auto bound = [&](const char* keyword, const char* words, auto breaks) {
    if (schema.contains(keyword) && breaks(number, schema[keyword].get<double>())) {
      complain(path, fmt::format("{} is {} {}", value.dump(), words, schema[keyword].dump()));
    }
  };
  bound("minimum", "less than", std::less<>());
  bound("maximum", "more than", std::greater<>());
  bound("exclusiveMinimum", "not more than", std::less_equal<>());
  bound("exclusiveMaximum", "not less than", std::greater_equal<>());
  // 0.3 is a multiple of 0.1, whatever binary fractions say.
  bound("multipleOf", "no multiple of", [](double a, double b) { return std::abs(a / b - std::round(a / b)) > 1e-9; });
}

void Validator::text(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  const std::size_t length = characters(value.get_ref<const std::string&>());
  if (schema.contains("minLength") && length < schema["minLength"].get<std::size_t>()) {
    complain(path, fmt::format("{} is shorter than {} characters", short_text(value, 60), schema["minLength"].dump()));
  }
  if (schema.contains("maxLength") && length > schema["maxLength"].get<std::size_t>()) {
    complain(path, fmt::format("{} is longer than {} characters", short_text(value, 60), schema["maxLength"].dump()));
  }
  if (schema.contains("pattern") && !matches({{"matches", schema["pattern"]}}, &value)) {
    complain(path, fmt::format("{} does not match {}", short_text(value, 60), schema["pattern"].dump()));
  }
}

void Validator::array(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>()) {
    complain(path, fmt::format("{} elements are less than {}", value.size(), schema["minItems"].dump()));
  }
  if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>()) {
    complain(path, fmt::format("{} elements are more than {}", value.size(), schema["maxItems"].dump()));
  }
  if (schema.value("uniqueItems", false)) {
    for (auto each = value.begin(); each != value.end(); ++each) {
      if (std::any_of(value.begin(), each, [&](const OrderedJson& other) { return is_equal(other, *each); })) {
        complain(path, short_text(*each, 60) + " is there twice");
      }
    }
  }
  const std::size_t prefix = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", path, i);
    if (i < prefix) {
      check(schema["prefixItems"][i], value[i], place);
    } else if (schema.contains("items")) {
      check(schema["items"], value[i], place);
    }
  }
  contains(schema, value, path);
}

void Validator::contains(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  if (!schema.contains("contains")) {
    return;
  }
  const auto count = std::count_if(value.begin(), value.end(), [&](const OrderedJson& each) { return is_valid(schema["contains"], each); });
  const auto least = schema.value("minContains", 1L);
  if (count < least || (schema.contains("maxContains") && count > schema["maxContains"].get<long>())) {
    complain(path, fmt::format("{} elements are as `contains` wants them", count));
  }
}

void Validator::object(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  for (const auto& name : schema.value("required", OrderedJson::array())) {
    if (!value.contains(name.get<std::string>())) {
      complain(path, fmt::format("{} is missing", name.dump()));
    }
  }
  if (schema.contains("minProperties") && value.size() < schema["minProperties"].get<std::size_t>()) {
    complain(path, fmt::format("{} members are less than {}", value.size(), schema["minProperties"].dump()));
  }
  if (schema.contains("maxProperties") && value.size() > schema["maxProperties"].get<std::size_t>()) {
    complain(path, fmt::format("{} members are more than {}", value.size(), schema["maxProperties"].dump()));
  }
  properties(schema, value, path);
  dependencies(schema, value, path);
}

void Validator::properties(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  const OrderedJson none = OrderedJson::object();
  const OrderedJson& named = schema.contains("properties") ? schema["properties"] : none;
  const OrderedJson& patterns = schema.contains("patternProperties") ? schema["patternProperties"] : none;
  for (const auto& [name, member] : value.items()) {
    const std::string place = path + "." + name;
    bool is_known = named.contains(name);
    if (is_known) {
      check(named[name], member, place);
    }
    for (const auto& [pattern, below] : patterns.items()) {
      const OrderedJson text(name);
      if (matches({{"matches", pattern}}, &text)) {
        is_known = true;
        check(below, member, place);
      }
    }
    if (!is_known && schema.contains("additionalProperties")) {
      check(schema["additionalProperties"], member, place);
    }
    if (schema.contains("propertyNames") && !is_valid(schema["propertyNames"], OrderedJson(name))) {
      complain(path, fmt::format("\"{}\" is no name that is allowed", name));
    }
  }
}

void Validator::dependencies(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  const OrderedJson required = schema.value("dependentRequired", OrderedJson::object());
  for (const auto& [name, needed] : required.items()) {
    for (const auto& other : needed) {
      if (value.contains(name) && !value.contains(other.get<std::string>())) {
        complain(path, fmt::format("{} is missing beside \"{}\"", other.dump(), name));
      }
    }
  }
  if (schema.contains("dependentSchemas")) {
    for (const auto& [name, below] : schema["dependentSchemas"].items()) {
      if (value.contains(name)) {
        check(below, value, path);
      }
    }
  }
}

void Validator::combined(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  const auto count = [&](const char* keyword) {
    const OrderedJson& list = schema[keyword];
    return std::count_if(list.begin(), list.end(), [&](const OrderedJson& each) { return is_valid(each, value); });
  };
  if (schema.contains("allOf")) {
    for (const auto& each : schema["allOf"]) {
      check(each, value, path);
    }
  }
  if (schema.contains("anyOf") && count("anyOf") == 0) {
    complain(path, fmt::format("{} is as none of `anyOf` wants it", short_text(value, 60)));
  }
  if (schema.contains("oneOf")) {
    if (const auto valid = count("oneOf"); valid != 1) {
      complain(path, fmt::format("{} is as {} of `oneOf` want it", short_text(value, 60), valid));
    }
  }
  if (schema.contains("not") && is_valid(schema["not"], value)) {
    complain(path, fmt::format("{} is what `not` excludes", short_text(value, 60)));
  }
}

void Validator::conditional(const OrderedJson& schema, const OrderedJson& value, const std::string& path)
{
  if (!schema.contains("if")) {
    return;
  }
  const char* const branch = is_valid(schema["if"], value) ? "then" : "else";
  if (schema.contains(branch)) {
    check(schema[branch], value, path);
  }
}

}  // namespace

std::vector<std::string> violations(const OrderedJson& schema, const OrderedJson& value)
{
  Validator validator{schema};
  validator.check(schema, value, "$");
  return validator.take();
}

}  // namespace davit::commands::workflow::smoke
