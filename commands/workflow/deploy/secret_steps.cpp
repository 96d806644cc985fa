// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/secretsmanager/client.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

Result<cli::PlanStep> plan_secret(Deployment& deployment, const std::string& key, const cli::config::Secret& secret)
{
  const std::string name = deployment.project.physical_name(key);
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  auto found = aws::secretsmanager::Client(*session).describe_secret(name);
  if (found && !found->deleted) {
    deployment.secret_arns[key] = found->arn;
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = "secret " + name, .reason = "it exists"};
  }
  if (found) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("secret '{}' is scheduled for deletion", name),
                      .hint = "restore it, or delete it at once, and deploy again"});
  }
  if (found.error().kind != ErrorKind::not_found) {
    return fail(std::move(found).error());
  }
  if (!secret.generate_bytes) {
    return fail(usage_error(fmt::format("secret '{}' is not there, and davit.yaml does not say how to make it", name),
                            fmt::format("set it by `davit secret set {}`, or add `generate: 64 bytes`", key)));
  }
  return cli::PlanStep{
      .kind = cli::PlanStep::Kind::create, .target = "secret " + name, .reason = fmt::format("{} random bytes", *secret.generate_bytes)};
}

Status create_secret(Deployment& deployment, const std::string& key, const cli::config::Secret& secret)
{
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  const std::string text = to_hex(aws::crypto::random_bytes(static_cast<std::size_t>(*secret.generate_bytes)));
  DAVIT_TRY_ASSIGN(const auto created,
                   aws::secretsmanager::Client(*session).create_secret({.name = deployment.project.physical_name(key), .text = text}));
  deployment.secret_arns[key] = created.arn;
  return {};
}

}  // namespace

Steps secret_steps(Deployment& deployment)
{
  Steps steps;
  for (const auto& [key, secret] : deployment.project.secrets) {
    steps.push_back({.name = "secret " + key,
                     .plan = [&deployment, key, &secret = secret] { return plan_secret(deployment, key, secret); },
                     .apply = [&deployment, key, &secret = secret] { return create_secret(deployment, key, secret); }});
  }
  return steps;
}

}  // namespace davit::commands::workflow::deploy
