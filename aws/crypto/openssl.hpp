// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

/// Ownership of OpenSSL's objects. For the .cpp files of this folder alone.
namespace davit::aws::crypto {

template <auto free_function>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const
  {
    free_function(object);
  }
};

using BigNumber = std::unique_ptr<BIGNUM, OpensslDeleter<BN_clear_free>>;
using BigNumberContext = std::unique_ptr<BN_CTX, OpensslDeleter<BN_CTX_free>>;
using Bio = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, OpensslDeleter<ECDSA_SIG_free>>;
using EvpKey = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslDeleter<EVP_PKEY_CTX_free>>;
using EvpDigestContext = std::unique_ptr<EVP_MD_CTX, OpensslDeleter<EVP_MD_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpensslDeleter<PKCS8_PRIV_KEY_INFO_free>>;
using Certificate = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using OpensslParameters = std::unique_ptr<OSSL_PARAM, OpensslDeleter<OSSL_PARAM_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpensslDeleter<OSSL_PARAM_BLD_free>>;

inline const unsigned char* bytes_of(std::string_view text)
{
  return reinterpret_cast<const unsigned char*>(text.data());
}

inline unsigned char* bytes_of(std::string& text)
{
  return reinterpret_cast<unsigned char*>(text.data());
}

/// To be called before OpenSSL does anything that needs a provider: keeps it from reading openssl.cnf, which takes as long as a signature
/// and can only change what davit verifies behind its back.
void start_openssl();

/// Empties OpenSSL's queue of errors, which would otherwise be blamed on the next call. Always false.
bool openssl_failed();

/// An unsigned big-endian number.
BigNumber number_from(std::string_view bytes);

/// A component of a key, such as "n" or "priv"; null when it has none.
BigNumber number_of(const EVP_PKEY* key, const char* name);

/// Big-endian without leading zeros, or padded with them to `size`.
std::string to_bytes(const BIGNUM* number, std::size_t size = 0);

}  // namespace davit::aws::crypto
