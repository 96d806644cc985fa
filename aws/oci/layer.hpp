// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/oci/image.hpp"
#include "aws/oci/scratch_file.hpp"
#include "aws/oci/tar_writer.hpp"

namespace davit::aws::oci {

/// Lambda's limit for an image, uncompressed (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
inline constexpr std::uint64_t k_most_layer_bytes = 10ULL << 30U;

struct Layer {
  Descriptor descriptor;
  std::string diff_id;  ///< digest of the uncompressed archive (config.md, "Layer DiffID")
};

/// Adds the entries of a layer.
using FillLayer = std::function<Status(TarWriter&)>;

/// What write_layer() would give for diff_id, without writing anything.
Result<std::string> diff_id_of(std::int64_t mtime, const FillLayer& fill);

/// Makes a layer in one pass, on all processors, and keeps its blob in `directory` under the hexadecimal part of its digest. `mtime` in
/// Unix seconds.
Result<Layer> write_layer(const std::filesystem::path& directory, std::int64_t mtime, const FillLayer& fill);

/// The archive in a layer's blob, uncompressed into a scratch file in `scratch_directory`. Fails when it is not the one that `diff_id`
/// names. Refuses media types other than gzip and plain tar: Lambda does not take zstd layers.
Result<ScratchFile> read_layer(std::string_view blob, const Descriptor& descriptor, const std::string& diff_id,
                               const std::filesystem::path& scratch_directory);

}  // namespace davit::aws::oci
