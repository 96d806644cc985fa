// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::aws::oci {

/// An open folder. Owns the descriptor.
class Directory
{
public:
  explicit Directory(int fd) : m_fd(fd) {}
  ~Directory();
  Directory(Directory&& other) noexcept;
  Directory& operator=(Directory&& other) noexcept;

  [[nodiscard]] int fd() const { return m_fd; }

private:
  int m_fd;
};

/// A place in a tree: an open folder and a name in it, which may or may not exist.
struct Place {
  Directory parent;
  std::string name;
};

/// A folder taken as the root of a file system, as chroot would: no path, "..", and no symbolic link inside it leads outside. Every step
/// opens one name without following it, so that a link planted meanwhile changes nothing.
class RootedDirectory
{
public:
  /// Makes the folder when it is not there.
  static Result<RootedDirectory> open(const std::filesystem::path& root);

  /// The folder that holds the last name of `path`, reached through the links of the tree; with `create`, folders on the way that do not
  /// exist are made, mode 0755. Not found is an error of that kind. The last name itself is not followed. Refuses "..", which no layer
  /// needs.
  [[nodiscard]] Result<Place> locate(std::string_view path, bool create) const;

private:
  explicit RootedDirectory(Directory root) : m_root(std::move(root)) {}

  Directory m_root;
};

/// Removes a name and all below it, following no link. Nothing there is success.
Status remove_tree(const Directory& parent, const std::string& name);

/// The names in a folder, "." and ".." left out, sorted.
Result<std::vector<std::string>> names_in(const Directory& directory);

}  // namespace davit::aws::oci
