// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/lambda/isolation.hpp"
#include "cli/local_state.hpp"
#include "commands/local/serve.hpp"
#include "commands/local/state_directory.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

constexpr const char* k_default_account = "000000000000";

}  // namespace

Step local_step(Deployment& deployment)
{
  const auto directory = local::state_directory(deployment.context);
  const auto plan = [directory]() -> Result<cli::PlanStep> {
    if (!cli::lock_holder(directory)) {
      const auto isolation = aws::local::lambda::name_of(aws::local::lambda::best_isolation());
      return cli::PlanStep{.kind = cli::PlanStep::Kind::create,
                           .target = "local AWS",
                           .reason = fmt::format("it is not running; handlers in isolation {}", isolation)};
    }
    DAVIT_TRY_ASSIGN(const cli::LocalState state, cli::read_local_state(directory));
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip,
                         .target = "local AWS",
                         .reason = fmt::format("it runs at {}; handlers in isolation {}", state.endpoint, state.isolation)};
  };
  const auto apply = [&deployment, directory]() -> Status {
    DAVIT_TRY(local::make_state_directory(directory));
    local::ServeRequest request;
    request.state = directory;
    request.region = deployment.project.region;
    request.account_id = deployment.project.account.value_or(k_default_account);
    DAVIT_TRY(local::serve_detached(request));
    return {};
  };
  return {.name = "local", .plan = plan, .apply = apply};
}

}  // namespace davit::commands::workflow::deploy
