// SPDX-License-Identifier: Apache-2.0
#include "aws/deflate/deflater.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace davit::aws::deflate {
namespace {

constexpr unsigned k_hash_bits = 16;
constexpr std::size_t k_block_size = 128U << 10U;
constexpr unsigned k_compared = 4;  ///< bytes at once, and so the shortest match
constexpr std::size_t k_tail = 8;   ///< of a block, where no match is looked for: whole words are read before it

// Every 32 places without a match the search goes on in larger steps: what is compressed already costs little then.
constexpr std::uint32_t k_patience_bits = 5;

// Every second place of a dictionary is enough to find most of what is repeated from it.
constexpr std::size_t k_dictionary_step = 2;

std::uint32_t four_bytes(const unsigned char* at)
{
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t eight_bytes(const unsigned char* at)
{
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Of the first five of eight bytes. Four would do, but they are found again by chance far more often, and a match of four bytes saves
/// little.
std::size_t hash_of(std::uint64_t bytes)
{
  return static_cast<std::size_t>((bytes << 24U) * 0x9E3779B185EBCA87U >> (64U - k_hash_bits));
}

/// How many bytes are equal at two places, the second of which ends before `end`.
unsigned equal_bytes(const unsigned char* earlier, const unsigned char* later, const unsigned char* end)
{
  const unsigned char* start = later;
  for (; end - later >= 8; earlier += 8, later += 8) {
    if (const std::uint64_t difference = eight_bytes(earlier) ^ eight_bytes(later); difference != 0) {
      return static_cast<unsigned>(later - start) + static_cast<unsigned>(std::countr_zero(difference)) / 8;
    }
  }
  for (; later < end && *earlier == *later; ++earlier, ++later) {
  }
  return static_cast<unsigned>(later - start);
}

}  // namespace

void Deflater::remember(std::size_t at)
{
  m_places[hash_of(eight_bytes(m_bytes.data() + at))] = static_cast<std::uint32_t>(at);
}

void Deflater::find_matches(std::size_t from, std::size_t to)
{
  const unsigned char* const bytes = m_bytes.data();
  const std::size_t end = to - from > k_tail ? to - k_tail : from;
  std::size_t written = from;
  std::uint32_t patience = 1U << k_patience_bits;
  for (std::size_t at = from; at < end;) {
    const std::uint32_t here = four_bytes(bytes + at);
    const std::size_t earlier = std::exchange(m_places[hash_of(eight_bytes(bytes + at))], static_cast<std::uint32_t>(at));
    if (at - earlier - 1 >= k_farthest_match || four_bytes(bytes + earlier) != here) {
      at += patience++ >> k_patience_bits;
      continue;
    }
    const unsigned char* most = bytes + std::min(to, at + k_longest_match);
    const unsigned length = k_compared + equal_bytes(bytes + earlier + k_compared, bytes + at + k_compared, most);
    m_block.add(m_bytes.subspan(written, at - written), length, static_cast<unsigned>(at - earlier));
    remember(at + 1);
    at += length;
    written = at;
    if (at < end) {
      remember(at - 2);
    }
    patience = 1U << k_patience_bits;
  }
  m_block.finish(m_bytes.subspan(written, to - written));
}

void Deflater::deflate(std::span<const unsigned char> bytes, std::size_t dictionary, bool is_last, std::string& out)
{
  m_bytes = bytes;
  m_places.assign(std::size_t{1} << k_hash_bits, 0);
  for (std::size_t at = 0; at + k_tail <= dictionary; at += k_dictionary_step) {
    remember(at);
  }
  const std::size_t before = out.size();
  out.resize(before + most_bytes_of_block(bytes.size() - dictionary) + (bytes.size() / k_block_size + 1) * most_bytes_of_block(0));
  BitWriter writer(reinterpret_cast<unsigned char*>(out.data()) + before);
  for (std::size_t from = dictionary; from < bytes.size() || from == dictionary; from += k_block_size) {
    const std::size_t to = std::min(from + k_block_size, bytes.size());
    m_block.clear();
    find_matches(from, to);
    write_block(m_block, bytes.subspan(from, to - from), is_last && to == bytes.size(), writer);
  }
  if (is_last) {
    writer.align();
  } else {
    write_stored({}, false, writer);
  }
  out.resize(static_cast<std::size_t>(reinterpret_cast<char*>(writer.end()) - out.data()));
}

}  // namespace davit::aws::deflate
