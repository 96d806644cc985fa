// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace davit::aws::deflate {

/// A canonical prefix code (RFC 1951 section 3.2.2): for each symbol the length of its code in bits, 0 for a symbol without one, and the
/// code itself in the order in which its bits are sent.
template <std::size_t Symbols>
struct PrefixCode {
  std::array<std::uint8_t, Symbols> lengths{};
  std::array<std::uint16_t, Symbols> codes{};
};

/// Gives every symbol that occurs a code, none longer than `longest` bits, all together as short as such codes can nearly be (Huffman's
/// lengths, and then what is too long shortened at the cost of others). At least two symbols get one: inflaters refuse an incomplete code.
void make_prefix_code(std::span<const std::uint32_t> frequencies, unsigned longest, std::span<std::uint8_t> lengths,
                      std::span<std::uint16_t> codes);

template <std::size_t Symbols>
PrefixCode<Symbols> prefix_code_of(const std::array<std::uint32_t, Symbols>& frequencies, unsigned longest)
{
  PrefixCode<Symbols> code;
  make_prefix_code(frequencies, longest, code.lengths, code.codes);
  return code;
}

}  // namespace davit::aws::deflate
