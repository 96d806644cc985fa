// SPDX-License-Identifier: Apache-2.0
// Seed files with every kind of mistake: each is named with its line and reason, and nothing of the files is written.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "aws/dynamodb/format/problem.hpp"
#include "tests/support/fault_server.hpp"
#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

/// One mistake, or nothing wrong where `reason` is empty.
struct Mistake {
  std::string kind;  ///< what a person would call it
  std::string text;
  std::string reason;
  std::string message = {};  ///< a part of what is said about it
};

/// A file of items, a mistake a line.
struct MistakenFile {
  std::string name;
  std::string header = {};
  std::vector<Mistake> lines = {};
};

std::string nested(int levels)
{
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

std::string repeated(char c, std::size_t times)
{
  return std::string(times, c);
}

// The items belong to a table with the key [pk, sk:N] and an index on tag.

MistakenFile plain_items()
{
  const std::string long_key = repeated('k', 2049);
  return {.name = "plain.jsonl",
          .lines = {
              {"", R"({"pk":"good","sk":1,"tag":"t"})", ""},
              {"", R"({"pk":"good","sk":2,"v":)" + nested(32) + "}", ""},
              {"partition key missing", R"({"sk":1})", "key-missing", R"(the key attribute "pk" is missing)"},
              {"sort key missing", R"({"pk":"a"})", "key-missing", R"("sk")"},
              {"partition key of another type", R"({"pk":1,"sk":1})", "key-type", "has type N; the table declares S"},
              {"sort key of another type", R"({"pk":"a","sk":"1"})", "key-type", "has type S; the table declares N"},
              {"key null", R"({"pk":null,"sk":1})", "key-type", "NULL"},
              {"key empty", R"({"pk":"","sk":1})", "key-empty", "is empty"},
              {"key too long", R"({"pk":")" + long_key + R"(","sk":1})", "key-too-long", "2049 bytes; 2048"},
              {"index key of another type", R"({"pk":"a","sk":3,"tag":7})", "index-key-type", "index 'tag'"},
              {"index key null", R"({"pk":"a","sk":3,"tag":null})", "index-key-type", "NULL"},
              {"index key empty", R"({"pk":"a","sk":4,"tag":""})", "index-key-empty", "is empty"},
              {"index key too long", R"({"pk":"a","sk":5,"tag":")" + long_key + R"("})", "index-key-too-long", "2049 bytes; 2048"},
              {"39 digits", R"({"pk":"a","sk":6,"v":123456789012345678901234567890123456789})", "number-precision", "38"},
              {"number too large", R"({"pk":"a","sk":7,"v":1e126})", "number-overflow", "1e126"},
              {"negative number too large", R"({"pk":"a","sk":7,"v":-1e126})", "number-overflow", "-1e126"},
              {"number too small", R"({"pk":"a","sk":8,"v":1e-131})", "number-underflow", "1e-131"},
              {"key with 39 digits", R"({"pk":"a","sk":1.23456789012345678901234567890123456789})", "number-precision"},
              {"empty set", R"({"pk":"a","sk":9,"v":{"$set":[]}})", "set-empty", "at least one"},
              {"same number in two notations in a set", R"({"pk":"a","sk":10,"v":{"$set":[1,1.0]}})", "set-duplicate", "1 twice"},
              {"same string twice in a set", R"({"pk":"a","sk":11,"v":{"$set":["a","a"]}})", "set-duplicate", R"("a" twice)"},
              {"same binary twice in a set", R"({"pk":"a","sk":11,"v":{"$set":[{"$bin":"AA=="},{"$bin":"AA=="}]}})", "set-duplicate"},
              {"set of several types", R"({"pk":"a","sk":12,"v":{"$set":["a",1]}})", "set-mixed"},
              {"set of lists", R"({"pk":"a","sk":13,"v":{"$set":[[1]]}})", "set-mixed"},
              {"set that is no array", R"({"pk":"a","sk":14,"v":{"$set":"a"}})", "type-value", "array"},
              {"base64 without padding", R"({"pk":"a","sk":15,"v":{"$bin":"AA="}})", "binary-base64", "AA="},
              {"base64 with foreign characters", R"({"pk":"a","sk":15,"v":{"$bin":"A-_="}})", "binary-base64"},
              {"binary that is no string", R"({"pk":"a","sk":16,"v":{"$bin":1}})", "type-value", "base64"},
              {"unknown tag", R"({"pk":"a","sk":17,"v":{"$bim":"AA=="}})", "tag-unknown", R"("$$bim")"},
              {"attribute name with a single $", R"({"pk":"a","sk":18,"$v":1})", "tag-unknown", R"("$$v")"},
              {"empty password", R"({"pk":"a","sk":19,"v":{"$password":""}})", "password"},
              {"password as key", R"({"pk":{"$password":"x"},"sk":20})", "password", "key attribute"},
              {"33 levels of nesting", R"({"pk":"a","sk":21,"v":)" + nested(33) + "}", "depth", "32 levels"},
              {"5000 levels of nesting", R"({"pk":"a","sk":22,"v":)" + nested(5000) + "}", "depth", "32 levels"},
              {"empty attribute name", R"({"pk":"a","sk":23,"":1})", "name-empty"},
              {"empty name deep inside", R"({"pk":"a","sk":23,"v":[{"":1}]})", "name-empty"},
              {"attribute name too long", R"({"pk":"a","sk":24,")" + repeated('n', 65536) + R"(":1})", "name-too-long", "65536 bytes"},
              // pk and sk: 2 + 1 and 2 + 2 bytes; the name of v: 1.
              {"", R"({"pk":"a","sk":24,"v":")" + repeated('v', 409600 - 8) + R"("})", ""},
              {"item one byte too large", R"({"pk":"a","sk":25,"v":")" + repeated('v', 409600 - 7) + R"("})", "item-too-large", "409601"},
              {"key of an earlier item", R"({"pk":"good","sk":1})", "item-duplicate", "plain.jsonl:1"},
              {"key of an earlier item in another notation", R"({"pk":"good","sk":0.2e1})", "item-duplicate", "plain.jsonl:2"},
              {"member twice", R"({"pk":"a","sk":26,"v":1,"v":2})", "attribute-twice", R"("v")"},
              {"member twice, once escaped", R"({"pk":"a","sk":26,"v":1,"\u0076":2})", "attribute-twice", R"("v")"},
              {"array instead of an item", R"(["pk","a"])", "not-an-item"},
              {"string instead of an item", R"("text")", "not-an-item"},
              {"null instead of an item", "null", "not-an-item"},
              {"object not closed", R"({"pk":"a","sk":27)", "json-truncated", "the line ends"},
              {"string not closed", R"({"pk":"a","sk":28,"v":"open})", "json-truncated", "quote"},
              {"comma before the closing brace", R"({"pk":"a","sk":29,})", "json-syntax", "found '}'"},
              {"leading zero", R"({"pk":"a","sk":030})", "json-syntax", "zero"},
              {"NaN", R"({"pk":"a","sk":31,"v":NaN})", "json-syntax", "found 'N'"},
              {"Infinity", R"({"pk":"a","sk":31,"v":-Infinity})", "json-syntax", "digit"},
              {"single quotes", R"({'pk':'a','sk':32})", "json-syntax", "double quotes"},
              {"comment", R"({"pk":"a","sk":33} // comment)", "json-syntax", "the end of the line"},
              {"missing comma", R"({"pk":"a" "sk":34})", "json-syntax", "','"},
              {"unknown escape", R"({"pk":"a","sk":34,"v":"\x41"})", "json-syntax", "backslash"},
              {"bytes that are no UTF-8", "{\"pk\":\"a\",\"sk\":34,\"v\":\"\xC3\x28\"}", "utf8"},
              {"overlong UTF-8", "{\"pk\":\"a\",\"sk\":34,\"v\":\"\xC0\x80\"}", "utf8"},
              {"surrogate in UTF-8", "{\"pk\":\"a\",\"sk\":34,\"v\":\"\xED\xA0\x80\"}", "utf8"},
              {"high surrogate alone", R"({"pk":"a","sk":35,"v":"\uD800"})", "utf8", "surrogate"},
              {"low surrogate alone", R"({"pk":"a","sk":35,"v":"\uDC00"})", "utf8", "surrogate"},
              {"control character in a string", std::string("{\"pk\":\"a\",\"sk\":36,\"v\":\"\0\"}", 26), "json-syntax", "control"},
              {"more text than any item has", R"({"pk":"a","sk":37,"v":")" + repeated(' ', 16 * 1024 * 1024) + R"("})", "text-too-long",
               "16 MiB"},
              {"", R"({"pk":"good","sk":3})", ""},
          }};
}

