// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/scalar.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/yaml/reader.hpp"

namespace davit::cli::yaml {
namespace {

Node value_of(const std::string& text)
{
  const auto document = read("v: " + text + "\n", "test.yaml");
  EXPECT_TRUE(document) << text;
  return document ? *document->root.find("v") : Node{};
}

TEST(YamlScalar, TextIsWhatWasWritten)
{
  for (const char* text : {"012345678901", "no", "1e3", "1:30", ".5", "2024-01-31", "0x1F", "true", "1_000"}) {
    EXPECT_EQ(as_text(value_of(text)), text);
    EXPECT_EQ(as_text(value_of('"' + std::string(text) + '"')), text);
  }
  EXPECT_FALSE(as_text(value_of("~")));
  EXPECT_FALSE(as_text(value_of("")));
  EXPECT_FALSE(as_text(value_of("[a]")));
}

TEST(YamlScalar, NumbersAreDecimal)
{
  EXPECT_EQ(as_integer(value_of("512")), 512);
  EXPECT_EQ(as_integer(value_of("-7")), -7);
  EXPECT_EQ(as_integer(value_of("0")), 0);
  EXPECT_EQ(as_number(value_of("19.90")), 19.9);
  EXPECT_EQ(as_number(value_of("50")), 50.0);
  for (const char* text : {"0512", "1e3", "1_000", "0x10", "0o17", "1:30", "+1", "5.", ".5", ".inf", ".nan", "\"512\"", "lots", "~", "true",
                           "99999999999999999999"}) {
    EXPECT_FALSE(as_integer(value_of(text))) << text;
  }
  for (const char* text : {"1e3", ".5", "5.", "1.5e3", ".inf", "\"1.5\"", "01.5"}) {
    EXPECT_FALSE(as_number(value_of(text))) << text;
  }
}

TEST(YamlScalar, SaysWhatToWriteInstead)
{
  EXPECT_EQ(as_integer(value_of("\"512\"")).error().hint, "remove the quotes");
  EXPECT_NE(as_integer(value_of("0512")).error().hint.find("octal"), std::string::npos);
  EXPECT_NE(as_integer(value_of("1:30")).error().hint.find("base 60"), std::string::npos);
  EXPECT_NE(as_boolean(value_of("yes")).error().hint.find("true or false"), std::string::npos);
}

TEST(YamlScalar, BooleansAreTrueAndFalse)
{
  EXPECT_EQ(as_boolean(value_of("true")), true);
  EXPECT_EQ(as_boolean(value_of("false")), false);
  for (const char* text : {"yes", "no", "on", "off", "True", "TRUE", "y", "1", "\"true\"", "~"}) {
    EXPECT_FALSE(as_boolean(value_of(text))) << text;
  }
}

TEST(YamlScalar, JsonTakesWhatIsClear)
{
  const auto json =
      to_json(value_of("{a: 1, b: 1.5, c: true, d: null, e: ~, f: word, g: \"no\", h: [x, {y: -3}], i: 1.2.3, j: 12-34, k: 9f}"),
              [](const Node& node, const Complaint& complaint) { ADD_FAILURE() << node.text << ": " << complaint.message; });
  EXPECT_EQ(json.dump(),
            R"({"a":1,"b":1.5,"c":true,"d":null,"e":null,"f":"word","g":"no","h":["x",{"y":-3}],"i":"1.2.3","j":"12-34","k":"9f"})");
}

TEST(YamlScalar, JsonComplainsAboutWhatReadersDisagreeOn)
{
  for (const char* text : {"no", "Yes", "ON", "0123", "1e3", "1_000", "0x1F", "1:30", ".5", "5.", ".inf", "2024-01-31",
                           "2024-01-31T12:00:00Z", "True", "", "99999999999999999999"}) {
    int complaints = 0;
    to_json(value_of(text), [&](const Node& /*node*/, const Complaint& /*complaint*/) { ++complaints; });
    EXPECT_EQ(complaints, 1) << text;
  }
}

}  // namespace
}  // namespace davit::cli::yaml
