// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/scratch_file.hpp"
#include "aws/oci/tar_entry.hpp"

namespace davit::aws::zip {

/// A member of an archive, as its directory describes it.
struct Member {
  std::string name;  ///< without a trailing slash
  oci::EntryType type = oci::EntryType::file;
  std::uint32_t permissions = 0644;  ///< 0644 or, for folders, 0755 where the archive keeps none
  std::int64_t mtime = 0;            ///< Unix seconds, the time of the archive taken as UTC
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint32_t size = 0;
  std::string_view data;  ///< as it lies in the archive, which must outlive it
};

/// The members of an archive, in the order of its directory. Refuses, as failed errors: what is no zip archive or cut off, encrypted
/// members, methods other than stored and deflated, zip64, names that are absolute or lead outside, and members of one name.
Result<std::vector<Member>> members_of(std::string_view archive);

/// How many bytes the members have unzipped.
std::uint64_t unzipped_size(const std::vector<Member>& members);

/// An archive unzipped: entries as those of an image's layer, so that what reads layers reads zip archives.
struct Unzipped {
  oci::ScratchFile content;
  std::vector<oci::TarEntry> entries;  ///< their contents point into the file, which may be moved
};

/// Unzips all members into a scratch file in that directory, each held against its CRC-32. Refuses more than `limit` bytes.
Result<Unzipped> unzip(std::string_view archive, const std::filesystem::path& scratch_directory, std::uint64_t limit);

}  // namespace davit::aws::zip
