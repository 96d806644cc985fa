// SPDX-License-Identifier: Apache-2.0
// What a schema may be made of.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "aws/core/spelling.hpp"
#include "commands/workflow/smoke/json_schema.hpp"
#include "commands/workflow/smoke/matcher.hpp"

namespace davit::commands::workflow::smoke {
namespace {

enum class Operand {
  schema,
  schemas,
  named_schemas,
  count,
  number,
  positive,
  text,
  pattern,
  flag,
  names,
  named_names,
  type,
  list,
  any,
  reference
};

struct Keyword {
  std::string_view name;
  Operand operand;
};

constexpr Keyword k_keywords[] = {{"$schema", Operand::text},
                                  {"$id", Operand::text},
                                  {"$comment", Operand::text},
                                  {"$defs", Operand::named_schemas},
                                  {"$ref", Operand::reference},
                                  // Annotations.
                                  {"title", Operand::text},
                                  {"description", Operand::text},
                                  {"default", Operand::any},
                                  {"examples", Operand::list},
                                  {"deprecated", Operand::flag},
                                  {"readOnly", Operand::flag},
                                  {"writeOnly", Operand::flag},
                                  {"format", Operand::text},
                                  {"contentEncoding", Operand::text},
                                  {"contentMediaType", Operand::text},
                                  {"contentSchema", Operand::schema},
                                  // Any value.
                                  {"type", Operand::type},
                                  {"const", Operand::any},
                                  {"enum", Operand::list},
                                  {"allOf", Operand::schemas},
                                  {"anyOf", Operand::schemas},
                                  {"oneOf", Operand::schemas},
                                  {"not", Operand::schema},
                                  {"if", Operand::schema},
                                  {"then", Operand::schema},
                                  {"else", Operand::schema},
                                  // Numbers and texts.
                                  {"minimum", Operand::number},
                                  {"maximum", Operand::number},
                                  {"exclusiveMinimum", Operand::number},
                                  {"exclusiveMaximum", Operand::number},
                                  {"multipleOf", Operand::positive},
                                  {"minLength", Operand::count},
                                  {"maxLength", Operand::count},
                                  {"pattern", Operand::pattern},
                                  // Arrays.
                                  {"items", Operand::schema},
                                  {"prefixItems", Operand::schemas},
                                  {"minItems", Operand::count},
                                  {"maxItems", Operand::count},
                                  {"uniqueItems", Operand::flag},
                                  {"contains", Operand::schema},
                                  {"minContains", Operand::count},
                                  {"maxContains", Operand::count},
                                  // Objects.
                                  {"properties", Operand::named_schemas},
                                  {"patternProperties", Operand::named_schemas},
                                  {"additionalProperties", Operand::schema},
                                  {"propertyNames", Operand::schema},
                                  {"required", Operand::names},
                                  {"minProperties", Operand::count},
                                  {"maxProperties", Operand::count},
                                  {"dependentRequired", Operand::named_names},
                                  {"dependentSchemas", Operand::named_schemas}};

constexpr std::string_view k_unchecked[] = {"unevaluatedItems", "unevaluatedProperties", "$dynamicRef",  "$dynamicAnchor", "$anchor",
                                            "$vocabulary",      "definitions",           "dependencies", "additionalItems"};

constexpr std::string_view k_types[] = {"null", "boolean", "object", "array", "number", "string", "integer"};

using Complaint = std::optional<std::string>;

bool are_texts(const OrderedJson& value)
{
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const OrderedJson& each) { return each.is_string(); });
}

bool is_type(const OrderedJson& value)
{
  return value.is_string() && std::find(std::begin(k_types), std::end(k_types), value.get_ref<const std::string&>()) != std::end(k_types);
}

bool is_pattern(const OrderedJson& value)
{
  return value.is_string() && !complaint_about(OrderedJson{{"matches", value}});
}

/// Walks a schema.
class SchemaRules
{
public:
  explicit SchemaRules(const OrderedJson& root) : m_root(root) {}