MistakenFile typed_items()
{
  return {.name = "typed.json",
          .lines = {
              {"", R"({"Item":{"pk":{"S":"typed"},"sk":{"N":"1"}}})", ""},
              {"unknown type", R"({"pk":{"S":"typed"},"sk":{"N":"2"},"v":{"X":"1"}})", "type-unknown", R"("X" is none of)"},
              {"two types at once", R"({"pk":{"S":"typed"},"sk":{"N":"3"},"v":{"S":"1","N":"1"}})", "type-unknown", "one member"},
              {"no type", R"({"pk":{"S":"typed"},"sk":{"N":"4"},"v":{}})", "type-unknown"},
              {"value without its type", R"({"pk":{"S":"typed"},"sk":{"N":"5"},"v":"plain"})", "type-unknown"},
              {"type in small letters", R"({"pk":{"S":"typed"},"sk":{"N":"6"},"v":{"s":"x"}})", "type-unknown"},
              {"NULL that is not true", R"({"pk":{"S":"typed"},"sk":{"N":"7"},"v":{"NULL":false}})", "type-value", "NULL takes true"},
              {"BOOL in quotes", R"({"pk":{"S":"typed"},"sk":{"N":"8"},"v":{"BOOL":"true"}})", "type-value", "true or false"},
              {"N that is a JSON number", R"({"pk":{"S":"typed"},"sk":{"N":"9"},"v":{"N":9}})", "type-value", "N takes a string"},
              {"L that is an object", R"({"pk":{"S":"typed"},"sk":{"N":"10"},"v":{"L":{}}})", "type-value", "L takes an array"},
              {"M that is an array", R"({"pk":{"S":"typed"},"sk":{"N":"11"},"v":{"M":[]}})", "type-value", "M takes an object"},
              {"N that is NaN", R"({"pk":{"S":"typed"},"sk":{"N":"12"},"v":{"N":"NaN"}})", "number-syntax", "NaN"},
              {"N that is a word", R"({"pk":{"S":"typed"},"sk":{"N":"13"},"v":{"N":"ten"}})", "number-syntax", "ten"},
              {"N that is empty", R"({"pk":{"S":"typed"},"sk":{"N":"14"},"v":{"N":""}})", "number-syntax"},
              {"N with a space", R"({"pk":{"S":"typed"},"sk":{"N":"15"},"v":{"N":" 1"}})", "number-syntax"},
              {"N in hexadecimal", R"({"pk":{"S":"typed"},"sk":{"N":"16"},"v":{"N":"0x10"}})", "number-syntax"},
              {"number twice in an NS", R"({"pk":{"S":"typed"},"sk":{"N":"17"},"v":{"NS":["10","1e1"]}})", "set-duplicate", "10 twice"},
              {"empty SS", R"({"pk":{"S":"typed"},"sk":{"N":"18"},"v":{"SS":[]}})", "set-empty"},
              {"number in an SS", R"({"pk":{"S":"typed"},"sk":{"N":"19"},"v":{"SS":["a",1]}})", "type-value"},
              {"base64 of the wrong length in a BS", R"({"pk":{"S":"typed"},"sk":{"N":"20"},"v":{"BS":["A"]}})", "binary-base64"},
              {"array of items in a line", R"([{"pk":{"S":"typed"},"sk":{"N":"21"}}])", "not-an-item"},
              {"key of an item of another file", R"({"pk":{"S":"good"},"sk":{"N":"3.0"}})", "item-duplicate", "plain.jsonl:"},
          }};
}

