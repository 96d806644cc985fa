// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "aws/core/spelling.hpp"
#include "cli/config/load.hpp"
#include "commands/terraform/conformance.hpp"

namespace davit::commands::terraform {
namespace {

using cli::config::Project;

cli::CommandDoc check_doc()
{
  return {
      .summary = "Check the variables of davit.yaml against the Terraform module",
      .description =
          "Compares what `davit terraform render` would write with the `variable` blocks of the module (infra/*.tf and *.tf.json): variables "
          "that the module does not declare, that it needs and davit does not render, and values of another type. Expressions are not "
          "evaluated: `validation` blocks are left to Terraform. Without --env every environment of davit.yaml is checked.",
      .examples = {{"davit terraform check", "Every environment"},
                   {"davit terraform check --env prod --module infra", "One environment, one module"}}};
}

Diagnostic at_place(Diagnostic place, std::string message, std::string hint)
{
  place.message = std::move(message);
  place.hint = std::move(hint);
  return place;
}

/// Where the section of davit.yaml stands that a variable comes from.
Diagnostic place_in_project(const Project& project, std::string path)
{
  const std::string file = cli::config::display_path(project.file);
  for (;;) {
    if (const auto found = project.origins.find(path); found != project.origins.end()) {
      return {.file = file, .line = found->second.line, .column = found->second.column, .message = {}};
    }
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos) {
      return {.file = file, .message = {}};
    }
    path.resize(dot);
  }
}

Diagnostic undeclared(const RenderedVariable& variable, const Module& module, const Project& project)
{
  std::vector<std::string> declared;
  for (const auto& entry : module.variables) {
    declared.push_back(entry.first);
  }
  const auto near = nearest(variable.name, declared);
  return at_place(
      place_in_project(project, variable.path), fmt::format("the module {} declares no variable \"{}\"", module.directory, variable.name),
      near ? fmt::format("does it mean \"{}\"?", *near) : fmt::format("declare it there, or remove `{}` from davit.yaml", variable.path));
}

bool is_given(const Variables& variables, const std::string& name)
{
  const auto has_name = [&](const auto& variable) { return variable.name == name; };
  return std::any_of(variables.rendered.begin(), variables.rendered.end(), has_name) ||
         std::any_of(variables.left_out.begin(), variables.left_out.end(), has_name);
}

void compare_value(const RenderedVariable& variable, const Variable& declared, std::vector<Diagnostic>& problems)
{
  if (variable.value.is_null() && !declared.nullable && !declared.has_default) {
    problems.push_back(at_place(declared.place,
                                fmt::format("{}: davit renders null, and the module declares nullable = false", variable.name),
                                fmt::format("set `{}` in davit.yaml", variable.path)));
  }
  for (const auto& mismatch : mismatches(variable.value, declared.type, variable.name)) {
    problems.push_back(at_place(declared.place, fmt::format("{}: {}", mismatch.path, mismatch.message), mismatch.hint));
  }
}

/// Stands in for what deploy makes first: its type is known, its value does not matter here.
Inputs stand_ins(const Project& project)
{
  Inputs inputs{.region = project.region.empty() ? "-" : project.region, .image_uri = std::nullopt, .secret_arns = {}};
  if (project.handler && project.handler->package == cli::config::PackageType::image) {
    inputs.image_uri = "-";
  } else if (project.handler) {
    const Archive archive{.filename = "-", .source_code_hash = "-"};
    inputs.package = Package{.function = archive, .layer = archive};
  }
  for (const auto& secret : project.secrets) {
    inputs.secret_arns[secret.first] = "-";
  }
  return inputs;
}

Status check_environment(const CheckRequest& request, const std::string& environment, const Module& module,
                         std::vector<Diagnostic>& problems)
{
  DAVIT_TRY_ASSIGN(const Project project, cli::config::load_project(request.file, environment));
  const auto found = compare(variables_of(project, stand_ins(project)), module, project);
  problems.insert(problems.end(), found.begin(), found.end());
  return {};
}

Result<std::vector<std::string>> environments_to_check(const CheckRequest& request)
{
  if (!request.environment.empty()) {
    return std::vector{request.environment};
  }
  DAVIT_TRY_ASSIGN(auto checked, cli::config::check_project_file(request.file));
  if (checked.environments.empty()) {
    return fail(usage_error(fmt::format("{} defines no environment", cli::config::display_path(request.file)),
                            "name one by --env; `local` needs no block"));
  }
  return checked.environments;
}

void sort_and_merge(std::vector<Diagnostic>& problems)
{
  const auto rank = [](const Diagnostic& d) { return std::tie(d.file, d.line, d.column, d.message); };
  std::stable_sort(problems.begin(), problems.end(), [&](const Diagnostic& a, const Diagnostic& b) { return rank(a) < rank(b); });
  problems.erase(
      std::unique(problems.begin(), problems.end(), [&](const Diagnostic& a, const Diagnostic& b) { return rank(a) == rank(b); }),
      problems.end());
}

cli::Document document_of(const CheckResponse& response)
{
  std::vector<std::vector<std::string>> rows = {{"module", response.module},
                                                {"environments", fmt::format("{}", fmt::join(response.environments, ", "))},
                                                {"variables", fmt::format("{} fit", response.variables.size())}};
  if (!response.validated.empty()) {
    rows.push_back({"left to Terraform", fmt::format("the conditions on {}", fmt::join(response.validated, ", "))});
  }
  return {.data = {{"module", response.module},
                   {"valid", true},
                   {"environments", response.environments},
                   {"variables", response.variables},
                   {"leftToTerraform", response.validated}},
          .table = cli::Table{.header = {}, .rows = std::move(rows)}};
}

}  // namespace

