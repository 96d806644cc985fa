// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/verifier.hpp"

#include <gtest/gtest.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/pem.hpp"
#include "aws/jose/jwk.hpp"
#include "aws/jose/signer.hpp"

namespace davit::aws::jose {
namespace {

using Ids = std::vector<std::string>;

const std::string k_hmac_secret = "a secret of sixty-four bytes, long enough for every HMAC there is";
const TimePoint k_now{std::chrono::seconds{1'700'000'000}};

std::shared_ptr<const KeySet> set_of(const std::string& file)
{
  auto set = parse_key_file(file, "key");
  EXPECT_TRUE(set) << set.error().message;
  return std::make_shared<const KeySet>(std::move(*set));
}

const TokenKey& secret_key()
{
  static const TokenKey k_key = parse_secret(k_hmac_secret).value();
  return k_key;
}

std::string minted(const std::string& header, const std::string& claims, const TokenKey& key = secret_key(),
                   Algorithm algorithm = Algorithm::hs256)
{
  return sign_token(key, algorithm, header, claims, WeakSecrets::refused).value();
}

std::string hs256(const std::string& claims)
{
  return minted(R"({"alg":"HS256"})", claims);
}

Ids reasons(const std::string& token, const std::string& key = k_hmac_secret, VerifyRules rules = {})
{
  rules.collect = Findings::Collect::all;
  auto verifier = Verifier::make(set_of(key), rules);
  EXPECT_TRUE(verifier) << verifier.error().message;
  Ids ids;
  for (const Reason& reason : verifier->verify(token, k_now).reasons) {
    ids.emplace_back(name_of(reason.id));
  }
  return ids;
}

std::string public_pem(const crypto::Key& key)
{
  return std::string(crypto::to_pem(key, crypto::KeyPart::public_part).bytes());
}

TEST(Verify, AcceptsWhatItsKeySigned)
{
  EXPECT_EQ(reasons(hs256(R"({"sub":"u-1"})")), Ids{});
  EXPECT_EQ(reasons(minted(R"({"alg":"HS512","typ":"JWT"})", R"({"exp":1700000001,"nbf":1700000000,"iat":1699999999.5})", secret_key(),
                           Algorithm::hs512)),
            Ids{});
}

TEST(Verify, EveryAlgorithmMakesAndChecksItsOwn)
{
  for (const AlgorithmFacts& facts : all_algorithms()) {
    const TokenKey key = facts.is_mac                                       ? secret_key()
                         : facts.scheme == crypto::SignatureScheme::ecdsa   ? TokenKey{.material = crypto::generate_ec(facts.curve).value()}
                         : facts.scheme == crypto::SignatureScheme::ed25519 ? TokenKey{.material = crypto::generate_ed25519().value()}
                                                                            : TokenKey{.material = crypto::generate_rsa(2048).value()};
    std::string token = minted(R"({"alg":")" + std::string(facts.name) + R"("})", "{}", key, facts.algorithm);
    const std::string file = facts.is_mac ? k_hmac_secret : public_pem(*key.asymmetric());
    EXPECT_EQ(reasons(token, file), Ids{}) << facts.name;
    const std::size_t in_signature = token.rfind('.') + 20;
    token[in_signature] = token[in_signature] == 'A' ? 'B' : 'A';
    EXPECT_EQ(reasons(token, file), Ids{"signature-mismatch"}) << facts.name;
  }
}

TEST(Verify, RefusesWhatIsNoCompactToken)
{
  const std::string good = hs256("{}");
  const std::string signature = good.substr(good.rfind('.') + 1);
  EXPECT_EQ(reasons(""), Ids{"empty-token"});
  EXPECT_EQ(reasons("abc"), Ids{"not-three-parts"});
  EXPECT_EQ(reasons(".."), (Ids{"header-json", "claims-json"}));
  EXPECT_EQ(reasons("a.b.c.d"), Ids{"not-three-parts"});
  EXPECT_EQ(reasons("a.b.c.d.e"), Ids{"encrypted-token"});
  EXPECT_EQ(reasons(R"({"payload":"","signatures":[]})"), Ids{"json-serialization"});
  EXPECT_EQ(reasons(std::string(65537, 'a')), Ids{"token-too-large"});
  EXPECT_EQ(reasons(good + "\n"), Ids{"signature-encoding"});
  EXPECT_EQ(reasons(" " + good), Ids{"header-encoding"});
  EXPECT_EQ(reasons(good + "="), Ids{"signature-encoding"});
  EXPECT_EQ(reasons(good.substr(0, good.size() - 2)), Ids{"signature-encoding"}) << "a length that no base64url has, or bits left over";
  EXPECT_EQ(reasons(good.substr(0, good.rfind('.') + 1)), Ids{"signature-missing"});
}

TEST(Verify, RefusesUnusedBitsThatAreSet)
{
  std::string token = hs256("{}");  // 32 bytes leave two unused bits in the last character
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  token.back() = alphabet[alphabet.find(token.back()) | 1];
  EXPECT_EQ(reasons(token), Ids{"signature-encoding"});
}

TEST(Verify, RefusesNoneInAnyLetters)
{
  for (const char* none : {"none", "None", "NONE", "nOnE"}) {
    const std::string header = R"({"alg":")" + std::string(none) + R"("})";
    EXPECT_EQ(reasons(to_base64url(header) + "." + to_base64url("{}") + "."), Ids{"algorithm-none"});
    EXPECT_EQ(reasons(minted(header, "{}")), Ids{"algorithm-none"});
  }
}

TEST(Verify, HoldsTheHeaderToRfc7515)
{
  const std::vector<std::pair<std::string, Ids>> cases = {
      {R"({})", {"algorithm-missing"}},
      {R"({"alg":null})", {"header-member-type"}},
      {R"({"alg":"hs256"})", {"algorithm-unsupported"}},
      {R"({"alg":"HS256 "})", {"algorithm-unsupported"}},
      {R"({"alg":"ES256K"})", {"algorithm-unsupported"}},
      {R"({"alg":"none","alg":"HS256"})", {"header-duplicate-member"}},
      {R"({"alg":"HS256","\u0061lg":"HS256"})", {"header-duplicate-member"}},
      {R"(["HS256"])", {"header-json"}},
      {"{\"alg\":\"HS256\",\"x\":\"\xff\"}", {"header-json"}},
      {R"({"alg":"HS256","kid":7})", {"header-member-type"}},
      {R"({"alg":"HS256","typ":["JWT"]})", {"header-member-type"}},
      {R"({"alg":"HS256","b64":"false"})", {"header-member-type"}},
      {R"({"alg":"HS256","b64":false})", {"unencoded-payload"}},
      {R"({"alg":"HS256","b64":false,"crit":["b64"]})", {"unencoded-payload"}},
      {R"({"alg":"HS256","b64":true,"crit":["b64"]})", {}},
      {R"({"alg":"HS256","crit":["b64"]})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":[]})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":"b64","b64":true})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":null})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":[1]})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":["alg"]})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":["b64","b64"],"b64":true})", {"critical-malformed"}},
      {R"({"alg":"HS256","crit":["exp"],"exp":1})", {"critical-unknown"}},
      {R"({"alg":"HS256","crit":["http://example.com/x"],"http://example.com/x":true})", {"critical-unknown"}},
      {R"({"alg":"HS256","unknown":{"a":1},"zip":"DEF"})", {}},
      {R"({"alg":"HS256","jku":"https://evil.example/keys","jwk":{"kty":"oct","k":"AA"},"x5u":"file:///etc"})", {}},
  };
  for (const auto& [header, expected] : cases) {
    EXPECT_EQ(reasons(minted(header, "{}")), expected) << header;
  }
}

