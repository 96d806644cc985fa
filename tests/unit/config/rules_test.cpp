// SPDX-License-Identifier: Apache-2.0
#include "cli/config/rules.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "aws/lambda/reserved_variables.hpp"

namespace davit::cli::config {
namespace {

struct Samples {
  const char* name;
  const TextRule* rule;
  std::vector<std::string> right;
  std::vector<std::string> wrong;
  std::vector<std::string> beyond_pattern = {};  ///< refused by the code alone
};

class Rule : public testing::TestWithParam<Samples>
{
};

bool matches(std::string_view text, std::string_view pattern)
{
  return std::regex_search(std::string(text), std::regex(std::string(pattern)));
}

/// What a checker with the schema makes of a text.
bool schema_takes(const TextRule& rule, const std::string& text)
{
  const bool length = text.size() >= rule.minimum_length && (rule.maximum_length == 0 || text.size() <= rule.maximum_length);
  return length && matches(text, rule.pattern) && (rule.but_not.empty() || !matches(text, rule.but_not));
}

/// The code decides; the schema, which an editor goes by, must agree as far as it can.
TEST_P(Rule, CodeAndSchemaAgree)
{
  const Samples& samples = GetParam();
  for (const auto& text : samples.right) {
    const auto complaint = samples.rule->check(text);
    EXPECT_FALSE(complaint) << text << ": " << complaint->message;
    EXPECT_TRUE(schema_takes(*samples.rule, text)) << text;
  }
  for (const auto& text : samples.wrong) {
    EXPECT_TRUE(samples.rule->check(text)) << text;
    EXPECT_FALSE(schema_takes(*samples.rule, text)) << text;
  }
  for (const auto& text : samples.beyond_pattern) {
    EXPECT_TRUE(samples.rule->check(text)) << text;
  }
}

/// Python, Go and Rust read these differently from ECMA 262, or not at all.
TEST_P(Rule, KeepsToThePortablePartOfRegularExpressions)
{
  for (const std::string_view text : {GetParam().rule->pattern, GetParam().rule->but_not}) {
    for (const char* special : {"(?", "\\", "[^]"}) {
      EXPECT_EQ(text.find(special), std::string_view::npos) << text;
    }
  }
}

const std::string k_33(33, 'a');

INSTANTIATE_TEST_SUITE_P(
    All, Rule,
    testing::Values(
        Samples{"name", &k_project_name, {"shop", "my-shop-2", "ab"}, {"", "a", "Shop", "2shop", "shop-", "a--b", "a_b", k_33}},
        Samples{"environment", &k_environment_name, {"dev", "p", "eu-prod"}, {"", "Dev", "-dev", "dev_1", "1dev", "abcdefghijklmnopq"}},
        Samples{"region",
                &k_region,
                {"eu-central-1", "local", "x"},
                {"", "EU", "eu central", "-eu", "eu-", "eu.central", std::string(64, 'a')}},
        Samples{"account", &k_account, {"012345678901", "123456789012"}, {"", "12345678901", "1234567890123", "12345678901x"}},
        Samples{"path",
                &k_relative_path,
                {"a", "data/x.jsonl", "smoke/*.yaml", "a/..b", "..a/b"},
                {"", "/a", "~/a", "..", "../a", "a/../b", "a/.."}},
        Samples{"base",
                &k_image_base,
                {"scratch", "oci:.davit/base", "oci:/abs/dir:tag", "python:3.12", "public.ecr.aws/lambda/python:3.12",
                 "localhost:5000/a/b:1", "registry.example/a@sha256:0123"},
                {"", "python", "oci:", "oci::tag", "https://a/b:1", "a b:1", "/a:1"},
                {"localhost:5000/a/b", "a//b:1", "a::1"}},
        Samples{"entry", &k_entry, {"app.main.handler", "bootstrap", "src/index.handler"}, {"", ".a", "a.", "a..b", "a b"}},
        Samples{"variable",
                &k_variable_name,
                {"LOG_LEVEL", "aB", "A1"},
                {"", "A", "1A", "_A", "A-B", "A B", "AWS_REGION", "AWS_ACCESS_KEY_ID", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_FUNCTION_NAME",
                 "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"}},
        Samples{"repository", &k_repository, {"shop-api", "team/shop.api_1", "ab"}, {"", "a", "Shop", "a//b", "/a", "a/", "a--b", "-ab"}},
        Samples{"table", &k_table_key, {"products", "A.b-c_9"}, {"", "a b", "a/b"}},
        Samples{"index", &k_index_name, {"abc", "category-index"}, {"", "ab", "a b c"}},
        Samples{"secret", &k_secret_key, {"jwt", "a/b+c=d@e"}, {"", "a:b", "a b"}},
        Samples{"function", &k_function_key, {"worker", "handler2"}, {"", "handler", "a.b"}},
        Samples{"bucket", &k_bucket_key, {"documents", "a-b"}, {"", "A", "a_b", "-a", "a-", "a--b"}},
        Samples{"profile", &k_profile_name, {"user", "a.b"}, {"", "none", "a b"}}, Samples{"not_empty", &k_not_empty, {"x", " "}, {""}},
        Samples{"stage", &k_stage, {"$default", "v1", "a_b-c"}, {"", "$live", "a/b"}},
        Samples{"route",
                &k_route,
                {"GET /", "ANY /a/{id}", "POST /files/{rest+}", "$default"},
                {"", "GET", "get /a", "FETCH /a", "GET a", "GET /a b"},
                {"GET /a/", "GET //a", "GET /{a+}/b", "GET /{a", "GET /{}", "GET /{a}/{a}", "GET /a?b"}},
        Samples{"operation", &k_operation, {"list_users", "a"}, {"", "9a", "a-b"}},
        Samples{"origin",
                &k_origin,
                {"*", "https://shop.example", "http://localhost:3000"},
                {"", "shop.example", "https://a/", "ftp://a", "https://"}},
        Samples{"url",
                &k_https_url,
                {"https://issuer.example", "https://securetoken.google.com/demo", "http://127.0.0.1:8080/a"},
                {"", "http://issuer.example", "issuer.example", "https://"}},
        Samples{"email", &k_email, {"ops@shop.example"}, {"", "ops", "ops@shop", "@a.b", "a@b@c.d", "a b@c.d"}, {"a@.b"}},
        Samples{"instance", &k_instance_class, {"db.t3.micro"}, {"", "t3.micro", "db.t3"}},
        Samples{"tag_key", &k_tag_key, {"team", "cost center"}, {"", "aws:team", "a<b"}},
        Samples{"tag_value", &k_tag_value, {"", "a b"}, {"<all>"}},
        Samples{"algorithm", &k_algorithm, {"HS256", "ES512", "EdDSA", "Ed25519"}, {"", "none", "hs256", "RS1"}}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(ReservedVariables, AreThoseThatTheLocalLambdaRefuses)
{
  const std::set<std::string_view> of_project(k_reserved_variable_names.begin(), k_reserved_variable_names.end());
  const auto& refused = aws::lambda::k_reserved_variables;
  EXPECT_EQ(of_project, std::set<std::string_view>(refused.begin(), refused.end()));
}

}  // namespace
}  // namespace davit::cli::config
