// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/number.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace davit::aws::dynamodb {
namespace {

std::string normalised(std::string_view text)
{
  const auto number = Number::parse(text);
  return number ? number->to_string() : std::string(message_of(number.error()));
}

TEST(Number, IsNormalisedToPlainDecimal)
{
  EXPECT_EQ(normalised("1.0"), "1");
  EXPECT_EQ(normalised("1e3"), "1000");
  EXPECT_EQ(normalised("-0"), "0");
  EXPECT_EQ(normalised("0e125"), "0");
  EXPECT_EQ(normalised("-0.00E-130"), "0");
  EXPECT_EQ(normalised(".5"), "0.5");
  EXPECT_EQ(normalised("5."), "5");
  EXPECT_EQ(normalised("+3"), "3");
  EXPECT_EQ(normalised("-17.4E37"), "-174000000000000000000000000000000000000");
  EXPECT_EQ(normalised("0001.2300"), "1.23");
  EXPECT_EQ(normalised("1e125"), "1" + std::string(125, '0'));
  EXPECT_EQ(normalised("-1E-130"), "-0." + std::string(129, '0') + "1");
  EXPECT_EQ(normalised("12345678901234567890123456789012345678"), "12345678901234567890123456789012345678");
}

TEST(Number, RefusesWhatDynamoDbRefuses)
{
  for (const auto* text : {"",
                           " 1",
                           "1 ",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "dog",
                           "-",
                           "+",
                           ".",
                           "1e",
                           "1e+",
                           "--1",
                           "1.2.3",
                           "0x10",
                           "1,5",
                           "1e1.5",
                           "1e9223372036854775808",
                           "1e-9223372036854775809",
                           "0e99999999999999999999"}) {
    EXPECT_EQ(Number::parse(text).error(), NumberError::not_numeric) << text;
  }
  for (const auto* text : {"1e126", "-11e125", "1.0e100000000", "1e9223372036854775807", "9999e123", "0e126"}) {
    EXPECT_EQ(Number::parse(text).error(), NumberError::overflow) << text;
  }
  for (const auto* text : {"1e-131", "0.9e-130", "-1e-9223372036854775808", "0e-131"}) {
    EXPECT_EQ(Number::parse(text).error(), NumberError::underflow) << text;
  }
  EXPECT_EQ(Number::parse("3.14159265358979323846264338327950288419").error(), NumberError::too_precise);
  EXPECT_TRUE(Number::parse("0000000000000000000000000000000000000000000001000000000000000000000000000000000000000000000"));
}

TEST(Number, AddsExactly)
{
  const auto sum = [](std::string_view a, std::string_view b) { return Number::parse(a)->plus(*Number::parse(b)); };
  EXPECT_EQ(sum("1", "10000000000000000000000")->to_string(), "10000000000000000000001");
  EXPECT_EQ(sum("-1", "10000000000000000000000")->to_string(), "9999999999999999999999");
  EXPECT_EQ(sum("0.1", "0.2")->to_string(), "0.3");
  EXPECT_EQ(sum("5", "-5")->to_string(), "0");
  EXPECT_FALSE(sum("5", "-5")->is_negative());
  EXPECT_EQ(sum("-0.05", "-99.95")->to_string(), "-100");
  EXPECT_EQ(sum("3", "-10")->to_string(), "-7");
  EXPECT_EQ(sum("9e125", "9e125").error(), NumberError::overflow);
  EXPECT_EQ(sum("1e50", "1").error(), NumberError::overflow);
  EXPECT_EQ(Number::parse("9e125")->minus(*Number::parse("-9e125")).error(), NumberError::overflow);
}

TEST(Number, SortKeysOrderAsNumbersDo)
{
  std::mt19937 random(1);
  const auto any = [&random] {
    std::string text = random() % 2 == 0 ? "-" : "";
    text += std::to_string(random() % 1000) + "." + std::to_string(random() % 1000);
    return *Number::parse(text + "e" + std::to_string(static_cast<int>(random() % 21) - 10));
  };
  std::vector<Number> numbers{Number(), *Number::parse("1e125"), *Number::parse("-1e125"), *Number::parse("1e-130"),
                              *Number::parse("-1e-130")};
  for (int i = 0; i < 300; ++i) {
    numbers.push_back(any());
  }
  for (const auto& a : numbers) {
    for (const auto& b : numbers) {
      EXPECT_EQ(a <=> b, a.sort_key().compare(b.sort_key()) <=> 0) << a.to_string() << " and " << b.to_string();
      EXPECT_EQ(a == b, a.to_string() == b.to_string());
      EXPECT_TRUE(a == b || !b.sort_key().starts_with(a.sort_key())) << a.to_string() << " and " << b.to_string();
    }
  }
  EXPECT_LT(*Number::parse("-10"), *Number::parse("-9.5"));
  EXPECT_LT(*Number::parse("9"), *Number::parse("10"));
}

}  // namespace
}  // namespace davit::aws::dynamodb
