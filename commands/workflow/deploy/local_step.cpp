// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/lambda/isolation.hpp"
#include "cli/local_state.hpp"
#include "commands/local/serve.hpp"
#include "commands/local/state_directory.hpp"
#include "commands/local/up.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

constexpr const char* k_default_account = "000000000000";

/// Names how handlers are kept to their image's files, so that nobody takes one for another.
std::string describe(const cli::LocalState& state)
{
  return fmt::format("it runs at {}; handlers in isolation {}", state.endpoint, state.isolation);
}

local::ServeRequest request_of(const Deployment& deployment, const std::filesystem::path& directory)
{
  local::ServeRequest request;
  request.state = directory;
  request.region = deployment.project.region;
  request.account_id = deployment.project.account.value_or(k_default_account);
  return request;
}

}  // namespace

Step local_step(Deployment& deployment)
{
  const auto directory = local::state_directory(deployment.context);
  // One without a document may be just starting, for a deployment that was killed: local::up waits for it.
  const auto plan = [&deployment, directory]() -> Result<cli::PlanStep> {
    const auto state = cli::read_local_state(directory);
    if (!state) {
      const auto isolation = aws::local::lambda::name_of(aws::local::lambda::best_isolation());
      return cli::PlanStep{.kind = cli::PlanStep::Kind::create,
                           .target = "local AWS",
                           .reason = fmt::format("start it; handlers in isolation {}", isolation)};
    }
    deployment.isolation = state->isolation;
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "local AWS", .reason = describe(*state)};
  };
  const auto apply = [&deployment, directory]() -> Status {
    DAVIT_TRY(local::make_state_directory(directory));
    DAVIT_TRY_ASSIGN(const local::UpResponse started, local::up(request_of(deployment, directory)));
    deployment.isolation = started.state.isolation;
    return {};
  };
  return {.name = "local", .plan = plan, .apply = apply};
}

}  // namespace davit::commands::workflow::deploy
