// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/config/project.hpp"
#include "commands/terraform/variables.hpp"

namespace davit::commands::terraform {

/// What happens when a variable cannot be rendered because deploy has not made its value yet.
enum class Incomplete {
  tolerate,  ///< it is left out, and the response says so
  refuse,    ///< a usage error
};

struct RenderRequest {
  const cli::config::Project* project = nullptr;
  Inputs inputs = {};
  /// Folder of the module; without one `infra` beside davit.yaml, where there is one. The variables are checked against it.
  std::optional<std::filesystem::path> module = std::nullopt;
  Incomplete incomplete = Incomplete::tolerate;
};

struct RenderResponse {
  OrderedJson variables;  ///< the document of a .tfvars.json file
  std::vector<LeftOut> left_out;
  std::string module;                  ///< that they were checked against; empty when there is none
  std::vector<std::string> validated;  ///< variables with conditions that only Terraform judges
};

/// The Terraform variables of the project for its environment, checked against the module.
/// Usage error: a project without an environment, an input that is no ARN or names no secret, every mismatch with the module.
Result<RenderResponse> render(const RenderRequest& request);

void add_render(CLI::App& parent, cli::Registry& registry);

}  // namespace davit::commands::terraform
