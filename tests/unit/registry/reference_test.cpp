// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/reference.hpp"

#include <gtest/gtest.h>

namespace davit::aws::registry {
namespace {

const std::string k_digest = "sha256:" + std::string(64, 'a');

TEST(ParseReference, TakesApartWhatNamesAnImage)
{
  const std::tuple<std::string, std::string, std::string, std::string, std::string> cases[] = {
      {"python:3.12", "docker.io", "library/python", "3.12", ""},
      {"bitnami/python", "docker.io", "bitnami/python", "", ""},
      {"public.ecr.aws/lambda/python:3.12", "public.ecr.aws", "lambda/python", "3.12", ""},
      {"127.0.0.1:5000/a/b__c/d--e:V_1.2-x", "127.0.0.1:5000", "a/b__c/d--e", "V_1.2-x", ""},
      {"localhost/app@" + k_digest, "localhost", "app", "", k_digest},
      {"ghcr.io/o/app:v1@" + k_digest, "ghcr.io", "o/app", "v1", k_digest}};
  for (const auto& [text, host, repository, tag, digest] : cases) {
    const auto parsed = parse_reference(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(parsed->host, host);
    EXPECT_EQ(parsed->repository, repository);
    EXPECT_EQ(parsed->tag, tag);
    EXPECT_EQ(parsed->digest, digest);
  }
}

TEST(ParseReference, RefusesWhatNoRegistryTakes)
{
  for (const std::string text :
       {"", "host.example/", "host.example/App", "host.example/a//b", "host.example/a_.b", "host.example/a___b", "host.example/a:.tag",
        "host.example/a@sha256:12", "host.example/-a", "host.example/a b", "host.example:x/a", "https://host.example/a"}) {
    const auto parsed = parse_reference(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage) << text;
  }
}

TEST(UrlOfRegistry, IsPlainHttpOnThisMachineAlone)
{
  EXPECT_EQ(url_of_registry("127.0.0.1:5000")->to_string(), "http://127.0.0.1:5000/v2/");
  EXPECT_EQ(url_of_registry("localhost:5000")->to_string(), "http://localhost:5000/v2/");
  EXPECT_EQ(url_of_registry("192.168.0.1:5000")->to_string(), "https://192.168.0.1:5000/v2/");
  EXPECT_EQ(url_of_registry("docker.io")->to_string(), "https://registry-1.docker.io/v2/");
}

}  // namespace
}  // namespace davit::aws::registry
