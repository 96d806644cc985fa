// SPDX-License-Identifier: Apache-2.0
#include "commands/table/sorted_lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>

#include "aws/core/file.hpp"

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

TEST(SortedLines, StayAsTheyWereAddedWhereThatIsWanted)
{
  SortedLines lines{2000, SortedLines::Order::as_added};
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    expected.push_back(fmt::format("text {}", i));
    ASSERT_TRUE(lines.add("", expected.back()));
  }
  EXPECT_EQ(all_of(lines), expected);
}

/// A text is longer than what a run is read by, and zero bytes are bytes like others.
TEST(SortedLines, MayBeOfAnyLength)
{
  SortedLines lines{100};
  const std::string large(3'000'000, 'x');
  ASSERT_TRUE(lines.add("b", large));
  ASSERT_TRUE(lines.add(std::string("a\0", 2), ""));
  ASSERT_TRUE(lines.add("a", std::string("\0", 1)));
  EXPECT_EQ(all_of(lines), (std::vector<std::string>{std::string("\0", 1), "", large}));
}

class RunFileTest : public ::testing::Test
{
protected:
  void SetUp() override
  {
    std::string pattern = ::testing::TempDir() + "/runs.XXXXXX";
    m_folder = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(m_folder); }
  [[nodiscard]] std::filesystem::path path() const { return m_folder / "part"; }

private:
  std::filesystem::path m_folder;
};

/// Two runs are known, a third was being written when the process died.
TEST_F(RunFileTest, GoesOnBehindTheRunsThatAreKnown)
{
  std::vector<SortedRun> runs;
  {
    SortedLines lines{1000, SortedLines::Order::by_key, [&] { return RunFile::open(path(), {}); }};
    for (const std::string key : {"c", "a"}) {
      ASSERT_TRUE(lines.add(key, "<" + key + ">"));
      ASSERT_TRUE(lines.spill());
    }
    runs = lines.runs();
    ASSERT_TRUE(lines.add("lost", "lost"));
    ASSERT_TRUE(lines.spill());
  }
  SortedLines lines{1000, SortedLines::Order::by_key, [&] { return RunFile::open(path(), runs); }};
  ASSERT_TRUE(lines.open());
  EXPECT_EQ(RunFile::open(path(), runs).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(lines.add("b", "<b>"));
  EXPECT_EQ(all_of(lines), (std::vector<std::string>{"<a>", "<b>", "<c>"}));
}

TEST_F(RunFileTest, ARunThatChangedIsAnError)
{
  std::vector<SortedRun> runs;
  {
    auto file = RunFile::open(path(), {});
    ASSERT_TRUE(file && file->append("key", "some text") && file->finish_run());
    runs = file->runs();
  }
  const std::string content = read_file(path()).value();
  for (std::size_t at = 0; at <= content.size(); ++at) {
    std::string changed = content;
    if (at < content.size()) {
      changed[at] = static_cast<char>(changed[at] ^ 1);
    } else {
      changed.pop_back();
    }
    ASSERT_TRUE(write_file(path(), changed));
    SortedLines lines{1000, SortedLines::Order::by_key, [&] { return RunFile::open(path(), runs); }};
    Status read = lines.open();
    read = read ? lines.for_each([](std::string_view) -> Status { return {}; }) : read;
    ASSERT_FALSE(read) << at;
    EXPECT_NE(read.error().message.find("is not as it was written"), std::string::npos) << read.error().message;
  }
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
