// SPDX-License-Identifier: Apache-2.0
#include "aws/core/encoding.hpp"

#include <gtest/gtest.h>

namespace davit {
namespace {

TEST(Base64, EncodesTheExamplesOfRfc4648)
{
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, DecodesWhatItEncodes)
{
  for (int size = 0; size < 40; ++size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) {
      bytes += static_cast<char>(i * 37);
    }
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Base64, RefusesMalformedText)
{
  for (const char* text : {"Zg=", "Zg", "Zm9v=", "Z", "Zh==", "Zg==\n", "Zm 9", "====", "Z===", "_-__"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64url, RefusesPaddingAndUnusedBits)
{
  for (const char* text : {"Zg==", "Z", "Zh", "a+/b", "Zm9v "}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
  EXPECT_EQ(from_base64url("Zg"), "f");
}

TEST(Hex, GoesBothWays)
{
  EXPECT_EQ(to_hex(std::string("\x00\xff\x10", 3)), "00ff10");
  EXPECT_EQ(from_hex("00FF10"), std::string("\x00\xff\x10", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Utf8, RefusesOverlongFormsAndSurrogates)
{
  EXPECT_TRUE(is_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* text : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << to_hex(text);
  }
}

}  // namespace
}  // namespace davit
