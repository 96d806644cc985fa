// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/openssl.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>

namespace davit::aws::crypto {

void start_openssl()
{
  static const int k_started = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  static_cast<void>(k_started);
}

bool openssl_failed()
{
  ERR_clear_error();
  return false;
}

BigNumber number_from(std::string_view bytes)
{
  return BigNumber(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

BigNumber number_of(const EVP_PKEY* key, const char* name)
{
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) {
    openssl_failed();
    return nullptr;
  }
  return BigNumber(number);
}

std::string to_bytes(const BIGNUM* number, std::size_t size)
{
  std::string out(size == 0 ? static_cast<std::size_t>(BN_num_bytes(number)) : size, '\0');
  BN_bn2binpad(number, bytes_of(out), static_cast<int>(out.size()));
  return out;
}

}  // namespace davit::aws::crypto
