// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/database.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace davit::aws::local::store {
namespace {

class DatabaseTest : public testing::Test
{
protected:
  void SetUp() override
  {
    std::string pattern = (std::filesystem::temp_directory_path() / "davit-store-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    file = folder / "local.db";
  }

  void TearDown() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<Database> open_database()
  {
    auto database = Database::open(file);
    EXPECT_TRUE(database) << database.error().message;
    EXPECT_TRUE((*database)->create("CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v BLOB NOT NULL)"));
    return std::move(*database);
  }

  static std::int64_t count(Database& database)
  {
    auto transaction = database.read();
    auto rows = (*transaction)->query("SELECT count(*) FROM t");
    EXPECT_TRUE(rows->step().value());
    return rows->integer(0);
  }

  static void insert(Database& database, std::int64_t key, std::string_view value)
  {
    auto transaction = database.write();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE((*transaction)->execute("INSERT INTO t VALUES (?, ?)", key, Blob{value}));
    ASSERT_TRUE(transaction->commit());
  }

  std::filesystem::path folder;
  std::filesystem::path file;
};

TEST_F(DatabaseTest, KeepsBytesAsTheyAre)
{
  const auto database = open_database();
  const std::string bytes("\0a\xFF\0", 4);
  insert(*database, 1, bytes);
  insert(*database, 2, "");
  auto transaction = database->read();
  auto rows = (*transaction)->query("SELECT v FROM t ORDER BY k");
  ASSERT_TRUE(rows->step().value());
  EXPECT_EQ(rows->blob(0), bytes);
  ASSERT_TRUE(rows->step().value());
  EXPECT_EQ(rows->blob(0), "");
  EXPECT_FALSE(rows->is_null(0));
  EXPECT_FALSE(rows->step().value());
}

TEST_F(DatabaseTest, RollsBackWhatIsNotCommitted)
{
  const auto database = open_database();
  {
    auto transaction = database->write();
    ASSERT_TRUE((*transaction)->execute("INSERT INTO t VALUES (1, 'x')"));
  }
  EXPECT_EQ(count(*database), 0);
}

TEST_F(DatabaseTest, ReaderKeepsItsSnapshotWhileOthersWrite)
{
  const auto database = open_database();
  auto reader = database->read();
  ASSERT_FALSE((*reader)->query("SELECT k FROM t")->step().value());
  insert(*database, 1, "x");
  EXPECT_FALSE((*reader)->query("SELECT k FROM t")->step().value());
  EXPECT_EQ(count(*database), 1);
}

TEST_F(DatabaseTest, NobodyReadsFromASnapshotThatAnotherLeftBehind)
{
  const auto database = open_database();
  EXPECT_EQ(count(*database), 0);
  {
    auto reader = database->read();
    ASSERT_FALSE((*reader)->query("SELECT k FROM t")->step().value());
    {
      auto idle_from_here = database->read();
      ASSERT_FALSE((*idle_from_here)->query("SELECT k FROM t")->step().value());
    }
    insert(*database, 1, "x");
    EXPECT_EQ(count(*database), 1);
  }
  auto first = database->read();
  auto second = database->read();
  EXPECT_TRUE((*first)->query("SELECT k FROM t")->step().value());
  EXPECT_TRUE((*second)->query("SELECT k FROM t")->step().value());
}

TEST_F(DatabaseTest, AFailureTakesNothingElseBack)
{
  const auto database = open_database();
  insert(*database, 1, "acknowledged");
  insert(*database, 2, "acknowledged as well");
  {
    auto transaction = database->write();
    ASSERT_TRUE((*transaction)->execute("INSERT INTO t VALUES (3, 'given up')"));
    ASSERT_TRUE((*transaction)->execute("DELETE FROM t WHERE k = 1"));
    ASSERT_FALSE((*transaction)->execute("INSERT INTO t VALUES (2, 'there already')"));
  }
  EXPECT_EQ(count(*database), 2);
  insert(*database, 3, "the next one");
  EXPECT_EQ(count(*database), 3);
}

TEST_F(DatabaseTest, ABriefReadSeesWhatSqliteHasNotCommitted)
{
  const auto database = open_database();
  insert(*database, 1, "x");
  const auto brief = database->read_briefly();
  EXPECT_TRUE((*brief)->query("SELECT k FROM t")->step().value());
  EXPECT_GT(std::filesystem::file_size(file.string() + "-redo"), 0);
}

TEST_F(DatabaseTest, TheLogOfADeletedFileIsForgotten)
{
  const auto log = file.string() + "-redo";
  {
    const auto database = open_database();
    insert(*database, 1, "x");
    std::filesystem::copy_file(log, folder / "kept");
  }
  for (const auto* suffix : {"", "-wal", "-shm", "-redo"}) {
    std::filesystem::remove(file.string() + suffix);
  }
  std::filesystem::rename(folder / "kept", log);
  EXPECT_EQ(count(*open_database()), 0);
}

TEST_F(DatabaseTest, ALogThatSqliteHasCommittedIsNotRunAgain)
{
  const auto log = file.string() + "-redo";
  {
    const auto database = open_database();
    auto transaction = database->write();
    ASSERT_TRUE((*transaction)->execute("INSERT INTO t VALUES (NULL, 'numbered by the database')"));
    ASSERT_TRUE(transaction->commit());
    std::filesystem::copy_file(log, folder / "kept");
  }
  // As if the process had died between the commit and the end of the log.
  std::filesystem::rename(folder / "kept", log);
  EXPECT_EQ(count(*open_database()), 1);
}

TEST_F(DatabaseTest, ATornRecordEndsTheLog)
{
  const auto log = file.string() + "-redo";
  {
    const auto database = open_database();
    insert(*database, 1, "whole");
    insert(*database, 2, "torn");
    // A copy of everything, as a process that dies here would leave it.
    for (const auto* suffix : {"", "-wal", "-redo"}) {
      std::filesystem::copy_file(file.string() + suffix, folder / (std::string("copy") + suffix));
    }
  }
  file = folder / "copy";
  std::filesystem::resize_file(folder / "copy-redo", std::filesystem::file_size(folder / "copy-redo") - 1);
  EXPECT_EQ(count(*open_database()), 1);
}

TEST_F(DatabaseTest, FileIsReadableByItsOwnerOnly)
{
  const auto database = open_database();
  for (const auto* suffix : {"", "-wal", "-shm", "-redo"}) {
    struct stat status {
    };
    ASSERT_EQ(stat((file.string() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600) << suffix;
  }
}

TEST_F(DatabaseTest, NamesAFileThatCannotBeUsed)
{
  const auto missing = Database::open(folder / "absent" / "local.db");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("absent/local.db"), std::string::npos);
  std::FILE* text = std::fopen(file.c_str(), "w");
  std::fputs("this is no database, and longer than a header of one hundred bytes would be, so that SQLite looks at it for real", text);
  std::fclose(text);
  const auto damaged = Database::open(file);
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().hint.find("reset"), std::string::npos);
}

/// Writes rows until it is killed, telling each acknowledged one to the parent.
[[noreturn]] void write_until_killed(const std::filesystem::path& file, int acknowledgements)
{
  auto database = Database::open(file);
  for (std::int64_t key = 1;; ++key) {
    auto transaction = (*database)->write();
    if (!transaction || !(*transaction)->execute("INSERT INTO t VALUES (?, zeroblob(3000))", key) || !transaction->commit()) {
      _exit(1);
    }
    if (::write(acknowledgements, &key, sizeof key) != sizeof key) {
      _exit(1);
    }
  }
}

TEST_F(DatabaseTest, AcknowledgedWritesSurviveAKill)
{
  open_database();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    write_until_killed(file, ends[1]);
  }
  close(ends[1]);
  std::int64_t acknowledged = 0;
  while (acknowledged < 500 && ::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  while (::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  close(ends[0]);
  const auto database = open_database();
  EXPECT_GE(count(*database), acknowledged);
  EXPECT_GE(acknowledged, 500);
}

}  // namespace
}  // namespace davit::aws::local::store
