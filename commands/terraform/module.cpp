// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/module.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"

namespace davit::commands::terraform {
namespace {

namespace fs = std::filesystem;

bool ends_in(const fs::path& file, std::initializer_list<std::string_view> endings)
{
  const std::string name = file.filename().string();
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

/// Terraform passes over the files of editors.
bool is_ignored(const fs::path& file)
{
  const std::string name = file.filename().string();
  return name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
}

bool is_override(const fs::path& file)
{
  const std::string name = file.filename().string();
  return name == "override.tf" || name == "override.tf.json" || ends_in(file, {"_override.tf", "_override.tf.json"});
}

Result<std::vector<fs::path>> files_of(const fs::path& directory)
{
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.is_regular_file(error) && !is_ignored(entry.path())) {
      files.push_back(entry.path());
    }
  }
  if (error) {
    return fail(usage_error(fmt::format("cannot read the Terraform module {}: {}", directory.string(), error.message()),
                            "name its folder by --module"));
  }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(is_override(a), a.filename()) < std::pair(is_override(b), b.filename());
  });
  return files;
}

Result<std::vector<Variable>> variables_in(const fs::path& file)
{
  DAVIT_TRY_ASSIGN(std::string source, read_file(file));
  if (ends_in(file, {".json"})) {
    return read_json_variables(source, file.string());
  }
  DAVIT_TRY_ASSIGN(const TokenizedFile tokens, tokenize(std::move(source), file.string()));
  return read_native_variables(tokens);
}

Result<std::set<std::string>> assigned_in(const fs::path& file)
{
  DAVIT_TRY_ASSIGN(std::string source, read_file(file));
  std::set<std::string> names;
  if (!ends_in(file, {".json"})) {
    DAVIT_TRY_ASSIGN(const TokenizedFile tokens, tokenize(std::move(source), file.string()));
    return assigned_names(tokens);
  }
  DAVIT_TRY_ASSIGN(const Json document, parse_json(source, file.string()));
  for (const auto& member : document.items()) {
    names.insert(member.key());
  }
  return names;
}

Diagnostic declared_twice(const Variable& again, const Variable& first)
{
  Diagnostic diagnostic = again.place;
  diagnostic.message =
      fmt::format("the variable \"{}\" is declared a second time; the first is in {}:{}", again.name, first.place.file, first.place.line);
  return diagnostic;
}

/// An override file replaces the arguments that it gives.
void override_with(Variable& variable, const Variable& given)
{
  variable.type = given.type.kind == Type::Kind::any ? variable.type : given.type;
  variable.has_default = variable.has_default || given.has_default;
  variable.nullable = variable.nullable && given.nullable;
  variable.sensitive = variable.sensitive || given.sensitive;
  variable.has_validation = variable.has_validation || given.has_validation;
}

bool is_read_by_itself(const fs::path& file)
{
  return ends_in(file, {".auto.tfvars", ".auto.tfvars.json"}) || file.filename() == "terraform.tfvars" ||
         file.filename() == "terraform.tfvars.json";
}

/// Adds the variables of one file of configuration; notes those that another file has declared already.
Status declare(Module& module, const fs::path& file, std::vector<Diagnostic>& problems)
{
  DAVIT_TRY_ASSIGN(const auto variables, variables_in(file));
  for (const auto& variable : variables) {
    const auto [known, is_new] = module.variables.emplace(variable.name, variable);
    if (!is_new && is_override(file)) {
      override_with(known->second, variable);
    } else if (!is_new) {
      problems.push_back(declared_twice(variable, known->second));
    }
  }
  return {};
}

}  // namespace

Result<Module> read_module(const fs::path& directory)
{
  DAVIT_TRY_ASSIGN(const auto files, files_of(directory));
  Module module{.directory = directory.string(), .variables = {}, .set_beside = {}};
  std::vector<Diagnostic> problems;
  bool has_configuration = false;
  for (const auto& file : files) {
    if (is_read_by_itself(file)) {
      DAVIT_TRY_ASSIGN(auto names, assigned_in(file));
      module.set_beside.merge(names);
    } else if (ends_in(file, {".tf", ".tf.json"})) {
      has_configuration = true;
      DAVIT_TRY(declare(module, file, problems));
    }
  }
  if (!has_configuration) {
    return fail(
        usage_error(fmt::format("{} holds no *.tf file", directory.string()), "name the folder of the Terraform module by --module"));
  }
  if (!problems.empty()) {
    Error error = usage_error(fmt::format("{} declares variables twice", directory.string()));
    error.diagnostics = std::move(problems);
    return fail(std::move(error));
  }
  return module;
}

}  // namespace davit::commands::terraform
