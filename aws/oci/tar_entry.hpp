// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace davit::aws::oci {

enum class EntryType { file, directory, symlink, hard_link, device };

/// One member of a layer.
struct TarEntry {
  std::string path;  ///< as written in the archive, without a trailing slash
  EntryType type = EntryType::file;
  std::uint32_t mode = 0;    ///< the twelve permission bits
  std::int64_t mtime = 0;    ///< Unix seconds
  std::string link_target;   ///< of links
  std::string_view content;  ///< of files; points into the archive
};

/// The ustar header of POSIX.1-1988, as the pax page of POSIX.1-2017 describes it.
struct TarHeader {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link_target[100];
  char magic[6];
  char version[2];
  char user_name[32];
  char group_name[32];
  char device_major[8];
  char device_minor[8];
  char prefix[155];
  char padding[12];
};
inline constexpr std::size_t k_tar_block = 512;
static_assert(sizeof(TarHeader) == k_tar_block);

/// The sum of the header's bytes with its checksum field taken as spaces.
std::uint32_t tar_checksum(const TarHeader& header);

}  // namespace davit::aws::oci
