// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/check.hpp"
#include "aws/local/dynamodb/expression/document.hpp"
#include "aws/local/dynamodb/expression/evaluate.hpp"

namespace davit::aws::local::dynamodb {
namespace {

Item item_of(std::string_view text)
{
  return aws::dynamodb::parse_item(text).value();
}

Placeholders placeholders()
{
  Placeholders out;
  out.names = {{"#a", "a"}, {"#b", "b"}, {"#things", "things"}};
  for (auto& [name, value] :
       item_of(R"({":n":{"N":"5"},":m":{"N":"9"},":s":{"S":"abc"},":t":{"S":"S"},":b":{"BOOL":true},":l":{"L":[{"S":"x"}]},
                                          ":ss":{"SS":["a","b"]},":bin":{"B":"AA=="},":map":{"M":{}}})")) {
    out.values.emplace(name, value);
  }
  return out;
}

/// "true", "false" or the refusal.
std::string condition(std::string_view text,
                      std::string_view item = R"({"a":{"N":"7"},"s":{"S":"abcdef"},"things":{"L":[{"S":"x"}]},"ss":{"SS":["a","b"]}})")
{
  auto parsed = parse_condition(text);
  if (!parsed) {
    return parsed.error();
  }
  auto known = placeholders();
  if (auto checked = check(*parsed, known); !checked) {
    return checked.error();
  }
  return holds(*parsed, item_of(item)) ? "true" : "false";
}

TEST(Condition, Compares)
{
  EXPECT_EQ(condition("a > :n"), "true");
  EXPECT_EQ(condition("a < :n"), "false");
  EXPECT_EQ(condition("#a <> :n"), "true");
  EXPECT_EQ(condition("nothing <> :n"), "true");
  EXPECT_EQ(condition("nothing = :n"), "false");
  EXPECT_EQ(condition("nothing < :n"), "false");
  EXPECT_EQ(condition("a = :s"), "false");
  EXPECT_EQ(condition("a BETWEEN :n AND :m"), "true");
  EXPECT_EQ(condition("a in (:s, :m)"), "false");
  EXPECT_EQ(condition("a IN (:s, b)", R"({"a":{"N":"7"},"b":{"N":"7.0"}})"), "true");
  EXPECT_EQ(condition("ss = :ss"), "true");
  EXPECT_EQ(condition(":n < a"), "true");
}

TEST(Condition, JoinsByPrecedence)
{
  EXPECT_EQ(condition("a = :n OR a > :n AND s = :s"), "false");
  EXPECT_EQ(condition("(a = :n OR a > :n) and not s = :s"), "true");
  EXPECT_EQ(condition("NOT a = :n AND NOT NOT a > :n"), "true");
  EXPECT_EQ(condition("(a) > (:n)"), "true");
}

TEST(Condition, CallsFunctions)
{
  EXPECT_EQ(condition("attribute_exists(things[0])"), "true");
  EXPECT_EQ(condition("attribute_exists(things[1])"), "false");
  EXPECT_EQ(condition("attribute_not_exists(a.b)"), "true");
  EXPECT_EQ(condition("attribute_type(s, :t)"), "true");
  EXPECT_EQ(condition("begins_with(s, :s)"), "true");
  EXPECT_EQ(condition("contains(s, :s)"), "true");
  EXPECT_EQ(condition("contains(ss, :s)"), "false");
  EXPECT_EQ(condition("contains(things, things[0])"), "true");
  EXPECT_EQ(condition("size(s) > :n"), "true");
  EXPECT_EQ(condition("size(a) > :n"), "false");
  EXPECT_EQ(condition("size(nothing) <> :n"), "true");
}

TEST(Condition, RefusesSyntaxInTheServicesWords)
{
  EXPECT_EQ(condition(""), "The expression can not be empty;");
  EXPECT_EQ(condition("a"), R"(Syntax error; token: "<EOF>", near: "a")");
  EXPECT_EQ(condition("a = = :n"), R"(Syntax error; token: "=", near: "= = :n")");
  EXPECT_EQ(condition("!!! INVALID !!!"), R"(Syntax error; token: "!", near: "!!")");
  EXPECT_EQ(condition("a = :n AND"), R"(Syntax error; token: "<EOF>", near: "AND")");
  EXPECT_EQ(condition("a = :n b"), R"(Syntax error; token: "b", near: ":n b")");
  EXPECT_EQ(condition("((a = :n))"), "The expression has redundant parentheses;");
  EXPECT_EQ(condition("((a = :n) AND a = :m)"), "false");
  EXPECT_EQ(condition("a[01] = :n"), R"(Syntax error; token: "1", near: "01]")");
  EXPECT_EQ(condition("a[2147483647] = :n"), "false");
  EXPECT_EQ(condition("a[2147483648] = :n"), "List index is not within the allowable range; index: [2147483648]");
  EXPECT_EQ(condition("a[99999999999999999999] = :n"), "List index is not within the allowable range; index: [99999999999999999999]");
}

