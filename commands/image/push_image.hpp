// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"

namespace davit::commands::image {

/// The two families of media types; an image is all of the one or all of the other.
enum class ManifestFormat { oci, docker };

/// A blob of an image that is to be pushed.
struct PushedBlob {
  aws::oci::Descriptor descriptor;
  std::string kind;  ///< "config", or what made the layer: "base", "dependencies", "application"
};

/// An image of a layout as it goes into a registry.
struct PushedImage {
  aws::oci::Layout layout;
  std::string digest;
  std::string media_type;
  std::string manifest;           ///< the very bytes
  std::vector<PushedBlob> blobs;  ///< each digest once; the config last
};

/// Verifies manifest and config. As OCI the manifest goes as it is, so that the digest is the one that `image build` named; as Docker's
/// schema 2 it is written anew, and annotations, which that does not have, stay behind.
Result<PushedImage> open_pushed_image(const aws::oci::LayoutReference& reference, ManifestFormat format);

}  // namespace davit::commands::image
