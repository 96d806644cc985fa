// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <thread>

#include "aws/core/interrupt.hpp"
#include "aws/lambda/client.hpp"
#include "commands/terraform/variables.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

constexpr auto k_longest_wait = std::chrono::minutes{5};

/// The function as the rendered variables describe it.
struct Wanted {
  std::string name;
  std::string image_uri;
  std::string architecture;
  aws::lambda::FunctionSettings settings;
};

Wanted wanted_function(const Deployment& deployment)
{
  const OrderedJson& function = deployment.variables.at("function");
  Wanted wanted{.name = deployment.prefix() + "-handler",
                .image_uri = deployment.variables.at("image_uri").get<std::string>(),
                .architecture = function.at("architecture").get<std::string>(),
                .settings = {}};
  wanted.settings.role = fmt::format("arn:aws:iam::{}:role/{}", deployment.project.account.value_or("000000000000"), wanted.name);
  wanted.settings.memory_mb = function.at("memory_mb").get<int>();
  wanted.settings.timeout_s = function.at("timeout_s").get<int>();
  wanted.settings.environment = terraform::function_environment(deployment.variables);
  return wanted;
}

/// What is different, in words; empty when nothing is.
std::vector<std::string> differences(const aws::lambda::Function& found, const Wanted& wanted, const std::string& digest)
{
  std::vector<std::string> out;
  if (found.resolved_image_uri.find(digest) == std::string::npos) {
    out.emplace_back("image");
  }
  const auto& configuration = found.configuration;
  if (configuration.memory_mb != *wanted.settings.memory_mb) {
    out.push_back(fmt::format("memory {} MB", *wanted.settings.memory_mb));
  }
  if (configuration.timeout_s != *wanted.settings.timeout_s) {
    out.push_back(fmt::format("time limit {} s", *wanted.settings.timeout_s));
  }
  if (configuration.environment != *wanted.settings.environment) {
    out.emplace_back("environment");
  }
  return out;
}

/// Waits until the function can be invoked in its newest form.
Result<aws::lambda::FunctionConfiguration> wait_until_ready(aws::lambda::Client& client, const std::string& name)
{
  const auto deadline = std::chrono::steady_clock::now() + k_longest_wait;
  auto pause = std::chrono::milliseconds{50};
  while (std::chrono::steady_clock::now() < deadline && interrupted() == 0) {
    DAVIT_TRY_ASSIGN(aws::lambda::FunctionConfiguration found, client.get_function_configuration(name));
    if (found.state == "Failed" || found.last_update_status == "Failed") {
      return fail(failed_error(fmt::format("function '{}' is {}: {}", name, found.state,
                                           found.state == "Failed" ? found.state_reason : found.last_update_reason)));
    }
    if (found.state != "Pending" && found.last_update_status != "InProgress") {
      return found;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds{1000});
  }
  return fail(Error{.kind = interrupted() != 0 ? ErrorKind::cancelled : ErrorKind::unavailable,
                    .message = fmt::format("function '{}' did not become ready", name),
                    .hint = "deploy again to go on waiting"});
}

Result<cli::PlanStep> plan_function(Deployment& deployment)
{
  const std::string target = "function " + deployment.prefix() + "-handler";
  if (deployment.image_digest.empty() || !deployment.variables.contains("image_uri")) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::update, .target = target, .reason = "once the image is built"};
  }
  const Wanted wanted = wanted_function(deployment);
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  auto found = aws::lambda::Client(*session).get_function(wanted.name);
  if (!found && found.error().kind == ErrorKind::not_found) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::create, .target = target, .reason = deployment.image_digest};
  }
  if (!found) {
    return fail(std::move(found).error());
  }
  deployment.function_arn = found->configuration.arn;
  const auto different = differences(*found, wanted, deployment.image_digest);
  if (different.empty()) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = target, .reason = "unchanged"};
  }
  return cli::PlanStep{.kind = cli::PlanStep::Kind::update, .target = target, .reason = fmt::format("{}", fmt::join(different, ", "))};
}

Status update(aws::lambda::Client& client, const aws::lambda::Function& found, const Wanted& wanted, const std::string& digest)
{
  if (found.resolved_image_uri.find(digest) == std::string::npos) {
    DAVIT_TRY(
        client.update_function_code({.name = wanted.name, .code = {.image_uri = wanted.image_uri}, .architecture = wanted.architecture}));
    DAVIT_TRY(wait_until_ready(client, wanted.name));
  }
  aws::lambda::FunctionSettings settings = wanted.settings;
  settings.role = std::nullopt;
  DAVIT_TRY(client.update_function_configuration(wanted.name, settings));
  return {};
}

Status apply_function(Deployment& deployment)
{
  const Wanted wanted = wanted_function(deployment);
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::lambda::Client client{*session};
  auto found = client.get_function(wanted.name);
  if (found) {
    DAVIT_TRY(update(client, *found, wanted, deployment.image_digest));
  } else if (found.error().kind == ErrorKind::not_found) {
    DAVIT_TRY(client.create_function(
        {.name = wanted.name, .code = {.image_uri = wanted.image_uri}, .settings = wanted.settings, .architecture = wanted.architecture}));
  } else {
    return fail(std::move(found).error());
  }
  DAVIT_TRY_ASSIGN(const aws::lambda::FunctionConfiguration ready, wait_until_ready(client, wanted.name));
  deployment.function_arn = ready.arn;
  return {};
}

}  // namespace

Step function_step(Deployment& deployment)
{
  return {.name = "function",
          .plan = [&deployment] { return plan_function(deployment); },
          .apply = [&deployment] { return apply_function(deployment); }};
}

}  // namespace davit::commands::workflow::deploy
