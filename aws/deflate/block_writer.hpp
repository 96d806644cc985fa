// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "aws/deflate/bit_writer.hpp"

namespace davit::aws::deflate {

inline constexpr unsigned k_shortest_match = 3;
inline constexpr unsigned k_longest_match = 258;
inline constexpr unsigned k_farthest_match = 32768;

/// Bytes that stand for themselves, and a match after them; the last of a block has none, and `length` 0.
struct Sequence {
  std::uint32_t literals = 0;
  std::uint16_t length = 0;
  std::uint16_t distance_less_one = 0;
};

/// A block before it is coded: the sequences that its bytes make. Kept from one block to the next for its memory.
class Block
{
public:
  void clear();
  void add(std::span<const unsigned char> literals, unsigned length, unsigned distance);
  void finish(std::span<const unsigned char> literals);

  std::vector<Sequence> sequences;
  std::array<std::uint32_t, 286> literal_frequencies{};  ///< of literals, the end of the block and lengths (RFC 1951 section 3.2.5)
  std::array<std::uint32_t, 30> distance_frequencies{};

private:
  void count(std::span<const unsigned char> literals);
};

/// The most bytes that write_block() needs for `size` bytes, what BitWriter wants behind them included.
constexpr std::size_t most_bytes_of_block(std::size_t size)
{
  return size + 5 * (size / 65535 + 1) + 16;
}

/// Writes `bytes`, whose sequences `block` holds, with codes made for this block (RFC 1951 section 3.2.7), or as they are (3.2.4) where
/// that is not longer.
void write_block(const Block& block, std::span<const unsigned char> bytes, bool is_last, BitWriter& out);

/// As they are.
void write_stored(std::span<const unsigned char> bytes, bool is_last, BitWriter& out);

}  // namespace davit::aws::deflate
