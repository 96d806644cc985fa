// SPDX-License-Identifier: Apache-2.0
#include "aws/deflate/prefix_code.hpp"

#include <algorithm>
#include <vector>

namespace davit::aws::deflate {
namespace {

constexpr unsigned k_longest_of_all = 15;

struct Symbol {
  std::uint32_t frequency;
  std::uint16_t number;
};

/// Those that occur, rarest first; equally rare ones by number, so that the code depends on nothing else.
std::vector<Symbol> by_frequency(std::span<const std::uint32_t> frequencies)
{
  std::vector<Symbol> out;
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    if (frequencies[i] > 0) {
      out.push_back({frequencies[i], static_cast<std::uint16_t>(i)});
    }
  }
  for (std::uint16_t i = 0; out.size() < 2; ++i) {
    if (frequencies[i] == 0) {
      out.push_back({1, i});
    }
  }
  std::sort(out.begin(), out.end(), [](const Symbol& one, const Symbol& other) {
    return one.frequency != other.frequency ? one.frequency < other.frequency : one.number < other.number;
  });
  return out;
}

/// The depth of each symbol in Huffman's tree. Two queues, of leaves and of the nodes made so far, are each in order; the two least of
/// both make the next node.
std::vector<unsigned> depths_of(const std::vector<Symbol>& symbols)
{
  const std::size_t leaves = symbols.size();
  std::vector<std::uint64_t> weights(2 * leaves - 1);
  std::vector<std::size_t> parents(2 * leaves - 1);
  for (std::size_t i = 0; i < leaves; ++i) {
    weights[i] = symbols[i].frequency;
  }
  std::size_t leaf = 0;
  std::size_t node = leaves;
  for (std::size_t made = leaves; made < weights.size(); ++made) {
    for (int child = 0; child < 2; ++child) {
      const bool takes_leaf = leaf < leaves && (node >= made || weights[leaf] <= weights[node]);
      const std::size_t least = takes_leaf ? leaf++ : node++;
      weights[made] += weights[least];
      parents[least] = made;
    }
  }
  std::vector<unsigned> depths(weights.size());
  for (std::size_t i = weights.size() - 1; i-- > 0;) {
    depths[i] = depths[parents[i]] + 1;
  }
  depths.resize(leaves);
  return depths;
}

using LengthCounts = std::array<std::uint32_t, k_longest_of_all + 1>;

/// How many codes there are of each length. A code cut to `longest` takes more than its share of the bits; a code of the longest length
/// below makes room for it by becoming a prefix of two.
LengthCounts count_lengths(const std::vector<unsigned>& depths, unsigned longest)
{
  LengthCounts counts{};
  std::uint32_t shares = 0;
  for (const unsigned depth : depths) {
    const unsigned length = std::min(depth, longest);
    ++counts.at(length);
    shares += 1U << (longest - length);
  }
  for (; shares > 1U << longest; --shares) {
    unsigned length = longest - 1;
    while (counts.at(length) == 0) {
      --length;
    }
    --counts.at(longest);
    --counts.at(length);
    counts.at(length + 1) += 2;
  }
  return counts;
}

std::uint16_t reversed(std::uint32_t code, unsigned length)
{
  std::uint32_t out = 0;
  for (unsigned i = 0; i < length; ++i) {
    out = out << 1U | (code >> i & 1U);
  }
  return static_cast<std::uint16_t>(out);
}

/// RFC 1951 section 3.2.2, steps 2 and 3.
void assign_codes(const LengthCounts& counts, std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes)
{
  std::array<std::uint32_t, k_longest_of_all + 1> next{};
  for (unsigned length = 1; length <= k_longest_of_all; ++length) {
    next.at(length) = (next.at(length - 1) + (length > 1 ? counts.at(length - 1) : 0)) << 1U;
  }
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > 0) {
      codes[i] = reversed(next.at(lengths[i])++, lengths[i]);
    }
  }
}

}  // namespace

void make_prefix_code(std::span<const std::uint32_t> frequencies, unsigned longest, std::span<std::uint8_t> lengths,
                      std::span<std::uint16_t> codes)
{
  const auto symbols = by_frequency(frequencies);
  const LengthCounts counts = count_lengths(depths_of(symbols), longest);
  auto symbol = symbols.begin();
  for (unsigned length = longest; length > 0; --length) {
    for (std::uint32_t i = 0; i < counts.at(length); ++i) {
      lengths[(symbol++)->number] = static_cast<std::uint8_t>(length);
    }
  }
  assign_codes(counts, lengths, codes);
}

}  // namespace davit::aws::deflate
