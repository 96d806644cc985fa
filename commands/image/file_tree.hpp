// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/tar_writer.hpp"
#include "aws/zip/writer.hpp"
#include "commands/image/ignore_rules.hpp"

namespace davit::commands::image {

/// What lstat(2) tells about a file besides its content.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  ///< mtime, since 1970
  std::int64_t changed_ns = 0;   ///< ctime
};

/// One file or link of a layer.
struct TreeFile {
  std::string source;  ///< the path that its content is read from
  bool executable = false;
  std::optional<std::string> content;  ///< takes the place of the source's content
  std::optional<std::string> link;     ///< the target of a symbolic link
  FileStamp stamp = {};                ///< of the source, as it was when its folder was read
};

/// The files of a layer by their path in the image, sorted by bytes, so that the order of the folders they came from does not matter.
struct FileTree {
  std::map<std::string, TreeFile> files;
  std::vector<std::string> notices;  ///< what could not be taken, for the user
  std::vector<std::string> ignored;  ///< what a rule left out, relative to the source folder, sorted; a folder ends in a slash
};

/// The files below `source` that no rule ignores, under `prefix` (such as "var/task"). Files of the name `ignore_file` in it and its
/// folders add rules for what is below them, as .gitignore files do; one that cannot be read is a usage error. Empty folders are left out,
/// as git leaves them out. A link that leads out of the source folder, and a name that is no UTF-8 or means a deletion in a layer (".wh."),
/// is a usage error.
Result<FileTree> collect_files(const std::filesystem::path& source, const std::string& prefix, const IgnoreRules& rules,
                               const std::string& ignore_file = {});

/// Adds the tree to a layer, folders before what is in them: 0755 for folders and executables, 0644 for the rest, because Lambda runs the
/// handler as a user that owns none of them.
Status write_tree(const FileTree& tree, aws::oci::TarWriter& tar);

/// The same for a zip archive, which Lambda unzips into the folder `root` ("var/task"): names are what follows it.
Status write_tree(const FileTree& tree, const std::string& root, aws::zip::Writer& archive);

}  // namespace davit::commands::image
