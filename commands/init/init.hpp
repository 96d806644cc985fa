// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "commands/init/skeleton.hpp"

namespace davit::commands::init {

struct InitRequest {
  std::string template_name;
  std::string name;                 ///< of the project; empty: the template's
  std::filesystem::path directory;  ///< made when it is not there
};

/// What will be written.
struct Scaffold {
  std::string template_name;
  std::string name;
  std::filesystem::path directory;
  std::vector<SkeletonFile> files;

  [[nodiscard]] cli::Plan plan() const;
};

/// Usage error for an unknown template and a name that cannot be a resource's prefix; conflict, with all their names, when files are
/// there already. Nothing is written.
Result<Scaffold> prepare(const InitRequest& request);

/// Writes the files and never overwrites one. When one cannot be written, those written before it are removed again.
Status write(const Scaffold& scaffold);

void add_init(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::init
