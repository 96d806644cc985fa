// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace davit::aws::auth {

/// The variables that AWS's tools read, as they were when the process began; or none, where they must not count (`--env local`).
class Environment
{
public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables) : m_variables(std::move(variables)) {}

  /// HOME, every AWS_ variable of this process, the AWS CLI's _AWS_CLI_PROFILE_CHAIN, and the four variables that say where Docker and
  /// Podman keep the credentials of registries.
  static Environment of_process();

  /// Nothing when the variable is unset or blank: AWS's tools treat both alike.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;

  /// True when the variable is "true" in any case.
  [[nodiscard]] bool is_true(std::string_view name) const;

  /// HOME; empty when there is none.
  [[nodiscard]] std::filesystem::path home() const;

  /// AWS_CONFIG_FILE, else ~/.aws/config. Empty when there is no home either.
  [[nodiscard]] std::filesystem::path config_file() const;

  /// AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials.
  [[nodiscard]] std::filesystem::path credentials_file() const;

private:
  [[nodiscard]] std::filesystem::path location(std::string_view variable, std::string_view below_home) const;

  std::map<std::string, std::string> m_variables;
};

}  // namespace davit::aws::auth