/// RFC 8725 section 2.1: the public key's own text as an HMAC secret.
TEST(Verify, IsNotConfusedAboutKeys)
{
  const auto rsa = crypto::generate_rsa(2048).value();
  const auto p256 = crypto::generate_ec(crypto::Curve::p256).value();
  const std::string pem = public_pem(rsa);
  const TokenKey text_as_secret{.material = crypto::Secret(pem)};
  EXPECT_EQ(reasons(minted(R"({"alg":"HS256"})", "{}", text_as_secret), pem), Ids{"key-confusion"});
  EXPECT_FALSE(parse_secret(pem)) << "and nobody makes a secret of it";
  const std::string es256 = minted(R"({"alg":"ES256"})", "{}", TokenKey{.material = p256}, Algorithm::es256);
  EXPECT_EQ(reasons(es256, pem), Ids{"key-mismatch"});
  EXPECT_EQ(reasons(es256, k_hmac_secret), Ids{"key-confusion"});
  EXPECT_EQ(reasons(es256, public_pem(crypto::generate_ec(crypto::Curve::p384).value())), Ids{"key-mismatch"});
  const std::string rs256 = minted(R"({"alg":"RS256"})", "{}", TokenKey{.material = rsa}, Algorithm::rs256);
  EXPECT_EQ(reasons(rs256, pem, {.algorithms = {Algorithm::rs512, Algorithm::ps256}}), Ids{"algorithm-not-allowed"});
  EXPECT_EQ(reasons(rs256, pem, {.algorithms = {Algorithm::rs256}}), Ids{});
  EXPECT_FALSE(Verifier::make(set_of(pem), {.algorithms = {Algorithm::hs256}})) << "a key that fits no accepted algorithm is refused whole";
}