MistakenFile cells()
{
  return {.name = "cells.csv",
          .header = "pk:S,sk:N,flag:BOOL,list:L,set:NS,bin:B,nil:NULL",
          .lines = {
              {"", "csv,1,true,\"[1,{}]\",\"{\"\"$set\"\":[1,2]}\",AA==,true", ""},
              {"cell too few", "csv,2,true,,,", "csv-cells", "6 cells, the header has 7"},
              {"cell too many", "csv,3,,,,,,", "csv-cells", "8 cells, the header has 7"},
              {"number cell with a word", "csv,four,,,,,", "number-syntax", "four"},
              {"number cell with a thousands separator", "csv,\"1,000\",,,,,", "number-syntax", "1,000"},
              {"flag cell that is neither", "csv,5,yes,,,,", "type-value", "neither true nor false"},
              {"list cell that is an object", "csv,6,,{},,,", "type-value", "a JSON array"},
              {"list cell that is no JSON", "csv,7,,[1,,,", "json-truncated"},
              {"broken JSON in a cell", "csv,8,,\"[1,\",,,", "json-truncated"},
              {"set cell of another type", "csv,9,,,\"{\"\"$set\"\":[\"\"a\"\"]}\",,", "type-value", "of that type"},
              {"binary cell that is no base64", "csv,10,,,,A,", "binary-base64"},
              {"null cell with a value", "csv,11,,,,,no", "type-value"},
              {"quote inside of a cell", "csv,12\"x\",,,,,", "csv-quote", "double"},
              {"text behind the closing quote", "\"csv\"x,13,,,,,", "csv-quote", "closing quote"},
              {"key cell empty", ",14,,,,,", "key-missing"},
              {"bytes that are no UTF-8 in a cell", "csv\xFF,15,,,,,", "utf8"},
              {"quoted cell that never ends", "\"csv,16,,,,,", "csv-quote", "begins here"},
          }};
}

