// SPDX-License-Identifier: Apache-2.0
#include "cli/config/table_target.hpp"

#include <algorithm>
#include <iterator>

namespace davit::cli::config {

TableTarget find_table(const Project* project, const std::string& name)
{
  if (project == nullptr) {
    return {.name = name, .physical_name = name};
  }
  if (const auto found = project->tables.find(name); found != project->tables.end()) {
    return {.name = name, .physical_name = project->physical_name(name), .table = &found->second};
  }
  for (const auto& [key, table] : project->tables) {
    if (project->physical_name(key) == name) {
      return {.name = name, .physical_name = name, .table = &table};
    }
  }
  return {.name = name, .physical_name = name};
}

std::vector<std::string> table_keys(const Project* project)
{
  std::vector<std::string> out;
  if (project != nullptr) {
    std::transform(project->tables.begin(), project->tables.end(), std::back_inserter(out), [](const auto& entry) { return entry.first; });
  }
  return out;
}

}  // namespace davit::cli::config
