// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/json_scanner.hpp"

#include <gtest/gtest.h>

namespace davit::aws::jose {
namespace {

std::optional<JsonFault> fault_of(std::string_view text)
{
  ScannedObject object;
  const auto problem = object.scan(text);
  return problem ? std::optional(problem->fault) : std::nullopt;
}

TEST(JsonScanner, TakesWhatRfc8259Allows)
{
  for (const char* text : {"{}", " {\t}\r\n", R"({"a":[],"b":{},"c":[1,"x",null,true,false]})",
                           R"({"n":-0,"e":1e5,"f":0.5,"g":-1.5E-3,"h":2E+3})", R"({"\u00e9":"\ud83d\ude00","q":"\"\\\/\b\f\n\r\t"})",
                           "{\"\xC3\xA9\":1}", R"({"":1})", R"({"a":{"a":{"a":1}}})", R"({"l":[{"a":1},{"a":1}]})"}) {
    EXPECT_EQ(fault_of(text), std::nullopt) << text;
  }
}

TEST(JsonScanner, RefusesWhatItDoesNot)
{
  const std::vector<std::string> refused = {R"({"a":1,})",
                                            R"({a:1})",
                                            R"({'a':1})",
                                            R"({"a" 1})",
                                            R"({"a":1 "b":2})",
                                            R"({"a":01})",
                                            R"({"a":.5})",
                                            R"({"a":1.})",
                                            R"({"a":+1})",
                                            R"({"a":1e})",
                                            R"({"a":NaN})",
                                            R"({"a":Infinity})",
                                            R"({"a":-})",
                                            R"({"a":0x10})",
                                            R"({"a":tru})",
                                            R"({"a":"\x"})",
                                            R"({"a":"\u12"})",
                                            R"({"a":"\u12G4"})",
                                            R"({"a":"\ud800"})",
                                            R"({"a":"\ud800\u0041"})",
                                            R"({"a":"\udc00"})",
                                            "{\"a\":\"\n\"}",
                                            "{\"a\":\"\x01\"}",
                                            R"({"a":")",
                                            R"({"a":"\)",
                                            R"({)",
                                            R"({"a":)",
                                            R"({"a":[1)",
                                            R"({"a":[1,]})",
                                            R"({} {})",
                                            R"({}x)",
                                            std::string("{}\0", 3),
                                            "{\"a\":\"\xff\"}",
                                            "\xEF\xBB\xBF{}",
                                            "{\"a\":\"\xC0\x80\"}",
                                            "// x\n{}",
                                            "{/**/}",
                                            "{\x0b}"};
  for (const std::string& text : refused) {
    EXPECT_TRUE(fault_of(text)) << text;
  }
  for (const char* text : {"", " ", "[]", "1", "\"a\"", "null"}) {
    EXPECT_EQ(fault_of(text), JsonFault::not_an_object) << text;
  }
}

TEST(JsonScanner, FindsDuplicatesAtAnyDepthAndInAnySpelling)
{
  for (const char* text : {R"({"a":1,"a":2})", R"({"a":1,"b":2,"\u0061":3})", R"({"x":{"y":[{"a":1,"a":1}]}})", R"({"":1,"":2})"}) {
    EXPECT_EQ(fault_of(text), JsonFault::duplicate_member) << text;
  }
}

TEST(JsonScanner, BoundsDepth)
{
  const auto nested = [](std::size_t levels) { return R"({"a":)" + std::string(levels, '[') + std::string(levels, ']') + "}"; };
  EXPECT_EQ(fault_of(nested(63)), std::nullopt);
  EXPECT_EQ(fault_of(nested(64)), JsonFault::too_deep);
  EXPECT_EQ(fault_of(nested(50'000)), JsonFault::too_deep);
}

TEST(JsonScanner, KeepsEveryDigitAndReadsValues)
{
  ScannedObject object;
  ASSERT_FALSE(object.scan(R"({"big":123456789012345678901234567890, "s" : "\u00e9\ud83d\ude00\n" ,"l":[ 1 , "a,]" ,{"x":[2]}],"m":[]})"));
  EXPECT_EQ(object.find("big")->text, "123456789012345678901234567890");
  EXPECT_EQ(string_value(*object.find("s")), "\xC3\xA9\xF0\x9F\x98\x80\n");
  const auto elements = elements_of(*object.find("l"));
  ASSERT_EQ(elements.size(), 3U);
  EXPECT_EQ(elements[1].text, R"("a,]")");
  EXPECT_EQ(elements[2].kind, JsonKind::object);
  EXPECT_TRUE(elements_of(*object.find("m")).empty());
  EXPECT_EQ(object.find("absent"), nullptr);
}

TEST(JsonScanner, TellsFiniteNumbers)
{
  const auto number = [](std::string_view text) { return number_value({JsonKind::number, text}); };
  EXPECT_EQ(number("1.5e3"), 1500.0);
  EXPECT_EQ(number("1e-400"), 0.0);
  EXPECT_EQ(number("1e400"), std::nullopt);
  EXPECT_EQ(number("-1e400"), std::nullopt);
}

TEST(JsonScanner, RemovesWhiteSpaceBetweenTokensAlone)
{
  EXPECT_EQ(without_white_space(" { \"a b\" : [ 1 ,\t\"\\\" \" ] }\n"), R"({"a b":[1,"\" "]})");
}

}  // namespace
}  // namespace davit::aws::jose
