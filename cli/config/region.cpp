// SPDX-License-Identifier: Apache-2.0
#include "cli/config/region.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace davit::cli::config {

std::optional<std::string> process_variable(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::optional<Setting> region_setting(const std::string& flag, const Variables& variables, const Project* project,
                                      const std::string& environment)
{
  if (!flag.empty() && flag != variables("DAVIT_REGION")) {
    return Setting{.value = flag, .origin = {.layer = Origin::Layer::flag, .source = "--region"}};
  }
  for (const char* name : {"DAVIT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const bool counts = environment != "local" || std::string_view(name).starts_with("DAVIT_");
    if (const auto value = counts ? variables(name) : std::nullopt) {
      return Setting{.value = *value, .origin = {.layer = Origin::Layer::variable, .source = name}};
    }
  }
  if (project == nullptr || project->region.empty()) {
    return std::nullopt;
  }
  return Setting{.value = project->region, .origin = project->origins.at("region")};
}

std::string to_string(const Origin& origin, const std::string& environment)
{
  const std::string place = origin.line == 0 ? origin.source : fmt::format("{}:{}:{}", origin.source, origin.line, origin.column);
  switch (origin.layer) {
    case Origin::Layer::default_value:
      return "default";
    case Origin::Layer::environment_block:
      return fmt::format("environment {} ({})", environment, place);
    case Origin::Layer::profile:
      return place;
    case Origin::Layer::project_file:
    case Origin::Layer::variable:
    case Origin::Layer::flag:
      break;
  }
  return place;
}

std::string_view layer_name(Origin::Layer layer)
{
  switch (layer) {
    case Origin::Layer::default_value:
      return "default";
    case Origin::Layer::profile:
      return "profile";
    case Origin::Layer::project_file:
      return "projectFile";
    case Origin::Layer::environment_block:
      return "environmentBlock";
    case Origin::Layer::variable:
      return "variable";
    case Origin::Layer::flag:
      return "flag";
  }
  return "default";
}

}  // namespace davit::cli::config
