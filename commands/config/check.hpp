// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace davit::commands::config {

struct CheckRequest {
  std::filesystem::path file;
  std::string environment;  ///< empty: the file by itself and with each of its environments
};

struct CheckResponse {
  std::string file;
  std::vector<std::string> environments;  ///< that were checked
};

/// Usage error with every problem, each with its place.
Result<CheckResponse> check(const CheckRequest& request);

void add_check(CLI::App& parent, cli::Registry& registry);

}  // namespace davit::commands::config
