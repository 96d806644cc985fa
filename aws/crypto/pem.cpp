// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/pem.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "aws/crypto/openssl.hpp"

namespace davit::aws::crypto {
namespace {

/// A block of a PEM text, decoded.
struct Block {
  std::string label;    ///< "PRIVATE KEY"
  std::string headers;  ///< of RFC 1421; a key encrypted in OpenSSL's old way has some
  Secret der;
};

std::vector<Block> read_blocks(std::string_view text)
{
  std::vector<Block> blocks;
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  char* label = nullptr;
  char* headers = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (PEM_read_bio(bio.get(), &label, &headers, &data, &size) == 1) {
    blocks.push_back({label, headers, Secret(std::string(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)))});
    OPENSSL_free(label);
    OPENSSL_free(headers);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  openssl_failed();
  return blocks;
}

/// Runs a d2i function over the whole of the bytes.
template <typename Decode>
auto decode_whole(std::string_view der, Decode decode)
{
  const unsigned char* at = bytes_of(der);
  auto decoded = decode(&at, static_cast<long>(der.size()));
  if (at != bytes_of(der) + der.size()) {
    decoded.reset();
  }
  if (!decoded) {
    openssl_failed();
  }
  return decoded;
}

using DecodeKey = EvpKey (*)(std::string_view der);

EvpKey decode_pkcs8(std::string_view der)
{
  const auto info =
      decode_whole(der, [](const unsigned char** at, long size) { return Pkcs8(d2i_PKCS8_PRIV_KEY_INFO(nullptr, at, size)); });
  return EvpKey(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
}

template <int type>
EvpKey decode_private(std::string_view der)
{
  return decode_whole(der, [](const unsigned char** at, long size) { return EvpKey(d2i_PrivateKey(type, nullptr, at, size)); });
}

EvpKey decode_pkcs1_public(std::string_view der)
{
  return decode_whole(der, [](const unsigned char** at, long size) { return EvpKey(d2i_PublicKey(EVP_PKEY_RSA, nullptr, at, size)); });
}

EvpKey decode_public(std::string_view der)
{
  return decode_whole(der, [](const unsigned char** at, long size) { return EvpKey(d2i_PUBKEY(nullptr, at, size)); });
}

EvpKey decode_certificate(std::string_view der)
{
  const auto certificate = decode_whole(der, [](const unsigned char** at, long size) { return Certificate(d2i_X509(nullptr, at, size)); });
  return EvpKey(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
}

struct Form {
  std::string_view label;
  DecodeKey decode;
  bool is_private;
};

constexpr Form k_forms[] = {
    {"PRIVATE KEY", decode_pkcs8, true},
    {"PUBLIC KEY", decode_public, false},
    {"RSA PRIVATE KEY", decode_private<EVP_PKEY_RSA>, true},
    {"RSA PUBLIC KEY", decode_pkcs1_public, false},
    {"EC PRIVATE KEY", decode_private<EVP_PKEY_EC>, true},
    {"CERTIFICATE", decode_certificate, false},
    {"X509 CERTIFICATE", decode_certificate, false},
};

const Form* form_of(std::string_view label)
{
  const auto* found = std::find_if(std::begin(k_forms), std::end(k_forms), [&](const Form& form) { return form.label == label; });
  return found == std::end(k_forms) ? nullptr : found;
}

Error unknown_block(std::string_view label)
{
  if (label == "ENCRYPTED PRIVATE KEY") {
    return usage_error("the private key is encrypted", "decrypt it into a file only you can read: openssl pkcs8 -in FILE -out OTHER");
  }
  if (label == "OPENSSH PRIVATE KEY") {
    return usage_error("the key is in OpenSSH's own format", "convert a copy of it: ssh-keygen -p -m PKCS8 -N '' -f COPY");
  }
  return usage_error(fmt::format("the PEM block is \"{}\", which is no key", label),
                     "a key is a PRIVATE KEY, a PUBLIC KEY or a CERTIFICATE block");
}

Result<Key> decode_block(const Block& block)
{
  const Form* form = form_of(block.label);
  if (form == nullptr) {
    return fail(unknown_block(block.label));
  }
  if (block.headers.find("ENCRYPTED") != std::string::npos) {
    return fail(unknown_block("ENCRYPTED PRIVATE KEY"));
  }
  EvpKey key = form->decode(block.der.bytes());
  if (!key) {
    return fail(usage_error(fmt::format("the \"{}\" block holds no key that OpenSSL can read", block.label),
                            "is it cut off, or of another kind than it says?"));
  }
  return Key::adopt(key.release(), form->is_private);
}

/// Whether the bytes are nothing but one ASN.1 SEQUENCE in DER (X.690 sections 8.1.3, 8.9). Spares secrets OpenSSL's decoders, which take
/// longer than all else: hexadecimal text begins with the tag's own byte, '0', once in sixteen times.
bool is_one_sequence(std::string_view bytes)
{
  constexpr char k_sequence = 0x30;
  if (bytes.size() < 2 || bytes.front() != k_sequence) {
    return false;
  }
  std::size_t length = static_cast<unsigned char>(bytes[1]);
  const std::size_t count = length < 0x80 ? 0 : length & 0x7F;  // of the bytes that hold the length
  if (count > 3 || bytes.size() < 2 + count) {
    return false;
  }
  length = count == 0 ? length : 0;
  for (const char byte : bytes.substr(2, count)) {
    length = length << 8 | static_cast<unsigned char>(byte);
  }
  return bytes.size() == 2 + count + length;
}

bool is_chain(const std::vector<Block>& blocks)
{
  return std::all_of(blocks.begin(), blocks.end(), [](const Block& block) { return block.label.find("CERTIFICATE") != std::string::npos; });
}

}  // namespace

bool looks_like_pem(std::string_view text)
{
  return text.find("-----BEGIN ") != std::string_view::npos;
}

Result<Key> parse_pem(std::string_view text)
{
  start_openssl();
  std::vector<Block> blocks = read_blocks(text);
  std::erase_if(blocks, [](const Block& block) { return block.label == "EC PARAMETERS"; });
  if (blocks.empty()) {
    return fail(usage_error("the PEM text holds no whole block",
                            "a block begins with -----BEGIN NAME----- and ends with -----END NAME-----, each on its own line"));
  }
  if (blocks.size() > 1 && !is_chain(blocks)) {
    return fail(usage_error(fmt::format("the PEM text holds {} blocks, and which one is meant is not clear", blocks.size()),
                            "keep one key in the file"));
  }
  return decode_block(blocks.front());
}

bool is_der_key(std::string_view bytes)
{
  if (!is_one_sequence(bytes)) {
    return false;
  }
  start_openssl();
  return std::any_of(std::begin(k_forms), std::end(k_forms), [&](const Form& form) { return form.decode(bytes) != nullptr; });
}

Secret to_pem(const Key& key, KeyPart part)
{
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (key.is_private() && part == KeyPart::whole) {
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.handle(), nullptr, nullptr, 0, nullptr, nullptr);
  } else {
    PEM_write_bio_PUBKEY(bio.get(), key.handle());
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return Secret(std::string(data, static_cast<std::size_t>(size)));
}

}  // namespace davit::aws::crypto