  Complaint check(const OrderedJson& schema, const std::string& place) const
  {
    if (schema.is_boolean()) {
      return std::nullopt;
    }
    if (!schema.is_object()) {
      return fmt::format("{}: a schema is an object, true or false", place);
    }
    for (const auto& [name, operand] : schema.items()) {
      if (auto complaint = check_keyword(name, operand, place + "/" + name)) {
        return complaint;
      }
    }
    return std::nullopt;
  }

private:
  Complaint check_keyword(const std::string& name, const OrderedJson& operand, const std::string& place) const
  {
    const auto* const found =
        std::find_if(std::begin(k_keywords), std::end(k_keywords), [&](const Keyword& each) { return each.name == name; });
    if (found != std::end(k_keywords)) {
      return fits(found->operand, operand) ? check_below(found->operand, operand, place)
                                           : Complaint(fmt::format("{}: {} is no operand of `{}`", place, operand.dump(), name));
    }
    if (std::find(std::begin(k_unchecked), std::end(k_unchecked), name) != std::end(k_unchecked)) {
      return fmt::format("{}: davit does not check `{}`", place, name);
    }
    std::vector<std::string> names;
    std::transform(std::begin(k_keywords), std::end(k_keywords), std::back_inserter(names),
                   [](const Keyword& each) { return std::string(each.name); });
    const auto near = nearest(name, names);
    return fmt::format("{}: `{}` is no keyword of JSON Schema{}", place, name, near ? fmt::format("; did you mean `{}`?", *near) : "");
  }

  [[nodiscard]] bool fits(Operand operand, const OrderedJson& value) const
  {
    switch (operand) {
      case Operand::schema:
        return value.is_object() || value.is_boolean();
      case Operand::schemas:
        return value.is_array() && !value.empty();
      case Operand::named_schemas:
      case Operand::named_names:
        return value.is_object();
      case Operand::count:
        return value.is_number_integer() && value >= 0;
      case Operand::number:
        return value.is_number();
      case Operand::positive:
        return value.is_number() && value > 0;
      case Operand::text:
        return value.is_string();
      case Operand::pattern:
        return is_pattern(value);
      case Operand::flag:
        return value.is_boolean();
      case Operand::names:
        return are_texts(value);
      case Operand::type:
        return is_type(value) || (value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_type));
      case Operand::list:
        return value.is_array();
      case Operand::any:
        return true;
      case Operand::reference:
        return is_reference(value);
    }
    return false;
  }

  /// Within the schema: "#" or "#/$defs/NAME", and to something.
  [[nodiscard]] bool is_reference(const OrderedJson& value) const
  {
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (text == "#" || !text.starts_with("#/")) {
      return text == "#";
    }
    try {
      return m_root.contains(OrderedJson::json_pointer(text.substr(1)));
    } catch (const OrderedJson::exception&) {
      return false;  // "~2" is no escape of RFC 6901
    }
  }

  Complaint check_below(Operand operand, const OrderedJson& value, const std::string& place) const
  {
    if (operand == Operand::schema) {
      return check(value, place);
    }
    if (operand != Operand::schemas && operand != Operand::named_schemas && operand != Operand::named_names) {
      return std::nullopt;
    }
    for (const auto& [name, below] : value.items()) {
      const std::string there = place + "/" + name;
      const bool is_good_name = !place.ends_with("/patternProperties") || is_pattern(OrderedJson(name));
      Complaint complaint = !is_good_name                     ? fmt::format("{}: it is no regular expression", there)
                            : operand != Operand::named_names ? check(below, there)
                            : are_texts(below)                ? Complaint()
                                                              : fmt::format("{}: a list of names is expected", there);
      if (complaint) {
        return complaint;
      }
    }
    return std::nullopt;
  }

  const OrderedJson& m_root;
};

}  // namespace

Complaint complaint_about_schema(const OrderedJson& schema)
{
  return SchemaRules(schema).check(schema, "#");
}

}  // namespace davit::commands::workflow::smoke
