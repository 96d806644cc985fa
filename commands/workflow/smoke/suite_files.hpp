// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "cli/config/project.hpp"
#include "commands/workflow/smoke/suite.hpp"

namespace davit::commands::workflow::smoke {

/// The suites that davit.yaml lists, its patterns resolved, by name. Usage error for a pattern that matches nothing.
Result<std::vector<std::filesystem::path>> suites_of_project(const cli::config::Project& project);

/// The FILEs of a command line, and what patterns match that the shell was kept from resolving. Usage error for one that is not there.
Result<std::vector<std::filesystem::path>> suites_named(const std::vector<std::filesystem::path>& names);

/// Reads all of them. Usage error with every problem of every file.
Result<std::vector<Suite>> read_suites(const std::vector<std::filesystem::path>& files, const Surroundings& surroundings);

}  // namespace davit::commands::workflow::smoke