TEST(Verify, HoldsSignaturesToTheirLengthsAndRanges)
{
  const auto key = crypto::generate_ec(crypto::Curve::p256).value();
  const std::string pem = public_pem(key);
  const std::string input = to_base64url(R"({"alg":"ES256"})") + "." + to_base64url("{}") + ".";
  const auto with = [&](const std::string& signature) { return reasons(input + to_base64url(signature), pem); };
  EXPECT_EQ(with(std::string(63, '\1')), Ids{"signature-length"});
  EXPECT_EQ(with(std::string(70, '\1')), Ids{"signature-length"});
  EXPECT_EQ(with(std::string(64, '\0')), Ids{"signature-range"});
  EXPECT_EQ(with(std::string(64, '\xff')), Ids{"signature-range"});
  EXPECT_EQ(with(std::string(32, '\1') + std::string(32, '\0')), Ids{"signature-range"});
  EXPECT_EQ(with(std::string(64, '\1')), Ids{"signature-mismatch"});
  EXPECT_EQ(reasons(to_base64url(R"({"alg":"HS256"})") + "." + to_base64url("{}") + "." + to_base64url(std::string(31, 'x'))),
            Ids{"signature-length"});
}

TEST(Verify, ChecksTheClaims)
{
  const std::vector<std::pair<std::string, Ids>> cases = {
      {R"([])", {"claims-json"}},
      {R"("x")", {"claims-json"}},
      {"", {"claims-json"}},
      {R"({"sub":"a","sub":"admin"})", {"claims-duplicate-member"}},
      {R"({"exp":1700000000})", {"expired"}},
      {R"({"exp":1700000000.001})", {}},
      {R"({"exp":0})", {"expired"}},
      {R"({"exp":-1})", {"expired"}},
      {R"({"exp":"1900000000"})", {"claim-type"}},
      {R"({"exp":null})", {"claim-type"}},
      {R"({"exp":true})", {"claim-type"}},
      {R"({"exp":1e400})", {"claim-type"}},
      {R"({"exp":1e30})", {}},
      {R"({"nbf":1700000001})", {"not-yet-valid"}},
      {R"({"nbf":[1]})", {"claim-type"}},
      {R"({"iat":1700000001})", {"issued-in-future"}},
      {R"({"iat":"now"})", {"claim-type"}},
      {R"({"iss":["a"]})", {"claim-type"}},
      {R"({"sub":7})", {"claim-type"}},
      {R"({"jti":7})", {"claim-type"}},
      {R"({"aud":7})", {"claim-type", "audience-not-given"}},
      {R"({"aud":["a",7]})", {"claim-type", "audience-not-given"}},
      {R"({"aud":"a"})", {"audience-not-given"}},
      {R"({"exp":1,"nbf":1900000000})", {"expired", "not-yet-valid"}},
  };
  for (const auto& [claims, expected] : cases) {
    EXPECT_EQ(reasons(hs256(claims)), expected) << claims;
  }
}

