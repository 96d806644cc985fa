// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aws/deflate/block_writer.hpp"

namespace davit::aws::deflate {

/// Names the bytes that a Deflater makes of given ones. They are the same on every machine and of every build; a change of them changes
/// this name, which belongs into every cache key.
inline constexpr std::string_view k_name = "davit-deflate-1";

/// Compresses chunks in the DEFLATE format (RFC 1951): greedy matches by a table of the places where a few bytes were last seen, and codes
/// made for every 128 KiB. About as small as zlib's level 1, several times as fast. For one thread at a time; keep it for its memory.
class Deflater
{
public:
  /// Appends the compressed form of `bytes` to `out`. The first `dictionary` of them are known to the reader already, and only referred to.
  /// What is not the last chunk ends at a whole byte, so that the chunks that follow one another make one stream.
  void deflate(std::span<const unsigned char> bytes, std::size_t dictionary, bool is_last, std::string& out);

private:
  void remember(std::size_t at);
  void find_matches(std::size_t from, std::size_t to);

  std::vector<std::uint32_t> m_places;  ///< by the hash of some bytes: where they were seen last, counted from the start of the chunk
  std::span<const unsigned char> m_bytes;
  Block m_block;
};

}  // namespace davit::aws::deflate