/// Mistakes after which a file is not read further need files of their own.
std::vector<MistakenFile> single_mistakes()
{
  return {
      {.name = "type.csv", .lines = {{"unknown type in a header", "pk:S,sk:NUM", "csv-header", R"("sk:NUM:S")"}}},
      {.name = "small.csv", .lines = {{"type in small letters in a header", "pk:S,sk:n", "csv-header", R"("sk:N")"}}},
      {.name = "nameless.csv", .lines = {{"column without a name", "pk:S,:N", "csv-header", "no name"}}},
      {.name = "twice.csv", .lines = {{"column twice", "pk:S,sk:N,pk:S", "csv-header", "twice"}}},
      {.name = "array.json", .lines = {{"array that is not closed", "[", "json-truncated", "not read further"}}},
      {.name = "comma.json", .lines = {{"items of an array without a comma", "[5 6]", "not-an-item"}}},
      {.name = "trailing.json", .lines = {{"text behind the array", "[] trailing", "json-syntax", "not read further"}}},
      {.name = "dump.json", .lines = {{"output of a scan that is cut off", R"({"Count": 1, "Items": [)", "json-truncated"}}},
  };
}

std::vector<MistakenFile> mistaken_files()
{
  std::vector<MistakenFile> out{plain_items(), typed_items(), cells()};
  const auto singles = single_mistakes();
  out.insert(out.end(), singles.begin(), singles.end());
  return out;
}

