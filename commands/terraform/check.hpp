// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/terraform/module.hpp"
#include "commands/terraform/variables.hpp"

namespace davit::commands::terraform {

/// Each way in which the variables do not fit the module, at the place of the declaration, or of davit.yaml where there is none.
/// Variables that are not needed and not declared are no mismatch.
std::vector<Diagnostic> compare(const Variables& variables, const Module& module, const cli::config::Project& project);

struct CheckRequest {
  std::filesystem::path file;  ///< davit.yaml
  std::string environment;     ///< empty: each environment of the file
  std::optional<std::filesystem::path> module;
};

struct CheckResponse {
  std::string module;
  std::vector<std::string> environments;
  std::vector<std::string> variables;  ///< that the module declares
  std::vector<std::string> validated;  ///< of them, those whose conditions are left to Terraform
};

/// Usage error with every mismatch of every environment.
Result<CheckResponse> check(const CheckRequest& request);

/// The names of the module's variables that have a `validation` block.
std::vector<std::string> validated_variables(const Module& module);

void add_check(CLI::App& parent, cli::Registry& registry);

}  // namespace davit::commands::terraform
