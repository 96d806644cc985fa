// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/gzip.hpp"

#include <gtest/gtest.h>

#include "aws/oci/digest.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::oci {
namespace {

std::string sample()
{
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += "line " + std::to_string(i * 7919 % 10007) + "\n";
  }
  return text;
}

std::string compressed(std::string_view text)
{
  std::string out;
  BlobCompressor compressor([&](std::string_view bytes) {
    out += bytes;
    return Status{};
  });
  EXPECT_TRUE(compressor.append(text) && compressor.finish());
  return out;
}

std::string inflated(std::string_view bytes, const std::filesystem::path& folder, std::uint64_t limit = 1U << 30U)
{
  auto file = gunzip(bytes, folder, limit);
  return file ? std::string(*file->view()) : "error: " + file.error().message;
}

TEST(Gzip, InflatesWhatItCompressed)
{
  const tests::TemporaryDirectory folder;
  const std::string text = sample();
  EXPECT_EQ(inflated(compressed(text), folder.path()), text);
  EXPECT_EQ(inflated(compressed(""), folder.path()), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "scratch files go away";
}

TEST(Gzip, BytesAreFrozen)
{
  // The digest of every layer rests on these bytes: when this fails, the compressor has changed, and compressor() must say so.
  const std::string bytes = compressed(sample());
  EXPECT_EQ(compressor(), "davit-deflate-1");
  EXPECT_EQ(digest_of(bytes), "sha256:193a11fb508d98a0a889000b334ae669996b7f2306202c1fb899693f185abde4");
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10)) << "no name, no time, no operating system";
}

TEST(Gzip, OthersInflateIt)
{
  const auto finished = tests::run_program("gzip", {.arguments = {"-dc"}, .input = compressed(sample())});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_EQ(finished.out, sample());
}

TEST(Gzip, InflatesSeveralMembers)
{
  const tests::TemporaryDirectory folder;
  const std::string text = sample();
  const std::string members = compressed(text) + compressed("tail") + compressed(text);
  EXPECT_EQ(inflated(members, folder.path()), text + "tail" + text);
}

TEST(Gzip, RefusesDamage)
{
  const tests::TemporaryDirectory folder;
  const std::string whole = compressed(sample());
  std::string flipped = whole;
  flipped[flipped.size() - 6] ^= 1;  // in the CRC-32
  EXPECT_EQ(inflated(flipped, folder.path()), "error: the gzip data is damaged or cut off");
  EXPECT_EQ(inflated(whole.substr(0, whole.size() / 2), folder.path()), "error: the gzip data is damaged or cut off");
  EXPECT_EQ(inflated("", folder.path()), "error: the gzip data is damaged or cut off");
  EXPECT_EQ(inflated("no gzip at all, but long enough", folder.path()), "error: the gzip data is damaged or cut off");
}

TEST(Gzip, RefusesABomb)
{
  const tests::TemporaryDirectory folder;
  const std::string bomb = compressed(std::string(50'000'000, '\0'));
  EXPECT_LT(bomb.size(), 250'000);
  EXPECT_EQ(inflated(bomb, folder.path(), 1'000'000), "error: the layer is larger than 1000000 bytes uncompressed");
}

}  // namespace
}  // namespace davit::aws::oci
