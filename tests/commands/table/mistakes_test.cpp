// SPDX-License-Identifier: Apache-2.0
// A seed file with every kind of mistake: each is named with its line and reason, and nothing of the file is written.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

struct Line {
  std::string text;
  std::string reason;  ///< empty for a good item
};

std::string nested(int levels)
{
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

/// Items of a table with the key [pk, sk:N] and an index on tag.
std::vector<Line> lines()
{
  return {
      {R"({"pk":"good","sk":1,"tag":"t"})", ""},
      {R"({"pk":"good","sk":2,"v":)" + nested(32) + "}", ""},
      {R"({"sk":1})", "key-missing"},
      {R"({"pk":"a"})", "key-missing"},
      {R"({"pk":1,"sk":1})", "key-type"},
      {R"({"pk":"a","sk":"1"})", "key-type"},
      {R"({"pk":null,"sk":1})", "key-type"},
      {R"({"pk":"","sk":1})", "key-empty"},
      {R"({"pk":")" + std::string(2049, 'k') + R"(","sk":1})", "key-too-long"},
      {R"({"pk":"a","sk":3,"tag":7})", "index-key-type"},
      {R"({"pk":"a","sk":4,"tag":""})", "index-key-empty"},
      {R"({"pk":"a","sk":5,"tag":")" + std::string(2049, 'k') + R"("})", "index-key-too-long"},
      {R"({"pk":"a","sk":6,"v":123456789012345678901234567890123456789})", "number-precision"},
      {R"({"pk":"a","sk":7,"v":1e126})", "number-overflow"},
      {R"({"pk":"a","sk":8,"v":1e-131})", "number-underflow"},
      {R"({"pk":"a","sk":9,"v":{"$set":[]}})", "set-empty"},
      {R"({"pk":"a","sk":10,"v":{"$set":[1,1.0]}})", "set-duplicate"},
      {R"({"pk":"a","sk":11,"v":{"$set":["a","a"]}})", "set-duplicate"},
      {R"({"pk":"a","sk":12,"v":{"$set":["a",1]}})", "set-mixed"},
      {R"({"pk":"a","sk":13,"v":{"$set":[[1]]}})", "set-mixed"},
      {R"({"pk":"a","sk":14,"v":{"$set":"a"}})", "type-value"},
      {R"({"pk":"a","sk":15,"v":{"$bin":"AA="}})", "binary-base64"},
      {R"({"pk":"a","sk":16,"v":{"$bin":1}})", "type-value"},
      {R"({"pk":"a","sk":17,"v":{"$bim":"AA=="}})", "tag-unknown"},
      {R"({"pk":"a","sk":18,"$v":1})", "tag-unknown"},
      {R"({"pk":"a","sk":19,"v":{"$password":""}})", "password"},
      {R"({"pk":{"$password":"x"},"sk":20})", "password"},
      {R"({"pk":"a","sk":21,"v":)" + nested(33) + "}", "depth"},
      {R"({"pk":"a","sk":22,"v":)" + nested(5000) + "}", "depth"},
      {R"({"pk":"a","sk":23,"":1})", "name-empty"},
      {R"({"pk":"a","sk":24,")" + std::string(65536, 'n') + R"(":1})", "name-too-long"},
      {R"({"pk":"a","sk":25,"v":")" + std::string(409600, 'v') + R"("})", "item-too-large"},
      {R"({"pk":"good","sk":1.0,"v":"same key as line 1"})", "item-duplicate"},
      {R"({"pk":"good","sk":0.2e1})", "item-duplicate"},
      {R"({"pk":"a","sk":26,"v":1,"v":2})", "attribute-twice"},
      {R"(["pk","a"])", "not-an-item"},
      {R"("text")", "not-an-item"},
      {R"({"pk":"a","sk":27)", "json-truncated"},
      {R"({"pk":"a","sk":28,"v":"open})", "json-truncated"},
      {R"({"pk":"a","sk":29,})", "json-syntax"},
      {R"({"pk":"a","sk":030})", "json-syntax"},
      {R"({"pk":"a","sk":31,"v":NaN})", "json-syntax"},
      {R"({'pk':'a','sk':32})", "json-syntax"},
      {R"({"pk":"a","sk":33} // comment)", "json-syntax"},
      {"{\"pk\":\"a\",\"sk\":34,\"v\":\"\xC3\x28\"}", "utf8"},
      {R"({"pk":"a","sk":35,"v":"\uD800"})", "utf8"},
      {std::string("{\"pk\":\"a\",\"sk\":36,\"v\":\"\0\"}", 26), "json-syntax"},
      {R"({"pk":"good","sk":3})", ""},
  };
}

std::string content()
{
  std::string out;
  for (const auto& line : lines()) {
    out += line.text + "\r\n";
  }
  return out;
}

TEST(TableMistakes, EachIsNamedWithItsLineAndReason)
{
  const TemporaryDirectory folder;
  folder.write("items.jsonl", content());
  const Finished checked = run_davit(
      {.arguments = {"table", "check", "items.jsonl", "--key", "[pk, sk:N]", "--index", "tag", "-o", "jsonl"}, .directory = folder.path()});
  EXPECT_EQ(checked.exit_code, 1) << checked.err;
  std::vector<std::string> found(lines().size());
  std::stringstream out(checked.out);
  for (std::string line; std::getline(out, line);) {
    const auto finding = nlohmann::json::parse(line);
    EXPECT_EQ(finding.at("file"), "items.jsonl");
    EXPECT_FALSE(finding.at("message").get<std::string>().empty());
    found.at(finding.at("line").get<std::size_t>() - 1) += finding.at("reason");
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i], lines()[i].reason) << "line " << i + 1 << ": " << lines()[i].text.substr(0, 80);
  }
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

TEST(TableMistakes, NothingOfARefusedFileIsWritten)
{
  if (!have_dynalite()) {
    DAVIT_SKIP("dynalite is not there: run scripts/test-tools and set DAVIT_TEST_TOOLS");
  }
  const TemporaryDirectory folder;
  folder.write("items.jsonl", content());
  const Finished done = with_dynalite(
      "davit table create items --key '[pk, sk:N]' --index 'by-tag=tag' -o jsonl > /dev/null\n"
      "davit table seed items items.jsonl -o jsonl; echo \"exit $?\"\n"
      "davit table count items -o tsv | grep '^count'\n",
      folder);
  EXPECT_NE(done.out.find(R"("read":48,"written":0,"same":0,"rejected":45,"remaining":3,)"), std::string::npos) << done.out << done.err;
  EXPECT_NE(done.out.find("exit 1\ncount\t0\n"), std::string::npos) << done.out << done.err;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ".davit/rejected/items.jsonl"));
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
