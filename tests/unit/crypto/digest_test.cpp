// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/digest.hpp"

#include <gtest/gtest.h>

#include "aws/core/encoding.hpp"

namespace davit::aws::crypto {
namespace {

TEST(Digest, KnowsTheHashesOfAbc)
{
  EXPECT_EQ(to_hex(digest(Hash::sha256, "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(digest(Hash::sha384, "abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(
      to_hex(digest(Hash::sha512, "abc")),
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

/// RFC 4231, test cases 2 and 6: a key shorter than a block, and one longer.
TEST(Hmac, AgreesWithThePublishedExamples)
{
  EXPECT_EQ(to_hex(Hmac(Hash::sha256, "Jefe").mac("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const Hmac long_key(Hash::sha512, std::string(131, '\xaa'));
  const std::string expected =
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598";
  EXPECT_EQ(to_hex(long_key.mac("Test Using Larger Than Block-Size Key - Hash Key First")), expected);
  EXPECT_EQ(to_hex(long_key.mac("Test Using Larger Than Block-Size Key - Hash Key First")), expected) << "the object must serve again";
}

TEST(Sha256, TakesPiecesAndServesAgain)
{
  Sha256 hash;
  hash.update("a");
  hash.update("bc");
  EXPECT_EQ(hash.finish(), sha256("abc"));
  EXPECT_EQ(hash.finish(), sha256(""));
}

}  // namespace
}  // namespace davit::aws::crypto
