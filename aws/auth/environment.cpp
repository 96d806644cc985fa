// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/environment.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "aws/http/message.hpp"

namespace davit::aws::auth {
namespace {

/// Beside AWS's own: where the credentials of registries are, as Docker and Podman say it.
constexpr std::array<std::string_view, 6> k_other_names{
    "HOME", "_AWS_CLI_PROFILE_CHAIN", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"};

bool is_blank(std::string_view text)
{
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A process without HOME (cron, some CI runners) still has a home in the user database.
std::string home_of_user()
{
  const passwd* const user = ::getpwuid(::getuid());
  return user == nullptr || user->pw_dir == nullptr ? "" : user->pw_dir;
}

}  // namespace

Environment Environment::of_process()
{
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const bool is_read = name.starts_with("AWS_") || std::find(k_other_names.begin(), k_other_names.end(), name) != k_other_names.end();
    if (equals != std::string_view::npos && is_read) {
      variables.emplace(name, text.substr(equals + 1));
    }
  }
  if (!variables.contains("HOME")) {
    variables.emplace("HOME", home_of_user());
  }
  return Environment{std::move(variables)};
}

std::optional<std::string> Environment::get(std::string_view name) const
{
  const auto found = m_variables.find(std::string(name));
  return found == m_variables.end() || is_blank(found->second) ? std::nullopt : std::optional(found->second);
}

bool Environment::is_true(std::string_view name) const
{
  return http::equals_ignoring_case(get(name).value_or(""), "true");
}

std::filesystem::path Environment::home() const
{
  return get("HOME").value_or("");
}

std::filesystem::path Environment::location(std::string_view variable, std::string_view below_home) const
{
  const std::string named = get(variable).value_or("");
  if (named == "~" || named.starts_with("~/")) {
    return home() / named.substr(std::min<std::size_t>(2, named.size()));
  }
  if (!named.empty()) {
    return named;
  }
  return home().empty() ? std::filesystem::path{} : home() / below_home;
}

std::filesystem::path Environment::config_file() const
{
  return location("AWS_CONFIG_FILE", ".aws/config");
}

std::filesystem::path Environment::credentials_file() const
{
  return location("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
}

}  // namespace davit::aws::auth
