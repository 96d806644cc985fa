// SPDX-License-Identifier: Apache-2.0
// The quick reader against the exact one, which is the truth: the quick one may leave a line to it, but never say anything else.
#include "aws/dynamodb/format/plain_line.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

const TableKeys k_table{.key = {.partition = {{"pk", AttributeType::string}}, .sort = {{"sk", AttributeType::number}}},
                        .indexes = {{"by-tag", {.partition = {{"tag", AttributeType::string}}, .sort = {{"day", AttributeType::string}}}}}};

/// The item of the line by way of the exact reader; nothing when it has problems or is not alone on its line.
std::optional<Record> exact(const std::string& line)
{
  TextSource source = TextSource::of_text(line, "x");
  source.stop_at_line_end(true);
  const auto json = read_json(source);
  if (!json) {
    return std::nullopt;
  }
  skip_white_space(source);
  Record record = record_from_plain_json(*json);
  return source.peek() == TextSource::k_end && problems_of(record, k_table).empty() ? std::optional(std::move(record)) : std::nullopt;
}

/// Whether the quick reader took the line. That it then says the same as the exact one is checked here.
bool is_taken(const std::string& line)
{
  static PlainLineReader reader{k_table};
  LineItem item;
  if (!reader.read(line, item)) {
    return false;
  }
  const auto record = exact(line);
  EXPECT_TRUE(record) << line;
  if (!record) {
    return true;
  }
  const auto parsed = parse_item(item.text);
  EXPECT_TRUE(parsed) << line << "\n" << item.text;
  EXPECT_TRUE(parsed && *parsed == record->item) << line << "\n" << item.text;
  EXPECT_EQ(item.column, record->at.column) << line;
  EXPECT_EQ(item.key, digest_of(record->item, k_table.key.attributes())) << line;
  EXPECT_EQ(item.partition, digest_of(record->item, k_table.key.partition).low) << line;
  return true;
}

std::string with(const std::string& members)
{
  return "{\"pk\": \"p\", \"sk\": 1" + (members.empty() ? "" : ", " + members) + "}";
}

TEST(PlainLine, TakesWhatIsUsual)
{
  for (const std::string& line : std::vector<std::string>{
           with(""), "  " + with("") + " \r", with(R"("n": 19.9, "z": 0, "m": -1, "big": 12345678901234567890123456789012345678)"),
           with(R"("t": true, "f": false, "0": null)"), with(R"("l": [], "m": {}, "deep": [[{"a": [1, "x"]}]])"),
           with(R"("text": "ü €😀", "escaped": "a\"b\\\/\b\f\n\r\t\u00e9\u0000")"),
           with(R"("f": 1.0, "g": 1.50, "h": 0.0, "i": -0.0, "j": -0)"), with(R"("tag": "t", "day": "2026")"),
           std::string(R"({"sk":1000,"pk":")") + std::string(2048, 'x') + "\"}", with("\"long\": \"" + std::string(60000, 'y') + "\"")}) {
    EXPECT_TRUE(is_taken(line)) << line.substr(0, 200);
  }
}

TEST(PlainLine, LeavesWhatIsUnusualOrWrong)
{
  for (const std::string& line : std::vector<std::string>{std::string(),
                                                          std::string("{}"),
                                                          std::string("[1]"),
                                                          with("") + with(""),
                                                          with("") + ",",
                                                          with("\"a\": 1e3"),
                                                          with("\"a\": 01"),
                                                          with("\"a\": 1."),
                                                          with("\"a\": .5"),
                                                          with("\"a\": +1"),
                                                          with("\"a\": -"),
                                                          with("\"a\": 123456789012345678901234567890123456789"),
                                                          with(R"("a": {"$set": [1]})"),
                                                          with(R"("a": {"$bin": "AA=="})"),
                                                          with(R"("a": {"$password": "x"})"),
                                                          with(R"("$$a": 1)"),
                                                          with(R"("a": 1, "a": 2)"),
                                                          with(R"("m": {"a": 1, "a": 2})"),
                                                          with(R"("": 1)"),
                                                          with(R"("a\u0062": 1)"),
                                                          with(R"("a": "\ud83d\ude00")"),
                                                          with(R"("a": "\ud83d")"),
                                                          with(R"("a": "\x")"),
                                                          with("\"a\": \"\x01\""),
                                                          with("\"a\": \"\xff\""),
                                                          with("\"a\": \"\xed\xa0\x80\""),
                                                          with(R"("a": "x)"),
                                                          with(R"("a": tru)"),
                                                          with(R"("a" 1)"),
                                                          with(R"("a": [1,])"),
                                                          with(R"("a": 1,)"),
                                                          with(R"("tag": "")"),
                                                          with(R"("tag": 1)"),
                                                          with("\"tag\": \"" + std::string(2049, 'x') + "\""),
                                                          std::string(R"({"pk": "p"})"),
                                                          std::string(R"({"pk": "", "sk": 1})"),
                                                          std::string(R"({"pk": 1, "sk": 1})"),
                                                          std::string(R"({"pk": "p", "sk": "1"})"),
                                                          std::string(R"({"pk": "p", "sk": null})"),
                                                          std::string(R"({"pk": "a\nb", "sk": 1})"),
                                                          std::string(R"({"pk": "p", "sk": 1e3})"),
                                                          with("\"deep\": " + std::string(40, '[') + std::string(40, ']'))}) {
    EXPECT_FALSE(is_taken(line)) << line;
  }
}

