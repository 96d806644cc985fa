// SPDX-License-Identifier: Apache-2.0
#include "cli/config/project.hpp"

namespace davit::cli::config {

std::string Project::physical_name(const std::string& key) const
{
  return environment.empty() ? name + "-" + key : name + "-" + environment + "-" + key;
}

}  // namespace davit::cli::config
