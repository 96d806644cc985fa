// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/config/region.hpp"

namespace davit::commands::config {

/// What decides a value, from the strongest to the weakest: flags, variables, the environment's block, the file, defaults.
struct ShowRequest {
  const cli::config::Project* project = nullptr;
  std::string region_flag;
  cli::config::Variables variables;
  std::function<std::optional<cli::config::Setting>()> profile_region;  ///< asked when nothing stronger names a region
};

struct ShownValue {
  std::string path;  ///< "handler.memory_mb"
  OrderedJson value;
  cli::config::Origin origin;
};

struct ShowResponse {
  std::string file;
  std::string environment;
  std::vector<ShownValue> values;
};

ShowResponse show(const ShowRequest& request);

void add_show(CLI::App& parent, cli::Registry& registry);

}  // namespace davit::commands::config
