// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/oci/tar_entry.hpp"

namespace davit::aws::oci {

/// Reads the entries of a tar archive: ustar, PAX, and GNU's long names and binary numbers, which are what image builders write. Sparse
/// files and unknown kinds are refused by name. The archive must outlive the entries.
class TarReader
{
public:
  explicit TarReader(std::string_view archive) : m_archive(archive) {}

  /// The next entry, or nothing at the end of the archive. A failed error names the offset of what is wrong.
  Result<std::optional<TarEntry>> next();

private:
  using Records = std::map<std::string, std::string, std::less<>>;

  Result<const TarHeader*> read_header();
  Result<std::string_view> read_content(std::uint64_t size);
  Status read_records(std::string_view text, Records& records);
  Result<bool> read_extension(const TarHeader& header, Records& records);
  Result<TarEntry> read_entry(const TarHeader& header, const Records& records);
  [[nodiscard]] Error error(std::string_view what) const;

  std::string_view m_archive;
  std::size_t m_offset = 0;
  std::size_t m_entry_offset = 0;
  Records m_global;
};

}  // namespace davit::aws::oci
