// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "cli/config/project.hpp"
#include "commands/terraform/package.hpp"

namespace davit::commands::terraform {

/// What davit.yaml does not hold: `deploy` makes it first and passes it in.
struct Inputs {
  std::optional<std::string> region;  ///< where a flag or variable overrides davit.yaml
  std::optional<std::string> image_uri;
  std::optional<Package> package = std::nullopt;   ///< in place of an image
  std::map<std::string, std::string> secret_arns;  ///< by key of `secrets`
};

/// One variable of the module.
struct RenderedVariable {
  std::string name;
  OrderedJson value;
  std::string path;    ///< of the section of davit.yaml that it comes from
  bool needed = true;  ///< false: davit.yaml says nothing about it, so a module that does not declare it misses nothing
};

/// A variable that cannot be rendered yet, and why.
struct LeftOut {
  std::string name;
  std::string reason;
};

struct Variables {
  std::vector<RenderedVariable> rendered;
  std::vector<LeftOut> left_out;
};

/// The variables of davit.yaml for its environment. Pure; secret values are not among them, only ARNs.
Variables variables_of(const cli::config::Project& project, const Inputs& inputs);

/// The whole environment of the function `handler`, from rendered variables alone, as the module of a template computes it: its own
/// variables, then <KEY>_TABLE and <KEY>_BUCKET with physical names, <KEY>_FUNCTION for the functions that it may call, and
/// <KEY>_SECRET_ARN.
std::map<std::string, std::string> function_environment(const OrderedJson& variables);

}  // namespace davit::commands::terraform
