// SPDX-License-Identifier: Apache-2.0
#include "commands/table/sorted_lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace davit::commands::table {
namespace {

std::vector<std::string> all_of(SortedLines& lines)
{
  std::vector<std::string> out;
  const auto done = lines.for_each([&](std::string_view text) -> Status {
    out.emplace_back(text);
    return {};
  });
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

TEST(SortedLines, AreInTheOrderOfTheirKeysBytes)
{
  SortedLines lines;
  for (const std::string key : {"b", "a", "\xFF", "", "aa"}) {
    ASSERT_TRUE(lines.add(key, "<" + key + ">"));
  }
  EXPECT_EQ(all_of(lines), (std::vector<std::string>{"<>", "<a>", "<aa>", "<b>", "<\xFF>"}));
}

TEST(SortedLines, OfOneKeyTheLastStaysWhereverItWaited)
{
  std::mt19937 dice(1);
  SortedLines lines{2000};  // some twenty entries
  std::map<std::string, std::string> expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string key = fmt::format("{}", dice() % 700);
    const std::string text = fmt::format("{} of {}", i, key);
    ASSERT_TRUE(lines.add(key, text));
    expected[key] = text;
  }
  std::vector<std::string> texts;
  for (const auto& [key, text] : expected) {
    texts.push_back(text);
  }
  EXPECT_EQ(all_of(lines), texts);
}

TEST(SortedLines, NothingMakesNothing)
{
  SortedLines lines;
  EXPECT_TRUE(all_of(lines).empty());
}

TEST(SortedLines, AnErrorOfTheTakerEndsIt)
{
  SortedLines lines{1};
  ASSERT_TRUE(lines.add("a", "1"));
  ASSERT_TRUE(lines.add("b", "2"));
  int taken = 0;
  const auto done = lines.for_each([&](std::string_view) -> Status {
    ++taken;
    return fail(failed_error("no more"));
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "no more");
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace davit::commands::table
