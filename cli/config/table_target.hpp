// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/config/project.hpp"

namespace davit::cli::config {

/// The table that a NAME on a command line means.
struct TableTarget {
  std::string name;              ///< as it was typed
  std::string physical_name;     ///< as AWS knows it
  const Table* table = nullptr;  ///< its entry in davit.yaml, the project's own; null for a table that stands nowhere in it
};

/// NAME is a key of `tables` first (or the physical name of one), else the physical name of any table. `project` may be null.
TableTarget find_table(const Project* project, const std::string& name);

/// The keys of `tables`, for suggestions; none without a project.
std::vector<std::string> table_keys(const Project* project);

}  // namespace davit::cli::config
