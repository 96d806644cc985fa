// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "aws/apigatewayv2/client.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

using aws::apigatewayv2::Api;
using aws::apigatewayv2::CreateApiInput;

/// What browsers may do is what HTTP APIs allow when only origins are named; the methods and headers are the usual ones.
std::optional<aws::apigatewayv2::Cors> cors_of(const Deployment& deployment)
{
  if (!deployment.project.api || !deployment.project.api->cors || deployment.project.api->cors->origins.empty()) {
    return std::nullopt;
  }
  const auto& cors = *deployment.project.api->cors;
  aws::apigatewayv2::Cors out{.allow_origins = cors.origins,
                              .allow_methods = cors.methods,
                              .allow_headers = cors.headers,
                              .allow_credentials = cors.credentials,
                              .max_age_s = cors.max_age_s};
  if (out.allow_methods.empty()) {
    out.allow_methods = {"*"};
  }
  if (out.allow_headers.empty()) {
    out.allow_headers = {"authorization", "content-type", "x-correlation-id"};
  }
  return out;
}

CreateApiInput wanted_api(const Deployment& deployment)
{
  return {.name = deployment.prefix(), .target = deployment.function_arn, .cors = cors_of(deployment)};
}

Result<std::optional<Api>> find_api(Deployment& deployment, aws::apigatewayv2::Client& client)
{
  DAVIT_TRY_ASSIGN(const std::vector<Api> apis, client.get_apis());
  const auto found = std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.name == deployment.prefix(); });
  return found == apis.end() ? std::nullopt : std::optional(*found);
}

Result<cli::PlanStep> plan_api(Deployment& deployment)
{
  const std::string target = "HTTP API " + deployment.prefix();
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::apigatewayv2::Client client{*session};
  DAVIT_TRY_ASSIGN(const auto found, find_api(deployment, client));
  if (!found) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::create, .target = target, .reason = "every route to the handler"};
  }
  deployment.api_url = found->api_endpoint;
  if (found->cors != cors_of(deployment)) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::update, .target = target, .reason = "CORS"};
  }
  return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = target, .reason = "unchanged: " + found->api_endpoint};
}

Status apply_api(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::apigatewayv2::Client client{*session};
  DAVIT_TRY_ASSIGN(const auto found, find_api(deployment, client));
  auto api = found ? client.update_api(found->api_id, wanted_api(deployment)) : client.create_api(wanted_api(deployment));
  if (!api) {
    return fail(std::move(api).error());
  }
  deployment.api_url = api->api_endpoint;
  return {};
}

}  // namespace

Step api_step(Deployment& deployment)
{
  return {.name = "api", .plan = [&deployment] { return plan_api(deployment); }, .apply = [&deployment] { return apply_api(deployment); }};
}

}  // namespace davit::commands::workflow::deploy
