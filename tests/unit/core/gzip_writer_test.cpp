// SPDX-License-Identifier: Apache-2.0
#include "aws/core/gzip_writer.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace davit {
namespace {

std::string compressed(const std::string& text, std::size_t piece)
{
  std::string out;
  GzipWriter writer{[&](std::string_view bytes) -> Status {
    out += bytes;
    return {};
  }};
  for (std::size_t at = 0; at < text.size(); at += piece) {
    EXPECT_TRUE(writer.write(std::string_view(text).substr(at, piece)));
  }
  EXPECT_TRUE(writer.finish());
  return out;
}

/// The content of the one member that the text must be.
std::string inflated(const std::string& gzip, std::size_t size)
{
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
  std::string input = gzip;
  std::string out(size + 1, '\0');
  z.next_in = reinterpret_cast<Bytef*>(input.data());
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(z.avail_in, 0U) << "something follows the member";
  out.resize(z.total_out);
  inflateEnd(&z);
  return out;
}

TEST(GzipWriter, MakesOneMemberOfTheText)
{
  std::mt19937 dice(1);
  std::string text;
  while (text.size() < 300'000) {
    text += dice() % 3 == 0 ? std::string(dice() % 50, 'x') : std::to_string(dice());
  }
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{70'001}, text.size()}) {
    EXPECT_EQ(inflated(compressed(text, piece), text.size()), text);
  }
  EXPECT_EQ(inflated(compressed("", 1), 0), "");
}

TEST(GzipWriter, MakesTheSameBytesOfTheSameText)
{
  const std::string gzip = compressed("some text", 4);
  EXPECT_EQ(gzip, compressed("some text", 9));
  EXPECT_EQ(gzip.substr(0, 4), std::string("\x1F\x8B\x08\x00", 4)) << "no name";
  EXPECT_EQ(gzip.substr(4, 4), std::string(4, '\0')) << "no time";
}

TEST(GzipWriter, HandsOnTheErrorOfItsSink)
{
  GzipWriter writer{[](std::string_view) -> Status { return fail(failed_error("full")); }};
  auto written = writer.write("x");
  if (written) {
    written = writer.finish();
  }
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "full");
}

}  // namespace
}  // namespace davit
