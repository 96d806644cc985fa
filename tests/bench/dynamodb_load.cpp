// SPDX-License-Identifier: Apache-2.0
// Loads a DynamoDB on this machine and says how fast it is, one JSON document a phase.
// usage: dynamodb_load ENDPOINT [--connections N] [--items N] [--reads N] [PHASE]...   (phases: create batch put get query scan mixed)
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <span>
#include <stdexcept>
#include <thread>

#include "tests/bench/load_client.hpp"

namespace davit::bench {
namespace {

constexpr std::size_t k_batch = 25;
constexpr std::size_t k_partition = 100;  // items of one partition key

struct Options {
  Target target;
  std::size_t connections = 8;
  std::size_t items = 100'000;
  std::size_t reads = 50'000;
  std::vector<std::string> phases;
};

/// Neighbours in a batch have different partition keys, as they have in most data.
std::string key_of(std::size_t number, std::size_t items)
{
  const std::size_t partitions = std::max<std::size_t>(items / k_partition, 1);
  return fmt::format(R"("pk":{{"S":"customer-{:06}"}},"sk":{{"N":"{}"}})", number % partitions, number / partitions);
}

/// About 250 bytes of DynamoDB-JSON, 170 of an item.
std::string item_of(std::size_t number, std::size_t items)
{
  return fmt::format(
      R"({{{},"title":{{"S":"Order {} of many"}},"price":{{"N":"{}.{:02}"}},"paid":{{"BOOL":true}},"tags":{{"SS":["new","red"]}},"note":{{"S":"to be left with the neighbour, who is at home until nine"}},"lines":{{"L":[{{"N":"1"}},{{"N":"2"}}]}}}})",
      key_of(number, items), number, number % 1000, number % 100);
}

/// Hands the requests out to whichever connection asks.
NextRequest in_turn(const std::vector<std::string>& requests)
{
  return [&requests, at = std::size_t{0}](std::size_t, std::string_view) mutable {
    return at < requests.size() ? std::optional(requests[at++]) : std::nullopt;
  };
}

struct Measured {
  Tally tally;
  std::uint64_t items = 0;
};

Measured measure(const Options& options, const std::vector<std::string>& requests, std::size_t items)
{
  return {run(options.target, options.connections, in_turn(requests)), items};
}

Measured create(const Options& options)
{
  const std::string body =
      R"({"TableName":"load","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]})";
  const Measured created = measure(options, {signed_request(options.target, "CreateTable", body)}, 0);
  const std::string describe = signed_request(options.target, "DescribeTable", R"({"TableName":"load"})");
  for (bool active = false; !active;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    run(options.target, 1, [&](std::size_t, std::string_view answer) {
      active = active || answer.find("\"TableStatus\":\"ACTIVE\"") != std::string_view::npos;
      return answer.empty() ? std::optional(describe) : std::nullopt;
    });
  }
  return created;
}

std::string batch_of(const Options& options, std::size_t first)
{
  std::string body = R"({"RequestItems":{"load":[)";
  for (std::size_t number = first; number < std::min(first + k_batch, options.items); ++number) {
    body += fmt::format(R"({}{{"PutRequest":{{"Item":{}}}}})", number == first ? "" : ",", item_of(number, options.items));
  }
  return signed_request(options.target, "BatchWriteItem", body + "]}}");
}

Measured batch(const Options& options)
{
  std::vector<std::string> requests;
  for (std::size_t first = 0; first < options.items; first += k_batch) {
    requests.push_back(batch_of(options, first));
  }
  return measure(options, requests, options.items);
}

std::vector<std::size_t> random_numbers(const Options& options)
{
  std::mt19937 random(1);
  std::vector<std::size_t> numbers(options.reads);
  std::generate(numbers.begin(), numbers.end(), [&] { return std::uniform_int_distribution<std::size_t>(0, options.items - 1)(random); });
  return numbers;
}

std::string put_of(const Options& options, std::size_t number)
{
  return signed_request(options.target, "PutItem", fmt::format(R"({{"TableName":"load","Item":{}}})", item_of(number, options.items)));
}

std::string get_of(const Options& options, std::size_t number)
{
  return signed_request(options.target, "GetItem", fmt::format(R"({{"TableName":"load","Key":{{{}}}}})", key_of(number, options.items)));
}

template <typename Make>
Measured at_random(const Options& options, Make make)
{
  std::vector<std::string> requests;
  for (const std::size_t number : random_numbers(options)) {
    requests.push_back(make(options, number));
  }
  return measure(options, requests, requests.size());
}

