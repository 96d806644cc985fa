// SPDX-License-Identifier: Apache-2.0
#include "commands/image/pyc.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>

namespace davit::commands::image {
namespace {

constexpr std::size_t k_header_size = 16;
constexpr std::uint32_t k_by_time = 0;
constexpr std::uint32_t k_unchecked_hash = 1;
constexpr std::uint32_t k_checked_hash = 3;
constexpr std::string_view k_cache_folder = "__pycache__/";

static_assert(std::endian::native == std::endian::little, "headers and hashes are read in the order of bytes that .pyc files have");

template <typename Number>
Number number_at(std::string_view bytes, std::size_t offset)
{
  Number value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// SipHash (Aumasson and Bernstein 2012), key (k0, 0).
class SipHash
{
public:
  SipHash(std::uint64_t k0, int rounds, int last_rounds) : m_rounds(rounds), m_last_rounds(last_rounds)
  {
    m_state = {k0 ^ 0x736f6d6570736575U, 0x646f72616e646f6dU, k0 ^ 0x6c7967656e657261U, 0x7465646279746573U};
  }

  std::uint64_t of(std::string_view bytes)
  {
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t i = 0; i < whole; i += 8) {
      absorb(number_at<std::uint64_t>(bytes, i));
    }
    std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56U;
    std::uint64_t rest = 0;
    if (whole < bytes.size()) {
      std::memcpy(&rest, bytes.data() + whole, bytes.size() - whole);
    }
    last |= rest;
    absorb(last);
    m_state[2] ^= 0xff;
    mix(m_last_rounds);
    return m_state[0] ^ m_state[1] ^ m_state[2] ^ m_state[3];
  }

private:
  void absorb(std::uint64_t word)
  {
    m_state[3] ^= word;
    mix(m_rounds);
    m_state[0] ^= word;
  }

  void mix(int rounds)
  {
    auto& [v0, v1, v2, v3] = m_state;
    for (int i = 0; i < rounds; ++i) {
      v0 += v1;
      v2 += v3;
      v1 = std::rotl(v1, 13) ^ v0;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 = std::rotl(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = std::rotl(v1, 17) ^ v2;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 = std::rotl(v2, 32);
    }
  }

  int m_rounds;
  int m_last_rounds;
  std::array<std::uint64_t, 4> m_state{};
};

/// What Python's own loader asks before it takes a file (Lib/importlib/_bootstrap_external.py, SourceLoader.get_code).
bool is_made_from(std::string_view pyc, const SourceFile& source, int minor)
{
  switch (number_at<std::uint32_t>(pyc, 4)) {
    case k_by_time:
      return number_at<std::uint32_t>(pyc, 8) == static_cast<std::uint32_t>(source.mtime) &&
             number_at<std::uint32_t>(pyc, 12) == static_cast<std::uint32_t>(source.content.size());
    case k_unchecked_hash:
    case k_checked_hash:
      return number_at<std::uint64_t>(pyc, 8) == source_hash(source.content, minor);
    default:
      return false;
  }
}

bool has_magic(std::string_view pyc, int minor)
{
  return pyc.size() > k_header_size && number_at<std::uint32_t>(pyc, 0) == pyc_magic(minor);
}

std::string suffix_of(int minor)
{
  return fmt::format(".cpython-3{}.pyc", minor);
}

}  // namespace

std::optional<std::uint32_t> pyc_magic(int minor)
{
  // Of the final releases, from Python 3.8 on (Include/internal/pycore_magic_number.h); they never change after a release.
  constexpr std::array<std::uint32_t, 7> k_numbers{3413, 3425, 3439, 3495, 3531, 3571, 3627};
  constexpr int k_first_minor = 8;
  const auto index = static_cast<std::size_t>(minor - k_first_minor);
  if (minor < k_first_minor || index >= k_numbers.size()) {
    return std::nullopt;
  }
  return k_numbers.at(index) | (static_cast<std::uint32_t>('\r') << 16U) | (static_cast<std::uint32_t>('\n') << 24U);
}

std::uint64_t source_hash(std::string_view source, int minor)
{
  constexpr int k_first_with_short_hash = 11;
  const std::uint64_t key = pyc_magic(minor).value_or(0);
  return minor < k_first_with_short_hash ? SipHash(key, 2, 4).of(source) : SipHash(key, 1, 3).of(source);
}

std::optional<std::string> with_unchecked_hash(std::string_view pyc, const SourceFile& source, int minor)
{
  if (!has_magic(pyc, minor) || !is_made_from(pyc, source, minor)) {
    return std::nullopt;
  }
  const std::uint64_t hash = source_hash(source.content, minor);
  std::string out(pyc);
  std::memcpy(out.data() + 4, &k_unchecked_hash, sizeof k_unchecked_hash);
  std::memcpy(out.data() + 8, &hash, sizeof hash);
  return out;
}

bool runs_without_source(std::string_view pyc, int minor)
{
  return has_magic(pyc, minor);
}

std::string pyc_path(std::string_view source_path, int minor)
{
  const std::size_t name = source_path.rfind('/') + 1;
  const std::string_view stem = source_path.substr(name, source_path.size() - name - std::string_view(".py").size());
  return fmt::format("{}{}{}{}", source_path.substr(0, name), k_cache_folder, stem, suffix_of(minor));
}

std::optional<std::string> source_path_of(std::string_view pyc_path, int minor)
{
  const std::string suffix = suffix_of(minor);
  const std::size_t folder = pyc_path.rfind(k_cache_folder);
  const bool is_folder = folder != std::string_view::npos && (folder == 0 || pyc_path[folder - 1] == '/');
  if (!is_folder || !pyc_path.ends_with(suffix)) {
    return std::nullopt;
  }
  const std::string_view name = pyc_path.substr(folder + k_cache_folder.size());
  const std::string_view stem = name.substr(0, name.size() - suffix.size());
  // "main.opt-1.cpython..." is never found without -O; a folder in the name is no cache file.
  if (stem.empty() || stem.find('/') != std::string_view::npos || stem.find('.') != std::string_view::npos) {
    return std::nullopt;
  }
  return fmt::format("{}{}.py", pyc_path.substr(0, folder), stem);
}

}  // namespace davit::commands::image
