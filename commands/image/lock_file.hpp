// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "cli/config/project.hpp"

namespace davit::commands::image {

/// One wheel, as pip chose it.
struct LockedWheel {
  std::string name;
  std::string version;
  std::string sha256;       ///< of the file, hexadecimal
  std::string source = {};  ///< of one that the requirements name by address or path: that address, or the path from the project's folder

  bool operator==(const LockedWheel&) const = default;
};

/// The wheels of one layer for one Python and platform.
struct LockedLayer {
  std::string requirements;  ///< digest of the lines they were chosen for
  std::vector<LockedWheel> wheels;

  bool operator==(const LockedLayer&) const = default;
};

/// davit.lock: what an image was made from, so that it can be made again. Written by davit alone, to be committed.
struct LockFile {
  std::map<std::string, std::string> bases;   ///< digest of the manifest by base_key()
  std::map<std::string, LockedLayer> layers;  ///< by layer kind and target: "dependencies cp312 x86_64 glibc2.34"

  bool operator==(const LockFile&) const = default;
};

/// "oci:.davit/base x86_64"
std::string base_key(const cli::config::Handler& handler);

/// The digest that is pinned for the handler's base; empty when there is none.
std::string pinned_base(const LockFile& lock, const cli::config::Project& project);

/// davit.lock beside the project file.
std::filesystem::path lock_path(const cli::config::Project& project);

/// Empty when there is none. A usage error says what is wrong with one that davit did not write.
Result<LockFile> read_lock(const cli::config::Project& project);

/// Writes it, members sorted, one a line, so that version control shows what changed.
Status write_lock(const cli::config::Project& project, const LockFile& lock);

}  // namespace davit::commands::image
