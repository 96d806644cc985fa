// SPDX-License-Identifier: Apache-2.0
#include "aws/core/gzip_reader.hpp"

#include <gtest/gtest.h>

#include "aws/core/encoding.hpp"

namespace davit {
namespace {

/// "hello\n" and "again\n", each as gzip(1) makes it.
const std::string k_hello = from_hex("1f8b0800000000000203cb48cdc9c9e7020020303a3606000000").value();
const std::string k_again = from_hex("1f8b08000000000002034b4c4fcccce30200ff194f8606000000").value();

/// The content, or the error's message. The source gives `step` bytes at a time, the reader is asked for as many.
std::string read_in_steps(const std::string& data, std::size_t step)
{
  std::size_t given = 0;
  const auto source = [&](char* to, std::size_t size) -> Result<std::size_t> {
    const std::size_t count = data.copy(to, std::min(size, step), std::min(given, data.size()));
    given += count;
    return count;
  };
  GzipReader reader{source, "x.gz"};
  std::string out;
  while (true) {
    std::string buffer(step, '\0');
    const auto count = reader.read(buffer.data(), buffer.size());
    if (!count) {
      return count.error().message;
    }
    if (*count == 0) {
      return out;
    }
    out.append(buffer, 0, *count);
  }
}

TEST(GzipReader, ReadsMembersInPiecesOfAnySize)
{
  for (const std::size_t step : {1U, 2U, 7U, 64U, 4096U}) {
    EXPECT_EQ(read_in_steps(k_hello, step), "hello\n");
    EXPECT_EQ(read_in_steps(k_hello + k_again + k_hello, step), "hello\nagain\nhello\n");
  }
}

TEST(GzipReader, NamesWhatIsWrong)
{
  for (std::size_t length = 1; length < k_hello.size(); ++length) {
    EXPECT_EQ(read_in_steps(k_hello.substr(0, length), 64), "x.gz is damaged: the gzip data is cut off") << length;
  }
  std::string damaged = k_hello;
  damaged[k_hello.size() - 6] ^= 1;
  EXPECT_EQ(read_in_steps(damaged, 64), "x.gz is damaged: incorrect data check");
  EXPECT_EQ(read_in_steps(k_hello + "garbage", 64), "x.gz is damaged: incorrect header check");
}

}  // namespace
}  // namespace davit
