// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/reader.hpp"

#include <gtest/gtest.h>

namespace davit::cli::yaml {
namespace {

Document read_or_fail(std::string_view text)
{
  auto document = read(text, "test.yaml");
  EXPECT_TRUE(document) << document.error().message;
  return document ? *document : Document{};
}

Diagnostic problem_of(std::string_view text)
{
  const auto document = read(text, "test.yaml");
  if (document || document.error().diagnostics.empty()) {
    ADD_FAILURE() << "accepted: " << text;
    return {};
  }
  EXPECT_EQ(document.error().kind, ErrorKind::usage);
  return document.error().diagnostics.front();
}

TEST(YamlReader, KeepsRawTextAndQuoting)
{
  const auto document = read_or_fail("a: 0123\nb: \"0123\"\nc: no\nd: !!str 1e3\ne: |\n  text\nf: 'it''s'\n");
  EXPECT_EQ(document.root.find("a")->text, "0123");
  EXPECT_FALSE(document.root.find("a")->quoted);
  EXPECT_TRUE(document.root.find("b")->quoted);
  EXPECT_EQ(document.root.find("c")->text, "no");
  EXPECT_TRUE(document.root.find("d")->quoted);
  EXPECT_EQ(document.root.find("e")->text, "text\n");
  EXPECT_TRUE(document.root.find("e")->quoted);
  EXPECT_EQ(document.root.find("f")->text, "it's");
}

TEST(YamlReader, CountsColumnsInCharacters)
{
  const auto document = read_or_fail("n\xC3\xA4me: {\xE2\x82\xAC: \xF0\x9F\x9A\xA2, d: 2}\n");
  const Node& map = *document.root.find("n\xC3\xA4me");
  EXPECT_EQ(map.column, 7);
  EXPECT_EQ(map.members[0].key.column, 8);
  EXPECT_EQ(map.members[0].value.column, 11);
  EXPECT_EQ(map.members[0].value.width, 1);
  EXPECT_EQ(map.members[1].key.column, 14);
}

TEST(YamlReader, KeepsThePlaceOfWhatAnAliasRepeats)
{
  const auto document = read_or_fail("a: &x \"quoted\"\nb: *x\n");
  EXPECT_EQ(document.root.find("b")->text, "quoted");
  EXPECT_EQ(document.root.find("b")->line, 1);
}

TEST(YamlReader, TellsNothingFromNull)
{
  const auto document = read_or_fail("a:\nb: ~\nc: null\nd: [ , x]\nnull_key: 1\n");
  EXPECT_EQ(document.root.find("a")->text, "");
  EXPECT_EQ(document.root.find("a")->line, 1) << "nothing stands at its key";
  EXPECT_EQ(document.root.find("b")->text, "~");
  EXPECT_EQ(document.root.find("c")->text, "null");
  EXPECT_EQ(document.root.find("d")->elements.size(), 2U);
}

TEST(YamlReader, ReadsAnyLineEndAndByteOrderMark)
{
  const auto document = read_or_fail(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\rc: 3\n");
  EXPECT_EQ(document.root.find("a")->column, 4);
  EXPECT_EQ(document.root.find("b")->line, 2);
  EXPECT_EQ(document.root.find("c")->line, 3);
}

TEST(YamlReader, TakesDocumentMarkersOfOneDocument)
{
  EXPECT_EQ(read_or_fail("%YAML 1.2\n---\na: 1\n...\n").root.find("a")->text, "1");
  EXPECT_EQ(read_or_fail("").root.kind, Kind::null);
  EXPECT_EQ(read_or_fail("# only a comment\n").root.kind, Kind::null);
}

TEST(YamlReader, MergesMapsWithOwnKeysFirst)
{
  const auto document = read_or_fail("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\n");
  const Node& merged = *document.root.find("c");
  EXPECT_EQ(merged.find("x")->text, "1");
  EXPECT_EQ(merged.find("y")->text, "1") << "the earlier source wins";
  EXPECT_EQ(merged.find("z")->text, "3") << "the map's own key wins";
  EXPECT_EQ(merged.find("<<"), nullptr);
  EXPECT_NE(read_or_fail("\"<<\": text\n").root.find("<<"), nullptr) << "in quotes it is a key like any other";
}

struct Wrong {
  const char* text;
  int line;
  int column;
  const char* message;
};

class WrongYaml : public testing::TestWithParam<Wrong>
{
};

TEST_P(WrongYaml, IsRefusedAtItsPlace)
{
  const auto problem = problem_of(GetParam().text);
  EXPECT_EQ(problem.line, GetParam().line);
  EXPECT_EQ(problem.column, GetParam().column);
  EXPECT_NE(problem.message.find(GetParam().message), std::string::npos) << problem.message;
}

INSTANTIATE_TEST_SUITE_P(Cases, WrongYaml,
                         testing::Values(Wrong{"a: 1\na: 2\n", 2, 1, "second time; the first is in line 1"},
                                         Wrong{"a: {b: 1, \"b\": 2}\n", 1, 11, "second time"}, Wrong{"a:\n\tb: 1\n", 2, 1, "tab"},
                                         Wrong{"a: 1\n---\nb: 1\n", 2, 1, "second document"}, Wrong{"a: \"x\n", 1, 4, "never ends"},
                                         Wrong{"a: 'x\n", 1, 4, "never ends"}, Wrong{"a: [1\nb: 2\n", 1, 4, "not closed"},
                                         Wrong{"a: {b: 1\n", 1, 4, "not closed"}, Wrong{"a: *x\n", 1, 4, "anchor"},
                                         Wrong{"a: &x [*x]\n", 1, 8, "inside the value"}, Wrong{"a: !Ref b\n", 1, 4, "tag"},
                                         Wrong{"a: b: c\n", 1, 5, "`:` is not allowed"}, Wrong{"? [a]\n: b\n", 1, 3, "key must be text"},
                                         Wrong{"~: b\n", 1, 1, "key must be text"}, Wrong{": b\n", 1, 1, "key must be text"},
                                         Wrong{"a: \"\\q\"\n", 1, 7, "no escape"}, Wrong{"a: @x\n", 1, 4, "no value starts"},
                                         Wrong{"a: \x01\n", 1, 4, "control character 0x01"},
                                         Wrong{"a: \xC3\x28\n", 1, 4, "0xC3 is no UTF-8"},
                                         Wrong{"a: \xED\xA0\x80\n", 1, 4, "0xED is no UTF-8"}, Wrong{"<<: 1\n", 1, 1, "merges maps"}));

TEST(YamlReader, RefusesOtherEncodings)
{
  EXPECT_FALSE(read(std::string_view("a\0:\0 \0"
                                     "1\0",
                                     8),
                    "test.yaml"));
  EXPECT_FALSE(
      read("\xFF\xFE"
           "a",
           "test.yaml"));
}

TEST(YamlReader, LimitsSizeDepthAndAliases)
{
  EXPECT_FALSE(read(std::string((1 << 20) + 1, ' '), "test.yaml"));
  EXPECT_FALSE(read("a: " + std::string(70, '[') + std::string(70, ']'), "test.yaml"));
  EXPECT_FALSE(read("a: " + std::string(100'000, '['), "test.yaml"));
  EXPECT_TRUE(read("a: " + std::string(50, '[') + std::string(50, ']'), "test.yaml"));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int j = 1; j < 10; ++j) {
      bomb += ", " + below;
    }
    bomb += "]\n";
  }
  EXPECT_NE(problem_of(bomb).message.find("unfolds"), std::string::npos);
}

TEST(YamlMerge, IsDeepForMapsAndReplacesTheRest)
{
  const auto document = read_or_fail("below: {a: {x: 1, y: [1, 2]}, b: 1}\nabove: {a: {y: [3]}, c: 2}\n");
  const Node merged = merge(*document.root.find("below"), *document.root.find("above"));
  EXPECT_EQ(merged.find("a")->find("x")->text, "1");
  EXPECT_FALSE(merged.find("a")->find("x")->overlay);
  EXPECT_EQ(merged.find("a")->find("y")->elements.size(), 1U);
  EXPECT_TRUE(merged.find("a")->find("y")->overlay);
  EXPECT_EQ(merged.find("b")->text, "1");
  EXPECT_TRUE(merged.find("c")->overlay);
}

}  // namespace
}  // namespace davit::cli::yaml