TEST(Condition, TakesNoKeywordAndNoUnderscoreForTheBeginningOfAName)
{
  EXPECT_EQ(condition("a_1 <> :n"), "true");
  EXPECT_EQ(condition("_a = :n"), R"(Syntax error; token: "_", near: "_a")");
  EXPECT_EQ(condition("a = _a"), R"(Syntax error; token: "_", near: "= _a")");
  EXPECT_EQ(condition("set = :n"), "Attribute name is a reserved keyword; reserved keyword: set");
  EXPECT_EQ(condition("a.and = :n"), R"(Syntax error; token: "and", near: ".and =")");
}

TEST(Condition, BoundsWhatItReads)
{
  const auto depth = [](int steps) {
    std::string path = "a";
    for (int i = 0; i < steps; ++i) {
      path += i % 2 == 0 ? ".b" : "[0]";
    }
    return condition("attribute_exists(" + path + ")");
  };
  EXPECT_EQ(depth(31), "false");
  EXPECT_EQ(depth(32), "The document path has too many nesting levels; nesting levels: 33");
  const auto nested = [](int count) {
    std::string text = "a = :n";
    for (int i = 0; i < count; ++i) {
      text += " OR (a = :n";
    }
    return condition(text + std::string(static_cast<std::size_t>(count), ')'));
  };
  EXPECT_EQ(nested(149), "false");
  EXPECT_EQ(nested(150), "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(nested(340), "The expression contains too many operators; operator count: 301");
}

TEST(Condition, RefusesMeaningInTheServicesOrder)
{
  EXPECT_EQ(condition("foo(a) AND size = :nope"), "Invalid function name; function: foo");
  for (const std::string name : {"if_not_exists", "list_append"}) {
    EXPECT_EQ(condition(name + "(a, :n) = :n"), "The function is not allowed in a condition expression; function: " + name);
  }
  EXPECT_EQ(condition("size = :nope"), "Attribute name is a reserved keyword; reserved keyword: size");
  EXPECT_EQ(condition("size(a)"), "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(condition("attribute_exists(a) = :n"),
            "The function is not allowed to be used this way in an expression; function: attribute_exists");
  EXPECT_EQ(condition("a = :nope"), "An expression attribute value used in expression is not defined; attribute value: :nope");
  EXPECT_EQ(condition("#nope = :n"), "An expression attribute name used in the document path is not defined; attribute name: #nope");
  EXPECT_EQ(condition("begins_with(a)"),
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1");
  EXPECT_EQ(condition("begins_with(a, :n)"),
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  EXPECT_EQ(condition("a < :b"), "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL");
  EXPECT_EQ(
      condition("contains(#a, a)"),
      "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]");
  for (const auto* text : {"a BETWEEN :n AND a", "a IN (s, #a)"}) {
    EXPECT_TRUE(condition(text).starts_with("The first operand must be distinct from the remaining operands")) << text;
  }
  EXPECT_EQ(condition("attribute_exists(:n)"), "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(condition("attribute_type(a, :s)"),
            "Invalid attribute type name found; type: abc, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  EXPECT_EQ(
      condition("a BETWEEN :m AND :n"),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:9}, "
      "upper bound operand: AttributeValue: {N:5}");
}

TEST(Condition, SurvivesWhatIsMeantToExhaustIt)
{
  EXPECT_EQ(condition(std::string(2000, '(') + "a = :n" + std::string(2000, ')')), "The expression has redundant parentheses;");
  EXPECT_EQ(condition(std::string(200'000, '(')), "Expression size has exceeded the maximum allowed size; expression size: 200000");
  std::string nots;
  for (int i = 0; i < 1000; ++i) {
    nots += "NOT ";
  }
  EXPECT_NE(condition(nots + "a = :n").find("operators"), std::string::npos);
  std::string chain = "a=:n";
  for (int i = 0; i < 140; ++i) {
    chain += " OR a=:n";
  }
  EXPECT_EQ(condition(chain), "false");
}

/// The item afterwards, or the refusal.
std::string update(std::string_view text,
                   std::string_view item = R"({"a":{"N":"7"},"things":{"L":[{"S":"0"},{"S":"1"},{"S":"2"}]},"m":{"M":{"x":{"N":"1"}}}})")
{
  auto parsed = parse_update(text);
  if (!parsed) {
    return parsed.error();
  }
  auto known = placeholders();
  if (auto checked = check(*parsed, known); !checked) {
    return checked.error();
  }
  Item out = item_of(item);
  if (auto applied = apply_update(*parsed, out); !applied) {
    return applied.error();
  }
  return aws::dynamodb::to_json_text(out);
}

TEST(Update, SetsFromTheItemAsItWas)
{
  EXPECT_EQ(update("SET a = a + :n, b = a", R"({"a":{"N":"7"}})"), R"({"a":{"N":"12"},"b":{"N":"7"}})");
  EXPECT_EQ(update("set b = if_not_exists(b, :n), c = :m - a", R"({"a":{"N":"7"}})"), R"({"a":{"N":"7"},"b":{"N":"5"},"c":{"N":"2"}})");
  EXPECT_EQ(update("SET l = list_append(:l, :l)", "{}"), R"({"l":{"L":[{"S":"x"},{"S":"x"}]}})");
  EXPECT_EQ(update("SET m.x = m.x + :n REMOVE a, things"), R"({"m":{"M":{"x":{"N":"6"}}}})");
}

TEST(Update, PutsValuesInParentheses)
{
  const auto a = [](std::string_view value) { return update("SET a = " + std::string(value), R"({"a":{"N":"7"}})"); };
  for (const auto* value : {"(a + :n)", "(a) + (:n)", "((a) + :n)", "a + if_not_exists((b), :n)"}) {
    EXPECT_EQ(a(value), R"({"a":{"N":"12"}})") << value;
  }
  for (const auto* value : {"((a + :n))", "a + ((:n))", "list_append(((:l)), :l)"}) {
    EXPECT_EQ(a(value), "The expression has redundant parentheses;") << value;
  }
  EXPECT_EQ(a("(a + :n) - :n"), R"(Syntax error; token: "-", near: ") - :n")");
  EXPECT_EQ(a("a + (a - :n)"), R"(Syntax error; token: "-", near: "a - :n")");
  EXPECT_EQ(a("if_not_exists(b, a + :n)"), R"(Syntax error; token: "+", near: "a + :n")");
  for (const auto* value : {"list_append(list_append(:l, :l), :l)", "a + list_append(:l, :l)"}) {
    EXPECT_EQ(a(value), "The function is not allowed to be used this way in an expression; function: list_append") << value;
  }
}

TEST(Update, TreatsListsAsTheyWere)
{
  EXPECT_EQ(update("REMOVE things[0], things[2], a, m"), R"({"things":{"L":[{"S":"1"}]}})");
  EXPECT_EQ(update("SET things[9] = :s, things[7] = :n REMOVE a, m, things[0]"),
            R"({"things":{"L":[{"S":"1"},{"S":"2"},{"N":"5"},{"S":"abc"}]}})");
  EXPECT_EQ(update("SET things[7] = :s REMOVE things[3]", R"({"things":{"L":[{"S":"0"},{"S":"1"},{"S":"2"}]}})"),
            R"({"things":{"L":[{"S":"0"},{"S":"1"},{"S":"2"},{"S":"abc"}]}})");
  EXPECT_EQ(update("SET l[5] = :s, l[0][3] = :n", R"({"l":{"L":[{"L":[]}]}})"), R"({"l":{"L":[{"L":[{"N":"5"}]},{"S":"abc"}]}})");
}

TEST(Update, AddsAndDeletes)
{
  EXPECT_EQ(update("ADD a :n, b :ss", R"({"a":{"N":"7"}})"), R"({"a":{"N":"12"},"b":{"SS":["a","b"]}})");
  EXPECT_EQ(update("ADD s :ss", R"({"s":{"SS":["b","c"]}})"), R"({"s":{"SS":["a","b","c"]}})");
  EXPECT_EQ(update("DELETE s :ss", R"({"s":{"SS":["b","c"]}})"), R"({"s":{"SS":["c"]}})");
  EXPECT_EQ(update("DELETE s :ss, t :ss", R"({"s":{"SS":["b"]}})"), R"({})");
  EXPECT_EQ(update("ADD a :ss"), "An operand in the update expression has an incorrect data type");
}

TEST(Update, RefusesInTheServicesWords)
{
  EXPECT_EQ(update("INVALID SYNTAX HERE"), R"(Syntax error; token: "INVALID", near: "INVALID SYNTAX")");
  EXPECT_EQ(update("SET a = :n" + std::string(4087, ' ')), "Expression size has exceeded the maximum allowed size;");
  EXPECT_EQ(update("SET a = :n SET b = :n"), "The \"SET\" section can only be used once in an update expression;");
  EXPECT_EQ(update("SET a = :n, a.b = :n"),
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]");
  EXPECT_EQ(update("SET a[1] = :n, a.b = :n"),
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, b]");
  EXPECT_EQ(update("SET a = :n + :s"), "Incorrect operand type for operator or function; operator or function: +, operand type: S");
  for (const std::string refused : {"ADD a :s, STRING", "ADD a :b, BOOL", "DELETE a :n, NUMBER", "DELETE a :l, LIST"}) {
    const std::string text = refused.substr(0, refused.find(','));
    EXPECT_EQ(update(text), "Incorrect operand type for operator or function; operator: " + text.substr(0, text.find(' ')) +
                                ", operand type:" + refused.substr(text.size() + 1) + ", typeSet: ALLOWED_FOR_ADD_OPERAND");
  }
  EXPECT_EQ(update("SET a = size(m)"), "The function is not allowed in an update expression; function: size");
  EXPECT_EQ(update("SET a = set"), R"(Syntax error; token: "set", near: "= set")");
  EXPECT_EQ(update("SET a = and"), "Attribute name is a reserved keyword; reserved keyword: and");
  EXPECT_EQ(update("SET _a = :n"), R"(Syntax error; token: "_", near: "SET _a")");
  EXPECT_EQ(update("SET a = _f(m)"), R"(Syntax error; token: "_", near: "= _f")");
  EXPECT_EQ(update("SET a = nope"), "The provided expression refers to an attribute that does not exist in the item");
  EXPECT_EQ(update("REMOVE nope.x SET a = nope"), "The provided expression refers to an attribute that does not exist in the item");
  EXPECT_EQ(update("SET nope.x = :n"), "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(update("SET m[0] = :n"), "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(update("SET count = :n"), "Attribute name is a reserved keyword; reserved keyword: count");
}

TEST(Projection, KeepsPlaces)
{
  const auto shown = [](std::string_view text) {
    auto parsed = parse_projection(text);
    auto known = placeholders();
    EXPECT_TRUE(check(*parsed, known));
    return aws::dynamodb::to_json_text(project(
        item_of(R"({"a":{"N":"7"},"things":{"L":[{"S":"0"},{"S":"1"},{"M":{"y":{"S":"2"},"z":{"S":"3"}}}]},"m":{"M":{"x":{"N":"1"}}}})"),
        parsed->paths));
  };
  EXPECT_EQ(shown("things[2].y, #things[0], a, nope, m.nope"), R"({"a":{"N":"7"},"things":{"L":[{"S":"0"},{"M":{"y":{"S":"2"}}}]}})");
  EXPECT_EQ(shown("m.x"), R"({"m":{"M":{"x":{"N":"1"}}}})");
  EXPECT_EQ(shown("m.nope"), R"({})");
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
