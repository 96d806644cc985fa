// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "cli/command.hpp"

namespace davit::commands::local {

struct DownResponse {
  std::optional<pid_t> pid;  ///< of the process that was stopped; nothing when none ran
};

/// Stops the local AWS of that folder, whose lock says which process it is, and waits until it is gone.
Result<DownResponse> down(const std::filesystem::path& state);

void add_down(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::local
