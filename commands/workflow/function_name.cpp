// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/function_name.hpp"

namespace davit::commands::workflow {

Result<FunctionTarget> find_function(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project_if_any());
  if (project == nullptr) {
    return name.empty() ? fail(usage_error("no function is named, and there is no davit.yaml to take it from",
                                           "name the function, or use --project"))
                        : Result<FunctionTarget>(FunctionTarget{.physical_name = name, .timeout = std::nullopt});
  }
  if ((name.empty() || name == "handler") && project->handler) {
    return FunctionTarget{.physical_name = project->physical_name("handler"),
                          .timeout = std::chrono::seconds{project->handler->timeout_s},
                          .architecture = project->handler->architecture};
  }
  if (const auto found = project->functions.find(name); found != project->functions.end()) {
    return FunctionTarget{.physical_name = project->physical_name(name),
                          .timeout = std::chrono::seconds{found->second.timeout_s},
                          .architecture = project->handler ? project->handler->architecture : cli::config::Architecture::x86_64};
  }
  return name.empty() ? fail(usage_error("davit.yaml has no `handler`", "name the function"))
                      : Result<FunctionTarget>(FunctionTarget{.physical_name = name, .timeout = std::nullopt});
}

}  // namespace davit::commands::workflow