TEST(Verify, AsksForIssuerAudienceTypeAndLeeway)
{
  const auto with = [](const std::string& claims, ClaimRules rules) {
    return reasons(hs256(claims), k_hmac_secret, {.claims = std::move(rules)});
  };
  EXPECT_EQ(with(R"({"iss":"https://a.example"})", {.issuer = "https://a.example"}), Ids{});
  EXPECT_EQ(with(R"({"iss":"https://a.example/"})", {.issuer = "https://a.example"}), Ids{"issuer-mismatch"});
  EXPECT_EQ(with(R"({"iss":"acb"})", {.issuer = "abc"}), Ids{"issuer-mismatch"}) << "no part and no mix of it";
  EXPECT_EQ(with("{}", {.issuer = "a"}), Ids{"issuer-missing"});
  EXPECT_EQ(with(R"({"aud":["a","b"]})", {.audience = {"b", "c"}}), Ids{});
  EXPECT_EQ(with(R"({"aud":"a"})", {.audience = {"A"}}), Ids{"audience-mismatch"});
  EXPECT_EQ(with(R"({"aud":[]})", {.audience = {"a"}}), Ids{"audience-mismatch"});
  EXPECT_EQ(with("{}", {.audience = {"a"}}), Ids{"audience-missing"});
  EXPECT_EQ(with(R"({"aud":"a"})", {.any_audience = true}), Ids{});
  EXPECT_EQ(with(R"({"exp":1699999971,"nbf":1700000030,"iat":1700000030})", {.leeway_s = 30}), Ids{});
  EXPECT_EQ(with(R"({"exp":1699999970})", {.leeway_s = 30}), Ids{"expired"});
  EXPECT_EQ(reasons(minted(R"({"alg":"HS256","typ":"application/AT+JWT"})", "{}"), k_hmac_secret, {.type = "at+jwt"}), Ids{});
  EXPECT_EQ(reasons(minted(R"({"alg":"HS256","typ":"JWT"})", "{}"), k_hmac_secret, {.type = "at+jwt"}), Ids{"type-mismatch"});
}

TEST(Verify, NamesNestedAndDetachedTokens)
{
  EXPECT_EQ(reasons(minted(R"({"alg":"HS256","cty":"JWT"})", hs256("{}"))), (Ids{"nested-token", "claims-json"}));
  std::string detached = hs256(R"({"a":1})");
  detached.erase(detached.find('.') + 1, detached.rfind('.') - detached.find('.') - 1);
  EXPECT_EQ(reasons(detached, k_hmac_secret, {.payload = Payload::bytes}), (Ids{"detached-payload", "signature-mismatch"}));
  EXPECT_EQ(reasons(hs256(""), k_hmac_secret, {.payload = Payload::bytes}), Ids{}) << "an empty payload that was signed as such is one";
}

TEST(Verify, GivesTheFirstReasonAloneUnlessAskedForAll)
{
  auto verifier = Verifier::make(set_of(k_hmac_secret), {}).value();
  const Verdict verdict = verifier.verify(minted(R"({"alg":"HS256","kid":"k1"})", R"({"exp":1,"nbf":1900000000})"), k_now);
  ASSERT_EQ(verdict.reasons.size(), 1U);
  EXPECT_EQ(name_of(verdict.reasons.front().id), "expired");
  EXPECT_EQ(verdict.reasons.front().message, "the token expired at 1970-01-01T00:00:01Z; the time is 2023-11-14T22:13:20Z");
  EXPECT_EQ(verdict.algorithm, "HS256");
  EXPECT_EQ(verdict.key_id, "k1");
}

TEST(Verify, MessagesCannotWriteToATerminal)
{
  auto verifier = Verifier::make(set_of(k_hmac_secret), {}).value();
  const Verdict verdict = verifier.verify(minted("{\"alg\":\"\\u001b[2J\"}", "{}"), k_now);
  EXPECT_EQ(verdict.reasons.front().message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace davit::aws::jose
