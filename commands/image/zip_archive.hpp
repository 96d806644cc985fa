// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aws/oci/layer.hpp"
#include "commands/image/file_tree.hpp"

namespace davit::commands::image {

/// A zip archive of a package. Its digest is kept as a layer's is; there is no archive inside it that would have one of its own.
struct Archive {
  aws::oci::ScratchFile file;
  aws::oci::Layer layer;
};

/// Makes an archive of what lies below the folder `root` of the tree, in a scratch file in `directory`. `mtime` in Unix seconds.
Result<Archive> write_archive(const FileTree& tree, const std::string& root, const std::filesystem::path& directory, std::int64_t mtime);

/// True when the file has the size and the digest of that layer.
bool is_archive(const std::filesystem::path& file, const aws::oci::Layer& layer);

/// What names a package: the function's digest where it has no layer, else the digest of both, the layer's first.
std::string package_digest(const std::vector<std::string>& digests);

/// The digest "sha256:<hex>" as Lambda's CodeSha256 has it, in base64.
std::string code_sha256(const std::string& digest);

}  // namespace davit::commands::image
