// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/oci/layout.hpp"
#include "cli/command.hpp"
#include "commands/image/image_tree.hpp"

namespace davit::commands::image {

/// What one image has at a path.
struct DiffSide {
  std::string type;  ///< "file", "folder", "link" or "device"
  std::uint64_t size = 0;
  std::string mode;    ///< four octal digits
  std::string target;  ///< of links
};

struct FileDifference {
  std::string path;
  std::optional<DiffSide> before;
  std::optional<DiffSide> after;
  std::vector<std::string> what;  ///< of changed ones: "content", "mode", "type", "target", "time"

  [[nodiscard]] std::string change() const { return !before ? "added" : !after ? "removed" : "changed"; }
};

/// A member of the config that is not the same, as JSON pointer.
struct ConfigDifference {
  std::string member;
  OrderedJson before;
  OrderedJson after;
};

struct ImageDifferences {
  std::vector<FileDifference> files;
  std::vector<ConfigDifference> config;
};

/// One image of a comparison, read whole.
struct ComparedImage {
  aws::oci::Image image;
  ImageTree tree;
};

Result<ComparedImage> read_compared(const aws::oci::LayoutReference& reference);

/// By the files that a container would see, and the settings it would start with; which layer brings a file does not matter.
ImageDifferences differences(const ComparedImage& before, const ComparedImage& after);

OrderedJson to_json(const ImageDifferences& differences);
cli::Table to_table(const ImageDifferences& differences);

void add_diff(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
