// SPDX-License-Identifier: Apache-2.0
// A DynamoDB that does nothing, at once: what is measured against it is the client. It takes every item, has none of the keys that it is
// asked for, and scans as many items as it was told to have, in pages of a megabyte. Signatures are not checked.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/http/content.hpp"
#include "aws/local/server/http_server.hpp"

namespace davit::bench {
namespace {

using aws::http::Response;
using aws::local::server::HttpServer;
using aws::local::server::IncomingRequest;

constexpr std::string_view k_usage =
    "usage: instant_server [--items N] [--item-bytes N] [--port N]\n"
    "Prints its URL and serves on loopback until it is terminated; then prints what it was sent.\n"
    "  --items N       what a scan finds (default: 0)\n"
    "  --item-bytes N  about how much DynamoDB JSON an item of a scan takes (default: 120)\n"
    "  --port N        default: a free one\n";

constexpr std::size_t k_page_bytes = 1'000'000;
constexpr std::size_t k_digits = 12;

struct Options {
  std::int64_t items = 0;
  std::int64_t item_bytes = 120;
  std::int64_t port = 0;
};

/// Pages of items that differ in nothing but their numbers: a page is a copy of the first one with other digits.
class Items
{
public:
  explicit Items(const Options& options) : m_count(options.items)
  {
    const std::string start = R"({"id":{"S":"item-)" + std::string(k_digits, '0') + R"("},"n":{"N":"1)";
    const std::string middle = std::string(k_digits, '0') + R"("},"kind":{"S":"lamp"},"text":{"S":")";
    const std::string end = "\"}}";
    const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(options.item_bytes, 0));
    const std::size_t least = start.size() + middle.size() + end.size();
    const std::string item = start + middle + std::string(wanted > least ? wanted - least : 0, 'x') + end;
    m_item_bytes = item.size() + 1;
    m_key_at = start.find(std::string(k_digits, '0'));
    m_number_at = start.size();
    m_per_page = static_cast<std::int64_t>(std::max<std::size_t>(1, k_page_bytes / m_item_bytes));
    for (std::int64_t i = 0; i < m_per_page; ++i) {
      m_page += item + ',';
    }
  }

  [[nodiscard]] std::int64_t count() const { return m_count; }
  [[nodiscard]] std::int64_t per_page() const { return m_per_page; }

  /// The items from `first` on, at most a page, with commas between them.
  [[nodiscard]] std::string text(std::int64_t first, std::int64_t count) const
  {
    const auto length = static_cast<std::size_t>(count) * m_item_bytes;
    std::string out(m_page, 0, length);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string digits = number(first + i);
      char* const item = out.data() + static_cast<std::size_t>(i) * m_item_bytes;
      std::memcpy(item + m_key_at, digits.data(), k_digits);
      std::memcpy(item + m_number_at, digits.data(), k_digits);
    }
    out.resize(length == 0 ? 0 : length - 1);
    return out;
  }

  static std::string number(std::int64_t number)
  {
    std::string out(k_digits, '0');
    for (std::size_t at = k_digits; number > 0 && at > 0; number /= 10) {
      out[--at] = static_cast<char>('0' + number % 10);
    }
    return out;
  }

private:
  std::int64_t m_count;
  std::int64_t m_per_page = 1;
  std::size_t m_item_bytes = 0;
  std::size_t m_key_at = 0;
  std::size_t m_number_at = 0;
  std::string m_page;
};

std::size_t occurrences(std::string_view text, std::string_view wanted)
{
  std::size_t count = 0;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + wanted.size())) {
    ++count;
  }
  return count;
}

class InstantDynamoDb
{
public:
  explicit InstantDynamoDb(const Options& options) : m_items(options) {}

  Response answer(const IncomingRequest& request)
  {
    const std::string target = request.message.headers.get("x-amz-target").value_or("");
    const std::string_view operation = std::string_view(target).substr(target.find('.') + 1);
    std::string body = answer_to(operation, request.message.body);
    Response response{.status = body.empty() ? 400 : 200, .headers = {{"Content-Type", "application/x-amz-json-1.0"}}, .body = {}};
    response.body = body.empty() ? R"({"__type":"com.amazon.coral.service#UnknownOperationException"})" : std::move(body);
    response.headers.add("x-amz-crc32", std::to_string(aws::http::crc32(response.body)));
    return response;
  }

