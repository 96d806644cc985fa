// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

/// The records of a zip archive (PKWARE, APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16), all numbers little-endian.
namespace davit::aws::zip {

static_assert(std::endian::native == std::endian::little, "the records are copied as they lie in memory");

inline constexpr std::uint16_t k_stored = 0;
inline constexpr std::uint16_t k_deflated = 8;
inline constexpr std::uint16_t k_flag_encrypted = 1U << 0U;
inline constexpr std::uint16_t k_flag_utf8 = 1U << 11U;
inline constexpr std::uint16_t k_made_by_unix = 3;

#pragma pack(push, 1)

struct LocalHeader {
  std::uint32_t signature = 0x04034b50;
  std::uint16_t version_needed = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = k_stored;
  std::uint16_t time = 0;
  std::uint16_t date = 0;
  std::uint32_t crc = 0;
  std::uint32_t compressed_size = 0;
  std::uint32_t size = 0;
  std::uint16_t name_length = 0;
  std::uint16_t extra_length = 0;
};
static_assert(sizeof(LocalHeader) == 30);

struct CentralHeader {
  std::uint32_t signature = 0x02014b50;
  std::uint16_t version_made_by = 0;  ///< the system in the upper byte
  std::uint16_t version_needed = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = k_stored;
  std::uint16_t time = 0;
  std::uint16_t date = 0;
  std::uint32_t crc = 0;
  std::uint32_t compressed_size = 0;
  std::uint32_t size = 0;
  std::uint16_t name_length = 0;
  std::uint16_t extra_length = 0;
  std::uint16_t comment_length = 0;
  std::uint16_t disk = 0;
  std::uint16_t internal_attributes = 0;
  std::uint32_t external_attributes = 0;  ///< on Unix st_mode in the upper half
  std::uint32_t offset = 0;               ///< of the local header
};
static_assert(sizeof(CentralHeader) == 46);

struct EndRecord {
  std::uint32_t signature = 0x06054b50;
  std::uint16_t disk = 0;
  std::uint16_t directory_disk = 0;
  std::uint16_t entries_on_disk = 0;
  std::uint16_t entries = 0;
  std::uint32_t directory_size = 0;
  std::uint32_t directory_offset = 0;
  std::uint16_t comment_length = 0;
};
static_assert(sizeof(EndRecord) == 22);

#pragma pack(pop)

}  // namespace davit::aws::zip
