// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/endpoint.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"

namespace davit::aws::auth {
namespace {

namespace fs = std::filesystem;

std::string url_of(const std::string& service, const std::string& region, Fips fips = Fips::no, DualStack dual_stack = DualStack::no)
{
  auto endpoint = resolve_endpoint(**find_service(service), region, fips, dual_stack);
  return endpoint ? endpoint->url.to_string() : endpoint.error().message;
}

bool is_within_scope(const Json& parameters)
{
  for (const auto& [name, value] : parameters.items()) {
    const bool known = name == "Region" || name == "UseFIPS" || name == "UseDualStack" || name == "Endpoint" ||
                       (name == "UseGlobalEndpoint" && !value.get<bool>()) || (name == "AccountIdEndpointMode" && value == "disabled");
    if (!known) {
      return false;
    }
  }
  return true;
}

/// AWS's published cases (boto/botocore tests/functional/endpoint-rules), but for account-based hosts and the legacy global STS host.
TEST(EndpointVectors, AgreeWithThePublishedCases)
{
  const fs::path folder = fs::path(DAVIT_SOURCE_DIR) / "../shared/vectors/endpoints";
  if (!fs::exists(folder)) {
    GTEST_SKIP() << "the published endpoint cases are not here: " << folder.lexically_normal();
  }
  int checked = 0;
  for (const char* const service : {"dynamodb", "ecr", "lambda", "sts"}) {
    const Json cases = parse_json(read_file(folder / (std::string(service) + ".json")).value(), service).value();
    for (const auto& c : cases.at("testCases")) {
      const Json parameters = c.value("params", Json::object());
      const bool refuses_override =
          c.at("expect").contains("error") && c.at("expect").at("error").get<std::string>().starts_with("Endpoint override");
      if (!is_within_scope(parameters) || refuses_override) {
        continue;
      }
      std::optional<CustomEndpoint> custom;
      if (parameters.contains("Endpoint")) {
        custom = CustomEndpoint{parameters.at("Endpoint"), "--endpoint-url"};
      }
      const auto endpoint = resolve_endpoint(**find_service(service), parameters.value("Region", ""),
                                             parameters.value("UseFIPS", false) ? Fips::yes : Fips::no,
                                             parameters.value("UseDualStack", false) ? DualStack::yes : DualStack::no, custom);
      ++checked;
      if (c.at("expect").contains("error")) {
        EXPECT_FALSE(endpoint) << service << " " << parameters.dump();
        continue;
      }
      ASSERT_TRUE(endpoint) << service << " " << parameters.dump() << endpoint.error().message;
      EXPECT_EQ(endpoint->url.to_string(), parse_url(c.at("expect").at("endpoint").at("url").get<std::string>())->to_string())
          << parameters.dump();
    }
  }
  EXPECT_GE(checked, 200);
}

TEST(Endpoint, FollowsTheExceptionsOfEachService)
{
  EXPECT_EQ(url_of("cloudwatch", "eu-west-1"), "https://monitoring.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_of("s3", "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_of("s3", "us-gov-west-1", Fips::yes, DualStack::yes), "https://s3-fips.dualstack.us-gov-west-1.amazonaws.com/");
  EXPECT_EQ(url_of("s3", "cn-north-1"), "https://s3.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(url_of("ecr", "eu-west-1", Fips::no, DualStack::yes), "https://ecr.eu-west-1.api.aws/");
  EXPECT_EQ(url_of("secretsmanager", "eu-west-1", Fips::no, DualStack::yes), "https://secretsmanager.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_of("sts", "us-gov-west-1", Fips::yes), "https://sts.us-gov-west-1.amazonaws.com/");
  EXPECT_EQ(url_of("apigatewayv2", "ap-southeast-1"), "https://apigateway.ap-southeast-1.amazonaws.com/");
  EXPECT_EQ(url_of("dynamodb", "eusc-de-east-1"), "https://dynamodb.eusc-de-east-1.amazonaws.eu/");
  EXPECT_EQ(url_of("dynamodb", "xx-new-9"), "https://dynamodb.xx-new-9.amazonaws.com/");
}

TEST(Endpoint, SignsIamForTheRegionOfItsPartition)
{
  const auto endpoint = resolve_endpoint(**find_service("iam"), "eu-west-1", Fips::no, DualStack::no);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->url.host, "iam.amazonaws.com");
  EXPECT_EQ(endpoint->signing_region, "us-east-1");
}

TEST(Endpoint, RefusesHostileRegions)
{
  for (const char* const region : {"x.evil.example/", "a b", "-a", "a-", "eu-west-1\r\n", "eu@west", ""}) {
    EXPECT_FALSE(resolve_endpoint(**find_service("sts"), region, Fips::no, DualStack::no)) << region;
  }
}

TEST(ServiceModel, SuggestsTheNearestName)
{
  const auto service = find_service("dynamdb");
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().hint, "did you mean 'dynamodb'?");
}

}  // namespace
}  // namespace davit::aws::auth
