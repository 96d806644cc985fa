// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/local/fault.hpp"

namespace davit::aws::local::ecr {

struct ManifestReference {
  std::string digest;
  std::int64_t size = 0;
};

/// What a registry reads of a manifest: an image's config and layers, or an index's manifests.
struct ImageManifest {
  std::string media_type;
  std::string artifact_media_type;           ///< of the config; empty for an index
  std::vector<ManifestReference> blobs;      ///< config first, then layers
  std::vector<ManifestReference> manifests;  ///< of an index

  [[nodiscard]] bool is_index() const;
};

/// `media_type` is what the caller says, and wins over the document's own. InvalidParameterException for what is no image of Docker's
/// schema 2 or of the OCI, for other digests than SHA-256, and where the two media types contradict each other.
Answer<ImageManifest> read_manifest(std::string_view text, const std::string& media_type);

}  // namespace davit::aws::local::ecr
