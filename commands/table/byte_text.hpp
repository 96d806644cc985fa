// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace davit::commands::table {

/// A size for people: "812 B", "16.3 KiB", "2.0 GiB".
inline std::string byte_text(std::int64_t bytes)
{
  constexpr double k_step = 1024;
  auto size = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (size < k_step) {
      break;
    }
    size /= k_step;
    unit = larger;
  }
  return bytes < static_cast<std::int64_t>(k_step) ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, unit);
}

}  // namespace davit::commands::table
