// SPDX-License-Identifier: Apache-2.0
#include "aws/jose/key_set.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/pem.hpp"
#include "aws/jose/jwk.hpp"
#include "aws/jose/signer.hpp"
#include "aws/jose/verifier.hpp"

namespace davit::aws::jose {
namespace {

const std::string k_secret(64, 's');

std::string oct(const std::string& members, const std::string& bytes = k_secret)
{
  return fmt::format(R"({{"kty":"oct","k":"{}"{}{}}})", to_base64url(bytes), members.empty() ? "" : ",", members);
}

std::string ec(const std::string& members)
{
  return R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")" +
         (members.empty() ? "" : "," + members) + "}";
}

std::string set(std::initializer_list<std::string> keys)
{
  std::string out;
  for (const std::string& key : keys) {
    out += (out.empty() ? "" : ",") + key;
  }
  return R"({"keys":[)" + out + "]}";
}

std::string problem(const std::string& file)
{
  const auto keys = parse_key_file(file, "keys.json");
  return keys ? "" : keys.error().message + (keys.error().diagnostics.empty() ? "" : ": " + keys.error().diagnostics.front().message);
}

TEST(KeyFile, TakesEveryForm)
{
  for (const std::string& file :
       {k_secret, oct(""), ec(""), set({oct(R"("kid":"a")"), oct(R"("kid":"b")")}), "\xEF\xBB\xBF" + ec(""), "\n " + ec("") + "\n"}) {
    EXPECT_EQ(problem(file), "");
  }
  EXPECT_EQ(parse_key_file("{" + std::string(63, '\x80'), "f").value().keys.front().secret()->bytes().size(), 64U)
      << "random bytes may begin like JSON";
}

TEST(KeyFile, NeverTakesAForeignKeyForASecret)
{
  const auto pem = std::string(crypto::to_pem(crypto::generate_ed25519().value(), crypto::KeyPart::public_part).bytes());
  const std::string base64 = pem.substr(pem.find('\n') + 1, pem.rfind("\n-----END") - pem.find('\n') - 1);
  const std::string der = from_base64(base64).value();
  EXPECT_NE(problem(der).find("DER"), std::string::npos);
  EXPECT_NE(problem("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ user@host").find("OpenSSH"), std::string::npos);
  EXPECT_NE(problem("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY user").find("OpenSSH"), std::string::npos);
  EXPECT_NE(problem("-----BEGIN PUBLIC KEY-----\nMIIB\n").find("no whole block"), std::string::npos);
  EXPECT_NE(problem("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n").find("OpenSSH"), std::string::npos);
  EXPECT_NE(problem(R"({"username":"a","password":"0123456789abcdef0123456789abcdef"})").find("kty"), std::string::npos);
  EXPECT_NE(problem(oct("", pem)).find("never an HMAC key"), std::string::npos);
}

TEST(KeyFile, RefusesBrokenJwks)
{
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"kty":"oct"})", "no member \"k\""},
      {R"({"kty":"oct","k":"AA=="})", "base64url"},
      {R"({"kty":"oct","k":7})", "no string"},
      {R"({"kty":"oct","kty":"RSA","k":"AA"})", "appears twice"},
      {R"({"kty":"XYZ"})", "not supported"},
      {R"({"alg":"HS256"})", "no member \"kty\""},
      {oct("", std::string(31, 's')), "31 bytes"},
      {oct(R"("alg":"HS512")", std::string(63, 's')), "63 bytes"},
      {oct(R"("alg":"RS256")"), "is for RS256"},
      {oct(R"("alg":"none")"), "\"none\""},
      {oct(R"("alg":"A128KW")"), "A128KW"},
      {oct(R"("kid":7)"), "\"kid\""},
      {oct(R"("use":"sig","key_ops":["encrypt"])"), "contradict"},
      {oct(R"("use":"enc","key_ops":["sign"])"), "contradict"},
      {oct(R"("key_ops":["sign","sign"])"), "key_ops"},
      {oct(R"("key_ops":"sign")"), "key_ops"},
      {ec(R"("alg":"ES384")"), "is for ES384"},
      {R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"AAAA"})", "3 bytes; 32"},
      {R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"})",
       "point"},
      {R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})", "secp256k1"},
      {R"({"kty":"EC","x":"AA","y":"AA"})", "no member \"crv\""},
      {ec(R"("d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")"), "EC key"},
      {R"({"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})", "small order"},
      {R"({"kty":"OKP","crv":"Ed25519","x":"8P_______________________________________38"})", "not below"},
      {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})",
       "belong"},
      {R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})", "X25519"},
      {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", "17 bits"},
      {R"({"kty":"RSA","n":")" + to_base64url(std::string(256, '\xff')) + R"(","e":"Ag"})", "odd"},
      {R"({"kty":"RSA","n":")" + to_base64url(std::string(256, '\xff')) + R"(","e":"AQ"})", "at least 3"},
      {R"({"kty":"RSA","n":")" + to_base64url('\0' + std::string(256, '\xff')) + R"(","e":"AQAB"})", "leading zero"},
      {R"({"kty":"RSA","n":")" + to_base64url(std::string(256, '\xff')) + R"(","e":"AQAB","d":"AQAB","p":"AQAB"})", "no member \"q\""},
  };
  for (const auto& [file, part] : cases) {
    EXPECT_NE(problem(file).find(part), std::string::npos) << file << "\n" << problem(file);
  }
}