std::vector<Diagnostic> compare(const Variables& variables, const Module& module, const Project& project)
{
  std::vector<Diagnostic> problems;
  for (const auto& variable : variables.rendered) {
    const auto declared = module.variables.find(variable.name);
    if (declared != module.variables.end()) {
      compare_value(variable, declared->second, problems);
    } else if (variable.needed) {
      problems.push_back(undeclared(variable, module, project));
    }
  }
  for (const auto& [name, declared] : module.variables) {
    if (!declared.has_default && !is_given(variables, name) && !module.set_beside.contains(name)) {
      problems.push_back(at_place(declared.place, fmt::format("{}: the module needs it, and davit renders no such variable", name),
                                  "give it a default, or a value in terraform.tfvars beside the module"));
    }
  }
  return problems;
}

std::vector<std::string> validated_variables(const Module& module)
{
  std::vector<std::string> names;
  for (const auto& [name, variable] : module.variables) {
    if (variable.has_validation) {
      names.push_back(name);
    }
  }
  return names;
}

Result<CheckResponse> check(const CheckRequest& request)
{
  const auto directory = request.module.value_or(std::filesystem::absolute(request.file).parent_path() / "infra");
  DAVIT_TRY_ASSIGN(const Module module, read_module(cli::config::display_path(directory)));
  CheckResponse response{.module = module.directory, .environments = {}, .variables = {}, .validated = validated_variables(module)};
  DAVIT_TRY_ASSIGN(response.environments, environments_to_check(request));
  std::vector<Diagnostic> problems;
  for (const auto& environment : response.environments) {
    DAVIT_TRY(check_environment(request, environment, module, problems));
  }
  if (!problems.empty()) {
    sort_and_merge(problems);
    Error error = usage_error(fmt::format("davit.yaml and the module {} do not fit together", module.directory));
    error.diagnostics = std::move(problems);
    return fail(std::move(error));
  }
  for (const auto& entry : module.variables) {
    response.variables.push_back(entry.first);
  }
  return response;
}

void add_check(CLI::App& parent, cli::Registry& registry)
{
  auto module = std::make_shared<std::optional<std::filesystem::path>>();
  CLI::App& command = registry.add(parent, "check", check_doc());
  command.add_option("--module", *module, "Folder of the Terraform module (default: infra beside davit.yaml)")->type_name("DIR");
  registry.bind(command, [module](cli::Context& context) -> Result<cli::Outcome> {
    DAVIT_TRY_ASSIGN(const auto file, context.project_file());
    DAVIT_TRY_ASSIGN(const CheckResponse response, check({.file = file, .environment = context.globals().environment, .module = *module}));
    return cli::Outcome{.document = document_of(response)};
  });
}

}  // namespace davit::commands::terraform
