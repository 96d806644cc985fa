// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "aws/oci/rooted_directory.hpp"
#include "aws/oci/tar_entry.hpp"

namespace davit::aws::oci {

struct UnpackReport {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> skipped;  ///< device nodes, which only root may make and no Lambda image needs
};

/// Writes the file tree of an image into `root`, layer by layer, whiteouts applied (image-spec, layer.md). Every blob and every
/// uncompressed layer is verified on the way. Nothing is ever written outside `root`, whatever paths and links the layers hold.
///
/// Files belong to the caller, as Lambda's belong to nobody in particular; set-user-ID and set-group-ID bits are dropped; times are kept
/// (Python compares them with those in .pyc files). `root` should be empty or absent; after an error, remove it. `wants` limits the
/// entries to those whose paths, as the archive writes them, it accepts; the folders above them come along.
using WantsEntry = std::function<bool(std::string_view path)>;
Result<UnpackReport> unpack(const Layout& layout, const Image& image, const std::filesystem::path& root, const WantsEntry& wants = {});

/// Entries over what is in the tree, as those of an archive without whiteouts.
Result<UnpackReport> unpack_entries(const std::vector<TarEntry>& entries, const RootedDirectory& root);

/// One uncompressed layer over what is in the tree.
Result<UnpackReport> unpack_layer(std::string_view archive, const RootedDirectory& root, const WantsEntry& wants = {});

}  // namespace davit::aws::oci
