// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_reader.hpp"

#include <gtest/gtest.h>

#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::aws::dynamodb::format {
namespace {

/// Each record as "LINE:COLUMN item", or "LINE:COLUMN reason" of the first problem; at the end of a line a newline.
std::string read_all(const std::string& text, const std::string& name, std::optional<FileFormat> format = std::nullopt)
{
  auto reader = ItemReader::open(TextSource::of_text(text, name), format);
  if (!reader) {
    return reader.error().message;
  }
  std::string out;
  for (auto record = reader->next(); record && *record; record = reader->next()) {
    const auto& found = **record;
    const Place at = found.problems.empty() ? found.at : found.problems.front().at;
    out += fmt::format("{}:{} {}\n", at.line, at.column,
                       found.problems.empty() ? to_plain_json(found.item) : id_of(found.problems.front().reason));
  }
  return out;
}

TEST(ItemReader, RecognisesLines)
{
  EXPECT_EQ(read_all("{\"a\": 1}\n\n{\"a\": 2}", "x.jsonl"), "1:1 {\"a\":1}\n3:1 {\"a\":2}\n");
  EXPECT_EQ(read_all("\xEF\xBB\xBF{\"a\": 1}\r\n \r\n{\"a\": 2}\r\n", "-"), "1:1 {\"a\":1}\n3:1 {\"a\":2}\n");
  EXPECT_EQ(read_all("{\"a\": 1} {\"a\": 2}\n{\"a\": 3}", "x.json"), "1:1 {\"a\":1}\n1:10 {\"a\":2}\n2:1 {\"a\":3}\n");
}

TEST(ItemReader, ABrokenLineDoesNotHideTheNext)
{
  EXPECT_EQ(read_all("{\"a\": 1\n{\"a\": 2}\nnonsense\n{\"a\": 3} 4\n[]\n{\"a\": 5}", "x.jsonl"),
            "1:8 json-truncated\n2:1 {\"a\":2}\n3:2 json-syntax\n4:10 json-syntax\n5:1 not-an-item\n6:1 {\"a\":5}\n");
  EXPECT_EQ(read_all("{\"a\": 1\n{\"a\": 2}\n", "-"), "1:8 json-truncated\n2:1 {\"a\":2}\n");
  EXPECT_EQ(read_all("[1]\n{\"a\": 2}\n", "x.jsonl"), "1:1 not-an-item\n2:1 {\"a\":2}\n");
}

TEST(ItemReader, KnowsAPageFromAWholeDump)
{
  const auto is_page = [](const std::string& text) {
    auto reader = ItemReader::open(TextSource::of_text(text, "x.json"), std::nullopt);
    EXPECT_TRUE(reader);
    for (auto record = reader->next(); record && *record; record = reader->next()) {
    }
    return reader->is_one_page_of_more();
  };
  const std::string items = R"("Items":[{"id":{"S":"a"}}])";
  EXPECT_FALSE(is_page("{" + items + R"(,"Count":1,"ScannedCount":1,"ConsumedCapacity":null})"));
  EXPECT_FALSE(is_page("{" + items + R"(,"LastEvaluatedKey":null})"));
  EXPECT_TRUE(is_page("{" + items + R"(,"Count":1,"LastEvaluatedKey":{"id":{"S":"a"}}})"));
  EXPECT_TRUE(is_page(R"({"NextToken":"x",)" + items + "}"));
}

TEST(ItemReader, RefusesWhatIsNoTextByItsName)
{
  EXPECT_EQ(read_all("BZh91AY", "x.jsonl"), "x.jsonl is compressed, and not by gzip");
  EXPECT_EQ(read_all("\x28\xB5\x2F\xFD", "-"), "- is compressed, and not by gzip");
}

TEST(ItemReader, RecognisesDocuments)
{
  EXPECT_EQ(read_all("[\n  {\"a\": 1},\n  {\"a\":\n 2}\n]\n", "x.json"), "2:3 {\"a\":1}\n3:3 {\"a\":2}\n");
  EXPECT_EQ(read_all("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}", "x.json"), "1:1 {\"a\":1}\n4:1 {\"a\":2}\n");
  EXPECT_EQ(read_all("[]", "x.json"), "");
  EXPECT_EQ(read_all("", "x.json"), "");
  EXPECT_EQ(read_all("[{\"a\": 1} {\"a\": 2}]", "x.json"), "1:2 {\"a\":1}\n1:11 json-syntax\n");
  EXPECT_EQ(read_all("[{\"a\": 1}, 5, {\"a\": 2}", "x.json"), "1:2 {\"a\":1}\n1:12 not-an-item\n1:15 {\"a\":2}\n1:23 json-truncated\n");
}

TEST(ItemReader, RecognisesDynamoDbJson)
{
  EXPECT_EQ(read_all(R"({"Item":{"id":{"N":"1.0"},"m":{"M":{"b":{"B":"AA=="}}}}})", "x.json"),
            "1:1 {\"id\":1,\"m\":{\"b\":{\"$bin\":\"AA==\"}}}\n");
  EXPECT_EQ(read_all(R"({"id":{"S":"a"},"l":{"L":[{"NULL":true},{"BOOL":false}]}})", "x.json"), "1:1 {\"id\":\"a\",\"l\":[null,false]}\n");
  EXPECT_EQ(read_all(R"({"id":{"S":"a"}})"
                     "\n"
                     R"({"id":{"S":"b"},"n":{"N":5}})",
                     "x.json"),
            "1:1 {\"id\":\"a\"}\n2:26 type-value\n");
  EXPECT_EQ(read_all(R"({"Item":{"M":{"x":{"S":"y"}}}})", "x.json"), "1:1 {\"Item\":{\"x\":\"y\"}}\n");
  EXPECT_EQ(read_all(R"({"id":1,"m":{"S":"a map that looks like a value"}})", "x.json"),
            "1:1 {\"id\":1,\"m\":{\"S\":\"a map that looks like a value\"}}\n");
}

TEST(ItemReader, NamesWrongTypesOfDynamoDbJson)
{
  const std::pair<const char*, const char*> cases[] = {
      {R"({"S": 1})", "type-value"},
      {R"({"N": "one"})", "number-syntax"},
      {R"({"NULL": false})", "type-value"},
      {R"({"BOOL": "true"})", "type-value"},
      {R"({"L": {}})", "type-value"},
      {R"({"M": []})", "type-value"},
      {R"({"SS": "a"})", "type-value"},
      {R"({"SS": []})", "set-empty"},
      {R"({"NS": ["1", "01"]})", "set-duplicate"},
      {R"({"BS": ["x"]})", "binary-base64"},
      {R"({"Q": "a"})", "type-unknown"},
      {R"({"S": "a", "N": "1"})", "type-unknown"},
      {R"({})", "type-unknown"},
  };
  for (const auto& [value, reason] : cases) {
    const auto text = fmt::format("{{\"id\":{{\"S\":\"a\"}},\"v\":{}}}", value);
    EXPECT_NE(read_all(text, "x.json").find(reason), std::string::npos) << text << read_all(text, "x.json");
  }
}

TEST(ItemReader, ReadsTheOutputOfAScan)
{
  EXPECT_EQ(
      read_all("{\n \"Items\": [\n  {\"id\": {\"S\": \"a\"}},\n  {\"id\": {\"S\": \"b\"}}\n ],\n \"Count\": 2,\n \"ScannedCount\": 2\n}",
               "x.json"),
      "3:3 {\"id\":\"a\"}\n4:3 {\"id\":\"b\"}\n");
  EXPECT_EQ(read_all(R"({"Count":0,"Items":[],"ScannedCount":0})", "x.json"), "");
  EXPECT_EQ(read_all(R"({"Items":[{"id":{"S":"a"}}],"Cou)", "x.json"), "1:11 {\"id\":\"a\"}\n1:33 json-truncated\n");
  EXPECT_EQ(read_all(R"({"Items":[1],"id":2})", "x.json"), "1:1 {\"Items\":[1],\"id\":2}\n");
}

TEST(ItemReader, ReadsCsv)
{
  EXPECT_EQ(
      read_all("id,price:N,tags:SS,blob:B,ok:BOOL,n:NULL,m:M\r\n"
               "\"a,\"\"b\"\"\nc\",1.50,\"{\"\"$set\"\":[\"\"x\"\"]}\",AA==,TRUE,null,{}\r\n"
               "d,,,,,,\r\n\"\",0,,,false,,\n",
               "x.csv"),
      "2:1 {\"blob\":{\"$bin\":\"AA==\"},\"id\":\"a,\\\"b\\\"\\nc\",\"m\":{},\"n\":null,\"ok\":true,\"price\":1.5,\"tags\":{\"$set\":[\"x\"]}}\n"
      "4:1 {\"id\":\"d\"}\n5:1 {\"id\":\"\",\"ok\":false,\"price\":0}\n");
}

TEST(ItemReader, NamesMistakesOfCsv)
{
  EXPECT_EQ(
      read_all("id,n:N\na,one\nb\nc,1,2\nd\"x,1\n\"e\"x,1\n\xFF,1\nf,2\n\"g", "x.csv"),
      "2:3 number-syntax\n3:1 csv-cells\n4:1 csv-cells\n5:2 csv-quote\n6:4 csv-quote\n7:1 utf8\n8:1 {\"id\":\"f\",\"n\":2}\n9:1 csv-quote\n");
  EXPECT_EQ(read_all("id,n:n\na,1\n", "x.csv"), "1:4 csv-header\n");
  EXPECT_EQ(read_all("id,,x\na,1,2\n", "x.csv"), "1:4 csv-header\n");
  EXPECT_EQ(read_all("id,id\na,b\n", "x.csv"), "1:4 csv-header\n");
  EXPECT_EQ(read_all("id,l:L,s:NS\na,[1,\nx", "x.csv"), "2:3 json-truncated\n3:1 csv-cells\n");
}

TEST(ItemReader, AFormatThatIsDeclaredWins)
{
  EXPECT_EQ(read_all(R"({"id":{"S":"a"}})", "x", FileFormat::jsonl), "1:1 {\"id\":{\"S\":\"a\"}}\n");
  EXPECT_EQ(read_all("{\"a\": 1}\n{\"a\":\n2}\n", "x", FileFormat::json), "1:1 {\"a\":1}\n2:1 {\"a\":2}\n");
  EXPECT_EQ(read_all("id\n{}\n", "x.json", FileFormat::csv), "2:1 {\"id\":\"{}\"}\n");
}

TEST(ItemReader, NamesUtf16)
{
  EXPECT_EQ(read_all(std::string("\xFF\xFE{\0", 4), "x.json"), "x.json is written in UTF-16");
}

TEST(CsvItems, RoundTripThroughText)
{
  const std::vector<CsvColumn> columns{{"a:S", AttributeType::string},
                                       {"a:S", AttributeType::number},
                                       {"b", AttributeType::binary},
                                       {"l", AttributeType::list},
                                       {"u", AttributeType::null}};
  const Item item{{"a:S", AttributeValue("")},
                  {"b", AttributeValue(Binary{})},
                  {"l", AttributeValue(List{AttributeValue("x,y")})},
                  {"u", AttributeValue()}};
  EXPECT_EQ(read_all(csv_header(columns) + csv_line(columns, item), "x.csv"), "2:1 " + to_plain_json(item) + "\n");
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
