// SPDX-License-Identifier: Apache-2.0
// Token profiles of davit.yaml, their keys in a file and in a local Secrets Manager.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "tests/support/local_aws.hpp"

namespace davit::tests {
namespace {

using nlohmann::json;

constexpr const char* k_project = R"(name: shop
region: us-east-1
secrets: {jwt: {generate: 64 bytes}}
tokens:
  user: {algorithm: HS256, secret: jwt, lifetime: 1h, claims: {sub: u-1, role: user}}
  web: {algorithm: ES256, key: ec.pem, key_id: k1, issuer: "https://i.example", audience: [shop, web], lifetime: 5m, claims: {sub: u-2}}
environments: {local: {}, dev: {}}
)";
const std::string k_secret(128, 'a');

class TokenProfile : public testing::Test
{
protected:
  static void SetUpTestSuite()
  {
    s_aws = std::make_unique<LocalAws>();
    s_project = std::make_unique<TemporaryDirectory>();
    s_project->write("davit.yaml", k_project);
    const json secret = {{"Name", "shop-local-jwt"}, {"SecretString", k_secret}, {"ClientRequestToken", std::string(32, '1')}};
    const Finished created = s_aws->davit({"aws", "call", "secretsmanager", "CreateSecret"}, secret.dump());
    ASSERT_EQ(created.exit_code, 0) << created.err;
    ASSERT_EQ(davit({"jwt", "key", "generate", "--alg", "ES256", "--out", "ec.pem"}).exit_code, 0);
  }

  static void TearDownTestSuite()
  {
    s_aws.reset();
    s_project.reset();
  }

  static Finished davit(std::vector<std::string> arguments, const std::string& input = {})
  {
    return run_davit({.arguments = std::move(arguments), .input = input, .directory = s_project->path()});
  }

  static Finished davit_local(std::vector<std::string> arguments, const std::string& input = {})
  {
    arguments.insert(arguments.end(), {"--env", "local", "--state", s_aws->document().at("state")});
    return davit(std::move(arguments), input);
  }

  static json claims_of(const std::string& token)
  {
    const std::size_t first = token.find('.');
    return json::parse(from_base64url(token.substr(first + 1, token.rfind('.') - first - 1)).value());
  }

  static std::unique_ptr<LocalAws> s_aws;
  static std::unique_ptr<TemporaryDirectory> s_project;
};

std::unique_ptr<LocalAws> TokenProfile::s_aws;
std::unique_ptr<TemporaryDirectory> TokenProfile::s_project;

TEST_F(TokenProfile, SignsWithTheTextOfItsSecretAndAddsNothingButItsLifetime)
{
  const Finished minted = davit_local({"jwt", "mint", "user", "--at", "1700000000"});
  ASSERT_EQ(minted.exit_code, 0) << minted.err;
  EXPECT_EQ(claims_of(minted.out), (json{{"sub", "u-1"}, {"role", "user"}, {"exp", 1700003600}}));
  const auto file = s_project->write("secret.bin", k_secret);
  EXPECT_EQ(davit({"jwt", "verify", "--key", file, "--alg", "HS256", "--at", "1700000000"}, minted.out).exit_code, 0)
      << "the stored text's own bytes are the key";
  EXPECT_EQ(davit_local({"jwt", "verify", "user", "--at", "1700000000"}, minted.out).exit_code, 0);
  EXPECT_EQ(davit_local({"jwt", "verify", "user", "--at", "1700003600"}, minted.out).exit_code, 1);
}

TEST_F(TokenProfile, SignsWithItsKeyFileAndNeedsNoAws)
{
  const Finished minted = davit({"jwt", "mint", "web", "--at", "1700000000", "-o", "json"});
  ASSERT_EQ(minted.exit_code, 0) << minted.err;
  const json document = json::parse(minted.out);
  EXPECT_EQ(document["header"], (json{{"alg", "ES256"}, {"typ", "JWT"}, {"kid", "k1"}}));
  EXPECT_EQ(document["claims"], (json{{"sub", "u-2"}, {"iss", "https://i.example"}, {"aud", {"shop", "web"}}, {"exp", 1700000300}}));
  EXPECT_EQ(davit({"jwt", "verify", "web", "--at", "1700000000"}, document["token"]).exit_code, 0);
  EXPECT_EQ(davit({"jwt", "verify", "web", "--at", "1700000000", "--audience", "else"}, document["token"]).exit_code, 1);
}

TEST_F(TokenProfile, FlagsGoBeforeTheProfile)
{
  const Finished minted =
      davit_local({"jwt", "mint", "user", "--at", "1700000000", "--expires", "15m", "--claims", "-"}, R"({"role":"admin","n":1.10})");
  ASSERT_EQ(minted.exit_code, 0) << minted.err;
  EXPECT_EQ(claims_of(minted.out), (json{{"sub", "u-1"}, {"role", "admin"}, {"exp", 1700000900}, {"n", 1.10}}));
}

TEST_F(TokenProfile, ErrorsNameWhatIsMissing)
{
  const Finished mistyped = davit_local({"jwt", "mint", "usr"});
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_NE(mistyped.err.find("did you mean 'user'?"), std::string::npos) << mistyped.err;
  const LocalAws other;
  const Finished absent = davit({"jwt", "mint", "user", "--env", "local", "--state", other.document().at("state")});
  EXPECT_EQ(absent.exit_code, 3);
  EXPECT_NE(absent.err.find("reading the secret 'shop-local-jwt'"), std::string::npos) << absent.err;
}

}  // namespace
}  // namespace davit::tests
