// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/password.hpp"

#include <gtest/gtest.h>

#include "aws/core/encoding.hpp"

namespace davit::aws::crypto {
namespace {

TEST(Password, HashIsCheckedByItsOwnParameters)
{
  const std::string stored = hash_password("open sesame").value();
  EXPECT_EQ(stored.rfind("scrypt$14$8$1$", 0), 0U) << stored;
  EXPECT_EQ(stored.size(), std::string("scrypt$14$8$1$").size() + 24 + 1 + 44);
  EXPECT_TRUE(verify_password("open sesame", stored).value());
  EXPECT_FALSE(verify_password("open sesame ", stored).value());
  EXPECT_NE(hash_password("open sesame").value(), stored);
}

/// RFC 7914 section 12, the third example.
TEST(Password, AgreesWithThePublishedExamples)
{
  const auto stored = [](std::string_view parameters, std::string_view salt, std::string_view hash) {
    return "scrypt$" + std::string(parameters) + "$" + to_base64(salt) + "$" + to_base64(from_hex(hash).value());
  };
  EXPECT_TRUE(verify_password("pleaseletmein", stored("14$8$1", "SodiumChloride",
                                                      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                                                      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"))
                  .value());
}

TEST(Password, RefusesWhatIsNoHashOrCostsTooMuch)
{
  const std::string tail = "$" + to_base64("0123456789abcdef") + "$" + to_base64(std::string(32, 'x'));
  const std::vector<std::string> refused = {"",
                                            "secret",
                                            "bcrypt$14$8$1" + tail,
                                            "scrypt$14$8" + tail,
                                            "scrypt$014$8$1" + tail,
                                            "scrypt$14$0$1" + tail,
                                            "scrypt$14$8$1" + tail + "$",
                                            "scrypt$-1$8$1" + tail,
                                            "scrypt$14$8$1$AAAA$AAAA",
                                            "scrypt$25$1$1" + tail,
                                            "scrypt$20$8$1" + tail,
                                            "scrypt$14$8$1024" + tail,
                                            "scrypt$14$4294967295$4294967295" + tail};
  for (const std::string& stored : refused) {
    EXPECT_FALSE(verify_password("secret", stored)) << stored;
  }
}

}  // namespace
}  // namespace davit::aws::crypto
