// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace davit::commands::image {

/// A size for people: "16.3 MiB", "812 B".
inline std::string size_text(std::uint64_t bytes)
{
  constexpr std::uint64_t k_step = 1024;
  if (bytes < k_step) {
    return fmt::format("{} B", bytes);
  }
  const bool mebi = bytes >= k_step * k_step;
  return fmt::format("{:.1f} {}", static_cast<double>(bytes) / static_cast<double>(mebi ? k_step * k_step : k_step), mebi ? "MiB" : "KiB");
}

}  // namespace davit::commands::image
