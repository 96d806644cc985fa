// SPDX-License-Identifier: Apache-2.0
// The parts that a bulk write is made of, one by one.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "commands/table/duplicates.hpp"
#include "commands/table/number_ranges.hpp"
#include "commands/table/seed_journal.hpp"
#include "commands/table/write_pace.hpp"
#include "commands/table/write_queue.hpp"
#include "tests/support/process.hpp"

namespace davit::commands::table {
namespace {

using namespace std::chrono_literals;
using Clock = WritePace::Clock;

TEST(NumberRanges, HoldWhatASetHolds)
{
  std::mt19937 dice(3);
  NumberRanges ranges;
  std::set<std::uint64_t> expected;
  for (int i = 0; i < 30'000; ++i) {
    const std::uint64_t number = dice() % 20'000;
    ranges.add(number);
    expected.insert(number);
  }
  EXPECT_EQ(ranges.count(), expected.size());
  for (std::uint64_t number = 0; number < 20'100; ++number) {
    ASSERT_EQ(ranges.contains(number), expected.contains(number)) << number;
  }
}

TEST(NumberRanges, AreReadFromTheirText)
{
  NumberRanges ranges;
  ranges.add(5, 9);
  ranges.add(1);
  ranges.add(10);
  EXPECT_EQ(ranges.to_text(), " 1 5-10");
  NumberRanges again;
  EXPECT_TRUE(again.add_text(" 5-10 1 2"));
  EXPECT_EQ(again.to_text(), " 1-2 5-10");
  for (const char* const text : {"1", " ", " x", " 1-", " 2-1", " 1 ", " 1,2", " -1", " 99999999999999999999"}) {
    EXPECT_FALSE(NumberRanges{}.add_text(text)) << text;
  }
}

TEST(Duplicates, AreFoundInOrderWithTheFirstOfTheirKey)
{
  Duplicates duplicates;
  std::mt19937 dice(4);
  std::map<std::uint64_t, std::uint64_t> first;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> expected;
  // More than are held in memory at once.
  for (std::uint64_t number = 0; number < 600'000; ++number) {
    const std::uint64_t key = number % 1000 == 7 ? dice() % 5000 : number + 10'000;
    ASSERT_TRUE(duplicates.add({.high = key * 0x9E3779B97F4A7C15, .low = key}, number, {.file = 3, .line = number + 1}));
    const auto [at, is_new] = first.emplace(key, number);
    if (!is_new) {
      expected.emplace_back(number, at->second);
    }
  }
  ASSERT_TRUE(duplicates.find());
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(duplicates.count(), static_cast<std::int64_t>(expected.size()));
  for (int pass = 0; pass < 2; ++pass) {
    for (const auto& [number, earlier] : expected) {
      const auto found = duplicates.next().value();
      ASSERT_TRUE(found);
      EXPECT_EQ(found->number, number);
      EXPECT_EQ(found->first.file, 3U);
      EXPECT_EQ(found->first.line, earlier + 1);
    }
    EXPECT_FALSE(duplicates.next().value());
    ASSERT_TRUE(duplicates.rewind());
  }
}

TEST(WritePace, GoesAsFastAsItCanUntilTheTableThrottles)
{
  WritePace pace{std::nullopt};
  auto now = Clock::now();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(pace.reserve(100, now).at, now);
    now += 100ms;
    pace.settle({100, now, now}, 100, 0, now);
  }
  now += 100ms;
  pace.settle({300, now, now}, 100, 200, now);
  for (int i = 0; i < 5; ++i) {
    now += 100ms;
    pace.settle({100, now, now}, 100, 0, now);
  }
  ASSERT_TRUE(pace.rate(now));
  EXPECT_NEAR(pace.rate(now).value(), 700, 120) << "below the 1,000 a second that went through";
  EXPECT_NEAR(pace.rate(now + 5s).value(), 1000, 170) << "back where it was";
  EXPECT_GT(pace.rate(now + 15s).value(), 2500) << "and beyond, when the limit was raised";
}

TEST(WritePace, AFewRefusalsAmongManyWritesSlowNothingDown)
{
  WritePace pace{std::nullopt};
  auto now = Clock::now();
  for (int i = 0; i < 100; ++i) {
    now += 20ms;
    pace.settle({100, now, now}, 95, 5, now);
  }
  EXPECT_FALSE(pace.rate(now));
}

TEST(WritePace, ATableThatTakesNothingIsAskedLessAndLess)
{
  WritePace pace{std::nullopt};
  auto now = Clock::now();
  double before = 1e9;
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 10; ++j) {
      now += 100ms;
      pace.settle({25, now, now}, 0, 25, now);
    }
    ASSERT_TRUE(pace.rate(now));
    EXPECT_LT(pace.rate(now).value(), before);
    before = pace.rate(now).value();
  }
  EXPECT_GE(before, 0.7);
}

