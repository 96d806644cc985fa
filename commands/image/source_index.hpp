// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "commands/image/file_tree.hpp"

namespace davit::commands::image {

/// A tree of source files as a look at its folders shows it, without reading a file.
struct SourceLook {
  std::string shape;  ///< digest of names, sizes, modes and links: trees that differ in it differ in content
  std::string stamp;  ///< digest of inodes and times as well; empty when a file changed so recently that it could change again unseen
};

/// `mtime` is that of the archive, in Unix seconds: it is part of what the content stands for.
SourceLook look_at(const FileTree& tree, std::int64_t mtime);

/// Which content was read behind which look, so that an unchanged tree is not read again. It goes by the time of change (ctime), which no
/// program sets, as git and ccache go by it: a file whose content changed has another one, unless both changes fall into one tick of the
/// clock. So what is younger than two seconds is not believed.
class SourceIndex
{
public:
  /// A file a shape in `directory`.
  explicit SourceIndex(std::filesystem::path directory) : m_directory(std::move(directory)) {}

  enum class Knows { nothing, shape, content };

  struct Found {
    Knows knows = Knows::nothing;  ///< nothing: no tree like this was read before
    std::string content;
  };

  [[nodiscard]] Found find(const SourceLook& look) const;
  Status remember(const SourceLook& look, const std::string& content) const;

private:
  [[nodiscard]] std::filesystem::path file_of(const SourceLook& look) const;

  std::filesystem::path m_directory;
};

}  // namespace davit::commands::image
