// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/plain_json.hpp"

#include <gtest/gtest.h>

#include "aws/crypto/password.hpp"

namespace davit::aws::dynamodb::format {
namespace {

Record read(const std::string& text)
{
  TextSource source = TextSource::of_text(text, "test");
  const auto json = read_json(source);
  return json ? record_from_plain_json(*json) : Record{.item = {}, .passwords = {}, .problems = {json.error()}, .at = {}};
}

std::string rewritten(const std::string& text)
{
  const Record record = read(text);
  return record.problems.empty() ? to_plain_json(record.item) : std::string(id_of(record.problems.front().reason));
}

TEST(PlainJson, KeepsEveryTypeInOneCanonicalForm)
{
  const std::string canonical =
      R"({"$$ref":"a name with $","b":{"$bin":"AAH/"},"bs":{"$set":[{"$bin":"AA=="},{"$bin":"/w=="}]},"flag":true,"list":[1,[],{}],)"
      R"("map":{"$$set":["no set"],"nil":null},"n":12345678901234567890123456789012345678,"ns":{"$set":[-10,2,10]},"s":"\u0001\n\"\\ü","ss":{"$set":["","a"]}})";
  EXPECT_EQ(rewritten(canonical), canonical);
}

TEST(PlainJson, SortsMembersAndSets)
{
  EXPECT_EQ(rewritten(R"({"b": {"$set": [10, 9, -1]}, "a": {"$set": ["z", "Z"]}})"), R"({"a":{"$set":["Z","z"]},"b":{"$set":[-1,9,10]}})");
}

TEST(PlainJson, NormalisesNumbersAsTheServiceStoresThem)
{
  EXPECT_EQ(rewritten(R"({"n": [1e3, 1.50, -0, 0.000, 1E-130, 1e125]})"),
            R"({"n":[1000,1.5,0,0,0.)" + std::string(129, '0') + "1,1" + std::string(125, '0') + "]}");
}

TEST(PlainJson, NamesWhatCannotBeStored)
{
  const std::pair<const char*, const char*> cases[] = {
      {R"([])", "not-an-item"},
      {R"({"a": 1, "a": 2})", "attribute-twice"},
      {R"({"a": {"$sett": [1]}})", "tag-unknown"},
      {R"({"$bin": "AA=="})", "tag-unknown"},
      {R"({"a": {"$set": [1], "b": 2}})", "tag-unknown"},
      {R"({"a": {"$set": "x"}})", "type-value"},
      {R"({"a": {"$bin": 1}})", "type-value"},
      {R"({"a": {"$bin": "A"}})", "binary-base64"},
      {R"({"a": 123456789012345678901234567890123456789})", "number-precision"},
      {R"({"a": 1e126})", "number-overflow"},
      {R"({"a": -1e-131})", "number-underflow"},
      {R"({"a": {"$set": []}})", "set-empty"},
      {R"({"a": {"$set": [1, 1.0]}})", "set-duplicate"},
      {R"({"a": {"$set": [1, "1"]}})", "set-mixed"},
      {R"({"a": {"$set": [true]}})", "set-mixed"},
      {R"({"a": {"$set": [1e200, 2]}})", "number-overflow"},
      {R"({"": 1})", "name-empty"},
      {R"({"a": {"$password": ""}})", "password"},
      {R"({"a": "\ud800"})", "utf8"},
      {"{\"a\": \"\xC3\x28\"}", "utf8"},
      {R"({"a": 01})", "json-syntax"},
      {R"({"a": .5})", "json-syntax"},
      {R"({"a": NaN})", "json-syntax"},
      {R"({"a": 'b'})", "json-syntax"},
      {R"({"a": 1,})", "json-syntax"},
      {"{\"a\": \"\t\"}", "json-syntax"},
      {R"({"a": "b)", "json-truncated"},
  };
  for (const auto& [text, reason] : cases) {
    EXPECT_EQ(rewritten(text), reason) << text;
  }
  EXPECT_EQ(rewritten(std::string("{\"a\": \0}", 8)), "json-syntax");
  EXPECT_EQ(rewritten("{\"" + std::string(65536, 'n') + "\": 1}"), "name-too-long");
}

TEST(PlainJson, SurvivesAnyNesting)
{
  const std::string deep(200000, '[');
  EXPECT_EQ(rewritten("{\"a\": " + deep + std::string(200000, ']') + "}"), "depth");
  EXPECT_EQ(rewritten("{\"a\": " + deep), "json-truncated");
  EXPECT_EQ(rewritten("{\"a\": " + deep + "}"), "json-syntax");
}

TEST(PlainJson, SaysWhere)
{
  const Record record = read("{\"a\": 1,\n  \"ü\": {\"$set\": [1, 1]}}");
  ASSERT_EQ(record.problems.size(), 1U);
  EXPECT_EQ(record.problems[0].at, (Place{2, 21}));
  EXPECT_EQ(record.problems[0].message, "the set has 1 twice");
}

TEST(PlainJson, PasswordsAreHashedAndRecognised)
{
  Record record = read(R"({"id": 1, "logins": [{"hash": {"$password": "open sesame"}}]})");
  ASSERT_EQ(record.passwords.size(), 1U);
  EXPECT_EQ(to_plain_json(record.item).find("sesame"), std::string::npos);
  const auto size = to_plain_json(record.item).size();
  Record stored = record;
  ASSERT_TRUE(hash_passwords(stored));
  const auto* hash = value_at(stored.item, record.passwords[0].path)->get_if<std::string>();
  ASSERT_NE(hash, nullptr);
  EXPECT_EQ(crypto::verify_password("open sesame", *hash).value(), true);
  EXPECT_EQ(to_plain_json(stored.item).size(), size) << "the placeholder is as long as a hash, or sizes would be wrong";
  EXPECT_TRUE(is_stored_as(record, stored.item));
  record.passwords[0].text = "open sesame!";
  EXPECT_FALSE(is_stored_as(record, stored.item));
  EXPECT_FALSE(is_stored_as(record, record.item));
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
