// SPDX-License-Identifier: Apache-2.0
#include "commands/config/show.hpp"

#include <CLI/App.hpp>
#include <algorithm>

#include "aws/auth/session.hpp"
#include "cli/config/load.hpp"
#include "cli/config/schema.hpp"

namespace davit::commands::config {
namespace {

cli::CommandDoc show_doc()
{
  return {
      .summary = "Show every value of the project and where it comes from",
      .description =
          "The strongest source of a value wins: a flag, DAVIT_* variables, AWS variables, the environment's block in davit.yaml, the rest of "
          "davit.yaml, the AWS profile, the default.",
      .examples = {{"davit config show --env dev", "What davit works with in dev"},
                   {"davit config show --env prod -o jsonl", "A line a value, for grep and jq"}}};
}

OrderedJson to_json(const ShownValue& shown)
{
  const auto& origin = shown.origin;
  const auto number_or_null = [](int number) { return number == 0 ? OrderedJson() : OrderedJson(number); };
  return {{"path", shown.path},
          {"value", shown.value},
          {"origin",
           {{"layer", cli::config::layer_name(origin.layer)},
            {"source", origin.source.empty() ? OrderedJson() : OrderedJson(origin.source)},
            {"line", number_or_null(origin.line)},
            {"column", number_or_null(origin.column)}}}};
}

cli::Document document_of(const ShowResponse& response)
{
  auto values = OrderedJson::array();
  cli::Table table{.header = {"KEY", "VALUE", "FROM"}, .rows = {}};
  for (const auto& shown : response.values) {
    values.push_back(to_json(shown));
    const std::string text = shown.value.is_string() ? shown.value.get<std::string>() : shown.value.dump();
    table.rows.push_back({shown.path, text, to_string(shown.origin, response.environment)});
  }
  return {.data = {{"file", response.file},
                   {"environment", response.environment.empty() ? OrderedJson() : OrderedJson(response.environment)},
                   {"values", std::move(values)}},
          .table = std::move(table),
          .list_member = "values"};
}

cli::config::Origin origin_of(const cli::config::Project& project, const std::string& path)
{
  const auto found = project.origins.find(path);
  return found == project.origins.end() ? cli::config::Origin{} : found->second;
}

void apply_region(ShowResponse& response, const ShowRequest& request)
{
  auto region = region_setting(request.region_flag, request.variables, request.project, response.environment);
  if (!region && request.profile_region) {
    region = request.profile_region();
  }
  if (!region) {
    return;
  }
  const auto found = std::find_if(response.values.begin(), response.values.end(), [](const ShownValue& v) { return v.path == "region"; });
  ShownValue shown{.path = "region", .value = region->value, .origin = region->origin};
  if (found == response.values.end()) {
    response.values.push_back(std::move(shown));
  } else {
    *found = std::move(shown);
  }
}

/// What calls would use; configuration files that cannot be read are no error of the project.
std::optional<cli::config::Setting> region_of_profile(cli::Context& context)
{
  if (context.globals().environment == "local") {
    return std::nullopt;
  }
  const auto session = context.session();
  if (!session) {
    return std::nullopt;
  }
  const auto region = (*session)->region();
  if (!region) {
    return std::nullopt;
  }
  return cli::config::Setting{.value = region->value, .origin = {.layer = cli::config::Origin::Layer::profile, .source = region->origin}};
}

}  // namespace

ShowResponse show(const ShowRequest& request)
{
  const auto& project = *request.project;
  ShowResponse response{.file = cli::config::display_path(project.file), .environment = project.environment, .values = {}};
  visit_values(project, [&](const std::string& path, const OrderedJson& value) {
    response.values.push_back({.path = path, .value = value, .origin = origin_of(project, path)});
  });
  apply_region(response, request);
  return response;
}

void add_show(CLI::App& parent, cli::Registry& registry)
{
  const CLI::App& command = registry.add(parent, "show", show_doc());
  registry.bind(command, [](cli::Context& context) -> Result<cli::Outcome> {
    DAVIT_TRY_ASSIGN(const auto* project, context.project());
    const ShowRequest request{.project = project,
                              .region_flag = context.globals().region,
                              .variables = cli::config::process_variable,
                              .profile_region = [&context] { return region_of_profile(context); }};
    return cli::Outcome{.document = document_of(show(request))};
  });
}

}  // namespace davit::commands::config