TEST(PlainLine, EqualKeysHaveEqualDigestsWhateverTheyAreWrittenLike)
{
  PlainLineReader reader{k_table};
  const auto digest = [&](const std::string& line) {
    LineItem item;
    EXPECT_TRUE(reader.read(line, item)) << line;
    return item.key;
  };
  EXPECT_EQ(digest(R"({"pk": "p", "sk": 1000})"), digest(R"({"sk":1000.0,"pk":"p","v":1})"));
  EXPECT_NE(digest(R"({"pk": "p", "sk": 1000})"), digest(R"({"pk": "p", "sk": 100})"));
  EXPECT_NE(digest(R"({"pk": "p1", "sk": 1})"), digest(R"({"pk": "p", "sk": 11})"));
}

/// A value of any kind, well written or nearly so.
std::string any_value(std::mt19937& dice, int depth)
{
  static const std::vector<std::string> k_scalars{"0",
                                                  "1",
                                                  "-1",
                                                  "1.5",
                                                  "10.00",
                                                  "-0",
                                                  "1e3",
                                                  "01",
                                                  "true",
                                                  "false",
                                                  "null",
                                                  "nul",
                                                  "\"\"",
                                                  "\"a\"",
                                                  "\"ü\"",
                                                  "\"\\n\"",
                                                  "\"\\u00e9\"",
                                                  "\"\\ud800\"",
                                                  "\"\\ud83d\\ude00\"",
                                                  "\"\xff\"",
                                                  "\"a b\"",
                                                  "\"\\/\\\"\"",
                                                  "\"tab\t\"",
                                                  "99999999999999999999999999999999999999",
                                                  "0.000000000000000000000000000000000000001",
                                                  "{\"$set\":[1,2]}"};
  const auto roll = dice() % 10;
  if (depth == 0 || roll < 6) {
    return k_scalars[dice() % k_scalars.size()];
  }
  std::string out(1, roll < 8 ? '[' : '{');
  const auto count = dice() % 4;
  for (unsigned i = 0; i < count; ++i) {
    out += i == 0 ? "" : dice() % 20 == 0 ? " " : ", ";
    out += roll < 8 ? "" : fmt::format("\"{}\": ", std::string(1, static_cast<char>('a' + dice() % 5)));
    out += any_value(dice, depth - 1);
  }
  return out + (roll < 8 ? "]" : "}");
}

TEST(PlainLine, AgreesWithTheExactReaderOnManyLines)
{
  std::mt19937 dice(20261126);
  int taken = 0;
  for (int i = 0; i < 40'000; ++i) {
    static const std::vector<std::string> k_names{"pk", "sk", "tag", "day", "a", "b", "ü", "$a", ""};
    std::string line = dice() % 3 == 0 ? "{" : R"({"pk": "p", "sk": 1, )";
    const auto count = dice() % 5;
    for (unsigned j = 0; j < count; ++j) {
      line += (j == 0 ? "" : ", ") + fmt::format("\"{}\": {}", k_names[dice() % k_names.size()], any_value(dice, 3));
    }
    line += "}";
    if (dice() % 4 == 0 && !line.empty()) {
      line[dice() % line.size()] = static_cast<char>(dice() % 256);
    }
    if (line.find('\n') == std::string::npos) {
      taken += is_taken(line) ? 1 : 0;
    }
  }
  EXPECT_GT(taken, 1000) << "the comparison compares something";
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
