// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/oci/scratch_file.hpp"

namespace davit::aws::oci {

/// Name, version and level of the compressor. Its bytes decide the digest of a layer, so it belongs into every cache key.
std::string_view compressor();

/// The bytes as one gzip member (RFC 1952), in a scratch file in `directory`.
///
/// One member, and so one thread a layer: several members would compress in parallel, but a reader that stops after the first, as some
/// do, would silently cut the layer short. libdeflate gives the same bytes on every CPU; ISA-L, twice as fast, chooses other matches
/// where AVX-512 or SSE4.2 is missing, and with them another digest.
Result<ScratchFile> gzip(std::string_view bytes, const std::filesystem::path& directory);

/// The content of all members of a gzip file, in a scratch file in `directory`. Refuses more than `limit` bytes.
Result<ScratchFile> gunzip(std::string_view bytes, const std::filesystem::path& directory, std::uint64_t limit);

}  // namespace davit::aws::oci