TEST(KeySetFile, RefusesWhatMakesAKeyAmbiguous)
{
  EXPECT_NE(problem(set({oct(R"("kid":"a")"), oct(R"("kid":"a")", std::string(64, 't'))})).find("two keys"), std::string::npos);
  EXPECT_NE(problem(set({oct(R"("kid":"a")"), ec(R"("kid":"b")")})).find("mixes"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":[],"keys":[]})").find("twice"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":[],"kty":"oct"})").find("both"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":{}})").find("no list"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":[7]})").find("does not begin"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":[]})").find("no key"), std::string::npos);
  EXPECT_NE(problem(R"({"keys":[{"kty":"AKP","kid":"x"}]})").find("no key"), std::string::npos);
}

TEST(KeySetFile, PassesOverUnknownTypesAndKeepsTheGoodKeys)
{
  const auto keys =
      parse_key_file(set({R"({"kty":"AKP","kid":"b"})", R"({"kty":7})", oct(R"("kid":"a")"), oct(R"("kid":"short")", "short")}), "f")
          .value();
  ASSERT_EQ(keys.keys.size(), 1U);
  ASSERT_EQ(keys.unusable.size(), 1U);
  EXPECT_EQ(keys.unusable.front().id, "short");
}

class KeyChoice : public testing::Test
{
protected:
  static std::string reason(const std::string& keys, const std::string& header, const std::string& secret = k_secret)
  {
    const auto token = sign_token(parse_secret(secret).value(), Algorithm::hs256, header, "{}", WeakSecrets::refused).value();
    auto verifier = Verifier::make(std::make_shared<const KeySet>(parse_key_file(keys, "f").value()), {});
    if (!verifier) {
      return verifier.error().message;
    }
    const auto verdict = verifier->verify(token, system_now());
    return verdict.valid() ? "valid with " + verdict.key_id.value_or("none") : std::string(name_of(verdict.reasons.front().id));
  }
};

TEST_F(KeyChoice, GoesByTheKeyId)
{
  const std::string other(64, 't');
  const std::string keys = set({oct(R"("kid":"a")"), oct(R"("kid":"b")", other), oct(R"("kid":"bad")", "short")});
  EXPECT_EQ(reason(keys, R"({"alg":"HS256","kid":"a"})"), "valid with a");
  EXPECT_EQ(reason(keys, R"({"alg":"HS256","kid":"b"})"), "signature-mismatch");
  EXPECT_EQ(reason(keys, R"({"alg":"HS256","kid":"c"})"), "key-not-found");
  EXPECT_EQ(reason(keys, R"({"alg":"HS256","kid":"bad"})"), "key-unusable");
  EXPECT_EQ(reason(keys, R"({"alg":"HS256"})", other), "valid with b") << "without an id every key that fits is tried";
  EXPECT_EQ(reason(k_secret, R"({"alg":"HS256","kid":"../../etc/passwd"})"), "valid with ../../etc/passwd")
      << "a bare secret has no id to differ";
  EXPECT_EQ(reason(oct(R"("kid":"a")"), R"({"alg":"HS256","kid":"c"})"), "key-not-found");
}

TEST_F(KeyChoice, GoesByUseOperationsAndAlgorithm)
{
  const std::string header = R"({"alg":"HS256"})";
  EXPECT_EQ(reason(oct(R"("use":"sig","key_ops":["sign","verify"],"alg":"HS256")"), header), "valid with none");
  EXPECT_EQ(reason(oct(R"("alg":"HS512")"), header), "algorithm-not-allowed");
  EXPECT_NE(reason(oct(R"("use":"enc")"), header).find("no key of it verifies"), std::string::npos);
  EXPECT_NE(reason(oct(R"("key_ops":["sign"])"), header).find("no key of it verifies"), std::string::npos);
  EXPECT_EQ(reason(set({oct(R"("kid":"a","use":"enc")"), oct(R"("kid":"b")")}), R"({"alg":"HS256","kid":"a"})"), "key-use");
  EXPECT_EQ(reason(std::string(40, 's'), R"({"alg":"HS256"})", std::string(40, 's')), "valid with none");
}

}  // namespace
}  // namespace davit::aws::jose
