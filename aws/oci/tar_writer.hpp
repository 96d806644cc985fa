// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::oci {

/// Writes a tar archive whose bytes depend on nothing but what is added and in which order: ustar where a name fits, a PAX header with
/// `path`, `linkpath` or `size` alone where it does not; owner 0:0 without names, one time for all, no access times, no device numbers.
///
/// Paths are relative, in UTF-8, without "./" and without a trailing slash. Add each once, folders before what is in them.
class TarWriter
{
public:
  using Sink = std::function<Status(std::string_view)>;

  /// `mtime` in Unix seconds, for every entry.
  TarWriter(Sink sink, std::int64_t mtime) : m_sink(std::move(sink)), m_mtime(mtime) {}

  Status add_directory(const std::string& path, std::uint32_t mode = 0755);
  Status add_symlink(const std::string& path, const std::string& target);
  Status add_file(const std::string& path, std::uint32_t mode, std::string_view content);

  /// The content of a file on the disk. Fails when its length changes while it is read.
  Status copy_file(const std::string& path, std::uint32_t mode, const std::filesystem::path& source);

  /// The two blocks of zeros that end an archive.
  Status finish();

private:
  struct Member {
    std::string_view path;
    std::string_view link_target;
    char type;
    std::uint32_t mode;
    std::uint64_t size;
  };

  Status write_member(const Member& member);
  Status write_extended_header(const Member& member);
  Status write_padding(std::uint64_t size);

  Sink m_sink;
  std::int64_t m_mtime;
};

}  // namespace davit::aws::oci