std::string query_of(const Options& options, std::size_t partition)
{
  return signed_request(
      options.target, "Query",
      fmt::format(
          R"({{"TableName":"load","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{{":p":{{"S":"customer-{:06}"}}}}}})",
          partition));
}

/// Whole partitions, twice each.
Measured query(const Options& options)
{
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < 2 * options.items / k_partition; ++i) {
    requests.push_back(query_of(options, i % (options.items / k_partition)));
  }
  return measure(options, requests, requests.size() * k_partition);
}

std::string scan_of(const Options& options, std::size_t segment, std::string_view start_key)
{
  std::string body = fmt::format(R"({{"TableName":"load","Segment":{},"TotalSegments":{})", segment, options.connections);
  if (!start_key.empty()) {
    body += fmt::format(R"(,"ExclusiveStartKey":{})", start_key);
  }
  return signed_request(options.target, "Scan", body + "}");
}

/// The members at the end of an answer, which are short; the items stand in front of them or, with some servers, behind.
std::string start_key_in(std::string_view answer)
{
  constexpr std::string_view k_name = "\"LastEvaluatedKey\":";
  const auto at = answer.rfind(k_name);
  if (at == std::string_view::npos) {
    return {};
  }
  const auto end = answer.find("}}", at);
  return std::string(answer.substr(at + k_name.size(), end + 2 - at - k_name.size()));
}

/// The whole table, a segment a connection.
Measured scan(const Options& options)
{
  return {run(options.target, options.connections,
              [&](std::size_t segment, std::string_view answer) -> std::optional<std::string> {
                const std::string start_key = start_key_in(answer);
                return answer.empty() || !start_key.empty() ? std::optional(scan_of(options, segment, start_key)) : std::nullopt;
              }),
          options.items};
}

/// Half reads, a third writes, the rest queries.
Measured mixed(const Options& options)
{
  std::vector<std::string> requests;
  for (const std::size_t number : random_numbers(options)) {
    const auto kind = requests.size() % 6;
    requests.push_back(kind < 3   ? get_of(options, number)
                       : kind < 5 ? put_of(options, number)
                                  : query_of(options, number % (options.items / k_partition)));
  }
  return measure(options, requests, requests.size());
}

using Phase = Measured (*)(const Options&);
const std::map<std::string, Phase, std::less<>> k_phases{{"create", create},
                                                         {"batch", batch},
                                                         {"put", [](const Options& options) { return at_random(options, put_of); }},
                                                         {"get", [](const Options& options) { return at_random(options, get_of); }},
                                                         {"query", query},
                                                         {"scan", scan},
                                                         {"mixed", mixed}};

void report(const std::string& phase, const Measured& measured)
{
  const Tally& tally = measured.tally;
  const nlohmann::json document{{"phase", phase},
                                {"seconds", tally.seconds},
                                {"requests", tally.requests},
                                {"items", measured.items},
                                {"bytes", tally.bytes},
                                {"errors", tally.errors},
                                {"firstError", tally.first_error},
                                {"p50Microseconds", tally.percentile(50)},
                                {"p99Microseconds", tally.percentile(99)},
                                {"maxMicroseconds", tally.percentile(100)}};
  std::cout << document.dump() << std::endl;
}

Options parse_arguments(std::span<char*> arguments)
{
  Options options;
  options.target.credentials = {"test", "test"};
  options.target.region = "us-east-1";
  std::vector<std::string> words(arguments.begin() + 1, arguments.end());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::map<std::string, std::size_t*> numbers{
        {"--connections", &options.connections}, {"--items", &options.items}, {"--reads", &options.reads}};
    if (const auto found = numbers.find(words[i]); found != numbers.end()) {
      *found->second = std::stoul(words.at(++i));
    } else if (words[i].starts_with("http://")) {
      options.target.endpoint = parse_url(words[i]).value();
    } else if (k_phases.contains(words[i])) {
      options.phases.push_back(words[i]);
    } else {
      throw std::runtime_error("what is " + words[i] + "?");
    }
  }
  return options;
}

}  // namespace
}  // namespace davit::bench

int main(int argc, char** argv)
{
  try {
    const auto options = davit::bench::parse_arguments({argv, static_cast<std::size_t>(argc)});
    for (const std::string& phase : options.phases) {
      davit::bench::report(phase, davit::bench::k_phases.at(phase)(options));
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "dynamodb_load: " << error.what() << '\n';
    return 1;
  }
}
