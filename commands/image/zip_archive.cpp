// SPDX-License-Identifier: Apache-2.0
#include "commands/image/zip_archive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/core/encoding.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/mapped_file.hpp"

namespace davit::commands::image {

namespace fs = std::filesystem;
namespace oci = aws::oci;

Result<Archive> write_archive(const FileTree& tree, const std::string& root, const fs::path& directory, std::int64_t mtime)
{
  DAVIT_TRY_ASSIGN(auto writer, aws::zip::Writer::create(directory, mtime));
  DAVIT_TRY(write_tree(tree, root, writer));
  DAVIT_TRY_ASSIGN(oci::ScratchFile file, writer.finish());
  DAVIT_TRY_ASSIGN(const std::string_view bytes, file.view());
  oci::Layer layer{.descriptor = {.media_type = "application/zip", .digest = oci::digest_of(bytes), .size = bytes.size()}, .diff_id = {}};
  return Archive{.file = std::move(file), .layer = std::move(layer)};
}

bool is_archive(const fs::path& file, const oci::Layer& layer)
{
  std::error_code error;
  if (fs::file_size(file, error) != layer.descriptor.size || error) {
    return false;
  }
  const auto mapped = oci::MappedFile::open(file);
  return mapped && oci::digest_of(mapped->bytes()) == layer.descriptor.digest;
}

std::string package_digest(const std::vector<std::string>& digests)
{
  return digests.size() == 1 ? digests.front() : oci::digest_of(fmt::format("{}", fmt::join(digests, "\n")));
}

std::string code_sha256(const std::string& digest)
{
  const auto raw = from_hex(digest.substr(digest.find(':') + 1));
  return raw ? to_base64(*raw) : "";
}

}  // namespace davit::commands::image
