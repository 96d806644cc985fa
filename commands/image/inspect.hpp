// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "cli/command.hpp"

namespace davit::commands::image {

struct InspectRequest {
  aws::oci::LayoutReference reference;
};

struct InspectedLayer {
  aws::oci::Descriptor descriptor;
  std::string diff_id;
  std::string created_by;  ///< of the history entry, when the image keeps one for each layer
  std::string comment;
  std::uint64_t files = 0;
  std::uint64_t uncompressed = 0;  ///< bytes of the archive
};

struct InspectResponse {
  std::filesystem::path layout;
  std::string tag;
  aws::oci::Image image;
  std::vector<InspectedLayer> layers;
};

/// Reads an image of a layout through, every blob and every uncompressed layer held against its digest. A failed error names the blob that
/// is damaged.
Result<InspectResponse> inspect(const InspectRequest& request);

/// The archives of a zip package, each file held against its checksum.
Result<cli::Document> inspect_package(const std::filesystem::path& path);

void add_inspect(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
