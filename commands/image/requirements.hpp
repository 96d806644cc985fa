// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::commands::image {

/// A requirements file and those that it includes (pip.pypa.io, "Requirements File Format"), as far as davit must understand them.
struct Requirements {
  std::string content;                ///< all that decides what is installed, for the cache key
  std::string lines;                  ///< the part of it that the files say, without what lies in folders of wheels
  std::vector<std::string> options;   ///< lines that say where wheels come from, folders as absolute paths; may hold passwords
  std::vector<std::string> projects;  ///< their normalised names (packaging.python.org, "Names and normalization")
  std::vector<std::string> unpinned;  ///< requirements without one exact version: another day may bring another one
};

/// Refuses, with line and reason, what no wheel can be chosen for: editable and version-controlled requirements and folders. Every such
/// line of all files is reported.
Result<Requirements> read_requirements(const std::filesystem::path& file);

}  // namespace davit::commands::image
