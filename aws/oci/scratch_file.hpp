// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::oci {

/// A temporary file that vanishes with its object unless `keep_as` gave it a name. Layers can be larger than memory, so they are made in
/// one of these, mapped: the kernel writes pages back when memory is short.
class ScratchFile
{
public:
  /// In `directory`, which must exist; it decides on which disk the file may later be kept.
  static Result<ScratchFile> create(const std::filesystem::path& directory);

  ~ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;

  Status append(std::string_view bytes);

  /// Makes room for `size` bytes on the disk at once (so that a full disk is an error here, not a SIGBUS later) and maps them for writing.
  /// Earlier spans end here.
  Result<std::span<char>> reserve(std::size_t size);

  /// Everything written so far, mapped for reading. Earlier views end here.
  Result<std::string_view> view();

  Status truncate(std::size_t size);

  /// Moves the file to `path` on the same file system, replacing what is there, with the mode that the umask gives a new file.
  Status keep_as(const std::filesystem::path& path);

private:
  ScratchFile(int fd, std::filesystem::path path) : m_fd(fd), m_path(std::move(path)) {}

  Status map(std::size_t size, int protection);
  Status flush();
  void unmap();
  [[nodiscard]] Error error(std::string_view doing) const;

  int m_fd = -1;
  std::filesystem::path m_path;
  std::string m_pending;
  std::size_t m_size = 0;
  char* m_address = nullptr;
  std::size_t m_mapped = 0;
};

}  // namespace davit::aws::oci
