// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/json_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {
namespace {

OrderedJson parsed(const char* text)
{
  return OrderedJson::parse(text);
}

struct Case {
  const char* schema;
  std::vector<const char*> valid;
  std::vector<const char*> invalid;
};

/// What the draft says of each keyword: https://json-schema.org/draft/2020-12/json-schema-validation
const Case k_cases[] = {
    {R"(true)", {"1", "null"}, {}},
    {R"(false)", {}, {"1", "null"}},
    {R"({"type": "integer"})", {"1", "1.0", "-3"}, {"1.5", "\"1\"", "null"}},
    {R"({"type": ["string", "null"]})", {"\"a\"", "null"}, {"1", "[]"}},
    {R"({"const": {"a": 1, "b": [2]}})", {R"({"b": [2], "a": 1.0})"}, {R"({"a": 1})", "1"}},
    {R"({"enum": [1, "a", null]})", {"1", "1.0", "\"a\"", "null"}, {"\"1\"", "false"}},
    {R"({"minimum": 2, "exclusiveMaximum": 5})", {"2", "4.9", "\"x\""}, {"1.9", "5"}},
    {R"({"exclusiveMinimum": 2, "maximum": 5})", {"2.1", "5"}, {"2", "5.1"}},
    {R"({"multipleOf": 0.01})", {"19.9", "0.07", "3"}, {"0.075"}},
    {R"({"minLength": 2, "maxLength": 3})", {"\"ab\"", "\"\u00e9\u00e9\u00e9\"", "1"}, {"\"a\"", "\"abcd\""}},
    {R"({"pattern": "^p-[0-9]+$"})", {"\"p-1\"", "7"}, {"\"p-\"", "\"xp-1\""}},
    {R"({"items": {"type": "string"}, "minItems": 1, "maxItems": 2})", {"[\"a\"]", "{}"}, {"[]", "[1]", "[\"a\", \"b\", \"c\"]"}},
    {R"({"prefixItems": [{"type": "string"}], "items": {"type": "number"}})", {"[]", "[\"a\", 1]"}, {"[1]", "[\"a\", \"b\"]"}},
    {R"({"uniqueItems": true})", {"[1, 2, \"1\"]"}, {"[1, 1.0]", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1}])"}},
    {R"({"contains": {"const": 1}, "maxContains": 1})", {"[1, 2]"}, {"[2]", "[1, 1]"}},
    {R"({"contains": {"const": 1}, "minContains": 0})", {"[]", "[1]"}, {}},
    {R"({"required": ["a"], "properties": {"a": {"type": "number"}}})", {R"({"a": 1, "b": 2})", "1"}, {"{}", R"({"a": "1"})"}},
    {R"({"properties": {"a": true}, "patternProperties": {"^x": {"type": "null"}}, "additionalProperties": false})",
     {R"({"a": 1, "x1": null})"},
     {R"({"b": 1})", R"({"x1": 1})"}},
    {R"({"propertyNames": {"pattern": "^[a-z]+$"}, "maxProperties": 2, "minProperties": 1})",
     {R"({"a": 1})"},
     {"{}", R"({"A": 1})", R"({"a":1,"b":1,"c":1})"}},
    {R"({"dependentRequired": {"a": ["b"]}})", {"{}", R"({"a": 1, "b": 1})"}, {R"({"a": 1})"}},
    {R"({"dependentSchemas": {"a": {"required": ["b"]}}})", {R"({"c": 1})"}, {R"({"a": 1})"}},
    {R"({"allOf": [{"minimum": 1}, {"maximum": 2}]})", {"1", "2"}, {"0", "3"}},
    {R"({"anyOf": [{"type": "string"}, {"minimum": 5}]})", {"\"a\"", "5", "null"}, {"4"}},
    {R"({"oneOf": [{"minimum": 1}, {"maximum": 2}]})", {"0", "3"}, {"1.5"}},
    {R"({"not": {"type": "null"}})", {"1"}, {"null"}},
    {R"({"if": {"properties": {"k": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}})",
     {R"({"k": "a", "x": 1})", R"({"k": "b", "y": 1})"},
     {R"({"k": "a", "y": 1})", R"({"k": "b"})"}},
    {R"({"$ref": "#/$defs/node", "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["v"]}}})",
     {R"({"v": 1, "next": {"v": 2}})"},
     {R"({"v": 1, "next": {}})"}},
    {R"({"format": "email", "title": "annotations", "default": 3, "examples": [1]})", {"\"no mail\""}, {}},
};

TEST(JsonSchema, JudgesByEachKeyword)
{
  for (const auto& each : k_cases) {
    const OrderedJson schema = parsed(each.schema);
    EXPECT_EQ(complaint_about_schema(schema), std::nullopt) << each.schema;
    for (const char* value : each.valid) {
      EXPECT_TRUE(violations(schema, parsed(value)).empty())
          << each.schema << " of " << value << ": " << violations(schema, parsed(value)).at(0);
    }
    for (const char* value : each.invalid) {
      EXPECT_FALSE(violations(schema, parsed(value)).empty()) << each.schema << " of " << value;
    }
  }
}

TEST(JsonSchema, NamesThePlace)
{
  const auto found =
      violations(parsed(R"({"properties": {"items": {"items": {"properties": {"price": {"minimum": 0}}, "required": ["id"]}}}})"),
                 parsed(R"({"items": [{"id": 1, "price": 1}, {"price": -1}]})"));
  EXPECT_EQ(found, (std::vector<std::string>{"$.items[1]: \"id\" is missing", "$.items[1].price: -1 is less than 0"}));
}

TEST(JsonSchema, RefusesByNameWhatItDoesNotCheck)
{
  const std::pair<const char*, const char*> k_refused[] = {
      {R"({"unevaluatedProperties": false})", "#/unevaluatedProperties: davit does not check `unevaluatedProperties`"},
      {R"({"properties": {"a": {"$dynamicRef": "#x"}}})", "#/properties/a/$dynamicRef: davit does not check `$dynamicRef`"},
      {R"({"$ref": "other.json"})", "#/$ref: \"other.json\" is no operand of `$ref`"},
      {R"({"$ref": "#/$defs/none"})", "#/$ref: \"#/$defs/none\" is no operand of `$ref`"},
      {R"({"requird": ["a"]})", "#/requird: `requird` is no keyword of JSON Schema; did you mean `required`?"},
      {R"({"type": "text"})", "#/type: \"text\" is no operand of `type`"},
      {R"({"items": [{"pattern": "["}]})", "#/items: [{\"pattern\":\"[\"}] is no operand of `items`"},
      {R"({"pattern": "["})", "#/pattern: \"[\" is no operand of `pattern`"},
      {R"({"patternProperties": {"[": true}})", "#/patternProperties/[: it is no regular expression"},
      {R"("x")", "#: a schema is an object, true or false"},
  };
  for (const auto& [schema, complaint] : k_refused) {
    EXPECT_EQ(complaint_about_schema(parsed(schema)).value_or(""), complaint) << schema;
  }
}

TEST(JsonSchema, EndsWhereAReferenceLeadsToItself)
{
  EXPECT_FALSE(violations(parsed(R"({"$ref": "#"})"), parsed("1")).empty());
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
