// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/layer.hpp"

#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/gzip.hpp"

namespace davit::aws::oci {
namespace {

constexpr std::string_view k_docker_layer = "application/vnd.docker.image.rootfs.diff.tar.gzip";

Result<ScratchFile> uncompressed(std::string_view blob, const Descriptor& descriptor, const std::filesystem::path& scratch_directory)
{
  if (descriptor.media_type == media_type::k_layer_gzip || descriptor.media_type == k_docker_layer) {
    return gunzip(blob, scratch_directory, k_most_layer_bytes);
  }
  if (descriptor.media_type == media_type::k_layer) {
    DAVIT_TRY_ASSIGN(ScratchFile copy, ScratchFile::create(scratch_directory));
    DAVIT_TRY(copy.append(blob));
    return copy;
  }
  return fail(failed_error(fmt::format("layer {} has the media type '{}'", descriptor.digest, descriptor.media_type),
                           "Lambda takes gzip layers only: convert the image, for example with skopeo copy --dest-compress-format gzip"));
}

}  // namespace

Result<std::string> diff_id_of(std::int64_t mtime, const FillLayer& fill)
{
  crypto::Sha256 hash;
  TarWriter tar(
      [&](std::string_view bytes) {
        hash.update(bytes);
        return Status{};
      },
      mtime);
  DAVIT_TRY(fill(tar));
  DAVIT_TRY(tar.finish());
  return digest_from_raw(hash.finish());
}

Result<Layer> write_layer(const std::filesystem::path& directory, std::int64_t mtime, const FillLayer& fill)
{
  DAVIT_TRY_ASSIGN(ScratchFile blob, ScratchFile::create(directory));
  Layer layer{.descriptor = {.media_type = std::string(media_type::k_layer_gzip)}, .diff_id = {}};
  crypto::Sha256 blob_hash;
  BlobCompressor compressor([&](std::string_view bytes) {
    blob_hash.update(bytes);
    layer.descriptor.size += bytes.size();
    return blob.append(bytes);
  });
  crypto::Sha256 archive_hash;
  TarWriter tar(
      [&](std::string_view bytes) {
        archive_hash.update(bytes);
        return compressor.append(bytes);
      },
      mtime);
  DAVIT_TRY(fill(tar));
  DAVIT_TRY(tar.finish());
  DAVIT_TRY(compressor.finish());
  layer.diff_id = digest_from_raw(archive_hash.finish());
  const std::string hex = to_hex(blob_hash.finish());
  layer.descriptor.digest = "sha256:" + hex;
  DAVIT_TRY(blob.keep_as(directory / hex));
  return layer;
}

Result<ScratchFile> read_layer(std::string_view blob, const Descriptor& descriptor, const std::string& diff_id,
                               const std::filesystem::path& scratch_directory)
{
  DAVIT_TRY_ASSIGN(ScratchFile archive, uncompressed(blob, descriptor, scratch_directory));
  DAVIT_TRY_ASSIGN(const std::string_view bytes, archive.view());
  if (const std::string actual = digest_of(bytes); actual != diff_id) {
    return fail(failed_error(fmt::format("layer {} holds the archive {}, but the config names {}", descriptor.digest, actual, diff_id)));
  }
  return archive;
}

}  // namespace davit::aws::oci