TEST(WritePace, DoesNotSlowDownForRefusalsThatDoNotDependOnTheRate)
{
  WritePace pace{std::nullopt};
  auto now = Clock::now();
  const auto start = now;
  double taken = 0;
  while (now - start < 20s) {
    const auto offer = pace.reserve(25, now);
    now = offer.at + 5ms;
    pace.settle(offer, 3, 22, now);
    taken += 3;
  }
  EXPECT_GT(taken, 5000) << "of the 12,000 that 5 ms a batch allow";
}

TEST(WritePace, KeepsToALimitOverAnyTime)
{
  WritePace pace{50.0};
  auto now = Clock::now();
  double used = 0;
  const auto start = now;
  while (now - start < 20s) {
    const auto offer = pace.reserve(25, now);
    now = offer.at + 1ms;
    pace.settle(offer, 40, 0, now);  // items were larger than was guessed
    used += 40;
  }
  EXPECT_NEAR(used / 20, 50, 5);
}

WriteBatch next_of(WriteQueue& queue, bool flush = false)
{
  return queue.next(flush).value_or(WriteBatch{});
}

BulkWrite write(std::uint64_t partition, std::uint64_t number)
{
  return {.request = "{}", .partition = partition, .number = number};
}

TEST(WriteQueue, SpreadsABatchOverPartitionKeys)
{
  WriteQueue queue{true};
  std::uint64_t number = 0;
  while (queue.wants_more()) {
    queue.add(write(number / 50, number));
    ++number;
  }
  const auto batch = next_of(queue);
  ASSERT_EQ(batch.writes.size(), 25U);
  std::map<std::uint64_t, int> of_partition;
  for (const auto& one : batch.writes) {
    ++of_partition[one.partition];
  }
  EXPECT_EQ(of_partition.size(), 4U);
  for (const auto& [partition, count] : of_partition) {
    EXPECT_LE(count, 7) << partition;
  }
}

TEST(WriteQueue, GivesEverythingOnce)
{
  std::mt19937 dice(5);
  WriteQueue queue{true};
  std::set<std::uint64_t> given;
  std::uint64_t number = 0;
  while (number < 5000 || !queue.is_empty()) {
    while (number < 5000 && queue.wants_more()) {
      queue.add(write(dice() % 7, number++));
    }
    auto batch = queue.next(number == 5000);
    ASSERT_TRUE(batch);
    const bool is_throttled = dice() % 5 == 0;
    queue.settle_lane(*batch, is_throttled ? batch->attempts % 3 + 1 : 0);
    if (is_throttled) {
      queue.set_aside(std::move(batch->writes));
      continue;
    }
    for (const auto& one : batch->writes) {
      EXPECT_TRUE(given.insert(one.number).second) << one.number;
    }
  }
  EXPECT_EQ(given.size(), 5000U);
}

TEST(WriteQueue, AHotKeyWaitsAsideAndTheOthersGoOn)
{
  WriteQueue queue{false};
  queue.set_aside({write(1, 0)});
  for (std::uint64_t number = 1; number <= 25; ++number) {
    queue.add(write(number % 5, number));
  }
  const auto others = next_of(queue, true);
  EXPECT_FALSE(others.lane);
  EXPECT_EQ(others.writes.size(), 20U) << "those of key 1 joined it";
  const auto hot = next_of(queue, true);
  EXPECT_EQ(hot.lane, std::optional<std::uint64_t>(1));
  EXPECT_EQ(hot.writes.size(), 6U);
  EXPECT_FALSE(queue.next(true)) << "one batch of a lane at a time";
  queue.settle_lane(hot, 0);
  EXPECT_TRUE(queue.is_empty());
}

