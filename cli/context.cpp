// SPDX-License-Identifier: Apache-2.0
#include "cli/context.hpp"

#include <fmt/format.h>

#include "cli/config/load.hpp"

namespace davit::cli {

namespace fs = std::filesystem;

std::optional<fs::path> Context::find_project() const
{
  return m_globals.project_file.empty() ? config::find_project_file(fs::current_path()) : std::optional(m_globals.project_file);
}

Result<const config::Project*> Context::project_if_any()
{
  const auto file = find_project();
  if (!file) {
    const std::string& environment = m_globals.environment;
    if (!environment.empty() && environment != "local") {
      return fail(usage_error(fmt::format("environment '{}' needs a davit.yaml, and there is none here or above", environment),
                              "name it by --project, or leave --env out to work as the AWS CLI does"));
    }
    return nullptr;
  }
  if (!m_project) {
    m_project = config::load_project(*file, m_globals.environment);
  }
  if (!*m_project) {
    return fail(m_project->error());
  }
  return &**m_project;
}

Result<const config::Project*> Context::project()
{
  DAVIT_TRY(project_file());
  return project_if_any();
}

Result<fs::path> Context::project_file() const
{
  if (auto file = find_project()) {
    return *std::move(file);
  }
  return fail(usage_error("there is no davit.yaml here or in a folder above",
                          "run the command in a project, name one by --project, or start one by `davit init`"));
}

fs::path Context::state_directory() const
{
  const auto file = find_project();
  return (file ? fs::absolute(*file).parent_path() : fs::current_path()) / ".davit";
}

}  // namespace davit::cli
