// SPDX-License-Identifier: Apache-2.0
#include "commands/image/elf.hpp"

#include <gtest/gtest.h>

#include "aws/core/file.hpp"

namespace davit::commands::image {
namespace {

std::string own_binary()
{
  return read_file(DAVIT_BINARY).value_or("");
}

TEST(Elf, ReadsWhatAProgramNeeds)
{
  const auto elf = parse_elf(own_binary());
  ASSERT_TRUE(elf);
#if defined(__x86_64__)
  EXPECT_EQ(elf->architecture, cli::config::Architecture::x86_64);
  EXPECT_EQ(elf->interpreter, "/lib64/ld-linux-x86-64.so.2");
#else
  EXPECT_EQ(elf->architecture, cli::config::Architecture::arm64);
#endif
  EXPECT_NE(std::find(elf->libraries.begin(), elf->libraries.end(), "libc.so.6"), elf->libraries.end());
  // Debian 12 has glibc 2.36, and C++20 needs a newer one than 2.17.
  EXPECT_GT(elf->glibc_minor, 17);
  EXPECT_LE(elf->glibc_minor, 99);
}

TEST(Elf, IsNothingWithoutItsFirstBytes)
{
  EXPECT_FALSE(parse_elf(""));
  EXPECT_FALSE(parse_elf("#!/bin/sh\n"));
  EXPECT_FALSE(
      parse_elf("\x7f"
                "ELF"));
  EXPECT_FALSE(read_elf("/nonexistent"));
}

TEST(Elf, HasNoArchitectureOfLambdaIn32Bits)
{
  std::string header(
      "\x7f"
      "ELF\x01\x01\x01",
      7);
  header.resize(64);
  header[18] = 62;
  const auto elf = parse_elf(header);
  ASSERT_TRUE(elf);
  EXPECT_FALSE(elf->architecture);
}

TEST(Elf, StandsDamage)
{
  const std::string whole = own_binary().substr(0, 8192);
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    parse_elf(std::string_view(whole).substr(0, size));
  }
  for (std::size_t i = 7; i < 1024; ++i) {
    for (const char value : {'\x00', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[i] = value;
      parse_elf(damaged);
    }
  }
}

TEST(Elf, ReadsTheVersionThatGlibcNames)
{
  EXPECT_EQ(glibc_minor_of("..GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n.."), 36);
  EXPECT_EQ(glibc_minor_of("GNU C Library stable release version 2.5, by"), 5);
  EXPECT_EQ(glibc_minor_of("musl libc"), 0);
}

}  // namespace
}  // namespace davit::commands::image
