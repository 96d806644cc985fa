// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "aws/zip/format.hpp"
#include "aws/zip/reader.hpp"
#include "aws/zip/writer.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::zip {
namespace {

using oci::EntryType;

constexpr std::uint64_t k_limit = 1U << 20U;

std::string archive_of(const std::function<void(Writer&)>& fill, std::int64_t mtime = 0)
{
  const tests::TemporaryDirectory folder;
  auto writer = Writer::create(folder.path(), mtime);
  EXPECT_TRUE(writer);
  fill(*writer);
  auto file = writer->finish();
  EXPECT_TRUE(file);
  return std::string(*file->view());
}

void add(Writer& writer, const std::string& name, std::string_view content, std::uint32_t permissions = 0644)
{
  EXPECT_TRUE(writer.add_file(name, permissions, content));
}

const std::string k_text(5000, 'a');

std::string usual_archive()
{
  return archive_of([](Writer& writer) {
    add(writer, "app/main.py", k_text);
    add(writer, "bootstrap", "x", 0755);
    add(writer, "empty", "");
    EXPECT_TRUE(writer.add_symlink("link", "app/main.py"));
    add(writer, "ü.txt", "umlaut");
  });
}

std::string refusal(const std::string& archive, std::uint64_t limit = k_limit)
{
  const tests::TemporaryDirectory folder;
  const auto unzipped = unzip(archive, folder.path(), limit);
  return unzipped ? "accepted" : unzipped.error().message;
}

/// The offset of the nth record of a kind.
template <typename Record>
std::size_t offset_of(const std::string& archive, int nth)
{
  const std::uint32_t signature = Record{}.signature;
  const std::string_view wanted(reinterpret_cast<const char*>(&signature), sizeof signature);
  std::size_t at = archive.find(wanted);
  for (; nth > 0; --nth) {
    at = archive.find(wanted, at + 1);
  }
  return at;
}

/// Lets a test change a record of the directory.
std::string changed(std::string archive, int nth, const std::function<void(CentralHeader&)>& change)
{
  CentralHeader header;
  const std::size_t at = offset_of<CentralHeader>(archive, nth);
  std::memcpy(&header, archive.data() + at, sizeof header);
  change(header);
  std::memcpy(archive.data() + at, &header, sizeof header);
  return archive;
}

TEST(Zip, ReadsWhatItWrote)
{
  const tests::TemporaryDirectory folder;
  const std::string archive = usual_archive();
  const auto unzipped = unzip(archive, folder.path(), k_limit);
  ASSERT_TRUE(unzipped) << unzipped.error().message;
  const auto& entries = unzipped->entries;
  ASSERT_EQ(entries.size(), 5U);
  EXPECT_EQ(entries[0].path, "app/main.py");
  EXPECT_EQ(entries[0].content, k_text);
  EXPECT_EQ(entries[0].mode, 0644U);
  EXPECT_EQ(entries[1].mode, 0755U);
  EXPECT_EQ(entries[2].content, "");
  EXPECT_EQ(entries[3].type, EntryType::symlink);
  EXPECT_EQ(entries[3].link_target, "app/main.py");
  EXPECT_EQ(entries[4].path, "ü.txt");
}

TEST(Zip, StoresWhatDoesNotShrinkAndNamesUtf8WhereItMatters)
{
  const std::string archive = usual_archive();
  const auto members = members_of(archive);
  ASSERT_TRUE(members);
  EXPECT_EQ((*members)[0].method, k_deflated);
  EXPECT_LT((*members)[0].data.size(), 100U);
  EXPECT_EQ((*members)[1].method, k_stored);
  EXPECT_EQ(unzipped_size(*members), k_text.size() + 1 + 0 + 11 + 6);
  for (const auto& [nth, flags] : {std::pair{0, 0}, {4, 1 << 11}}) {
    changed(archive, nth, [&, expected = flags](const CentralHeader& header) {
      EXPECT_EQ(header.flags, expected);
      EXPECT_EQ(header.version_made_by >> 8, k_made_by_unix);
      EXPECT_EQ(header.extra_length, 0);
    });
  }
}

TEST(Zip, TimesBeginIn1980AndKnowNoTimeZone)
{
  const auto time_of = [](std::int64_t mtime) {
    const std::string archive = archive_of([](Writer& writer) { add(writer, "a", "b"); }, mtime);
    return members_of(archive)->front().mtime;
  };
  EXPECT_EQ(time_of(0), 315532800);
  EXPECT_EQ(time_of(1700000000), 1700000000);
  EXPECT_EQ(time_of(1700000001), 1700000000) << "every second one";
  EXPECT_EQ(time_of(99999999999), 4354819198);
  const std::string here = usual_archive();
  ::setenv("TZ", "Pacific/Kiritimati", 1);
  ::tzset();
  EXPECT_EQ(usual_archive(), here);
  EXPECT_EQ(time_of(1700000000), 1700000000);
  ::unsetenv("TZ");
  ::tzset();
}

TEST(Zip, RefusesWhatIsDamaged)
{
  const std::string archive = usual_archive();
  EXPECT_EQ(refusal(""), "the file is no zip archive, or cut off");
  EXPECT_EQ(refusal(archive.substr(0, archive.size() - 1)), "the file is no zip archive, or cut off");
  EXPECT_NE(refusal(changed(archive, 1, [](CentralHeader& header) { header.crc ^= 1U; })).find("'bootstrap' does not have its checksum"),
            std::string::npos);
  EXPECT_NE(refusal(changed(archive, 0, [](CentralHeader& header) { header.size += 1; })).find("cannot be inflated"), std::string::npos);
  EXPECT_NE(refusal(changed(archive, 0, [](CentralHeader& header) { header.compressed_size = 1U << 30U; })).find("cut off"),
            std::string::npos);
  EXPECT_NE(refusal(changed(archive, 1, [](CentralHeader& header) { header.size = 2; })).find("two sizes"), std::string::npos);
  EXPECT_NE(refusal(changed(archive, 4, [](CentralHeader& header) { header.name_length = 60000; })).find("directory is cut off"),
            std::string::npos);
}

TEST(Zip, RefusesWhatLambdaWouldNotTakeOrWouldLeadOutside)
{
  const std::string archive = usual_archive();
  EXPECT_NE(refusal(changed(archive, 0, [](CentralHeader& header) { header.flags |= k_flag_encrypted; })).find("encrypted"),
            std::string::npos);
  EXPECT_NE(refusal(changed(archive, 0, [](CentralHeader& header) { header.method = 14; })).find("method 14"), std::string::npos);
  EXPECT_NE(refusal(changed(archive, 0, [](CentralHeader& header) { header.size = 0xffffffff; })).find("zip64"), std::string::npos);
  EXPECT_NE(refusal(archive, 100).find("5018 bytes unzipped, more than the 100"), std::string::npos);
  for (const char* name : {"../x", "/x", "a/../../x", "a\\x"}) {
    EXPECT_NE(refusal(archive_of([&](Writer& writer) { add(writer, name, "x"); })).find("names a file"), std::string::npos) << name;
  }
  EXPECT_NE(refusal(archive_of([](Writer& writer) {
              add(writer, "x", "1");
              add(writer, "x", "2");
            })).find("'x' is in it twice"),
            std::string::npos);
}

TEST(Zip, AnEmptyArchiveIsOne)
{
  EXPECT_EQ(refusal(archive_of([](Writer& /*writer*/) {})), "accepted");
}

}  // namespace
}  // namespace davit::aws::zip
