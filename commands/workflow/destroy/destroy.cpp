// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/destroy/destroy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>

#include "aws/dynamodb/client.hpp"
#include "commands/table/readiness.hpp"
#include "commands/workflow/workflow.hpp"

namespace davit::commands::workflow::destroy {
namespace {

using cli::PlanStep;

cli::CommandDoc destroy_doc()
{
  return {
      .summary = "Remove everything of an environment, then list what is left over",
      .description =
          "Removes the HTTP API, the function, its layer, its log group, the tables with their items and the secrets of --env local, in that order. Without a terminal it needs "
          "--confirm NAME, where NAME is the project's prefix, for example shop-local.",
      .examples = {{"davit destroy --env local", "Shows what will go, and asks for the name"},
                   {"davit destroy --env local --dry-run", "What would go"},
                   {"davit destroy --env local --confirm shop-local", "In a script"}},
      .changes = cli::Changes::something};
}

/// Removes what the inventory holds, and notes each thing that is gone.
class Remover
{
public:
  Remover(aws::auth::Session& session, std::vector<std::string>& removed) : m_session(session), m_removed(removed) {}

  Status run(const Inventory& inventory)
  {
    if (inventory.api) {
      DAVIT_TRY(aws::apigatewayv2::Client(m_session).delete_api(inventory.api->api_id));
      m_removed.push_back("HTTP API " + inventory.api->name);
    }
    if (inventory.function) {
      DAVIT_TRY(aws::lambda::Client(m_session).delete_function(inventory.function->configuration.name));
      m_removed.push_back("function " + inventory.function->configuration.name);
    }
    DAVIT_TRY(remove_layer(inventory));
    for (const auto& group : inventory.log_groups) {
      DAVIT_TRY(aws::logs::Client(m_session).delete_log_group(group));
      m_removed.push_back("log group " + group);
    }
    aws::dynamodb::Client tables{m_session};
    for (const auto& table : inventory.tables) {
      DAVIT_TRY(tables.delete_table(table.name));
      m_removed.push_back("table " + table.name);
    }
    for (const auto& table : inventory.tables) {
      DAVIT_TRY(table::wait_until(tables, table.name, table::Awaited::deleted, table::k_default_wait, [](std::string_view) {}));
    }
    aws::secretsmanager::Client secrets{m_session};
    for (const auto& secret : inventory.secrets) {
      DAVIT_TRY(secrets.delete_secret({.secret_id = secret.arn, .force = true}));
      m_removed.push_back("secret " + secret.name);
    }
    return {};
  }

private:
  Status remove_layer(const Inventory& inventory)
  {
    aws::lambda::Client functions{m_session};
    for (const auto& version : inventory.layer_versions) {
      DAVIT_TRY(functions.delete_layer_version(inventory.layer, version.version));
    }
    if (!inventory.layer_versions.empty()) {
      m_removed.push_back("layer " + inventory.layer);
    }
    return {};
  }

  aws::auth::Session& m_session;
  std::vector<std::string>& m_removed;
};

cli::Document document_of(const std::vector<std::string>& removed, const std::vector<std::string>& leftovers)
{
  cli::Table table{.header = {"RESULT", "RESOURCE"}, .rows = {}};
  for (const auto& name : removed) {
    table.rows.push_back({"removed", name});
  }
  for (const auto& name : leftovers) {
    table.rows.push_back({"left over", name});
  }
  return {.data = {{"removed", removed}, {"leftovers", leftovers}}, .table = table};
}

Result<cli::Outcome> run(cli::Context& context, const cli::ChangeFlags& flags)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project());
  if (project->environment != "local") {
    return fail(usage_error("destroy serves --env local only", "what Terraform made, terraform destroy removes"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  DAVIT_TRY_ASSIGN(const Inventory inventory, take_inventory(*project, *session));
  const cli::Plan plan = plan_destroy(inventory);
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan)};
  }
  DAVIT_TRY(cli::confirm(context, plan, flags, cli::Danger::severe, project->name + "-" + project->environment));
  std::vector<std::string> removed;
  auto done = Remover(*session, removed).run(inventory);
  cli::Outcome outcome{.document = document_of(removed, inventory.leftovers)};
  if (!done) {
    outcome.failure =
        std::move(done).error().wrap(removed.empty() ? "destroying" : fmt::format("destroying, after {} went", fmt::join(removed, ", ")));
  }
  return outcome;
}

}  // namespace

cli::Plan plan_destroy(const Inventory& inventory)
{
  cli::Plan plan;
  const auto remove = [&plan](std::string target, std::string reason) {
    plan.steps.push_back({.kind = PlanStep::Kind::remove, .target = std::move(target), .reason = std::move(reason)});
  };
  if (inventory.api) {
    remove("HTTP API " + inventory.api->name, inventory.api->api_endpoint);
  }
  if (inventory.function) {
    remove("function " + inventory.function->configuration.name, inventory.function->configuration.state);
  }
  if (!inventory.layer_versions.empty()) {
    remove("layer " + inventory.layer, fmt::format("with {} versions", inventory.layer_versions.size()));
  }
  for (const auto& group : inventory.log_groups) {
    remove("log group " + group, "with all its events");
  }
  for (const auto& table : inventory.tables) {
    remove("table " + table.name, fmt::format("with {} items", table.item_count));
  }
  for (const auto& secret : inventory.secrets) {
    remove("secret " + secret.name, "at once, not to be restored");
  }
  return plan;
}

void add_destroy(CLI::App& root, cli::Registry& registry)
{
  CLI::App& command = registry.add(root, "destroy", destroy_doc());
  const auto flags = std::make_shared<cli::ChangeFlags>();
  cli::add_change_flags(command, *flags, cli::Danger::severe);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::workflow::destroy