std::vector<std::string> write_all(const std::vector<MistakenFile>& files, const TemporaryDirectory& folder)
{
  std::vector<std::string> names;
  for (const auto& file : files) {
    std::string content = file.header.empty() ? "" : file.header + "\r\n";
    for (const auto& line : file.lines) {
      content += line.text + "\r\n";
    }
    content.resize(content.size() - 2);
    folder.write(file.name, content);
    names.push_back(file.name);
  }
  return names;
}

/// The findings of `table check`, by "file:line". One finding an item.
std::map<std::string, nlohmann::json> findings_of(const std::string& lines)
{
  std::map<std::string, nlohmann::json> out;
  std::stringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const auto finding = nlohmann::json::parse(line);
    const std::string place = fmt::format("{}:{}", finding.at("file").get<std::string>(), finding.at("line").get<int>());
    // The two elements of comma.json and the text behind the array share a line.
    out.emplace(place, finding);
  }
  return out;
}

TEST(TableMistakes, EachIsNamedWithItsPlaceReasonAndMessage)
{
  const TemporaryDirectory folder;
  const auto files = mistaken_files();
  std::vector<std::string> arguments{"table", "check", "--key", "[pk, sk:N]", "--index", "tag", "-o", "jsonl"};
  const auto names = write_all(files, folder);
  arguments.insert(arguments.end(), names.begin(), names.end());
  const Finished checked = run_davit({.arguments = arguments, .directory = folder.path()});
  EXPECT_EQ(checked.exit_code, 1) << checked.err;
  const auto found = findings_of(checked.out);
  std::set<std::string> kinds;
  std::set<std::string> seen;
  for (const auto& file : files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      const std::string place = fmt::format("{}:{}", file.name, i + (file.header.empty() ? 1 : 2));
      ASSERT_EQ(found.contains(place), !line.reason.empty())
          << place << " " << line.kind << (found.contains(place) ? found.at(place).dump() : "");
      if (line.reason.empty()) {
        continue;
      }
      EXPECT_EQ(found.at(place).at("reason"), line.reason) << place << " " << line.kind << ": " << found.at(place).at("message");
      EXPECT_NE(found.at(place).at("message").get<std::string>().find(line.message), std::string::npos) << found.at(place);
      kinds.insert(line.kind);
      seen.insert(line.reason);
    }
  }
  EXPECT_GE(kinds.size(), 90U);
  for (const auto& reason : aws::dynamodb::format::reasons()) {
    EXPECT_TRUE(seen.contains(std::string(reason.id))) << reason.id << " is documented and stands for nothing here";
  }
}

TEST(TableMistakes, EveryReasonIsListedInTheHelp)
{
  const Finished help = run_davit({.arguments = {"table", "check", "--help"}});
  for (const auto& reason : aws::dynamodb::format::reasons()) {
    const bool is_listed = help.out.find(fmt::format("\n{} ", reason.id)) != std::string::npos ||
                           help.out.find(fmt::format("  {} ", reason.id)) != std::string::npos;
    EXPECT_TRUE(is_listed) << reason.id;
  }
}

TEST(TableMistakes, NothingOfARefusedFileIsSent)
{
  const std::string description =
      R"({"Table":{"TableName":"items","TableStatus":"ACTIVE","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
      R"({"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}})";
  FaultServer server({{.body = description}});
  const TemporaryDirectory folder;
  std::vector<std::string> arguments{"table", "seed", "items", "--endpoint-url", server.url(), "-o", "json"};
  const auto names = write_all(mistaken_files(), folder);
  arguments.insert(arguments.end(), names.begin(), names.end());
  const Finished done =
      run_davit({.arguments = arguments,
                 .environment = {{"AWS_ACCESS_KEY_ID", "test"}, {"AWS_SECRET_ACCESS_KEY", "test"}, {"AWS_REGION", "us-east-1"}},
                 .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  const auto report = nlohmann::json::parse(done.out);
  EXPECT_EQ(report.at("written"), 0);
  EXPECT_EQ(report.at("rejected").get<int>() + report.at("remaining").get<int>(), report.at("read").get<int>());
  EXPECT_NE(done.err.find("nothing was written"), std::string::npos) << done.err;
  for (const auto& request : server.requests()) {
    EXPECT_TRUE(request.headers.at("x-amz-target").ends_with(".DescribeTable")) << request.headers.at("x-amz-target");
  }
  std::ifstream rejected(folder.path() / ".davit/rejected/items.jsonl");
  int lines = 0;
  for (std::string line; std::getline(rejected, line); ++lines) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line.substr(0, 200);
  }
  EXPECT_EQ(lines, report.at("rejected"));
}

