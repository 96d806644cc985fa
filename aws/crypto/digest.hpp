// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace davit::aws::crypto {

/// The SHA-2 functions that signatures are made with (FIPS 180-4).
enum class Hash { sha256, sha384, sha512 };

/// 32, 48 or 64.
std::size_t hash_size(Hash hash);

/// The raw bytes of the hash.
std::string digest(Hash hash, std::string_view data);

/// The 32 raw bytes of SHA-256 (FIPS 180-4).
std::string sha256(std::string_view data);

/// The 20 raw bytes of SHA-1. For names that other programs give their files; it protects nothing.
std::string sha1(std::string_view data);

/// The 32 raw bytes of HMAC-SHA-256 (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view data);

/// SHA-256 of data that arrives in pieces.
class Sha256
{
public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view data);

  /// The 32 raw bytes; the object is then ready for the next message.
  std::string finish();

private:
  struct State;
  std::unique_ptr<State> m_state;
};

/// HMAC (RFC 2104) of many messages under one key, which is hashed once.
class Hmac
{
public:
  Hmac(Hash hash, std::string_view key);
  ~Hmac();
  Hmac(Hmac&&) noexcept;
  Hmac& operator=(Hmac&&) noexcept;

  /// The raw bytes, as many as the hash has.
  [[nodiscard]] std::string mac(std::string_view data) const;

private:
  struct State;
  std::unique_ptr<State> m_state;
};

/// Compares in time that depends on the lengths alone: for MACs, tokens and passwords.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace davit::aws::crypto