  [[nodiscard]] std::string report() const
  {
    return fmt::format("{{\"batchWrites\":{},\"written\":{},\"deleted\":{},\"pages\":{}}}\n", m_batches.load(), m_written.load(),
                       m_deleted.load(), m_pages.load());
  }

private:
  std::string answer_to(std::string_view operation, const std::string& body)
  {
    if (operation == "BatchWriteItem") {
      return batch_write(body);
    }
    if (operation == "Scan") {
      return scan(body);
    }
    if (operation == "DescribeTable") {
      return describe(body);
    }
    if (operation == "PutItem") {
      ++m_written;
      return R"({"ConsumedCapacity":{"CapacityUnits":1.0,"TableName":"instant"}})";
    }
    if (operation == "BatchGetItem") {
      return R"({"Responses":{},"UnprocessedKeys":{}})";
    }
    return {};
  }

  std::string batch_write(const std::string& body)
  {
    const std::size_t puts = occurrences(body, "\"PutRequest\"");
    const std::size_t deletes = occurrences(body, "\"DeleteRequest\"");
    ++m_batches;
    m_written += puts;
    m_deleted += deletes;
    if (body.find("\"ReturnConsumedCapacity\"") == std::string::npos) {
      return R"({"UnprocessedItems":{}})";
    }
    return fmt::format(R"({{"UnprocessedItems":{{}},"ConsumedCapacity":[{{"TableName":"instant","CapacityUnits":{}.0}}]}})",
                       puts + deletes);
  }

  std::string describe(const std::string& body) const
  {
    const auto asked = parse_json(body, "the request");
    const std::string name = asked ? asked->value("TableName", "") : "";
    return fmt::format(
        R"({{"Table":{{"TableName":"{0}","TableStatus":"ACTIVE","TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/{0}",)"
        R"("ItemCount":{1},"KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}],)"
        R"("AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"S"}}],"BillingModeSummary":{{"BillingMode":"PAY_PER_REQUEST"}}}}}})",
        name, m_items.count());
  }

  /// A segment has its share of the numbers.
  std::string scan(const std::string& body)
  {
    const auto asked = parse_json(body, "the request");
    if (!asked) {
      return {};
    }
    ++m_pages;
    const std::int64_t segments = asked->value("TotalSegments", 1);
    const std::int64_t segment = asked->value("Segment", 0);
    const std::int64_t end = m_items.count() * (segment + 1) / segments;
    std::int64_t first = m_items.count() * segment / segments;
    if (const auto start = asked->find("ExclusiveStartKey"); start != asked->end()) {
      const std::string key = start->at("id").at("S");
      first = std::stoll(key.substr(key.size() - k_digits)) + 1;
    }
    const std::int64_t count = std::min({m_items.per_page(), end - first, asked->value("Limit", m_items.per_page())});
    std::string out = fmt::format(R"({{"Count":{0},"ScannedCount":{0})", count);
    if (asked->value("Select", "") != "COUNT") {
      out += ",\"Items\":[" + m_items.text(first, count) + ']';
    }
    if (first + count < end) {
      out += fmt::format(R"(,"LastEvaluatedKey":{{"id":{{"S":"item-{}"}}}})", Items::number(first + count - 1));
    }
    return out + '}';
  }

  Items m_items;
  std::atomic<std::size_t> m_batches = 0;
  std::atomic<std::size_t> m_written = 0;
  std::atomic<std::size_t> m_deleted = 0;
  std::atomic<std::size_t> m_pages = 0;
};

bool parse(int argc, char** argv, Options& options)
{
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    std::int64_t* const target = flag == "--items"        ? &options.items
                                 : flag == "--item-bytes" ? &options.item_bytes
                                 : flag == "--port"       ? &options.port
                                                          : nullptr;
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    if (target == nullptr || value.empty() ||
        std::from_chars(value.data(), value.data() + value.size(), *target).ptr != value.data() + value.size()) {
      return false;
    }
  }
  return true;
}

/// Blocked in every thread, so that this one is woken by them.
sigset_t block_end_signals()
{
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int run(int argc, char** argv)
{
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(k_usage.data(), stderr);
    return 2;
  }
  const sigset_t signals = block_end_signals();
  auto server = HttpServer::listen(static_cast<std::uint16_t>(options.port));
  if (!server) {
    fmt::print(stderr, "instant_server: {}\n", server.error().message);
    return 1;
  }
  InstantDynamoDb dynamodb{options};
  (*server)->serve(
      [&](const IncomingRequest& request) { return davit::aws::local::server::StreamedResponse{.response = dynamodb.answer(request)}; },
      [](const IncomingRequest&) { return true; });
  fmt::print("http://127.0.0.1:{}\n", (*server)->port());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&signals, &signal);
  (*server)->stop();
  fmt::print("{}", dynamodb.report());
  return 0;
}

}  // namespace
}  // namespace davit::bench

int main(int argc, char** argv)
{
  return davit::bench::run(argc, argv);
}
