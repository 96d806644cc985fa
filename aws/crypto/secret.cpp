// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/secret.hpp"

#include <openssl/crypto.h>

namespace davit::aws::crypto {

void cleanse(std::string& bytes)
{
  // Up to the capacity: a short string keeps what a longer one left behind it.
  bytes.resize(bytes.capacity());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace davit::aws::crypto
