// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/deflate/deflater.hpp"
#include "aws/deflate/parallel_deflater.hpp"
#include "aws/deflate/prefix_code.hpp"

namespace davit::aws::deflate {
namespace {

std::string deflated(std::string_view bytes, unsigned threads = 2, std::size_t piece = 1U << 20U)
{
  std::string out;
  ParallelDeflater deflater(
      [&](std::string_view compressed) {
        out += compressed;
        return Status{};
      },
      threads);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    EXPECT_TRUE(deflater.append(bytes.substr(at, piece)));
  }
  EXPECT_TRUE(deflater.finish());
  return out;
}

/// By zlib, which refuses what RFC 1951 does not allow, and what goes on behind the end.
std::string inflated(std::string bytes, std::size_t size)
{
  std::string out(size + 1, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, -MAX_WBITS), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  const bool is_whole = result == Z_STREAM_END && stream.avail_in == 0;
  out.resize(stream.total_out);
  EXPECT_TRUE(is_whole) << (stream.msg == nullptr ? "cut or followed by more" : stream.msg);
  inflateEnd(&stream);
  return out;
}

void expect_round_trip(const std::string& bytes)
{
  const std::string compressed = deflated(bytes);
  EXPECT_EQ(inflated(compressed, bytes.size()), bytes) << bytes.size() << " bytes";
  EXPECT_LE(compressed.size(), bytes.size() + bytes.size() / 4096 + 64);
}

/// Bytes with as many different values as `values`, of which every second stretch is a copy of what came before.
std::string mixture(std::size_t size, unsigned values, std::uint32_t seed)
{
  std::mt19937 random(seed);
  std::string out;
  while (out.size() < size) {
    if (out.size() > 10 && random() % 2 == 0) {
      const std::size_t distance = random() % std::min<std::size_t>(out.size(), 40'000) + 1;
      for (std::size_t left = random() % 700; left > 0; --left) {
        out += out[out.size() - distance];
      }
    } else {
      for (std::size_t left = random() % 50; left > 0; --left) {
        out += static_cast<char>(random() % values);
      }
    }
  }
  out.resize(size);
  return out;
}

TEST(Deflate, MakesWhatOthersInflate)
{
  for (const std::size_t size :
       {0U, 1U, 2U, 7U, 8U, 9U, 12U, 100U, 65535U, 65536U, 131071U, 131072U, 131073U, 524287U, 524288U, 524289U, 1400000U}) {
    for (const unsigned values : {1U, 2U, 3U, 60U, 256U}) {
      expect_round_trip(mixture(size, values, static_cast<std::uint32_t>(size) + values));
    }
  }
}

TEST(Deflate, OneByteRepeatedAndNothingRepeated)
{
  expect_round_trip(std::string(3'000'000, 'a'));
  std::mt19937_64 random(1);
  std::string noise;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t value = random();
    noise.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  expect_round_trip(noise);
  expect_round_trip(noise + noise);
  expect_round_trip(noise.substr(0, 32768) + noise.substr(0, 32768));
}

/// Frequencies like Fibonacci's numbers give Huffman's tree its greatest depth.
TEST(Deflate, NoCodeIsLongerThanTheFormatAllows)
{
  std::string skewed;
  for (std::size_t value = 0, count = 1, before = 1; value < 26; ++value) {
    for (std::size_t i = 0; i < count; ++i) {
      skewed += static_cast<char>('a' + value);
      skewed += static_cast<char>(128 + (i * 7 + value) % 97);
    }
    count = std::exchange(before, before + count);
  }
  expect_round_trip(skewed);
  std::array<std::uint32_t, 30> frequencies{};
  for (std::uint32_t i = 0, one = 1, next = 1; i < frequencies.size(); ++i) {
    frequencies.at(i) = one;
    one = std::exchange(next, next + one);
  }
  for (const unsigned longest : {5U, 7U, 15U}) {
    const auto code = prefix_code_of(frequencies, longest);
    std::uint32_t shares = 0;
    for (const unsigned length : code.lengths) {
      ASSERT_TRUE(length > 0 && length <= longest) << length;
      shares += 1U << (longest - length);
    }
    EXPECT_EQ(shares, 1U << longest) << "complete, as inflaters want it";
  }
}

TEST(Deflate, AtLeastTwoSymbolsHaveACode)
{
  const auto none = prefix_code_of(std::array<std::uint32_t, 30>{}, 15);
  EXPECT_EQ(none.lengths[0] + none.lengths[1], 2);
  std::array<std::uint32_t, 30> frequencies{};
  frequencies[7] = 5;
  const auto one = prefix_code_of(frequencies, 15);
  EXPECT_EQ(one.lengths[0] + one.lengths[7], 2);
}

TEST(Deflate, TheBytesDependOnNothingButTheContent)
{
  const std::string bytes = mixture(5'000'000, 200, 7);
  const std::string once = deflated(bytes, 1);
  for (const unsigned threads : {2U, 3U, 8U, 100U}) {
    EXPECT_EQ(deflated(bytes, threads), once) << threads << " threads";
  }
  for (const std::size_t piece : {4096U, 99'991U, 524'288U}) {
    EXPECT_EQ(deflated(bytes, 2, piece), once) << "in pieces of " << piece;
  }
}

TEST(Deflate, TheBytesAreFrozen)
{
  // Every image's digest rests on these bytes. When this fails, k_name must change as well.
  EXPECT_EQ(k_name, "davit-deflate-1");
  EXPECT_EQ(to_hex(crypto::sha256(deflated(mixture(2'000'000, 90, 11)))),
            "9fdde9c1d96a1bd1df2d3cc866b8180df97e6109b7a32a8cd4ec6d24196cc217");
}

TEST(Deflate, AnErrorOfTheSinkEndsIt)
{
  int left = 2;
  ParallelDeflater deflater([&](std::string_view) { return --left < 0 ? Status(fail(Error{.message = "the disk is full"})) : Status{}; },
                            2);
  const std::string bytes = mixture(9'000'000, 256, 3);
  const Status appended = deflater.append(bytes);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().message, "the disk is full");
}

}  // namespace
}  // namespace davit::aws::deflate
