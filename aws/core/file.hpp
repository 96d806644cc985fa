// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

/// The whole file. Not found and not readable are usage errors that name the path.
Result<std::string> read_file(const std::filesystem::path& path);

/// Who may read a file that davit writes.
enum class Access {
  everyone,    ///< 0666 less the umask
  owner_only,  ///< 0600, for secrets
};

/// Writes to a temporary file beside `path`, flushes it to the disk and renames it, so that a reader sees the old file or the new one.
Status write_file(const std::filesystem::path& path, std::string_view content, Access access = Access::everyone);

/// write_file() for a content that comes piece by piece: a temporary file beside the path, which takes its place by commit() or goes away.
class FileReplacement
{
public:
  static Result<FileReplacement> open(const std::filesystem::path& path, Access access = Access::everyone);
  ~FileReplacement();
  FileReplacement(FileReplacement&& other) noexcept;
  FileReplacement& operator=(FileReplacement&& other) = delete;

  Status write(std::string_view text);
  Status commit();

private:
  FileReplacement(int fd, std::filesystem::path path, std::string temporary);

  Status flush();

  int m_fd;  ///< -1 when there is nothing left to do
  std::filesystem::path m_path;
  std::string m_temporary;
  std::string m_buffer;
};

/// Writes all of it to an open file, interrupted calls repeated. False leaves the reason in errno.
bool write_all(int fd, std::string_view content);

/// Creates a file that must not be there yet: a conflict when it is, also as a link that leads nowhere. Never overwrites.
Status create_file(const std::filesystem::path& path, std::string_view content);

}  // namespace davit
