// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/local/dynamodb/dynamodb_service.hpp"

namespace davit::aws::local::dynamodb {

/// A local DynamoDB called in this process, with a clock that the test moves.
class ServiceTest : public testing::Test
{
protected:
  void SetUp() override
  {
    std::string pattern = (std::filesystem::temp_directory_path() / "davit-dynamodb-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    start();
  }

  void TearDown() override
  {
    service.reset();
    database.reset();
    std::filesystem::remove_all(folder);
  }

  /// Opens what is kept, as a new process would.
  void start()
  {
    service.reset();
    database = std::move(store::Database::open(folder / "aws.sqlite").value());
    auto made = make_dynamodb_service(*database, {.clock = [this] { return now; }});
    ASSERT_TRUE(made) << made.error().message;
    service = std::move(*made);
  }

  ServiceResponse send(const std::string& operation, const std::string& body)
  {
    return service->handle({.caller = caller,
                            .operation = operation,
                            .http = {.method = "POST", .headers = {{"Content-Type", "application/x-amz-json-1.0"}}, .body = body},
                            .labels = {}});
  }

  /// The answer, which must be a success.
  Json call(const std::string& operation, const std::string& body)
  {
    const auto response = send(operation, body);
    EXPECT_EQ(response.status, 200) << operation << " " << body.substr(0, 300) << "\n" << response.body;
    return response.body.empty() ? Json() : Json::parse(response.body);
  }

  /// "ValidationException: what it says", which must be an error.
  std::string error(const std::string& operation, const std::string& body)
  {
    const auto response = send(operation, body);
    EXPECT_GE(response.status, 400) << operation << " " << body.substr(0, 300) << "\n" << response.body;
    const Json document = Json::parse(response.body);
    const std::string type = document.value("__type", "");
    return type.substr(type.find('#') + 1) + ": " + document.value("message", document.value("Message", ""));
  }

  void create(const std::string& definition)
  {
    call("CreateTable", definition);
    now += std::chrono::seconds(1);
  }

  std::filesystem::path folder;
  TimePoint now{std::chrono::milliseconds(1'700'000'000'000)};
  Caller caller{.account_id = "000000000000",
                .region = "us-east-1",
                .access_key_id = "test",
                .arn = "arn:aws:iam::000000000000:user/test",
                .user_id = {}};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<Service> service;
};

inline constexpr const char* k_hash_table =
    R"({"TableName":"hash","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})";

/// Sort key, an index of each kind, one that holds keys only, and one with a key of three attributes.
inline constexpr const char* k_rich_table =
    R"({"TableName":"rich","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
                                {"AttributeName":"g","AttributeType":"S"},{"AttributeName":"l","AttributeType":"B"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
        "LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],
                                  "Projection":{"ProjectionType":"KEYS_ONLY"}}],
        "GlobalSecondaryIndexes":[
          {"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
           "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["shown"]}},
          {"IndexName":"multi","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
           "Projection":{"ProjectionType":"ALL"}}]})";

}  // namespace davit::aws::local::dynamodb