/// Starts dynalite on a free port, runs `script` with $ENDPOINT, and stops it.
Finished with_dynalite(const std::string& script, const TemporaryDirectory& folder)
{
  const std::string frame =
      "davit() { \"" DAVIT_BINARY
      "\" \"$@\" --endpoint-url \"$ENDPOINT\"; }\n"
      // dynalite takes port 0 for its default one.
      "port=$(python3 -c 'import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(s.getsockname()[1])')\n"
      "\"$DAVIT_TEST_TOOLS/node/node_modules/.bin/dynalite\" --host 127.0.0.1 --port \"$port\" --createTableMs 20 --deleteTableMs 20 > dynalite.log & server=$!\n"
      "trap 'kill $server' EXIT\n"
      "for i in $(seq 100); do grep -q 'http' dynalite.log && break; sleep 0.1; done\n"
      "export ENDPOINT=http://127.0.0.1:$(grep -o '[0-9]*$' dynalite.log)\n";
  return run_program("bash",
                     {.arguments = {"-c", frame + script},
                      .environment = {{"AWS_ACCESS_KEY_ID", "test"}, {"AWS_SECRET_ACCESS_KEY", "test"}, {"AWS_REGION", "us-east-1"}},
                      .directory = folder.path()});
}

bool have_dynalite()
{
  const char* tools = std::getenv("DAVIT_TEST_TOOLS");
  return tools != nullptr && std::filesystem::exists(std::filesystem::path(tools) / "node/node_modules/.bin/dynalite");
}

TEST(TableRoundTrip, EveryTypeInEveryFormatComesBackByteForByte)
{
  if (!have_dynalite()) {
    DAVIT_SKIP("dynalite is not there: run scripts/test-tools and set DAVIT_TEST_TOOLS");
  }
  const TemporaryDirectory folder;
  folder.write(
      "types.jsonl",
      R"({"id":1,"$$ref":"$","b":{"$bin":"AAH/"},"bs":{"$set":[{"$bin":"AA=="},{"$bin":"/w=="}]},"e":"","f":false,"l":[1,[],{}],"m":{"$$set":["no"],"nil":null},)"
      R"("n":12345678901234567890123456789012345678,"ns":{"$set":[10,2,-10,1e-130]},"s":"\u0001\n\"\\ü","ss":{"$set":["z","a",""]},"t":true})"
      "\n{\"id\":-0.1e1,\"big\":9.9999999999999999999999999999999999999e125,\"small\":-1E-130}\n{\"id\":3e1}\n");
  const Finished done = with_dynalite(
      "set -e\n"
      "davit table create items --key id:N -o jsonl > /dev/null; davit table seed items types.jsonl -o jsonl > /dev/null; davit table export items > before.jsonl\n"
      "for format in jsonl json csv dynamodb-json; do\n"
      "  davit table export items --format $format --out items.$format > /dev/null; davit table delete items --confirm items > /dev/null\n"
      "  davit table create items --key id:N > /dev/null; davit table seed items items.$format > /dev/null; davit table export items > after.jsonl\n"
      "  cmp before.jsonl after.jsonl && echo \"$format $(wc -l < after.jsonl)\"\n"
      "done\n",
      folder);
  EXPECT_EQ(done.out, "jsonl 3\njson 3\ncsv 3\ndynamodb-json 3\n") << done.err;
}

}  // namespace
}  // namespace davit::tests
