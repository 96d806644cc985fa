// SPDX-License-Identifier: Apache-2.0
#include "aws/deflate/block_writer.hpp"

#include <algorithm>

#include "aws/deflate/prefix_code.hpp"

namespace davit::aws::deflate {
namespace {

using Bytes = std::span<const unsigned char>;

constexpr unsigned k_end_of_block = 256;
constexpr unsigned k_first_length = 257;
constexpr unsigned k_longest_code = 15;
constexpr unsigned k_longest_length_code = 7;
constexpr std::size_t k_most_stored = 65535;

constexpr std::array<std::uint16_t, 29> k_length_bases{3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                       31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<std::uint8_t, 29> k_length_extras{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<std::uint8_t, 19> k_order_of_length_codes{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

/// The index of each length's code, counted from 257.
constexpr std::array<std::uint8_t, k_longest_match + 1> length_codes()
{
  std::array<std::uint8_t, k_longest_match + 1> codes{};
  for (unsigned code = 0; code < k_length_bases.size(); ++code) {
    for (unsigned length = k_length_bases[code]; length <= k_longest_match; ++length) {
      codes[length] = static_cast<std::uint8_t>(code);
    }
  }
  return codes;
}

constexpr auto k_length_codes = length_codes();

constexpr unsigned distance_code(unsigned distance_less_one)
{
  if (distance_less_one < 4) {
    return distance_less_one;
  }
  const unsigned log2 = std::bit_width(distance_less_one) - 1;
  return 2 * log2 + (distance_less_one >> (log2 - 1) & 1U);
}

constexpr unsigned distance_extra(unsigned code)
{
  return code < 4 ? 0 : code / 2 - 1;
}

/// A run of equal code lengths, or one of them (RFC 1951 section 3.2.7).
struct LengthItem {
  std::uint8_t symbol;
  std::uint8_t extra = 0;
};

constexpr unsigned extra_bits_of(const LengthItem& item)
{
  return item.symbol == 16 ? 2 : item.symbol == 17 ? 3 : item.symbol == 18 ? 7 : 0;
}

/// The code lengths of a block and how they are themselves coded.
struct Header {
  explicit Header(const PrefixCode<286>& literal, const PrefixCode<30>& distance);

  [[nodiscard]] std::uint64_t bits() const;
  void write(bool is_last, BitWriter& out) const;

  unsigned literals = 286;
  unsigned distances = 30;
  unsigned codes = 19;
  std::vector<LengthItem> items;
  PrefixCode<19> code;

private:
  void add_run(std::uint8_t length, unsigned count);
  void add_repeats(std::uint8_t symbol, unsigned least, unsigned most, unsigned& count);
};

Header::Header(const PrefixCode<286>& literal, const PrefixCode<30>& distance)
{
  for (; literals > k_first_length && literal.lengths.at(literals - 1) == 0; --literals) {
  }
  for (; distances > 1 && distance.lengths.at(distances - 1) == 0; --distances) {
  }
  std::vector<std::uint8_t> lengths(literal.lengths.begin(), literal.lengths.begin() + literals);
  lengths.insert(lengths.end(), distance.lengths.begin(), distance.lengths.begin() + distances);
  for (auto run = lengths.begin(); run != lengths.end();) {
    const auto end = std::find_if(run, lengths.end(), [&](std::uint8_t length) { return length != *run; });
    add_run(*run, static_cast<unsigned>(end - run));
    run = end;
  }
  std::array<std::uint32_t, 19> frequencies{};
  for (const LengthItem& item : items) {
    ++frequencies.at(item.symbol);
  }
  code = prefix_code_of(frequencies, k_longest_length_code);
  for (; codes > 4 && code.lengths.at(k_order_of_length_codes.at(codes - 1)) == 0; --codes) {
  }
}

void Header::add_repeats(std::uint8_t symbol, unsigned least, unsigned most, unsigned& count)
{
  while (count >= least) {
    const unsigned taken = std::min(count, most);
    items.push_back({symbol, static_cast<std::uint8_t>(taken - least)});
    count -= taken;
  }
}

void Header::add_run(std::uint8_t length, unsigned count)
{
  if (length == 0) {
    add_repeats(18, 11, 138, count);
    add_repeats(17, 3, 10, count);
  } else {
    items.push_back({length});
    --count;
    add_repeats(16, 3, 6, count);
  }
  items.insert(items.end(), count, LengthItem{length});
}

std::uint64_t Header::bits() const
{
  std::uint64_t bits = 3 + 5 + 5 + 4 + 3 * codes;
  for (const LengthItem& item : items) {
    bits += code.lengths.at(item.symbol) + extra_bits_of(item);
  }
  return bits;
}

void Header::write(bool is_last, BitWriter& out) const
{
  out.put(is_last ? 1 : 0, 1);
  out.put(2, 2);
  out.put(literals - k_first_length, 5);
  out.put(distances - 1, 5);
  out.put(codes - 4, 4);
  for (unsigned i = 0; i < codes; ++i) {
    out.put(code.lengths.at(k_order_of_length_codes.at(i)), 3);
    out.flush();
  }
  for (const LengthItem& item : items) {
    out.put(code.codes.at(item.symbol), code.lengths.at(item.symbol));
    out.put(item.extra, extra_bits_of(item));
    out.flush();
  }
}

/// The bits that a symbol is sent as.
struct Sent {
  std::uint32_t bits;
  std::uint32_t count;
};

/// Writes the sequences of a block. Its tables hold code and extra bits together.
class SequenceWriter
{
public:
  SequenceWriter(const PrefixCode<286>& literal, const PrefixCode<30>& distance) : m_literal(literal), m_distance(distance)
  {
    for (unsigned i = 0; i < m_literals.size(); ++i) {
      m_literals[i] = {literal.codes[i], literal.lengths[i]};
    }
    for (unsigned length = k_shortest_match; length <= k_longest_match; ++length) {
      const unsigned code = k_length_codes[length];
      const std::uint32_t prefix = literal.lengths[k_first_length + code];
      m_lengths[length] = {literal.codes[k_first_length + code] | (length - k_length_bases[code]) << prefix,
                           prefix + k_length_extras[code]};
    }
  }

  void write(const std::vector<Sequence>& sequences, const unsigned char* bytes, BitWriter& to) const
  {
    BitWriter out = to;  // in registers
    for (const Sequence& sequence : sequences) {
      bytes = put_literals(bytes, sequence.literals, out);
      if (sequence.length > 0) {
        put_match(sequence, out);
        bytes += sequence.length;
      }
    }
    out.put(m_literal.codes[k_end_of_block], m_literal.lengths[k_end_of_block]);
    out.flush();
    to = out;
  }

private:
  static constexpr unsigned k_most_waiting = 56 - (k_longest_code + 5 + k_longest_code + 13) + 7;

  const unsigned char* put_literals(const unsigned char* bytes, std::uint32_t count, BitWriter& out) const
  {
    for (; count >= 3; count -= 3) {
      put(m_literals[*bytes++], out);
      put(m_literals[*bytes++], out);
      put(m_literals[*bytes++], out);
      out.flush();
    }
    for (; count > 0; --count) {
      put(m_literals[*bytes++], out);
    }
    if (out.waiting() > k_most_waiting) {
      out.flush();
    }
    return bytes;
  }

  void put_match(const Sequence& sequence, BitWriter& out) const
  {
    put(m_lengths[sequence.length], out);
    const unsigned code = distance_code(sequence.distance_less_one);
    const unsigned extra = distance_extra(code);
    out.put(m_distance.codes[code], m_distance.lengths[code]);
    out.put(sequence.distance_less_one & ((1U << extra) - 1), extra);
    out.flush();
  }

  static void put(const Sent& sent, BitWriter& out) { out.put(sent.bits, sent.count); }

  const PrefixCode<286>& m_literal;
  const PrefixCode<30>& m_distance;
  std::array<Sent, 256> m_literals{};
  std::array<Sent, k_longest_match + 1> m_lengths{};
};

std::uint64_t bits_of_sequences(const Block& block, const PrefixCode<286>& literal, const PrefixCode<30>& distance)
{
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < literal.lengths.size(); ++i) {
    const unsigned extra = i < k_first_length ? 0 : k_length_extras.at(i - k_first_length);
    bits += std::uint64_t{block.literal_frequencies.at(i)} * (literal.lengths.at(i) + extra);
  }
  for (unsigned i = 0; i < distance.lengths.size(); ++i) {
    bits += std::uint64_t{block.distance_frequencies.at(i)} * (distance.lengths.at(i) + distance_extra(i));
  }
  return bits;
}

}  // namespace

void Block::clear()
{
  sequences.clear();
  literal_frequencies.fill(0);
  distance_frequencies.fill(0);
}

void Block::count(Bytes literals)
{
  for (const unsigned char literal : literals) {
    ++literal_frequencies[literal];
  }
}

void Block::add(Bytes literals, unsigned length, unsigned distance)
{
  count(literals);
  ++literal_frequencies[k_first_length + k_length_codes[length]];
  ++distance_frequencies[distance_code(distance - 1)];
  sequences.push_back({.literals = static_cast<std::uint32_t>(literals.size()),
                       .length = static_cast<std::uint16_t>(length),
                       .distance_less_one = static_cast<std::uint16_t>(distance - 1)});
}

void Block::finish(Bytes literals)
{
  count(literals);
  ++literal_frequencies[k_end_of_block];
  sequences.push_back({.literals = static_cast<std::uint32_t>(literals.size())});
}

void write_stored(Bytes bytes, bool is_last, BitWriter& out)
{
  do {
    const std::size_t size = std::min(bytes.size(), k_most_stored);
    out.put(is_last && size == bytes.size() ? 1 : 0, 3);
    out.align();
    out.put(size, 16);
    out.put(size ^ 0xffffU, 16);
    out.flush();
    out.copy(bytes.first(size));
    bytes = bytes.subspan(size);
  } while (!bytes.empty());
}

void write_block(const Block& block, Bytes bytes, bool is_last, BitWriter& out)
{
  const auto literal = prefix_code_of(block.literal_frequencies, k_longest_code);
  const auto distance = prefix_code_of(block.distance_frequencies, k_longest_code);
  const Header header(literal, distance);
  const std::uint64_t stored_bits = 8 * (bytes.size() + 5 * (bytes.size() / k_most_stored + 1));
  if (bytes.empty() || header.bits() + bits_of_sequences(block, literal, distance) >= stored_bits) {
    write_stored(bytes, is_last, out);
    return;
  }
  header.write(is_last, out);
  SequenceWriter(literal, distance).write(block.sequences, bytes.data(), out);
}

}  // namespace davit::aws::deflate
