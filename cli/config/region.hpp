// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/config/project.hpp"

namespace davit::cli::config {

/// Reads an environment variable; nullopt where it is absent or empty.
using Variables = std::function<std::optional<std::string>(const char* name)>;

/// The variables of this process.
std::optional<std::string> process_variable(const char* name);

/// A value and where it came from.
struct Setting {
  std::string value;
  Origin origin;
};

/// --region (`flag`, which DAVIT_REGION sets too), AWS_REGION, AWS_DEFAULT_REGION, then the project's; nullopt leaves it to the AWS
/// profile. With the environment `local` the AWS variables do not count.
std::optional<Setting> region_setting(const std::string& flag, const Variables& variables, const Project* project,
                                      const std::string& environment);

/// "davit.yaml:12:3", "environment dev (davit.yaml:40:5)", "AWS_REGION", "--region", "default".
std::string to_string(const Origin& origin, const std::string& environment);

/// "flag", "variable", "environmentBlock", "projectFile", "profile", "default".
std::string_view layer_name(Origin::Layer layer);

}  // namespace davit::cli::config
