// SPDX-License-Identifier: Apache-2.0
// The examples of RFC 7520, RFC 8037 and RFC 7797 as the ietf-jose cookbook publishes them.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/jose/jwk.hpp"
#include "aws/jose/signer.hpp"
#include "aws/jose/verifier.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::jose {
namespace {

namespace fs = std::filesystem;

const fs::path k_vectors = fs::path(DAVIT_SOURCE_DIR) / "../shared/vectors/jose";

Json load(const std::string& file)
{
  return parse_json(read_file(k_vectors / file).value(), file).value();
}

std::shared_ptr<const KeySet> keys_of(const Json& key)
{
  auto set = parse_key_file(key.dump(), "key");
  EXPECT_TRUE(set) << set.error().message;
  return set ? std::make_shared<const KeySet>(std::move(*set)) : nullptr;
}

Verdict verify(const Json& key, const std::string& token)
{
  auto verifier = Verifier::make(keys_of(key), {.payload = Payload::bytes});
  EXPECT_TRUE(verifier);
  return verifier->verify(token, system_now());
}

struct Example {
  std::string file;
  bool is_reproducible;
};

class CompactExample : public testing::TestWithParam<Example>
{
};

TEST_P(CompactExample, VerifiesAndIsMadeAgainWhereItCanBe)
{
  if (!fs::exists(k_vectors)) {
    DAVIT_SKIP("the published vectors are not beside the project (../shared/vectors/jose)");
  }
  const Json example = load(GetParam().file);
  const Json& input = example.at("input");
  const std::string token = example.at("output").at("compact");
  const Verdict verdict = verify(input.at("key"), token);
  ASSERT_TRUE(verdict.valid()) << name_of(verdict.reasons.front().id);
  EXPECT_EQ(verdict.payload, input.at("payload").get<std::string>());
  EXPECT_EQ(verdict.algorithm, input.at("alg").get<std::string>());

  const auto header = from_base64url(example.at("signing").at("protected_b64u").get<std::string>()).value();
  const auto keys = keys_of(input.at("key"));
  const auto algorithm = algorithm_named(input.at("alg").get<std::string>()).value();
  const auto made = sign_token(keys->keys.front(), algorithm, header, verdict.payload, WeakSecrets::refused);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made == token, GetParam().is_reproducible);
  EXPECT_TRUE(verify(input.at("key"), *made).valid());
}

INSTANTIATE_TEST_SUITE_P(Cookbook, CompactExample,
                         testing::Values(Example{"jws/4_1.rsa_v15_signature.json", true}, Example{"jws/4_2.rsa-pss_signature.json", false},
                                         Example{"jws/4_3.ecdsa_signature.json", false},
                                         Example{"jws/4_4.hmac-sha2_integrity_protection.json", true},
                                         Example{"curve25519/jws.json", true}));

TEST(Cookbook, RefusesByNameWhatIsNotCompact)
{
  if (!fs::exists(k_vectors)) {
    DAVIT_SKIP("the published vectors are not beside the project (../shared/vectors/jose)");
  }
  const Json detached = load("jws/4_5.signature_with_detached_content.json");
  EXPECT_EQ(verify(detached["input"]["key"], detached["output"]["compact"]).reasons.front().id, ReasonId::detached_payload);
  for (const char* file : {"jws/4_6.protecting_specific_header_fields.json", "jws/4_7.protecting_content_only.json",
                           "jws/4_8.multiple_signatures.json", "rfc7797/4.2.hmac-sha2_b64_false.json"}) {
    const Json example = load(file);
    const Json& key = example["input"]["key"];
    for (const char* form : {"json", "json_flat"}) {
      if (example["output"].contains(form)) {
        EXPECT_EQ(verify(key.is_array() ? key[2] : key, example["output"][form].dump(4)).reasons.front().id, ReasonId::json_serialization)
            << file;
      }
    }
  }
}

TEST(Cookbook, RefusesTheUnencodedPayload)
{
  if (!fs::exists(k_vectors)) {
    DAVIT_SKIP("the published vectors are not beside the project (../shared/vectors/jose)");
  }
  const Json example = load("rfc7797/4.2.hmac-sha2_b64_false.json");
  const std::string token = example["signing"]["protected_b64u"].get<std::string>() + "." + to_base64url("$.02") + "." +
                            example["signing"]["sig"].get<std::string>();
  EXPECT_EQ(verify(example["input"]["key"], token).reasons.front().id, ReasonId::unencoded_payload);
}

TEST(Cookbook, ReadsAndWritesItsKeys)
{
  if (!fs::exists(k_vectors)) {
    DAVIT_SKIP("the published vectors are not beside the project (../shared/vectors/jose)");
  }
  for (const auto& entry : fs::directory_iterator(k_vectors / "jwk")) {
    Json key = load("jwk/" + entry.path().filename().string());
    const auto set = keys_of(key);
    ASSERT_NE(set, nullptr) << entry.path();
    Json written = parse_json(to_jwk(set->keys.front(), crypto::KeyPart::whole).value().bytes(), "written").value();
    for (const char* member : {"use", "alg"}) {
      key.erase(member);
      written.erase(member);
    }
    EXPECT_EQ(written, key) << entry.path();
  }
}

/// RFC 7638 section 3.1, and RFC 8037 appendix A.3.
TEST(Thumbprint, AgreesWithThePublishedExamples)
{
  const std::string rsa =
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs)"
      R"(tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI)"
      R"(SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","kid":"2011-04-29"})";
  EXPECT_EQ(thumbprint(parse_key_file(rsa, "key").value().keys.front()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  const std::string okp = R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
  EXPECT_EQ(thumbprint(parse_key_file(okp, "key").value().keys.front()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

}  // namespace
}  // namespace davit::aws::jose
