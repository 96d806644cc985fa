// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::aws::auth {

/// A value of a configuration file and where it stands.
struct Property {
  std::string value;
  std::string file;
  int line = 0;

  /// "~/.aws/config:12"
  [[nodiscard]] std::string origin() const { return file + ":" + std::to_string(line); }
};

/// Properties by lower-case name.
using Section = std::map<std::string, Property>;

/// What a file says but AWS's tools pass over.
struct Ignored {
  std::string file;
  int line = 0;
  std::string reason;
};

/// The sections of ~/.aws/config or ~/.aws/credentials: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct ConfigFile {
  std::map<std::string, Section> profiles;
  std::map<std::string, Section> sso_sessions;
  std::map<std::string, Section> services;
  std::vector<Ignored> ignored;
};

enum class ConfigFileKind {
  config,       ///< [default], [profile NAME], [sso-session NAME], [services NAME]
  credentials,  ///< [NAME]
};

/// `name` is the file that origins and errors name. A line that is neither section, property nor continuation is a usage error with its
/// place.
Result<ConfigFile> parse_config_file(std::string_view text, std::string_view name, ConfigFileKind kind);

/// The "name = value" lines of a nested property, such as `dynamodb =` of a services section. Names in lower case.
std::map<std::string, std::string> nested_properties(const Property& property);

/// Both files as one: of a profile in both, the credentials file's value of a property wins.
ConfigFile merge(ConfigFile config, ConfigFile credentials);

}  // namespace davit::aws::auth
