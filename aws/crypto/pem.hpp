// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/crypto/key.hpp"

namespace davit::aws::crypto {

/// Whether the text has the first line of a PEM block (RFC 7468) anywhere.
bool looks_like_pem(std::string_view text);

/// The one key of a PEM text: PKCS#8, PKCS#1, SEC 1, SubjectPublicKeyInfo, or an X.509 certificate, of which only the public key is used;
/// of a chain the first certificate's. Curve parameters that OpenSSL writes before a SEC 1 key are passed over. An encrypted key, several
/// keys, any other block and bytes after a key's end are usage errors.
Result<Key> parse_pem(std::string_view text);

/// Whether the bytes are nothing but one key in DER, in any of the forms above, be it one that davit would refuse.
bool is_der_key(std::string_view bytes);

enum class KeyPart { whole, public_part };

/// PKCS#8 for a whole private key, SubjectPublicKeyInfo for a public one.
Secret to_pem(const Key& key, KeyPart part);

}  // namespace davit::aws::crypto
