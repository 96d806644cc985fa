// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "aws/core/result.hpp"
#include "commands/terraform/type.hpp"

namespace davit::commands::terraform {

/// A `variable` block of a module.
struct Variable {
  std::string name;
  Type type;  ///< any, where the block names none
  bool has_default = false;
  bool nullable = true;
  bool sensitive = false;
  bool has_validation = false;  ///< conditions are left to Terraform
  Diagnostic place;             ///< of the block, with no message yet
};

/// What a root module takes.
struct Module {
  std::string directory;  ///< as errors call it
  std::map<std::string, Variable> variables;
  /// Variables with a value in terraform.tfvars or *.auto.tfvars beside the module, which Terraform reads by itself.
  std::set<std::string> set_beside;
};

/// Reads the `variable` blocks of *.tf and *.tf.json (and of override files last, as Terraform does), and nothing else of them.
/// Usage error with every place: a folder without configuration, what is no configuration, a type that cannot be read, a variable
/// declared twice.
Result<Module> read_module(const std::filesystem::path& directory);

/// The variables that one file declares.
Result<std::vector<Variable>> read_native_variables(const TokenizedFile& file);
Result<std::vector<Variable>> read_json_variables(const std::string& source, const std::string& name);

/// The names on the left of a .tfvars file.
std::set<std::string> assigned_names(const TokenizedFile& file);

}  // namespace davit::commands::terraform
