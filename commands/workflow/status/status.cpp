// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/workflow.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>

#include "commands/workflow/inventory.hpp"

namespace davit::commands::workflow::status {
namespace {

cli::CommandDoc status_doc()
{
  return {
      .summary = "Show what of an environment is deployed, and where",
      .description =
          "Names what davit.yaml wants and is not there, and what carries the project's prefix but stands nowhere in davit.yaml. Exit code 3 when "
          "nothing at all is deployed.",
      .examples = {{"davit status --env local", "The local AWS"}, {"davit status --env dev -o json", "An account, for a script"}}};
}

OrderedJson function_json(const Inventory& inventory)
{
  if (!inventory.function) {
    return nullptr;
  }
  const auto& configuration = inventory.function->configuration;
  const auto known = [](const std::string& text) { return text.empty() ? OrderedJson() : OrderedJson(text); };
  return {{"name", configuration.name},
          {"arn", configuration.arn},
          {"state", configuration.state},
          {"lastUpdateStatus", configuration.last_update_status},
          {"image", known(inventory.function->resolved_image_uri)},
          {"runtime", known(configuration.runtime)},
          {"layers", configuration.layers},
          {"codeSha256", configuration.code_sha256},
          {"memoryMb", configuration.memory_mb},
          {"timeoutS", configuration.timeout_s},
          {"lastModified", configuration.last_modified}};
}

cli::Document document_of(const Inventory& inventory, const std::string& environment)
{
  cli::Table table{.header = {"RESOURCE", "NAME", "STATE", "DETAIL"}, .rows = {}};
  OrderedJson tables = OrderedJson::array();
  OrderedJson secrets = OrderedJson::array();
  if (inventory.function) {
    const auto& configuration = inventory.function->configuration;
    const std::string& image = inventory.function->resolved_image_uri;
    table.rows.push_back({"function", configuration.name, configuration.state,
                          image.empty() ? fmt::format("{}, {}", configuration.runtime, configuration.code_sha256) : image});
    for (const auto& layer : configuration.layers) {
      table.rows.push_back({"layer", layer, "", ""});
    }
  }
  if (inventory.api) {
    table.rows.push_back({"HTTP API", inventory.api->name, "", inventory.api->api_endpoint});
  }
  for (const auto& one : inventory.tables) {
    tables.push_back({{"name", one.name}, {"status", one.status}, {"itemCount", one.item_count}, {"sizeBytes", one.size_bytes}});
    table.rows.push_back({"table", one.name, one.status, fmt::format("{} items", one.item_count)});
  }
  for (const auto& secret : inventory.secrets) {
    secrets.push_back({{"name", secret.name}, {"arn", secret.arn}});
    table.rows.push_back({"secret", secret.name, "", secret.arn});
  }
  for (const auto& group : inventory.log_groups) {
    table.rows.push_back({"log group", group, "", ""});
  }
  for (const auto& name : inventory.missing) {
    table.rows.push_back({name.substr(0, name.rfind(' ')), name.substr(name.rfind(' ') + 1), "missing", "davit.yaml names it"});
  }
  for (const auto& name : inventory.leftovers) {
    table.rows.push_back({name.substr(0, name.rfind(' ')), name.substr(name.rfind(' ') + 1), "left over", "davit.yaml does not name it"});
  }
  return {.data = {{"environment", environment},
                   {"function", function_json(inventory)},
                   {"url", inventory.api ? OrderedJson(inventory.api->api_endpoint) : OrderedJson()},
                   {"tables", tables},
                   {"secrets", secrets},
                   {"logGroups", inventory.log_groups},
                   {"missing", inventory.missing},
                   {"leftovers", inventory.leftovers}},
          .table = table};
}

Result<cli::Outcome> run(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const cli::config::Project* const project, context.project());
  if (project->environment.empty()) {
    return fail(usage_error("status needs an environment", "add --env local"));
  }
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, context.session());
  DAVIT_TRY_ASSIGN(const Inventory inventory, take_inventory(*project, *session));
  cli::Outcome outcome{.document = document_of(inventory, project->environment)};
  if (!inventory.function && !inventory.api && inventory.tables.empty() && inventory.secrets.empty()) {
    outcome.failure = not_found_error(fmt::format("nothing of '{}' is deployed to '{}'", project->name, project->environment),
                                      "davit deploy --env local");
  }
  return outcome;
}

}  // namespace

void add_status(CLI::App& root, cli::Registry& registry)
{
  const CLI::App& command = registry.add(root, "status", status_doc());
  registry.bind(command, [](cli::Context& context) { return run(context); });
}

}  // namespace davit::commands::workflow::status
