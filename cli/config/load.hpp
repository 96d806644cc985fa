// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "cli/config/project.hpp"

namespace davit::cli::config {

/// "davit.yaml", the name that is looked for.
extern const char* const k_project_file;

/// The nearest davit.yaml in that folder or one above it.
std::optional<std::filesystem::path> find_project_file(const std::filesystem::path& from);

/// Reads the file and lays the block of `environment` (empty: none) over it. `local` needs no block.
/// Usage error with every problem of that view of the file; an environment that the file does not define is one that names the known.
Result<Project> load_project(const std::filesystem::path& file, const std::string& environment);

/// The same from a text in memory; `file` is where relative paths start and what errors call it.
Result<Project> parse_project(std::string_view text, const std::filesystem::path& file, const std::string& environment);

/// Every problem of every view of the file: without an environment, and with each that it defines.
struct CheckedFile {
  std::vector<std::string> environments;
};
Result<CheckedFile> check_project_file(const std::filesystem::path& file);

/// How errors call a file: relative to the working directory where that is shorter.
std::string display_path(const std::filesystem::path& file);

}  // namespace davit::cli::config
