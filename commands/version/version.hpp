// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/command.hpp"

namespace davit::commands::version {

struct VersionResponse {
  std::string version;
  std::string compiler;
  std::string build_type;
};

/// Facts about this binary, for bug reports.
VersionResponse version();

void add_version(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::version
