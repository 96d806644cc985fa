// SPDX-License-Identifier: Apache-2.0
#include "aws/zip/reader.hpp"
#include "tests/fuzz/property.hpp"

using davit::aws::zip::members_of;
using davit::aws::zip::unzip;
using davit::fuzz::require;

/// An archive that somebody uploads to the local Lambda, or gives to `image check`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  constexpr std::uint64_t k_limit = 1U << 20U;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto members = members_of(bytes);
  if (!members) {
    return 0;
  }
  for (const auto& member : *members) {
    require(member.data.size() <= bytes.size(), "a member lies in the archive");
    require(!member.name.starts_with('/') && ("/" + member.name + "/").find("/../") == std::string::npos, "no name leads outside");
  }
  if (const auto unzipped = unzip(bytes, "/tmp", k_limit)) {
    for (std::size_t i = 0; i < members->size(); ++i) {
      const auto& entry = unzipped->entries[i];
      require(entry.content.size() + entry.link_target.size() == (*members)[i].size, "a file has the size that the directory names");
    }
  }
  return 0;
}
