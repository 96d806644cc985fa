// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/expression_text.hpp"

#include <gtest/gtest.h>

#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::aws::dynamodb::format {
namespace {

/// The expression with every placeholder that was made replaced by what it stands for: a name in <>, a value in its plain JSON.
std::string expanded(std::string_view text, ExpressionKind kind = ExpressionKind::condition, Placeholders placeholders = {})
{
  const Placeholders given = placeholders;
  auto out = expand_expression(text, kind, "--filter", placeholders);
  if (!out) {
    return out.error().diagnostics.empty()
               ? out.error().message
               : std::to_string(out.error().diagnostics.front().column) + ": " + out.error().diagnostics.front().message;
  }
  const auto replace = [&](const std::string& placeholder, const std::string& meaning) {
    for (auto at = out->find(placeholder); at != std::string::npos; at = out->find(placeholder, at + meaning.size())) {
      const char next = at + placeholder.size() < out->size() ? (*out)[at + placeholder.size()] : '\0';
      if (next < '0' || next > '9') {
        out->replace(at, placeholder.size(), meaning);
      }
    }
  };
  for (const auto& [placeholder, name] : placeholders.names) {
    if (!given.names.contains(placeholder)) {
      replace(placeholder, "<" + name + ">");
    }
  }
  for (const auto& [placeholder, value] : placeholders.values) {
    if (!given.values.contains(placeholder)) {
      replace(placeholder, to_plain_json(value));
    }
  }
  return *out;
}

std::string projected(std::string_view text)
{
  return expanded(text, ExpressionKind::projection);
}

std::string updated(std::string_view text)
{
  return expanded(text, ExpressionKind::update);
}

TEST(ExpressionText, ReplacesReservedWordsAndLeavesTheRest)
{
  EXPECT_EQ(expanded("price > :p AND name = :n"), "price > :p AND <name> = :n");
  EXPECT_EQ(expanded("STATUS=:s or Size<:n"), "<STATUS>=:s or <Size><:n");
  EXPECT_EQ(expanded("#n = :v"), "#n = :v");
  EXPECT_EQ(expanded("info.status.tags[0].size = :v"), "info.<status>.tags[0].<size> = :v");
  EXPECT_EQ(expanded(""), "");
}

TEST(ExpressionText, LeavesFunctionsAndKeywordsAlone)
{
  EXPECT_EQ(expanded("attribute_exists(name) AND NOT begins_with (status, :p)"),
            "attribute_exists(<name>) AND NOT begins_with (<status>, :p)");
  EXPECT_EQ(expanded("size(size) > :n"), "size(<size>) > :n");
  EXPECT_EQ(expanded("year BETWEEN :a AND :b AND (day IN (:x, :y))"), "<year> BETWEEN :a AND :b AND (<day> IN (:x, :y))");
  EXPECT_EQ(expanded("not (a = :a)"), "not (a = :a)");
}

TEST(ExpressionText, TakesAKeywordWhereANameMustStandForTheName)
{
  EXPECT_EQ(expanded("and = :a and or = :b"), "<and> = :a and <or> = :b");
  EXPECT_EQ(expanded("in IN (:a) AND between BETWEEN in AND not"), "<in> IN (:a) AND <between> BETWEEN <in> AND <not>");
  EXPECT_EQ(expanded("NOT not = :a"), "NOT <not> = :a");
  EXPECT_EQ(expanded("a.and = :a"), "a.<and> = :a");
}

TEST(ExpressionText, NamesAttributesOfOtherCharacters)
{
  EXPECT_EQ(expanded("user-id = :u AND _v = :v AND größe > :g"), "<user-id> = :u AND <_v> = :v AND <größe> > :g");
  EXPECT_EQ(expanded("`first name` = :u AND a.`b.c`[1] = :v"), "<first name> = :u AND a.<b.c>[1] = :v");
  EXPECT_EQ(expanded("`price` = :u"), "price = :u");
}

TEST(ExpressionText, TakesLiteralValues)
{
  EXPECT_EQ(expanded(R"(stock < 5 AND category = "home")"), R"(stock < 5 AND category = "home")");
  EXPECT_EQ(expanded(R"(a IN ("x", 'it''s', -1.50e+2, .5) OR b = true OR c = null OR d<>false)"),
            R"(a IN ("x", "it's", -150, 0.5) OR b = true OR c = null OR d<>false)");
  EXPECT_EQ(expanded(R"(tags = {"$set": ["a", "}"]} AND words = [1, {"k": "]"}] AND words[1].k = "]")"),
            R"(tags = {"$set":["a","}"]} AND words = [1,{"k":"]"}] AND words[1].k = "]")");
  EXPECT_EQ(expanded("a>-5 AND 5 < b"), "a>-5 AND 5 < b");
  EXPECT_EQ(expanded("attribute_type(name, 'S')"), "attribute_type(<name>, \"S\")");
}

