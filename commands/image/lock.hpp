// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "commands/image/layers.hpp"
#include "commands/image/lock_file.hpp"
#include "commands/image/registry_base.hpp"

namespace davit::commands::image {

struct LockRequest {
  const cli::config::Project* project = nullptr;
  std::filesystem::path state_directory;
  OpenRegistry open_registry = {};  ///< for a base that is in one
  bool bases_only = false;          ///< leaves the wheels as they are
  bool takes_new_base = false;      ///< a pinned base whose tag moved is pinned anew; else that is a usage error
  Progress progress = {};
};

struct LockResponse {
  LockFile before;
  LockFile after;
  cli::Plan plan;  ///< what of the file is new, changed, removed or the same
};

/// What davit.lock should say for the handler of this environment. Chooses wheels with pip; writes nothing but the cache folder.
Result<LockResponse> plan_lock(const LockRequest& request);

/// `davit image lock`, and `davit image base pin|update`.
void add_lock(CLI::App& group, cli::Registry& registry);
void add_base(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
