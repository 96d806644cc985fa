// SPDX-License-Identifier: Apache-2.0
#include "commands/table/duplicates.hpp"

namespace davit::commands::table {
namespace {

// A line and a file in one number, because ten million of them are sorted.
constexpr unsigned k_file_bits = 20;
constexpr std::uint64_t k_file_mask = (std::uint64_t{1} << k_file_bits) - 1;

std::uint64_t packed(Duplicates::Origin origin)
{
  return origin.line << k_file_bits | (origin.file & k_file_mask);
}

Duplicates::Origin unpacked(std::uint64_t origin)
{
  return {.file = static_cast<std::uint32_t>(origin & k_file_mask), .line = origin >> k_file_bits};
}

}  // namespace

Status Duplicates::add(const aws::dynamodb::KeyDigest& key, std::uint64_t number, Origin origin)
{
  return m_keys.add({.digest = key, .number = number, .origin = packed(origin)});
}

Status Duplicates::find()
{
  DAVIT_TRY(m_keys.rewind());
  std::optional<Key> first;
  while (true) {
    DAVIT_TRY_ASSIGN(const auto key, m_keys.next());
    if (!key) {
      break;
    }
    if (first && first->digest == key->digest) {
      ++m_count;
      DAVIT_TRY(m_found.add({.number = key->number, .first = first->origin}));
    } else {
      first = key;
    }
  }
  m_keys = SpilledSort<Key>{};
  return m_found.rewind();
}

Result<std::optional<Duplicates::Duplicate>> Duplicates::next()
{
  DAVIT_TRY_ASSIGN(const auto found, m_found.next());
  return found ? std::optional(Duplicate{.number = found->number, .first = unpacked(found->first)}) : std::nullopt;
}

}  // namespace davit::commands::table
