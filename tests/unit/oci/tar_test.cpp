// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>

#include "aws/oci/tar_reader.hpp"
#include "aws/oci/tar_writer.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::oci {
namespace {

std::string archive_of(const std::function<Status(TarWriter&)>& fill, std::int64_t mtime = 0)
{
  std::string archive;
  TarWriter writer(
      [&](std::string_view bytes) {
        archive += bytes;
        return Status{};
      },
      mtime);
  EXPECT_TRUE(fill(writer));
  EXPECT_TRUE(writer.finish());
  return archive;
}

std::vector<TarEntry> entries_of(std::string_view archive)
{
  TarReader reader(archive);
  std::vector<TarEntry> entries;
  while (true) {
    const auto entry = reader.next();
    EXPECT_TRUE(entry) << entry.error().message;
    if (!entry || !*entry) {
      return entries;
    }
    entries.push_back(**entry);
  }
}

std::string reading_error(std::string_view archive)
{
  TarReader reader(archive);
  while (true) {
    const auto entry = reader.next();
    if (!entry) {
      return entry.error().message;
    }
    if (!*entry) {
      return {};
    }
  }
}

/// Sets the checksum of a header that a test has changed.
void seal(std::string& archive, std::size_t offset = 0)
{
  TarHeader header;
  std::memcpy(&header, archive.data() + offset, sizeof header);
  std::snprintf(header.checksum, sizeof header.checksum, "%06o", tar_checksum(header));
  header.checksum[7] = ' ';
  std::memcpy(archive.data() + offset, &header, sizeof header);
}

TEST(Tar, ReadsBackWhatItWrote)
{
  const std::string archive = archive_of(
      [](TarWriter& tar) -> Status {
        DAVIT_TRY(tar.add_directory("var"));
        DAVIT_TRY(tar.add_file("var/run.py", 0755, "print()\n"));
        DAVIT_TRY(tar.add_file("var/empty", 0644, ""));
        return tar.add_symlink("var/link", "../etc/x");
      },
      1700000000);
  const auto entries = entries_of(archive);
  ASSERT_EQ(entries.size(), 4);
  EXPECT_EQ(entries[0].path, "var");
  EXPECT_EQ(entries[0].type, EntryType::directory);
  EXPECT_EQ(entries[1].content, "print()\n");
  EXPECT_EQ(entries[1].mode, 0755);
  EXPECT_EQ(entries[1].mtime, 1700000000);
  EXPECT_EQ(entries[2].content, "");
  EXPECT_EQ(entries[3].type, EntryType::symlink);
  EXPECT_EQ(entries[3].link_target, "../etc/x");
}

TEST(Tar, HeaderIsPlainUstarWithoutOwnersOrDevices)
{
  const std::string archive = archive_of([](TarWriter& tar) { return tar.add_file("a", 0644, "x"); });
  ASSERT_EQ(archive.size(), 4 * k_tar_block);
  TarHeader header;
  std::memcpy(&header, archive.data(), sizeof header);
  EXPECT_EQ(std::string_view(header.magic, 6), std::string_view("ustar\0", 6));
  EXPECT_STREQ(header.uid, "0000000");
  EXPECT_STREQ(header.gid, "0000000");
  EXPECT_STREQ(header.size, "00000000001");
  EXPECT_STREQ(header.user_name, "");
  EXPECT_STREQ(header.device_major, "");
}

class TarNames : public testing::TestWithParam<std::string>
{
};

TEST_P(TarNames, KeepNamesOfAnyLength)
{
  const std::string archive = archive_of([](TarWriter& tar) -> Status {
    DAVIT_TRY(tar.add_file(GetParam(), 0644, "content"));
    return tar.add_symlink("link", GetParam());
  });
  const auto entries = entries_of(archive);
  ASSERT_EQ(entries.size(), 2);
  EXPECT_EQ(entries[0].path, GetParam());
  EXPECT_EQ(entries[0].content, "content");
  EXPECT_EQ(entries[1].link_target, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Lengths, TarNames,
                         testing::Values(std::string(100, 'a'), std::string(101, 'a'), std::string(99, 'a') + "/" + std::string(100, 'b'),
                                         std::string(155, 'a') + "/" + std::string(100, 'b'),
                                         std::string(156, 'a') + "/" + std::string(100, 'b'),
                                         std::string(155, 'a') + "/" + std::string(101, 'b'),
                                         std::string(60, 'd') + "/" + std::string(200, 'b'), std::string("f\xc3\xbcr.py"),
                                         std::string("with space and = sign")));

TEST(Tar, OthersReadIt)
{
  if (!tests::have_program("tar")) {
    DAVIT_SKIP("GNU tar is not installed");
  }
  const std::string long_name = std::string(60, 'd') + "/" + std::string(200, 'b');
  const std::string archive = archive_of([&](TarWriter& tar) -> Status {
    DAVIT_TRY(tar.add_directory("bin"));
    DAVIT_TRY(tar.add_file("bin/f\xc3\xbcr", 0755, "#!"));
    return tar.add_file(long_name, 0644, "x");
  });
  const auto listed =
      tests::run_program("tar", {.arguments = {"-tvf", "-", "--numeric-owner", "--quoting-style=literal"}, .input = archive});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_EQ(listed.err, "");
  EXPECT_EQ(listed.out,
            "drwxr-xr-x 0/0               0 1970-01-01 00:00 bin/\n"
            "-rwxr-xr-x 0/0               2 1970-01-01 00:00 bin/f\xc3\xbcr\n"
            "-rw-r--r-- 0/0               1 1970-01-01 00:00 " +
                long_name + "\n");
}

TEST(Tar, ReadsWhatOthersWrite)
{
  if (!tests::have_program("tar")) {
    DAVIT_SKIP("GNU tar is not installed");
  }
  const tests::TemporaryDirectory folder;
  const std::string long_name(180, 'n');
  folder.write("d/" + long_name, "long");
  for (const std::string format : {"gnu", "pax", "ustar", "v7"}) {
    const std::string name = format == "gnu" || format == "pax" ? long_name : "short";
    folder.write("d/" + name, "long");
    const auto made = tests::run_program("tar", {.arguments = {"--format=" + format, "-cf", "-", "d/" + name}, .directory = folder.path()});
    const auto entries = entries_of(made.out);
    ASSERT_EQ(entries.size(), 1) << format;
    EXPECT_EQ(entries[0].path, "d/" + name) << format;
    EXPECT_EQ(entries[0].content, "long") << format;
    EXPECT_GT(entries[0].mtime, 1600000000) << format;
  }
}

TEST(Tar, RefusesDamage)
{
  const std::string whole = archive_of([](TarWriter& tar) { return tar.add_file("a", 0644, "content"); });
  std::string flipped = whole;
  flipped[0] = 'b';
  EXPECT_EQ(reading_error(flipped), "tar archive, offset 0: a header's checksum is wrong");
  EXPECT_EQ(reading_error(whole.substr(0, 300)), "tar archive, offset 0: cut off in a header");
  EXPECT_EQ(reading_error(whole.substr(0, k_tar_block + 3)), "tar archive, offset 0: cut off in an entry's content");
  EXPECT_EQ(reading_error(whole.substr(0, 2 * k_tar_block)), "") << "the final blocks of zeros may be absent";
}

TEST(Tar, RefusesNumbersThatAreNone)
{
  std::string archive = archive_of([](TarWriter& tar) { return tar.add_file("a", 0644, "content"); });
  archive.replace(offsetof(TarHeader, size), 3, "9x8");
  seal(archive);
  EXPECT_EQ(reading_error(archive), "tar archive, offset 0: a size, mode or time is no number");
}

TEST(Tar, RefusesASizeBeyondTheArchive)
{
  std::string archive = archive_of([](TarWriter& tar) { return tar.add_file("a", 0644, "content"); });
  archive.replace(offsetof(TarHeader, size), 12, std::string("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12));
  seal(archive);
  EXPECT_EQ(reading_error(archive), "tar archive, offset 0: cut off in an entry's content");
}

TEST(Tar, RefusesSparseFilesAndUnknownKinds)
{
  std::string archive = archive_of([](TarWriter& tar) { return tar.add_file("a", 0644, "content"); });
  archive[offsetof(TarHeader, type)] = 'S';
  seal(archive);
  EXPECT_EQ(reading_error(archive), "tar archive, offset 0: an entry has the unknown type 'S'");
}

TEST(Tar, RefusesMalformedPaxRecords)
{
  for (const std::string_view records : {"9 path=a", "99 path=a\n", "x path=a\n", "8 path a\n", "0 path=a\n", "3 a\n", "10 path=\n"}) {
    std::string archive = archive_of([&](TarWriter& tar) -> Status {
      DAVIT_TRY(tar.add_file("PaxHeader", 0644, records));
      return tar.add_file("a", 0644, "");
    });
    archive[offsetof(TarHeader, type)] = 'x';
    seal(archive);
    EXPECT_EQ(reading_error(archive), "tar archive, offset 0: a PAX record is malformed") << records;
  }
}

TEST(Tar, RefusesAFileThatIsNotThere)
{
  TarWriter writer([](std::string_view) { return Status{}; }, 0);
  const auto copied = writer.copy_file("a", 0644, "/does/not/exist");
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().message, "cannot read /does/not/exist: No such file or directory");
}

}  // namespace
}  // namespace davit::aws::oci