TEST(ExpressionText, MovesEveryLiteralIntoAPlaceholderThatNothingElseUses)
{
  Placeholders placeholders;
  placeholders.names = {{"#davit_0", "taken"}, {"#davit_1", "taken too"}};
  placeholders.values = {{":davit_1", "taken"}};
  const auto out = expand_expression("name = 5 OR status = 5 OR name = :davit_1", ExpressionKind::condition, "--filter", placeholders);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(*out, "#davit_2 = :davit_2 OR #davit_3 = :davit_3 OR #davit_2 = :davit_1");
  EXPECT_EQ(placeholders.names.at("#davit_2"), "name");
  EXPECT_EQ(placeholders.values.at(":davit_1"), AttributeValue("taken"));
  EXPECT_EQ(placeholders.values.at(":davit_3"), AttributeValue(Number(5)));
}

TEST(ExpressionText, OfAProjectionIsNamesOnly)
{
  EXPECT_EQ(projected("name, true, tags[0], info.status, user-id"), "<name>, <true>, tags[0], info.<status>, <user-id>");
  EXPECT_EQ(projected("#n,price"), "#n,price");
}

TEST(ExpressionText, OfAnUpdateKnowsItsClausesAndItsArithmetic)
{
  EXPECT_EQ(updated("SET name = 'Lamp', price = price-1, total = total - discount"),
            "SET <name> = \"Lamp\", price = price-1, <total> = <total> - discount");
  EXPECT_EQ(updated("SET count = if_not_exists(count, 0) + 1 REMOVE add, delete ADD stock -5, tags {\"$set\": [\"a\"]} DELETE set :s"),
            "SET <count> = if_not_exists(<count>, 0) + 1 REMOVE <add>, <delete> ADD stock -5, tags {\"$set\":[\"a\"]} DELETE <set> :s");
  EXPECT_EQ(updated("set set = list_append(set, [1])"), "set <set> = list_append(<set>, [1])");
  EXPECT_EQ(updated("SET a = -5"), "SET a = -5");
}

TEST(ExpressionText, SaysWhereALiteralCannotBeRead)
{
  EXPECT_EQ(expanded("ü = \"home"), "5: a value begins here that does not end");
  EXPECT_EQ(expanded("a = 'home"), "5: a value begins here that does not end");
  EXPECT_EQ(expanded("a = [1, 2"), "5: a value begins here that does not end");
  EXPECT_EQ(expanded("a = 12x"), "5: 12x: The parameter cannot be converted to a numeric value");
  EXPECT_EQ(expanded("a = 1e999").substr(0, 10), "5: 1e999: ");
  EXPECT_EQ(expanded("`a = 5"), "1: a name that begins with ` does not end");
  EXPECT_EQ(expanded("a = {\"$set\": []}").substr(0, 3), "5: ");
}

TEST(ExpressionText, LeavesToTheServiceWhatItCannotRead)
{
  EXPECT_EQ(expanded("a == :v && b"), "a == :v && b");
  EXPECT_EQ(expanded("a = :"), "a = :");
  EXPECT_EQ(expanded("tags["), "tags[");
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
