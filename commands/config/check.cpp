// SPDX-License-Identifier: Apache-2.0
#include "commands/config/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>

#include "cli/config/load.hpp"

namespace davit::commands::config {
namespace {

cli::CommandDoc check_doc()
{
  return {
      .summary = "Check davit.yaml",
      .description =
          "Reads the project file as every other command does and reports all its errors at once, each with line, column and what to write "
          "instead: unknown keys, wrong types, impossible values, names that refer to nothing, physical names too long for AWS. "
          "Without --env the file is checked by itself and with each of its environments. Nothing is sent.",
      .examples = {{"davit config check", "The file in all its environments"}, {"davit config check --env prod", "As it is for prod"}}};
}

cli::Document document_of(const CheckResponse& response)
{
  const std::string environments =
      response.environments.empty() ? "no environment" : fmt::format("{}", fmt::join(response.environments, ", "));
  return {.data = {{"file", response.file}, {"valid", true}, {"environments", response.environments}},
          .table = cli::Table{.header = {}, .rows = {{response.file, "valid", environments}}}};
}

}  // namespace

Result<CheckResponse> check(const CheckRequest& request)
{
  CheckResponse response{.file = cli::config::display_path(request.file), .environments = {}};
  if (request.environment.empty()) {
    DAVIT_TRY_ASSIGN(const auto checked, cli::config::check_project_file(request.file));
    response.environments = checked.environments;
  } else {
    DAVIT_TRY(cli::config::load_project(request.file, request.environment));
    response.environments = {request.environment};
  }
  return response;
}

void add_check(CLI::App& parent, cli::Registry& registry)
{
  const CLI::App& command = registry.add(parent, "check", check_doc());
  registry.bind(command, [](cli::Context& context) -> Result<cli::Outcome> {
    DAVIT_TRY_ASSIGN(const auto file, context.project_file());
    DAVIT_TRY_ASSIGN(const CheckResponse response, check({.file = file, .environment = context.globals().environment}));
    return cli::Outcome{.document = document_of(response)};
  });
}

}  // namespace davit::commands::config
