// SPDX-License-Identifier: Apache-2.0
#include "commands/whoami/whoami.hpp"

#include <CLI/App.hpp>
#include <memory>

namespace davit::commands::whoami {
namespace {

using davit::aws::auth::ChainStep;

cli::CommandDoc whoami_doc()
{
  return {.summary = "Show whose credentials are in use, and with --explain why these [API: GetCallerIdentity]",
          .description =
              "With --explain: every source of credentials in the order in which it is asked, whether it was used, passed over or failed, "
              "and where the "
              "deciding value stands.",
          .examples = {{"davit whoami", "Account and identity"},
                       {"davit whoami --explain --profile prod", "Every source, and which one won"},
                       {"davit whoami --env local -o json", "On the local AWS, for a script"}}};
}

const char* name_of(ChainStep::Outcome outcome)
{
  switch (outcome) {
    case ChainStep::Outcome::used:
      return "used";
    case ChainStep::Outcome::skipped:
      return "skipped";
    case ChainStep::Outcome::failed:
      return "failed";
  }
  return "skipped";
}

OrderedJson or_null(const std::string& text)
{
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

OrderedJson steps_to_json(const std::vector<ChainStep>& steps)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& step : steps) {
    out.push_back({{"source", step.source}, {"result", name_of(step.outcome)}, {"reason", step.reason}, {"origin", or_null(step.origin)}});
  }
  return out;
}

void add_explanation(OrderedJson& data, const WhoamiResponse& response)
{
  data["steps"] = steps_to_json(response.steps);
  data["region"] = nullptr;
  data["endpoint"] = nullptr;
  if (response.region) {
    data["region"] = {{"value", response.region->value}, {"origin", response.region->origin}};
  }
  if (response.endpoint) {
    data["endpoint"] = {{"url", response.endpoint->url.to_string()}, {"origin", response.endpoint->origin}};
  }
}

OrderedJson to_json(const WhoamiResponse& response)
{
  const auto identity = response.identity.value_or(davit::aws::sts::CallerIdentity{});
  OrderedJson data = {{"account", or_null(identity.account)},
                      {"arn", or_null(identity.arn)},
                      {"userId", or_null(identity.user_id)},
                      {"expiresAt", nullptr}};
  if (response.expires_at) {
    data["expiresAt"] = to_rfc3339(*response.expires_at);
  }
  return data;
}

cli::Table explanation_table(const WhoamiResponse& response)
{
  cli::Table table{.header = {"SOURCE", "RESULT", "REASON", "FROM"}, .rows = {}};
  for (const auto& step : response.steps) {
    table.rows.push_back({step.source, name_of(step.outcome), step.reason, step.origin});
  }
  if (response.region) {
    table.rows.push_back({"region", "used", response.region->value, response.region->origin});
  }
  if (response.endpoint) {
    table.rows.push_back({"endpoint (sts)", "used", response.endpoint->url.to_string(), response.endpoint->origin});
  }
  if (response.identity) {
    table.rows.push_back({"identity", "used", response.identity->arn, "sts GetCallerIdentity"});
  }
  return table;
}

Result<cli::Outcome> run(cli::Context& context, bool explain)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(WhoamiResponse response, whoami(*session));
  if (!explain && response.failure) {
    return fail(std::move(*response.failure));
  }
  cli::Document document{.data = to_json(response)};
  if (explain) {
    add_explanation(document.data, response);
    document.table = explanation_table(response);
  }
  return cli::Outcome{.document = std::move(document), .failure = std::move(response.failure)};
}

}  // namespace

Result<WhoamiResponse> whoami(davit::aws::auth::Session& session)
{
  WhoamiResponse out;
  DAVIT_TRY_ASSIGN(auto chain, session.explain_credentials());
  out.steps = std::move(chain.steps);
  if (auto region = session.region()) {
    out.region = std::move(*region);
  }
  auto endpoint = session.endpoint("sts");
  if (endpoint) {
    out.endpoint = std::move(*endpoint);
  }
  const auto credentials = session.credentials();
  if (!credentials) {
    out.failure = credentials.error();
    return out;
  }
  out.expires_at = credentials->expires_at;
  if (auto identity = davit::aws::sts::Client{session}.get_caller_identity()) {
    out.identity = std::move(*identity);
  } else {
    out.failure = std::move(identity).error();
  }
  return out;
}

void add_whoami(CLI::App& root, cli::Registry& registry)
{
  auto explain = std::make_shared<bool>(false);
  CLI::App& command = registry.add(root, "whoami", whoami_doc());
  command.add_flag("--explain", *explain, "Every source of credentials, region and endpoint");
  registry.bind(command, [explain](cli::Context& context) { return run(context, *explain); });
}

}  // namespace davit::commands::whoami
