// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/deflate/parallel_deflater.hpp"
#include "aws/oci/scratch_file.hpp"

namespace davit::aws::oci {

/// Name and version of the compressor. Its bytes decide the digest of a layer, so it belongs into every cache key.
std::string_view compressor();

/// Makes one gzip member (RFC 1952) of what is appended: without name, time or system, so that equal content is an equal blob.
///
/// One member: several would be simpler to make in parallel, but a reader that stops after the first, as some do, would silently cut the
/// layer short. The compressor is davit's own because a layer's digest must outlive it: those of libraries give other bytes with another
/// version (zlib, libdeflate) or another CPU (ISA-L).
class BlobCompressor
{
public:
  using Sink = deflate::ParallelDeflater::Sink;

  /// `sink` gets the compressed bytes, on the thread that appends.
  explicit BlobCompressor(Sink sink);

  /// An error is the sink's.
  Status append(std::string_view bytes);
  Status finish();

private:
  Status begin();

  Sink m_sink;
  deflate::ParallelDeflater m_deflater;
  bool m_is_begun = false;
  std::uint32_t m_crc = 0;
  std::uint32_t m_size = 0;  ///< modulo 2^32, as the format has it
};

/// The content of all members of a gzip file, in a scratch file in `directory`. Refuses more than `limit` bytes.
Result<ScratchFile> gunzip(std::string_view bytes, const std::filesystem::path& directory, std::uint64_t limit);

}  // namespace davit::aws::oci
