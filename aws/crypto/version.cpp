// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/version.hpp"

#include <openssl/crypto.h>

namespace davit::aws::crypto {

std::string library_version()
{
  return OpenSSL_version(OPENSSL_VERSION);
}

}  // namespace davit::aws::crypto
