// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands/table/definition.hpp"
#include "commands/table/seed.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

table::SeedRequest seed_request(const Deployment& deployment, const std::string& key, const cli::config::Table& definition)
{
  table::SeedRequest request;
  request.table = key;
  request.physical_name = deployment.project.physical_name(key);
  request.keys = table::keys_of(definition);
  // Deploying again must not undo what users did to items that the files do not change, nor write anything twice.
  request.mode = table::SeedMode::same;
  request.rejected_file = deployment.context.state_directory() / "rejected" / (key + ".jsonl");
  for (const auto& file : definition.seed) {
    request.files.push_back({.path = deployment.project.directory / file, .name = file});
  }
  return request;
}

Result<table::SeedResponse> run(Deployment& deployment, table::SeedRequest request)
{
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::dynamodb::Client client{*session};
  DAVIT_TRY_ASSIGN(const auto responses, table::seed({std::move(request)}, client, deployment.progress));
  return responses.front();
}

Result<cli::PlanStep> plan_seed(Deployment& deployment, const std::string& key, const cli::config::Table& definition)
{
  const std::string target = "seed " + key;
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  const auto table = aws::dynamodb::Client(*session).describe_table(deployment.project.physical_name(key));
  if (!table && table.error().kind == ErrorKind::not_found) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::run, .target = target, .reason = "once the table is there"};
  }
  table::SeedRequest request = seed_request(deployment, key, definition);
  request.dry_run = true;
  DAVIT_TRY_ASSIGN(const table::SeedResponse judged, run(deployment, std::move(request)));
  if (judged.failure && judged.rejected > 0) {
    return fail(*judged.failure);
  }
  if (judged.remaining == 0) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = target, .reason = fmt::format("all {} items are there", judged.same)};
  }
  return cli::PlanStep{
      .kind = cli::PlanStep::Kind::run, .target = target, .reason = fmt::format("write {} of {} items", judged.remaining, judged.read)};
}

Status apply_seed(Deployment& deployment, const std::string& key, const cli::config::Table& definition)
{
  DAVIT_TRY_ASSIGN(const table::SeedResponse response, run(deployment, seed_request(deployment, key, definition)));
  return response.failure ? fail(*response.failure) : Status{};
}

}  // namespace

Steps seed_steps(Deployment& deployment)
{
  Steps steps;
  for (const auto& [key, definition] : deployment.project.tables) {
    if (!definition.seed.empty()) {
      steps.push_back({.name = "seed " + key,
                       .plan = [&deployment, key, &definition = definition] { return plan_seed(deployment, key, definition); },
                       .apply = [&deployment, key, &definition = definition] { return apply_seed(deployment, key, definition); }});
    }
  }
  return steps;
}

}  // namespace davit::commands::workflow::deploy
