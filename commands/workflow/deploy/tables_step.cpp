// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/table/create.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

using aws::dynamodb::KeyAttribute;
using aws::dynamodb::KeySchema;
using aws::dynamodb::TableDefinition;

KeyAttribute attribute_of(const OrderedJson& json)
{
  return {.name = json.at("name").get<std::string>(),
          .type = aws::dynamodb::attribute_type_of(json.at("type").get<std::string>()).value_or(aws::dynamodb::AttributeType::string)};
}

/// The keys of a table or an index as the variable `tables` has them.
KeySchema key_of(const OrderedJson& json)
{
  KeySchema key{.partition = {attribute_of(json.at("hash_key"))}, .sort = {}};
  if (json.contains("range_key") && !json.at("range_key").is_null()) {
    key.sort.push_back(attribute_of(json.at("range_key")));
  }
  return key;
}

std::vector<TableDefinition> definitions_of(const Deployment& deployment)
{
  std::vector<TableDefinition> definitions;
  if (!deployment.variables.contains("tables")) {
    return definitions;
  }
  for (const auto& [key, table] : deployment.variables.at("tables").items()) {
    TableDefinition definition{.name = deployment.prefix() + "-" + key, .key = key_of(table), .indexes = {}};
    for (const auto& [name, index] : table.at("indexes").items()) {
      definition.indexes[name].key = key_of(index);
    }
    definitions.push_back(std::move(definition));
  }
  return definitions;
}

Result<table::CreatePlan> plan_tables(Deployment& deployment)
{
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::dynamodb::Client client{*session};
  table::CreateRequest request;
  request.tables = definitions_of(deployment);
  return table::plan_create(request, client);
}

cli::PlanStep summary_of(const table::CreatePlan& plan)
{
  std::vector<std::string> missing;
  for (const auto& step : plan.steps) {
    if (step.kind != table::CreateStep::Kind::skip) {
      missing.push_back(step.definition.name);
    }
  }
  if (missing.empty()) {
    return {.kind = cli::PlanStep::Kind::skip, .target = "tables", .reason = fmt::format("all {} are there", plan.steps.size())};
  }
  return {.kind = cli::PlanStep::Kind::create, .target = "tables", .reason = fmt::format("{}", fmt::join(missing, ", "))};
}

}  // namespace

Step tables_step(Deployment& deployment)
{
  const auto plan = [&deployment]() -> Result<cli::PlanStep> {
    DAVIT_TRY_ASSIGN(const table::CreatePlan tables, plan_tables(deployment));
    return summary_of(tables);
  };
  const auto apply = [&deployment]() -> Status {
    DAVIT_TRY_ASSIGN(const table::CreatePlan tables, plan_tables(deployment));
    DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
    aws::dynamodb::Client client{*session};
    DAVIT_TRY(table::create(tables, client, deployment.progress));
    return {};
  };
  return {.name = "tables", .plan = plan, .apply = apply};
}

}  // namespace davit::commands::workflow::deploy
