// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "commands/image/registry_access.hpp"

namespace davit::commands::image {

/// How a registry is reached, once one has to be.
using OpenRegistry = std::function<Result<RegistryAccess>(const std::string& host)>;

struct RegistryBaseRequest {
  std::string reference;         ///< "public.ecr.aws/lambda/python:3.12"
  std::string architecture;      ///< as images name it: "amd64"
  std::filesystem::path folder;  ///< the layout in which bases are kept
  OpenRegistry open;
  std::string pinned = {};  ///< the digest that is taken, whatever the tag names now
  std::function<void(std::string_view)> progress = {};
};

/// A base of a registry, all of it in the folder.
struct RegistryBase {
  aws::oci::Layout layout;
  aws::oci::Image image;     ///< with the digest that the registry knows it by, and OCI's names of the media types
  bool was_offline = false;  ///< the registry did not answer: it is what the tag named when it last did
};

/// Resolves the reference, of an index to its image for Linux on that architecture, and fetches what is not there yet: verified, in
/// parallel. A reference with a digest whose blobs are there asks nobody. A tag is asked for each time; when the registry is out of reach,
/// what it named before is taken. Layers that Lambda does not read (zstd) are refused before they are fetched. Not found when the registry
/// has no such image.
Result<RegistryBase> pull_base(const RegistryBaseRequest& request);

/// The same as far as it is there already: nothing when something would have to be fetched. Writes nothing.
Result<std::optional<RegistryBase>> find_base(const RegistryBaseRequest& request);

}  // namespace davit::commands::image
