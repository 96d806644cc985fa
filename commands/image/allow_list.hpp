// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

namespace davit::commands::image {

/// A finding that somebody has looked at and lets pass, until a day.
struct Allowance {
  std::string id;       ///< "CVE-2024-1234"
  std::string package;  ///< empty: of every package
  std::string reason;
  std::string expires;  ///< "2026-12-31", the last day on which it holds (UTC)
  TimePoint ends{};     ///< the moment after it

  [[nodiscard]] bool covers(const std::string& finding, const std::string& of_package) const;
};

/// A YAML list of `id`, `reason`, `expires` and, if wanted, `package`. Usage error with every place where an entry lacks its reason or its
/// day, has a member that there is not, or a day that is none: an exception that nobody can explain, or that never ends, is no exception.
Result<std::vector<Allowance>> read_allow_list(const std::filesystem::path& file);

}  // namespace davit::commands::image
