// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace davit::aws::deflate {

/// Writes bits as RFC 1951 section 3.1.1 packs them: the first into the lowest bit of a byte. The room behind it is its owner's care; 8
/// bytes more than are written must be there.
class BitWriter
{
public:
  explicit BitWriter(unsigned char* out) : m_out(out) {}

  /// At most 56 bits may wait for flush().
  void put(std::uint64_t bits, unsigned count)
  {
    m_waiting |= bits << m_count;
    m_count += count;
  }

  /// Writes all whole bytes; fewer than 8 bits wait then.
  void flush()
  {
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(m_out, &m_waiting, sizeof m_waiting);
    m_out += m_count >> 3U;
    m_waiting >>= m_count & 56U;
    m_count &= 7U;
  }

  /// Goes on at the next whole byte.
  void align()
  {
    m_count = (m_count + 7U) & ~7U;
    flush();
  }

  /// At a whole byte.
  void copy(std::span<const unsigned char> bytes) { m_out = std::copy(bytes.begin(), bytes.end(), m_out); }

  [[nodiscard]] unsigned waiting() const { return m_count; }
  [[nodiscard]] unsigned char* end() const { return m_out; }

private:
  unsigned char* m_out;
  std::uint64_t m_waiting = 0;
  unsigned m_count = 0;
};

}  // namespace davit::aws::deflate
