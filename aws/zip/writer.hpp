// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/deflate/deflater.hpp"
#include "aws/oci/scratch_file.hpp"
#include "aws/zip/format.hpp"

namespace davit::aws::zip {

/// Writes a zip archive whose bytes depend on nothing but what is added and in which order: made by Unix, one time for all, no extra
/// fields, no folders, members deflated by the compressor of image layers or stored where that does not shrink them.
///
/// Our own, because Debian's libzip and minizip both deflate by zlib, whose bytes change with its version, and the format is small.
///
/// Names are relative, in UTF-8, without "./". Add each once, sorted by bytes. What would need the zip64 format, which is far beyond
/// what Lambda takes, is a failed error.
class Writer
{
public:
  /// `mtime` in Unix seconds; the format begins in 1980 and counts every second one.
  static Result<Writer> create(const std::filesystem::path& scratch_directory, std::int64_t mtime);

  Status add_file(const std::string& name, std::uint32_t permissions, std::string_view content);
  Status add_symlink(const std::string& name, const std::string& target);

  /// Writes the directory and gives the archive away.
  Result<oci::ScratchFile> finish();

private:
  Writer(oci::ScratchFile file, std::int64_t mtime);

  Status add(const std::string& name, std::uint32_t mode, std::string_view content);
  /// Empty where deflate does not shrink it.
  std::string deflated(std::string_view content);
  Status write(std::string_view bytes);

  oci::ScratchFile m_file;
  deflate::Deflater m_deflater;
  std::string m_directory;
  std::uint64_t m_offset = 0;
  std::uint64_t m_entries = 0;
  std::uint16_t m_date = 0;
  std::uint16_t m_time = 0;
};

}  // namespace davit::aws::zip
