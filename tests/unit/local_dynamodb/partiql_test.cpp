// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "aws/local/dynamodb/partiql/translation.hpp"

namespace davit::aws::local::dynamodb::partiql {
namespace {

std::string complaint_about(std::string_view text)
{
  const auto statement = parse_statement(text);
  return statement ? "" : statement.error();
}

TEST(StatementTokens, CountPlacesInCharacters)
{
  const auto tokens = tokenize_statement("\"é\" 'it''s'\n  -- note\n <<.5e1").value();
  ASSERT_EQ(tokens.size(), 5);
  EXPECT_EQ(tokens[1].text, "it's");
  EXPECT_EQ(at(tokens[1].place), " at 1:5:7");
}

TEST(StatementTokens, KeepNumbersAsTheyAreWritten)
{
  const auto tokens = tokenize_statement("1 .5 2.50e+3 7E-2").value();
  ASSERT_EQ(tokens.size(), 5);
  EXPECT_EQ(tokens[1].text, ".5");
  EXPECT_EQ(tokens[2].text, "2.50e+3");
  EXPECT_EQ(tokens[3].text, "7e-2");
  EXPECT_FALSE(tokenize_statement("1e"));
  EXPECT_FALSE(tokenize_statement("1x"));
  EXPECT_FALSE(tokenize_statement("1e2147483648"));
}

TEST(ParseStatement, ReadsEachKind)
{
  const auto update = parse_statement(R"(UPDATE "T-1" SET a.b[2] = ?, c = 1 + ? REMOVE d WHERE id = ? RETURNING ALL NEW *;)").value();
  EXPECT_EQ(update.kind, Statement::Kind::update);
  EXPECT_EQ(update.source, std::vector<std::string>{"T-1"});
  EXPECT_EQ(update.parameters, 3);
  ASSERT_EQ(update.assignments.size(), 3);
  EXPECT_EQ(update.assignments[0].target, (Path{"a", "b", std::uint64_t{2}}));
  EXPECT_FALSE(update.assignments[2].value);
  EXPECT_EQ(update.returning.front().which, "ALL NEW");
  EXPECT_EQ(parse_statement("FROM abc WHERE id = 1 SET x = 2").value().kind, Statement::Kind::update);
  EXPECT_EQ(parse_statement("EXISTS(SELECT * FROM abc WHERE id = 1)").value().kind, Statement::Kind::exists);
  EXPECT_EQ(parse_statement("SELECT a, \"select\" FROM abc.\"by-x\" ORDER BY b DESC").value().projection.size(), 2);
}

TEST(ParseStatement, BindsAndCloserThanOr)
{
  const auto where = *parse_statement("SELECT * FROM abc WHERE a = 1 OR b = 2 AND NOT c IN [3]").value().where;
  ASSERT_EQ(where.kind, Term::Kind::any_of);
  ASSERT_EQ(where.arguments[1].kind, Term::Kind::all_of);
  EXPECT_EQ(where.arguments[1].arguments[1].kind, Term::Kind::none_of);
}

TEST(ParseStatement, BoundsDepthAndOperators)
{
  for (const auto* open : {"(", "[", "<<", "{'a': ", "NOT ", "- ", "f("}) {
    std::string text = "SELECT * FROM abc WHERE ";
    for (int i = 0; i < 5000; ++i) {
      text += open;
    }
    EXPECT_EQ(complaint_about(text), "Statement wasn't well formed, can't be processed: ") << open;
  }
  std::string sum = "SELECT * FROM abc WHERE a = 1";
  for (int i = 0; i < 5000; ++i) {
    sum += " + 1";
  }
  EXPECT_EQ(complaint_about(sum), "Statement wasn't well formed, can't be processed: ");
}

TEST(ParseStatement, AnswersWhateverItIsGiven)
{
  const std::vector<std::string> words{
      "SELECT", "*",       "FROM",    "abc",  "WHERE", "a",      "=",     "1",      "AND",    "OR",        "NOT", "(",   ")",     "[",
      "]",      "{",       "}",       "<<",   ">>",    "'s'",    "\"q\"", "?",      ",",      ".",         "IN",  "IS",  "?",     "NULL",
      "-",      "BETWEEN", "INSERT",  "INTO", "VALUE", "UPDATE", "SET",   "REMOVE", "DELETE", "RETURNING", "ALL", "OLD", "ORDER", "BY",
      ";",      "`x`",     "MISSING", "size", "'",     "\"",     "/*",    "--",     "\xff",   "1e9",       ":"};
  std::mt19937 random(7);
  int parsed = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto left = random() % 14; left > 0; --left) {
      text += words[random() % words.size()] + " ";
    }
    parsed += parse_statement(text) ? 1 : 0;
    parsed += parse_statement("SELECT * FROM abc WHERE " + text) ? 1 : 0;
  }
  EXPECT_GT(parsed, 0);
}

TEST(TranslateValue, MakesEveryType)
{
  const auto statement =
      parse_statement("INSERT INTO abc VALUE {'a': [1, -2.50, 'x', true, null], 'b': <<'q', 'p'>>, 'c': {'d': ?}, 'e': <<1, 2>>}").value();
  const Item item = item_of(*statement.item, {AttributeValue("given")}).value();
  EXPECT_EQ(
      aws::dynamodb::to_json_text(item),
      R"({"a":{"L":[{"N":"1"},{"N":"-2.5"},{"S":"x"},{"BOOL":true},{"NULL":true}]},"b":{"SS":["p","q"]},"c":{"M":{"d":{"S":"given"}}},"e":{"NS":["1","2"]}})");
}

}  // namespace
}  // namespace davit::aws::local::dynamodb::partiql