class Journals : public testing::Test
{
protected:
  tests::TemporaryDirectory m_folder;
  std::filesystem::path m_path = m_folder.path() / "journal" / "t.journal";
  JournalSubject m_subject{
      .table = "arn:t", .created = "2026", .endpoint = "https://x", .mode = "put", .files = {"a, 1 byte"}, .items = 100};
};

TEST_F(Journals, SayWhatWasDone)
{
  {
    auto journal = SeedJournal::begin(m_path, m_subject).value();
    journal.note_written(3);
    journal.note_written(4);
    journal.note_same(7);
    ASSERT_TRUE(journal.flush());
    ASSERT_TRUE(journal.announce(10));
    journal.note_written(50);  // never flushed, so it counts as unknown
  }
  const auto journal = SeedJournal::resume(m_path, m_subject).value();
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->was_written(3) && journal->was_written(4) && journal->was_same(7));
  EXPECT_FALSE(journal->was_written(7) || journal->was_written(50) || journal->was_same(3));
  EXPECT_TRUE(journal->may_have_been_sent(10));
  EXPECT_FALSE(journal->may_have_been_sent(200));
}

TEST_F(Journals, ALineThatWasCutIsPassedOverAndMended)
{
  {
    auto journal = SeedJournal::begin(m_path, m_subject).value();
    journal.note_written(3);
    ASSERT_TRUE(journal.flush());
  }
  std::FILE* file = std::fopen(m_path.c_str(), "a");
  std::fputs("w 5-", file);
  std::fclose(file);
  {
    auto journal = SeedJournal::resume(m_path, m_subject).value();
    ASSERT_TRUE(journal);
    EXPECT_FALSE(journal->was_written(5));
    journal->note_written(9);
    ASSERT_TRUE(journal->flush());
  }
  const auto journal = SeedJournal::resume(m_path, m_subject).value();
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->was_written(3) && journal->was_written(9));
}

TEST_F(Journals, AreOfOneSeed)
{
  EXPECT_FALSE(SeedJournal::resume(m_path, m_subject).value()) << "there is none";
  {
    ASSERT_TRUE(SeedJournal::begin(m_path, m_subject));
  }
  const auto refusal = [&](auto change) {
    JournalSubject other = m_subject;
    change(other);
    const auto journal = SeedJournal::resume(m_path, other);
    EXPECT_TRUE(journal || journal.error().kind == ErrorKind::usage);
    return journal ? std::string() : journal.error().message;
  };
  EXPECT_NE(refusal([](JournalSubject& s) { s.table = "arn:u"; }).find("its table is arn:t, not arn:u"), std::string::npos);
  EXPECT_NE(refusal([](JournalSubject& s) { s.created = "2027"; }).find("made anew"), std::string::npos);
  EXPECT_NE(refusal([](JournalSubject& s) { s.endpoint = "https://y"; }).find("endpoint"), std::string::npos);
  EXPECT_NE(refusal([](JournalSubject& s) { s.mode = "insert"; }).find("mode"), std::string::npos);
  EXPECT_NE(refusal([](JournalSubject& s) { s.files = {"a, 2 bytes"}; }).find("files"), std::string::npos);
  EXPECT_EQ(refusal([](JournalSubject&) {}), "");
}

TEST_F(Journals, AreOfOneProcess)
{
  auto journal = SeedJournal::begin(m_path, m_subject).value();
  const auto second = SeedJournal::begin(m_path, m_subject);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  ASSERT_TRUE(journal.remove());
  EXPECT_FALSE(std::filesystem::exists(m_path));
  EXPECT_TRUE(SeedJournal::begin(m_path, m_subject));
}

}  // namespace
}  // namespace davit::commands::table
