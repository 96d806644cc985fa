// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/password.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/openssl.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::crypto {
namespace {

constexpr std::uint64_t k_most_memory = 256ULL << 20;
constexpr std::uint64_t k_most_mixing = 1ULL << 24;
constexpr std::size_t k_salt_size = 16;
constexpr std::size_t k_hash_size = 32;

struct Parameters {
  unsigned log2_n = 14;
  unsigned r = 8;
  unsigned p = 1;
};

struct StoredHash {
  Parameters parameters;
  std::string salt;
  std::string hash;
};

std::optional<unsigned> parse_small_number(std::string_view text)
{
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value > 0 && text.front() != '0' ? std::optional(value) : std::nullopt;
}

/// The factors are bounded before they are multiplied, so that no product overflows 64 bits.
bool affordable(const Parameters& of)
{
  if (of.log2_n > 24 || of.r > 1024 || of.p > 1024) {
    return false;
  }
  const std::uint64_t n = 1ULL << of.log2_n;
  return 128ULL * of.r * (n + of.p) <= k_most_memory && n * of.r * of.p <= k_most_mixing;
}

bool within(std::size_t value, std::size_t least, std::size_t most)
{
  return value >= least && value <= most;
}

/// The part before the next '$', which is taken off `rest` with it.
std::string_view next_part(std::string_view& rest)
{
  const std::size_t at = rest.find('$');
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return part;
}

std::optional<StoredHash> parse_stored(std::string_view text)
{
  constexpr std::ptrdiff_t k_separators = 5;
  if (std::count(text.begin(), text.end(), '$') != k_separators || next_part(text) != "scrypt") {
    return std::nullopt;
  }
  const auto log2_n = parse_small_number(next_part(text));
  const auto r = parse_small_number(next_part(text));
  const auto p = parse_small_number(next_part(text));
  auto salt = from_base64(next_part(text));
  auto hash = from_base64(next_part(text));
  if (!log2_n || !r || !p || !salt || !hash || !within(salt->size(), 8, 64) || !within(hash->size(), 16, 64)) {
    return std::nullopt;
  }
  return StoredHash{.parameters = {.log2_n = *log2_n, .r = *r, .p = *p}, .salt = std::move(*salt), .hash = std::move(*hash)};
}

Result<std::string> scrypt(std::string_view password, std::string_view salt, const Parameters& parameters, std::size_t size)
{
  start_openssl();
  std::string out(size, '\0');
  const int ok = EVP_PBE_scrypt(password.data(), password.size(), bytes_of(salt), salt.size(), 1ULL << parameters.log2_n, parameters.r,
                                parameters.p, k_most_memory + (1U << 20), bytes_of(out), out.size());
  if (ok != 1) {
    openssl_failed();
    return fail(Error{.kind = ErrorKind::bug, .message = "scrypt failed", .hint = "is there too little memory?"});
  }
  return out;
}

}  // namespace

Result<std::string> hash_password(std::string_view password)
{
  const Parameters parameters;
  const std::string salt = random_bytes(k_salt_size);
  DAVIT_TRY_ASSIGN(const std::string hash, scrypt(password, salt, parameters, k_hash_size));
  return fmt::format("scrypt${}${}${}${}${}", parameters.log2_n, parameters.r, parameters.p, to_base64(salt), to_base64(hash));
}

Result<bool> verify_password(std::string_view password, std::string_view stored)
{
  const auto parsed = parse_stored(stored);
  if (!parsed) {
    return fail(failed_error("the stored password hash has not the form scrypt$<log2 N>$<r>$<p>$<salt>$<hash>"));
  }
  if (!affordable(parsed->parameters)) {
    return fail(failed_error("the stored password hash asks for more memory or time than davit spends on one"));
  }
  DAVIT_TRY_ASSIGN(const std::string hash, scrypt(password, parsed->salt, parsed->parameters, parsed->hash.size()));
  return equal_in_constant_time(hash, parsed->hash);
}

}  // namespace davit::aws::crypto
